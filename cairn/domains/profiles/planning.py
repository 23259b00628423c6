"""From patches to what they mean and change, before anything is written."""

from collections.abc import Sequence

from cairn.domains.profiles import emails, identity, patching, queries, store, tombstones
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.profiles.identity import Asked, Person, Step, World
from cairn.domains.profiles.patching import Record
from cairn.kernel.scope import Scope


def wish_of(scope: Scope, patch: ProfilePatch, proposed: str | None) -> Asked:
    kx = queries.opened(scope, patch.kx) or None if patch.kx else None
    return identity.asked(patch, kx, proposed)


def plan(scope: Scope, patches: Sequence[ProfilePatch], wishes: Sequence[Asked]) -> tuple[World, list[Step]]:
    world = store.find(scope, wishes)
    return world, decide(scope, world, patches, wishes)


def decide(scope: Scope, world: World, patches: Sequence[ProfilePatch], wishes: Sequence[Asked]) -> list[Step]:
    """What the patches mean in a world that knows everybody they may be about."""
    if world.buried_until:
        tombstones.keep_out(scope, patches, wishes, world.buried_until)
    emails.limit(scope, world, wishes)
    return [world.resolve(patch, wish) for patch, wish in zip(patches, wishes, strict=True)]


def apply_data(scope: Scope, patches: Sequence[ProfilePatch], steps: Sequence[Step]) -> list[Person]:
    """Run the patches' data through the people's records; those that changed."""
    busy = [
        (patch, step)
        for patch, step in zip(patches, steps, strict=True)
        if step.sources or patching.carries_data(patch)
    ]
    people = {id(p): p for _, step in busy for p in (step.target, *step.sources) if p is not None}
    store.load_records(scope, people.values())
    for patch, step in busy:
        if step.target is None:
            continue
        record = record_of(step.target)
        for source in step.sources:
            patching.absorb(record, record_of(source))
        patching.apply(record, patch)
    everyone = {id(step.target): step.target for step in steps if step.target is not None}
    return [person for person in everyone.values() if person.changed or (person.record and person.record.changed)]


def record_of(person: Person) -> Record:
    if person.record is None:
        person.record = Record()
    return person.record
