"""What can be done to profiles. Whoever writes one holds the account's lock (`store.lock`) until the commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from cairn.domains.profiles import (
    bounces,
    bulk,
    consent,
    consent_lists,
    deduplicating,
    departing,
    duplicates,
    emails,
    identity,
    jobs,
    merges,
    properties,
    push_tokens,
    store,
    touching,
)
from cairn.domains.profiles.contracts import (
    SUBSCRIBED,
    ConsentChange,
    Device,
    ProfilePatch,
    Reason,
    Resolved,
    SuppressProfiles,
    Wish,
)
from cairn.domains.profiles.identity import Asked, Person, Step, World
from cairn.domains.profiles.planning import apply_data, plan, wish_of
from cairn.kernel.errors import Conflict, Invalid, NotFound
from cairn.kernel.scope import Scope

NOBODY = Resolved(0, "", False)
touch, forget_touched, hurry_touched = touching.touch, touching.forget, touching.hurry
start_import, start_suppression, count_import = jobs.start_import, jobs.start_suppression, jobs.progress
unregister_push_token = push_tokens.unregister
register_push_tokens, unregister_push_tokens = push_tokens.register_all, push_tokens.unregister_all
change_property, take_turn = properties.change, store.lock
leave, merge = departing.leave, merges.merge
search_duplicates, duplicates_are_due = deduplicating.search, duplicates.is_due
decide_duplicate, configure_duplicates = deduplicating.decide, duplicates.configure
want_duplicates = duplicates.want_search
import_people, rehearse_import = bulk.import_people, bulk.rehearse


def apply_patches(
    scope: Scope,
    patches: Sequence[ProfilePatch],
    *,
    now: datetime,
    replayed: bool = False,
    proposed_ids: Sequence[str | None] | None = None,
) -> list[Resolved]:
    """Find, and where needed make, change and merge, the profiles of many patches, in order.

    Runs inside the caller's transaction. `replayed` patches were applied before: they are only resolved. One that
    belongs to nobody gets number 0. `proposed_ids` are ids that the edge promised for those that turn out new.
    """
    promised = proposed_ids or [None] * len(patches)
    wishes = [wish_of(scope, patch, proposed) for patch, proposed in zip(patches, promised, strict=True)]
    world, steps = plan(scope, patches, wishes)
    if replayed:
        return [known(step) for step in steps]
    changed = apply_data(scope, patches, steps)
    if changed or world.changed:
        if store.lock(scope) != world.turn:
            # Somebody wrote since we read: read and decide again, now that nobody else can.
            world, steps = plan(scope, patches, wishes)
            changed = apply_data(scope, patches, steps)
        store.write(scope, world, changed, now=now)
    return [resolved(step) for step in steps]


def resolved(step: Step) -> Resolved:
    if step.target is None:
        return NOBODY
    person = step.target.final
    return Resolved(person.number, person.id, step.created)


def known(step: Step) -> Resolved:
    if step.target is None or step.target.final.new:
        return NOBODY
    person = step.target.final
    return Resolved(person.number, person.id, False)


def upsert_now(scope: Scope, patch: ProfilePatch, *, now: datetime) -> tuple[Resolved, bool]:
    """Create or update one profile at once. Raises Conflict where the identifiers belong to two profiles."""
    with transaction.atomic():
        store.lock(scope)
        refuse_two(scope, patch)
        found = apply_patches(scope, [patch], now=now)[0]
    if not found.number:
        raise missing(patch)
    return found, found.created


def missing(patch: ProfilePatch) -> Exception:
    if patch.id is not None:
        return NotFound(f"A profile with id {patch.id} does not exist.")
    return Invalid(
        "At least one identifier of email, phone_number, external_id or anonymous_id is needed.",
        pointer="/data/attributes",
    )


def refuse_two(scope: Scope, patch: ProfilePatch) -> None:
    """Merging people takes more than a request that may have mixed them up: see `merge`."""
    world, wish = lookup(scope, patch)
    people = [world.by_id[wish.id]] if wish.id in world.by_id else []
    for key in (*wish.keys, *wish.added):
        person = world.find(key)
        if person is not None and not person.anonymous and person not in people:
            people.append(person)
    if len(people) > 1:
        raise duplicate(people[1])
    if people and (wish.added or wish.dropped):
        emails.check(scope, people[0], wish)


def lookup(scope: Scope, patch: ProfilePatch) -> tuple[World, Asked]:
    wish = wish_of(scope, patch, None)
    return store.find(scope, [wish]), wish


def duplicate(person: Person) -> Conflict:
    return Conflict(
        "A profile already exists with one of these identifiers.",
        code="duplicate_profile",
        pointer="/data/attributes",
        meta={"duplicate_profile_id": person.id},
    )


def create(scope: Scope, patch: ProfilePatch, *, now: datetime) -> Resolved:
    """A new profile. Raises Conflict, with the other's id, where an identifier is taken."""
    with transaction.atomic():
        store.lock(scope)
        world, wish = lookup(scope, patch)
        for key in (*wish.keys, *wish.added):
            person = world.find(key)
            if person is not None and (not person.anonymous or key[0] == identity.ANONYMOUS):
                raise duplicate(person)
        made = apply_patches(scope, [patch], now=now)[0]
    if not made.number:
        raise missing(patch)
    return made


