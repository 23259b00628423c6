"""What profiles do about commands of the log: suppressions. Upserts and consent concern lists, too: see lists/handlers.

Commands come with the moment at which they were accepted, in milliseconds since 1970, in the order of one account.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from cairn.domains.profiles import actions, jobs
from cairn.domains.profiles.contracts import Reason, SuppressProfiles
from cairn.kernel.scope import Scope


def suppress(
    scope: Scope, commands: Sequence[tuple[int, SuppressProfiles]], *, now: datetime, replayed: bool
) -> set[int]:
    """`profiles.suppress`; the profiles that it concerns."""
    return each(scope, commands, lift=False, now=now, replayed=replayed)


def unsuppress(
    scope: Scope, commands: Sequence[tuple[int, SuppressProfiles]], *, now: datetime, replayed: bool
) -> set[int]:
    """`profiles.unsuppress`: lifts manual suppressions only."""
    return each(scope, commands, lift=True, now=now, replayed=replayed)


def each(
    scope: Scope, commands: Sequence[tuple[int, SuppressProfiles]], *, lift: bool, now: datetime, replayed: bool
) -> set[int]:
    concerned: set[int] = set()
    for accepted, command in commands:
        people = actions.people_of(scope, command, now=now, replayed=replayed or lift, accepted=accepted)
        numbers = [person.number for person in people if person.number]
        concerned.update(numbers)
        if replayed:
            continue
        at = min(now, datetime.fromtimestamp(accepted / 1000, UTC))
        if lift:
            changed = actions.unsuppress(scope, numbers, at=at, now=now)
        else:
            changed = actions.suppress(scope, numbers, reason=Reason(command.reason), at=at, now=now)
        if command.job_id:
            total = len(command.emails) + len(command.profile_ids)
            jobs.advance(scope, command.job_id, completed=len(changed), skipped=total - len(changed), now=now)
    return concerned
