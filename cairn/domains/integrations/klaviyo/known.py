"""What things of the other account became here."""

from dataclasses import dataclass, field

from cairn.domains.integrations.models import MovedId
from cairn.kernel.scope import Scope


@dataclass(slots=True)
class Known:
    """Ids here by kind and id there; read once, written through."""

    scope: Scope
    source: str
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self) -> "Known":
        rows = MovedId.objects.within(self.scope).filter(source=self.source)
        self._ids = {(kind, there): here for kind, there, here in rows.values_list("kind", "foreign_id", "own_id")}
        return self

    def id_of(self, kind: str, there: str) -> str | None:
        return self._ids.get((kind, there))

    def note(self, kind: str, there: str, here: str) -> None:
        if self._ids.get((kind, there)) == here:
            return
        self._ids[kind, there] = here
        MovedId.objects.update_or_create(
            account_id=self.scope.account_id,
            source=self.source,
            kind=kind,
            foreign_id=there,
            defaults={"own_id": here},
        )

    def all_of(self, kind: str) -> list[str]:
        """Ids there, in a fixed order."""
        return sorted(there for known, there in self._ids if known == kind)