def update(scope: Scope, profile_id: str, patch: ProfilePatch, *, now: datetime) -> Resolved:
    """Change one profile. Raises NotFound, and Conflict where an identifier belongs to somebody else."""
    patch.id = profile_id
    with transaction.atomic():
        store.lock(scope)
        world, _ = lookup(scope, patch)
        if profile_id not in world.by_id:
            raise NotFound(f"A profile with id {profile_id} does not exist.")
        refuse_two(scope, patch)
        return apply_patches(scope, [patch], now=now)[0]


def change_consent(
    scope: Scope, changes: Sequence[ConsentChange], *, now: datetime, replayed: bool = False
) -> list[Wish]:
    """Record people's wishes, making profiles for those who are new. Lists and events are up to `lists.actions`.

    Runs inside the caller's transaction.
    """
    for change in changes:
        # An opt-in belongs to its address: of several, the one that was subscribed last is the one that is written to.
        change.profile.prefers = change.consent == SUBSCRIBED
    found = apply_patches(scope, [change.profile for change in changes], now=now, replayed=replayed)
    if replayed:
        return [Wish(person.number, person.id, False, False, now) for person in found]
    store.lock(scope)
    return consent.record(scope, found, changes, now=now)


def find_people(scope: Scope, patches: Sequence[ProfilePatch], *, now: datetime) -> list[Resolved]:
    """Whom patches mean, without writing anything; nobody where they would make somebody."""
    return apply_patches(scope, patches, now=now, replayed=True)


def stop_lists(
    scope: Scope,
    found: Sequence[Resolved],
    changes: Sequence[ConsentChange],
    *,
    now: datetime,
    asked: Mapping[tuple[str, int], datetime | None],
) -> list[Wish]:
    """Opt-outs from one list each, see `consent_lists.stop`. Runs inside the caller's transaction."""
    store.lock(scope)
    return consent_lists.stop(scope, found, changes, now=now, asked=asked)


lift_list = consent_lists.lift
delivered, count_soft_bounces = bounces.delivered, bounces.count


def suppress(
    scope: Scope, numbers: Sequence[int], *, reason: Reason, at: datetime, now: datetime, detail: str = ""
) -> set[int]:
    """Keep all marketing email from people, whatever their consent; returns those for whom the reason is new."""
    with transaction.atomic():
        store.lock(scope)
        return consent.suppress(scope, numbers, reason, at=at, now=now, detail=detail)


def exclude_now(scope: Scope, email: str, *, now: datetime) -> bool:
    """Suppress whoever has an address, by hand and at once; whether that was new. Nobody yet: a profile is made."""
    with transaction.atomic():
        store.lock(scope)
        people = people_of(scope, SuppressProfiles(emails=[email]), now=now)
        return bool(suppress(scope, [one.number for one in people], reason=Reason.USER_SUPPRESSED, at=now, now=now))


def unsuppress(scope: Scope, numbers: Sequence[int], *, at: datetime, now: datetime) -> set[int]:
    """Lift manual suppressions; bounces, complaints and unsubscriptions stay."""
    with transaction.atomic():
        store.lock(scope)
        return consent.unsuppress(scope, numbers, at=at, now=now)


def people_of(
    scope: Scope, command: SuppressProfiles, *, now: datetime, replayed: bool = False, accepted: int = 0
) -> list[Resolved]:
    """The people of a suppression; an address that nobody has gets a profile, so that it stays suppressed."""
    patches = [ProfilePatch(email=email, accepted=accepted) for email in command.emails]
    patches += [ProfilePatch(id=profile_id, accepted=accepted) for profile_id in command.profile_ids]
    return apply_patches(scope, patches, now=now, replayed=replayed)


def register_push_token(scope: Scope, patch: ProfilePatch, device: Device, *, now: datetime) -> Resolved:
    """Note a device of a person, who is made or changed as the patch says. Raises NotFound, and Invalid for nobody."""
    with transaction.atomic():
        owner = apply_patches(scope, [patch], now=now)[0]
        if not owner.number:
            raise missing(patch)
        push_tokens.register(scope, owner.number, device, now=now)
    return owner
