"""What lists do about commands of the log and facts of other domains.

Commands come with the moment at which they were accepted, in milliseconds since 1970, in the order of one account.
`replayed` commands were applied before, and are only resolved. Everything runs inside the caller's transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from cairn.domains.lists import actions, queries
from cairn.domains.lists.contracts import ConfirmationWanted, ProfilesBounced, ProfilesMerged
from cairn.domains.lists.membership import How
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ChangeConsent, ProfileDeleted, Resolved, UpsertProfiles
from cairn.kernel import clock
from cairn.kernel.scope import Scope


def change_consent(
    scope: Scope, commands: Sequence[tuple[int, ChangeConsent]], *, now: datetime, replayed: bool
) -> set[int]:
    """`profiles.consent`; the profiles that it concerns."""
    changes = [
        change if change.at else msgspec.structs.replace(change, at=moment(accepted).isoformat())
        for accepted, command in commands
        for change in command.changes
    ]
    wishes = actions.change_consent(scope, changes, now=now, replayed=replayed)
    return {wish.number for wish in wishes if wish.number}


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Upserted:
    """A command of `profiles.upsert` whose profiles are written."""

    command: UpsertProfiles
    profiles: Sequence[Resolved]


def upserted(scope: Scope, done: Sequence[Upserted], *, now: datetime) -> None:
    """What upserts mean beyond the profiles themselves: memberships, and the counts of their jobs. A job of ten
    thousand people is many commands: each job is counted once, and each list joined once by all that it brings."""
    joining: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    of_job: defaultdict[str, list[Resolved]] = defaultdict(list)
    for one in done:
        job_id = one.command.job_id or ""
        if job_id:
            of_job[job_id] += one.profiles
        if one.command.list_id:
            joining[one.command.list_id, job_id] += numbers_of(one.profiles)
    for job_id, profiles_of in of_job.items():
        for list_id in profiles.count_import(scope, job_id, profiles_of, now=now):
            joining[list_id, job_id] += numbers_of(profiles_of)
    there = {row.id for row in queries.lists_by_ids(scope, {list_id for list_id, _ in joining})} if joining else set()
    for (list_id, job_id), numbers in joining.items():
        if list_id in there:
            actions.join(scope, list_id, numbers, now=now, how=How("IMPORT" if job_id else "API", job_id))


def numbers_of(found: Sequence[Resolved]) -> list[int]:
    return [profile.number for profile in found if profile.number]


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    actions.unite(scope, source=fact.source, destination=fact.destination)


def profile_deleted(scope: Scope, fact: ProfileDeleted) -> None:
    actions.leave_all(scope, [fact.number])


def profiles_bounced(scope: Scope, fact: ProfilesBounced) -> None:
    """A mailbox that does not exist is in no list. Repeating it changes nothing."""
    actions.leave_all(scope, fact.numbers)


def confirmation_wanted(scope: Scope, fact: ConfirmationWanted) -> None:
    """Somebody whom an older version was about to ask. Repeating it asks nobody twice within ten minutes."""
    actions.ask_again(scope, fact.token, now=clock.now())
