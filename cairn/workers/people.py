"""Handlers of the commands that say something of people: events and upserts, consent, suppression."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from cairn.domains.events.contracts import Arrival, ArrivedEvent, ArrivedEvents
from cairn.domains.lists import handlers as lists
from cairn.domains.lists.handlers import Upserted
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch, Resolved, UpsertProfiles
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope
from cairn.workers import counters
from cairn.workers.share import Accepted, Share

NAME_LIMIT = 128


class Said(msgspec.Struct, frozen=True, gc=False):
    """One patch of a command, with the event that came with it."""

    one: Accepted
    index: int
    patch: ProfilePatch
    event: ArrivedEvent | None
    proposed_id: str | None


def record_people(scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    """`events.record` and `profiles.upsert`: the profiles of all of them, in order, in one go."""
    share = Share()
    for is_applied in (True, False):
        said = [part for one in accepted if one.is_applied == is_applied for part in parts(one)]
        if not said:
            continue
        found = profiles.apply_patches(
            scope,
            [part.patch for part in said],
            now=now,
            replayed=is_applied,
            proposed_ids=[part.proposed_id for part in said],
        )
        gather(share, said, found)
        if not is_applied:
            lists.upserted(scope, upserts(said, found), now=now)
    return share


def parts(one: Accepted) -> Iterator[Said]:
    command = one.command
    if isinstance(command, ArrivedEvents):
        for index, event in enumerate(command.events):
            check_names(event)
            # An import's events are of the moment at which their file came.
            event.profile.accepted = event.profile.accepted or one.entry.record.at
            yield Said(one, index, event.profile, event, None)
    elif isinstance(command, UpsertProfiles):
        proposed = command.proposed_id if len(command.profiles) == 1 else None
        for index, patch in enumerate(command.profiles):
            patch.accepted = one.entry.record.at
            yield Said(one, index, patch, None, proposed)


def check_names(event: ArrivedEvent) -> None:
    """Refuses what has no place in a metric's row; the edge does, too."""
    for name in (event.metric, event.service):
        if not 0 < len(name) <= NAME_LIMIT or "\0" in name:
            raise Invalid(f"A metric cannot be called {name!r}.")


def gather(share: Share, said: Sequence[Said], found: Sequence[Resolved]) -> None:
    new = {profile.number for profile in found if profile.created}
    for part, profile in zip(said, found, strict=True):
        if not profile.number:
            if part.event is not None:
                counters.DROPPED.labels("nobody").inc()
            continue
        share.changed.add(profile.number)
        if part.event is not None:
            share.arrivals.append(
                Arrival(
                    event=part.event,
                    profile=profile.number,
                    is_new=profile.number in new,
                    source=source_of(part.one, part.index),
                    received=part.one.entry.record.at,
                )
            )


def upserts(said: Sequence[Said], found: Sequence[Resolved]) -> list[Upserted]:
    """The upserts that mean more than the profiles themselves, each with its own."""
    gathered: dict[int, tuple[UpsertProfiles, list[Resolved]]] = {}
    for part, profile in zip(said, found, strict=True):
        command = part.one.command
        if isinstance(command, UpsertProfiles) and (command.list_id or command.job_id):
            gathered.setdefault(id(command), (command, []))[1].append(profile)
    return [Upserted(command, profiles) for command, profiles in gathered.values()]


def source_of(one: Accepted, index: int) -> str:
    position = one.entry.position
    return f"{position.writer}:{position.lane}:{position.offset}:{index}"
