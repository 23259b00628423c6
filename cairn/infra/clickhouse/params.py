"""Values of a statement, which users wrote and which are therefore never part of its text."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Params:
    """Values of a statement, under names of their own. The same value of the same type is sent once."""

    prefix: str = "p"
    values: dict[str, Any] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, value: Any, kind: str) -> str:
        """The placeholder of a value."""
        key = (kind, repr(value))
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"{self.prefix}{len(self._names)}"
            self.values[name] = value
        return f"{{{name}:{kind}}}"
