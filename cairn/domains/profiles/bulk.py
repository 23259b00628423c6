"""People by the thousand, from files and other systems: the same decisions as for one, fewer statements."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from cairn.domains.profiles import patching, planning, store, strangers
from cairn.domains.profiles.contracts import Imported, ImportedPerson, ProfilePatch, Rehearsed
from cairn.domains.profiles.identity import Step
from cairn.domains.profiles.patching import Record
from cairn.domains.profiles.wishes import Wishes
from cairn.infra.postgres.copying import Copies
from cairn.kernel.scope import Scope

METHOD: Final = "MANUAL_IMPORT"
# How long others may wait for people of an import, so that they are copied by the ten thousand.
GATHERING: Final = timedelta(seconds=1.5)
NOBODY: Final = Imported(0, "", False, False)


def import_people(
    scope: Scope,
    people: Sequence[ImportedPerson],
    *,
    now: datetime,
    source: str,
    method: str = METHOD,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Imported]:
    """Make, change and merge the profiles of many people, with their consent, in order.

    Runs inside the caller's transaction, and holds the account's turn until it ends. Writes no events. `meanwhile` is
    called when all that is left is to wait for PostgreSQL.
    """
    patches = [person.patch for person in people]
    asked = [planning.wish_of(scope, patch, None) for patch in patches]
    store.lock(scope)
    world = store.find(scope, asked)
    wishes = Wishes(scope, now=now, source=source, method=method)
    outcomes = [NOBODY] * len(people)
    new = strangers.among(world, patches, asked)
    others = sorted(set(range(len(people))).difference(new))
    fresh: set[int] = set()
    with Copies() as copies:
        if new:
            made = strangers.welcome(
                scope, [patches[at] for at in new], [asked[at] for at in new], copies, now=now, due=now + GATHERING
            )
            wishes.take_firsts(new, [people[at] for at in new], made, copies)
            fresh.update(made.numbers)
            for at, number, profile_id in zip(new, made.numbers, made.ids, strict=True):
                outcomes[at] = Imported(number, profile_id, True, False, wishes.kept.get(at, 0))
        if others:
            copies.settle()
            some = [patches[at] for at in others]
            steps = planning.decide(scope, world, some, [asked[at] for at in others])
            changed = planning.apply_data(scope, some, steps)
            if changed or world.changed:
                store.write_behind(scope, world, changed, copies, now=now, due=now + GATHERING)
            unknown, known = new_and_old(steps, [people[at] for at in others])
            fresh |= unknown
            if known:
                copies.settle()
                wishes.know(known)
            take(wishes, others, steps, people)
            touched = {id(person) for person in changed}
            for at, step in zip(others, steps, strict=True):
                is_changed = id(step.target) in touched or at in wishes.changed
                outcomes[at] = outcome(step, is_changed, wishes.kept.get(at, 0))
        wishes.save(copies, fresh)
        meanwhile()
    return outcomes


def take(wishes: Wishes, places: Sequence[int], steps: Sequence[Step], people: Sequence[ImportedPerson]) -> None:
    """What the rows at `places` say of the consent of those whom their steps have found."""
    for at, step in zip(places, steps, strict=True):
        if step.target is not None and (people[at].wishes or people[at].suppression):
            who, person = step.target.final, people[at]
            wishes.take(at, who.number, who.email, who.phone, person.wishes, person.suppression, person.suppressed_at)


def rehearse(scope: Scope, people: Sequence[ImportedPerson], *, now: datetime) -> list[Rehearsed]:
    """What `import_people` would do now, person by person, without doing it."""
    patches = [person.patch for person in people]
    world, steps = planning.plan(scope, patches, [planning.wish_of(scope, patch, None) for patch in patches])
    targets = {id(target): target for step in steps for target in (step.target, *step.sources) if target is not None}
    for place, person in enumerate(world.made, 1):
        # Nobody has a number below zero.
        person.number = -place
    store.load_records(scope, targets.values())
    changes = [rehearsed_data(patch, step) for patch, step in zip(patches, steps, strict=True)]
    _, known = new_and_old(steps, people)
    wishes = Wishes(scope, now=now, source="", method=METHOD)
    wishes.know(known)
    take(wishes, range(len(people)), steps, people)
    return [
        Rehearsed(
            number=0,
            id="" if step.target is None or step.created else step.target.final.id,
            created=step.created,
            changed=bool(change) or place in wishes.changed,
            kept=wishes.kept.get(place, 0),
            merged=len(step.sources),
            changes=change,
        )
        for place, (step, change) in enumerate(zip(steps, changes, strict=True))
    ]


def rehearsed_data(patch: ProfilePatch, step: Step) -> dict[str, tuple[Any, Any]]:
    """The fields that a patch changes, each with its old and its new value."""
    if step.target is None:
        return {}
    record = planning.record_of(step.target)
    before = flat(record)
    for source in step.sources:
        patching.absorb(record, planning.record_of(source))
    patching.apply(record, patch)
    after = flat(record)
    names = dict.fromkeys((*before, *after))
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def flat(record: Record) -> dict[str, Any]:
    place = {f"location.{name}": value for name, value in record.location.items()}
    return {**record.attributes, **place, **{f"properties.{name}": value for name, value in record.properties.items()}}


def outcome(step: Step, changed: bool, kept: int) -> Imported:
    if step.target is None:
        return NOBODY
    person = step.target.final
    return Imported(person.number, person.id, step.created, changed and not step.created, kept)


def new_and_old(steps: Sequence[Step], people: Sequence[ImportedPerson]) -> tuple[set[int], list[int]]:
    """Numbers of those of whom nothing can be known yet, and of those who were there before, or took over from
    somebody who was, and of whose consent something is said."""
    heirs = {id(step.target.final) for step in steps if step.target and any(not one.new for one in step.sources)}
    new: set[int] = set()
    old: list[int] = []
    for step, person in zip(steps, people, strict=True):
        if step.target is None:
            continue
        target = step.target.final
        if target.new and id(target) not in heirs:
            new.add(target.number)
        elif person.wishes or person.suppression:
            old.append(target.number)
    return new, old
