"""People whom nobody knows yet, and of whom nothing else in the batch speaks: most rows of a large import.

There is nobody to find, to change or to merge with, so there is nothing to decide: their rows are written as columns,
and no object is made for each of them on the way. Everybody else goes through `planning`; a test holds both together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from cairn.domains.profiles import patching, store, touching
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.profiles.identity import EMAIL, EXTERNAL, OWNED, PHONE, Asked, Key, World
from cairn.infra.postgres.copying import Copies
from cairn.kernel import ids
from cairn.kernel.scope import Scope


class Strangers(NamedTuple):
    """The new profiles, as columns of one length."""

    numbers: range
    ids: Sequence[str]
    emails: Sequence[str | None]
    phones: Sequence[str | None]


def among(world: World, patches: Sequence[ProfilePatch], asked: Sequence[Asked]) -> list[int]:
    """Which of the batch are strangers, by place."""
    shared = repeated(chain.from_iterable(one.everything for one in asked))
    return [
        place
        for place, (patch, one) in enumerate(zip(patches, asked, strict=True))
        if one.keys
        and world.free.issuperset(one.keys)
        and shared.isdisjoint(one.keys)
        and is_plain(patch)
        and not 0 < patch.accepted <= world.buried_until
    ]


def repeated(keys: Iterable[Key]) -> set[Key]:
    every = list(keys)
    unique = set(every)
    return {key for key, times in Counter(every).items() if times > 1} if len(unique) < len(every) else set()


def is_plain(patch: ProfilePatch) -> bool:
    """Whether it names somebody by identifiers of their own, and says nothing but what they are to have."""
    return patch.id is None and not (
        patch.anonymous_id
        or patch.kx
        or patch.add_emails
        or patch.drop_emails
        or patch.append
        or patch.unappend
        or patch.unset
        or patch.cleared
    )


def welcome(
    scope: Scope,
    patches: Sequence[ProfilePatch],
    asked: Sequence[Asked],
    copies: Copies,
    *,
    now: datetime,
    due: datetime,
) -> Strangers:
    """Make them profiles, which are on their way to their tables when this returns. The caller holds the lock. Until
    `due` others may wait to hear of them."""
    numbers = store.next_numbers(scope, len(patches))
    touching.touch(scope, numbers, due=due)
    keys = columns_of_keys(asked)
    made = Strangers(numbers, ids.ulids(len(patches)), keys[EMAIL], keys[PHONE])
    mine = {"account_id": scope.account_id}
    for kind, values in keys.items():
        # One kind after the other: neighbours in an index are cheap to write together.
        found = [(value, number) for value, number in zip(values, numbers, strict=True) if value is not None]
        if found:
            copies.add("profiles_identifier", ("value", "number"), found, **mine, kind=kind, added=now)
    columns = {
        "id": made.ids,
        "number": numbers,
        "external_id": keys[EXTERNAL],
        "email": made.emails,
        "phone_number": made.phones,
        **columns_of_data(patches),
    }
    copies.add_columns("profiles_profile", columns, **mine, created=now, updated=now)
    return made


def columns_of_keys(asked: Sequence[Asked]) -> Mapping[str, list[str | None]]:
    columns: dict[str, list[str | None]] = {kind: [None] * len(asked) for kind in OWNED}
    for place, one in enumerate(asked):
        for kind, value in one.keys:
            columns[kind][place] = value
    return columns


def columns_of_data(patches: Sequence[ProfilePatch]) -> Mapping[str, Sequence[str]]:
    """What the patches say."""
    return {
        **{name: patching.texts([patch.attributes.get(name) for patch in patches]) for name in patching.STANDARD},
        "location": patching.json_texts([patching.known_places(patch.location) for patch in patches]),
        "properties": patching.json_texts([patch.properties for patch in patches]),
    }
