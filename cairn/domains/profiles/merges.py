"""Merging two profiles on purpose."""

from datetime import datetime

from django.db import transaction

from cairn.domains.profiles import patching, store
from cairn.domains.profiles.contracts import Resolved
from cairn.domains.profiles.identity import Asked, Person, World
from cairn.domains.profiles.planning import record_of
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope


def merge(scope: Scope, destination_id: str, source_id: str, *, now: datetime, how: str = "request") -> Resolved:
    """Merge the source into the destination, for good; `how` it came to that is noted with it.

    Raises NotFound, and Invalid for one and the same profile.
    """
    with transaction.atomic():
        store.lock(scope)
        world = store.find(scope, [Asked(destination_id, ()), Asked(source_id, ())])
        target, source = (person_of(world, profile_id) for profile_id in (destination_id, source_id))
        if target is source:
            raise Invalid("A profile cannot be merged into itself.", pointer="/data/relationships/profiles/data/0/id")
        world.merge(source, target)
        store.load_records(scope, (target, source))
        patching.absorb(record_of(target), record_of(source))
        store.write(scope, world, [target], now=now, how=how)
    return Resolved(target.number, target.id, False)


def person_of(world: World, profile_id: str) -> Person:
    person = world.by_id.get(profile_id)
    if person is None:
        raise NotFound(f"A profile with id {profile_id} does not exist.")
    return person
