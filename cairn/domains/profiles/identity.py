"""Who is meant: from the identifiers of a patch to one person. Pure; what it changes it notes for the store to write.

Rank, high to low: profile id, external_id, email, phone, a link's `_kx`, anonymous id, an id promised by the edge.
The person found by the highest-ranked identifier gets the data. Another one, found by a lower-ranked identifier of the
same patch, is merged into that person, unless it owns a different value of a higher-ranked identifier of the patch:
then they are two people, and the identifier stays where it is. Three decisions of our own:

* An address that a merge brings along, or that is added to others, finds its person as well as the shown one does.
* `_kx` ranks low, since links are forwarded: whoever types another address than the link's owner has is somebody else.
* A patch from a public key never merges or re-addresses people known by email, phone or external id: anybody may
  send one. It may name a so far anonymous visitor.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
import phonenumbers

from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel.ids import ulid

if TYPE_CHECKING:
    from cairn.domains.profiles.patching import Record

EXTERNAL, EMAIL, PHONE, ANONYMOUS = "external_id", "email", "phone", "anonymous"
PROMISED, MERGED, KX = "promised", "merged", "kx"
OWNED: Final = (EXTERNAL, EMAIL, PHONE)
POINTERS: Final = frozenset({KX, PROMISED})
FIELDS: Final = {"external_id": EXTERNAL, "email": EMAIL, "phone_number": PHONE}
E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
LONGEST: Final = 1024  # bytes; what an index of PostgreSQL takes with room to spare

Key = tuple[str, str]


def plain(value: str | None) -> str | None:
    if not value or "\0" in value:
        return None
    return value if len(value) < 256 or len(value.encode()) <= LONGEST else None


def clean_email(value: str | None) -> str | None:
    value = plain(value)
    if value is None or "@" not in value:
        return None
    return value.strip().lower()


def clean_phone(value: str | None) -> str | None:
    """E.164, or None for what is no phone number with a country."""
    if not value:
        return None
    if E164.match(value):
        return value
    try:
        number = phonenumbers.parse(value.replace("\0", ""), None)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Person(msgspec.Struct, eq=False):
    """A profile as a batch sees it. `number` is 0 until the store has numbered a new one."""

    number: int
    id: str
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    new: bool = False
    changed: bool = False
    merged_into: "Person | None" = None
    record: "Record | None" = None

    @property
    def anonymous(self) -> bool:
        return self.external_id is None and self.email is None and self.phone is None

    def value(self, kind: str) -> str | None:
        if kind == EMAIL:
            return self.email
        if kind == PHONE:
            return self.phone
        return self.external_id if kind == EXTERNAL else None

    def set(self, kind: str, value: str | None) -> None:
        if kind == EMAIL:
            self.email = value
        elif kind == PHONE:
            self.phone = value
        else:
            self.external_id = value
        self.changed = True

    @property
    def final(self) -> "Person":
        person = self
        while person.merged_into is not None:
            person = person.merged_into
        return person


class Asked(msgspec.Struct, gc=False):
    """The identifiers of one patch, cleaned: the keys in rank order, and the profile id, if given. `added` and
    `dropped` are further email addresses."""

    id: str | None
    keys: tuple[Key, ...]
    added: tuple[Key, ...] = ()
    dropped: tuple[Key, ...] = ()

    @property
    def everything(self) -> tuple[Key, ...]:
        return (*self.keys, *self.added, *self.dropped) if self.added or self.dropped else self.keys


def asked(patch: ProfilePatch, kx: str | None, proposed: str | None) -> Asked:
    """What a patch says of its person's identity. `kx` is the profile id that its `_kx` was opened to."""
    keys: list[Key] = []
    if patch.external_id is not None and (value := plain(patch.external_id)):
        keys.append((EXTERNAL, value))
    if patch.email is not None and (value := clean_email(patch.email)):
        keys.append((EMAIL, value))
    if patch.phone_number is not None and (value := clean_phone(patch.phone_number)):
        keys.append((PHONE, value))
    if kx is not None:
        keys.append((KX, kx))
    if patch.anonymous_id is not None and (value := plain(patch.anonymous_id)):
        keys.append((ANONYMOUS, value))
    if proposed is not None:
        keys.append((PROMISED, proposed))
    if patch.id is None and not (patch.add_emails or patch.drop_emails):
        return Asked(None, tuple(keys))
    return Asked(plain(patch.id), tuple(keys), emails(patch.add_emails), emails(patch.drop_emails))


def emails(values: Iterable[str]) -> tuple[Key, ...]:
    return tuple((EMAIL, value) for value in dict.fromkeys(map(clean_email, values)) if value)


class Step(msgspec.Struct):
    """What one patch means: its person, the people merged into them because of it, and whether it made them."""

    target: Person | None
    sources: Sequence[Person]
    created: bool


NOBODY: Final = Step(None, (), False)


