"""What profiles do about commands of the log: suppressions. Upserts and consent concern lists, too: see lists/handlers.

Commands come with the moment at which they were accepted, in milliseconds since 1970, in the order of one account.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cairn.domains.profiles import actions, jobs, store
from cairn.domains.profiles.contracts import Reason, SuppressProfiles
from cairn.infra.postgres import outbox
from cairn.kernel.scope import Scope

OF_MAILBOX = frozenset({Reason.HARD_BOUNCE, Reason.INVALID_EMAIL})
"""What a mailbox said counts against the person only while it is the one that is written to."""


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
        if command.reason in OF_MAILBOX:
            numbers = store.shown(scope, numbers, command.emails, command.profile_ids)
        concerned.update(numbers)
        if replayed:
            continue
        at = min(now, datetime.fromtimestamp(accepted / 1000, UTC))
        asked_by = replace(scope, actor=command.actor or scope.actor)
        if lift:
            changed = actions.unsuppress(asked_by, numbers, at=at, now=now)
        else:
            reason = Reason(command.reason)
            changed = actions.suppress(asked_by, numbers, reason=reason, at=at, now=now, detail=command.detail)
        if lift or command.reason == Reason.USER_SUPPRESSED:
            tell(scope, [person.id for person in people if person.number in changed], at, lift=lift)
        if command.job_id:
            total = len(command.emails) + len(command.profile_ids)
            jobs.advance(scope, command.job_id, completed=len(changed), skipped=total - len(changed), now=now)
    return concerned


def tell(scope: Scope, profile_ids: Sequence[str], at: datetime, *, lift: bool) -> None:
    """Events in the shape of events.contracts.EventDraft; events are a later domain, and read them from the log."""
    if not profile_ids:
        return
    metric = "Manually Unsuppressed from Email Marketing" if lift else "Manually Suppressed from Email Marketing"
    moment = int(at.timestamp() * 1000)
    drafts = [
        {
            "metric": metric,
            "profile": {"id": profile_id},
            "service": "cairn",
            "time": moment // 1000,
            "unique_id": f"{'un' if lift else ''}suppressed:{moment}",
            "properties": {},
        }
        for profile_id in dict.fromkeys(profile_ids)
    ]
    outbox.send("events.record", {"account_id": scope.account_id, "events": drafts})