@dataclass(slots=True)
class World:
    """The people that a batch may be about. `changed_keys` notes identifiers that got, lost or changed their owner, in
    order, since neighbours in an index are cheap to write one after the other; `free` those that were looked for and
    had none; `turn` how often the account's profiles had been written when they were read; `buried_until` when somebody
    was deleted last."""

    by_key: dict[Key, Person] = field(default_factory=dict)
    by_id: dict[str, Person] = field(default_factory=dict)
    changed_keys: dict[Key, None] = field(default_factory=dict)
    merges: list[tuple[Person, Person]] = field(default_factory=list)
    made: list[Person] = field(default_factory=list)
    turn: int = 0
    free: frozenset[Key] = frozenset()
    buried_until: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.changed_keys or self.merges or self.made)

    def find(self, key: Key) -> Person | None:
        person = self.by_id.get(key[1]) if key[0] in POINTERS else self.by_key.get(key)
        return person if person is None or person.merged_into is None else person.final

    def resolve(self, patch: ProfilePatch, wish: Asked) -> Step:
        """The person of one patch, after the patches before it."""
        if wish.id is None and not patch.cleared and self._is_news(wish):
            return Step(self._welcome(wish), (), True)
        target = self.by_id.get(wish.id) if wish.id is not None else None
        if target is not None:
            target = target.final
        target, sources, blocked = self._choose(patch, wish, target)
        created = target is None
        if target is None:
            target = self._make(wish, blocked)
            if target is None:
                return NOBODY
        free = created or patch.trusted or target.anonymous
        for source in sources:
            self.merge(source, target)
        for key in wish.keys:
            if key not in blocked:
                self._attach(target, key, may_add=free, may_replace=patch.trusted)
                if patch.prefers or (free and wish.id is not None):
                    self.prefer(target, key)
        if patch.cleared and patch.trusted:
            self._clear(target, patch.cleared)
        if free:
            self._change_emails(target, wish)
        return Step(target, sources, created)

    def _is_news(self, wish: Asked) -> bool:
        """Whether nobody has any of the identifiers, and all of them are a person's own: the short way of most rows of
        an import."""
        if wish.added or wish.dropped or not wish.keys:
            return False
        return all(key[0] in OWNED and key not in self.by_key for key in wish.keys)

    def _welcome(self, wish: Asked) -> Person:
        person = Person(0, ulid(), new=True)
        for key in wish.keys:
            person.set(*key)
            self.by_key[key] = person
        self.changed_keys.update(dict.fromkeys(wish.keys))
        self.by_id[person.id] = person
        self.made.append(person)
        return person

    def _choose(
        self, patch: ProfilePatch, wish: Asked, target: Person | None
    ) -> tuple[Person | None, list[Person], set[Key]]:
        by_id = target is not None
        sources: list[Person] = []
        blocked: set[Key] = set()
        pending = False
        for at, key in enumerate(wish.keys):
            person = self.find(key)
            if person is None:
                pending = pending or key[0] in OWNED
            elif target is None:
                known = patch.trusted or person.anonymous or not pending
                if known and fits(person, wish.keys[:at]):
                    target = person
                else:
                    blocked.add(key)
            elif person is not target and person not in sources:
                known = person.anonymous or (patch.trusted and not by_id)
                if known and fits(person, wish.keys[:at]):
                    sources.append(person)
                else:
                    blocked.add(key)
        return target, sources, blocked

    def _make(self, wish: Asked, blocked: set[Key]) -> Person | None:
        if not any(kind not in POINTERS for kind, _ in wish.keys if (kind, _) not in blocked):
            return None
        promised = next((value for kind, value in wish.keys if kind == PROMISED), None)
        person = Person(0, promised if promised and promised not in self.by_id else ulid(), new=True, changed=True)
        self.by_id[person.id] = person
        self.made.append(person)
        return person

    def merge(self, source: Person, target: Person) -> None:
        for kind in OWNED:
            value = source.value(kind)
            if value is None:
                continue
            self.changed_keys[(kind, value)] = None
            # Where the destination has a value of its own, the source's goes on leading to it.
            self.by_key[(kind, value)] = target
            if target.value(kind) is None:
                target.set(kind, value)
        source.merged_into = target
        target.changed = True
        self.merges.append((source, target))

    def _attach(self, target: Person, key: Key, *, may_add: bool, may_replace: bool) -> None:
        kind, value = key
        owner = self.find(key)
        if owner is target and kind in OWNED and target.value(kind) is None and may_add:
            target.set(kind, value)
        if kind == KX or owner is not None:
            return
        if kind == PROMISED:
            self.by_id[value] = target
            self.changed_keys[key] = None
            return
        old = target.value(kind)
        if kind != ANONYMOUS and not (may_add if old is None else may_replace):
            return
        if kind != ANONYMOUS:
            if old is not None:
                self._release((kind, old))
            target.set(kind, value)
        self.by_key[key] = target
        self.changed_keys[key] = None

    def _clear(self, target: Person, names: Iterable[str]) -> None:
        for name in names:
            kind = FIELDS.get(name)
            old = target.value(kind) if kind else None
            if kind and old is not None:
                self._release((kind, old))
                target.set(kind, None)

    def prefer(self, person: Person, key: Key) -> None:
        """Make an address that leads to the person the one that is shown and written to; the other goes on leading to
        them."""
        kind, value = key
        if kind in OWNED and self.find(key) is person and person.value(kind) != value:
            person.set(kind, value)

    def _change_emails(self, target: Person, wish: Asked) -> None:
        for key in wish.added:
            if self.find(key) is None:
                self.by_key[key] = target
                self.changed_keys[key] = None
                if target.email is None:
                    target.set(*key)
        for key in wish.dropped:
            if self.find(key) is target and target.email != key[1]:
                self._release(key)

    def _release(self, key: Key) -> None:
        self.by_key.pop(key, None)
        self.changed_keys[key] = None


def fits(person: Person, higher: Sequence[Key]) -> bool:
    """Whether the person owns no other value of the identifiers that rank above the one they were found by."""
    return all(person.value(kind) in (None, value) for kind, value in higher if kind in OWNED)
