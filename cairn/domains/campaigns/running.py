"""What the worker does for campaigns: begin those that are due, add recipients, hand messages over, and finish.

Every step is one conditional update or one transaction, so that another worker, or the next one after a crash, goes on
where this one stopped.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from django.db import InterfaceError, OperationalError, transaction

from cairn.domains.accounts import queries as accounts
from cairn.domains.campaigns import audience, definitions, scheduling
from cairn.domains.campaigns.models import ACTIVE, WAITING, Campaign, CampaignMessage, Status
from cairn.domains.messaging import actions as messaging
from cairn.domains.messaging import queries as ledger
from cairn.domains.messaging.handlers import Sender
from cairn.domains.profiles import queries as profiles
from cairn.kernel.errors import Invalid, NotFound, Unavailable
from cairn.kernel.scope import Scope

log = logging.getLogger(__name__)

ADDED_AT_ONCE: Final = 5_000
PAUSE: Final = timedelta(seconds=1)
AWAY: Final = timedelta(seconds=10)
FAILED: Final = timedelta(minutes=1)
LOOKED_AT: Final = 20


def run_due(sender: Sender, *, now: datetime, may_send: bool = True) -> bool:
    """One step for each campaign that is due; False when there was nothing to do. Without `may_send`, audiences are
    built but nothing is handed over: consent that was accepted must be applied first."""
    rows = Campaign.objects.filter(status__in=ACTIVE, try_at__lte=now).order_by("try_at").defer("recipients")
    busy = False
    for row in rows[:LOOKED_AT]:
        scope = accounts.scope_of(row.account_id)
        try:
            busy |= step(scope, row, sender, now=now, may_send=may_send)
        except (Invalid, NotFound) as error:
            fail(scope, row, Status.MISCONFIGURED, error.detail, now=now)
        except Unavailable as error:
            log.warning("campaign %s waits: %s", row.id, error.detail)
            look_again(row, now + AWAY)
        except (OperationalError, InterfaceError):
            raise  # The store is away, which no campaign is to blame for.
        except Exception:
            log.exception("campaign %s: a step failed", row.id)
            look_again(row, now + FAILED)
    if not busy:
        sender.land()
    return busy


def step(scope: Scope, row: Campaign, sender: Sender, *, now: datetime, may_send: bool) -> bool:
    if row.status in WAITING:
        return begin(scope, row, now=now)
    if row.status == Status.ADDING:
        return add_recipients(scope, row, now=now)
    return hand_over(scope, row, sender, now=now) if may_send else False


def messages_of(scope: Scope, row: Campaign) -> Sequence[CampaignMessage]:
    return list(CampaignMessage.objects.within(scope).filter(campaign_id=row.id).order_by("id"))


def begin(scope: Scope, row: Campaign, *, now: datetime) -> bool:
    """Fixes content and audience of this moment. Of two workers that try, one wins."""
    for message in messages_of(scope, row):
        messaging.prepare(scope, source=message.id, content=definitions.content_of(scope, row, message), now=now)
    numbers = audience.members(scope, row.included, row.excluded, now=now)
    if not len(numbers):
        fail(scope, row, Status.NO_RECIPIENTS, "The audience was empty.", now=now)
        return True
    changed = Campaign.objects.within(scope).filter(id=row.id, status__in=WAITING)
    changed.update(
        status=Status.ADDING,
        recipients=audience.packed(numbers),
        total=len(numbers),
        added=0,
        send_time=row.send_time or now,
        try_at=now,
        updated_at=now,
    )
    return True


def add_recipients(scope: Scope, row: Campaign, *, now: datetime) -> bool:
    """Some more of the audience into the ledger, together with the note how far that is."""
    with transaction.atomic():
        held = Campaign.objects.within(scope).select_for_update(skip_locked=True)
        found = held.filter(id=row.id, status=Status.ADDING).first()
        if found is None:
            return False
        numbers = audience.unpacked(bytes(found.recipients or b""), found.added, ADDED_AT_ONCE)
        dues = due_times(scope, found, numbers, now=now)
        for message in messages_of(scope, row)[:1]:
            messaging.enqueue(scope, source=message.id, campaign_id=row.id, numbers=numbers, dues=dues, now=now)
        found.added += len(numbers)
        fields: dict[str, object] = {"added": found.added}
        if found.added >= found.total:
            parts = scheduling.in_parts(found.send_strategy)
            fields |= {"status": Status.SENDING_PARTS if parts else Status.SENDING, "recipients": None}
        Campaign.objects.within(scope).filter(id=row.id).update(**fields, updated_at=now)
    return True


def due_times(scope: Scope, row: Campaign, numbers: Sequence[int], *, now: datetime) -> list[datetime] | None:
    """Recipients' own times, for strategies that have them."""
    strategy = row.send_strategy
    if strategy.get("method") == "throttled":
        return scheduling.throttled(
            len(numbers), row.added, strategy["throttle_percentage"], at=row.send_time or now, total=row.total
        )
    if scheduling.is_local(strategy):
        home = scheduling.zone_of(accounts.get_account(scope, scope.account_id).timezone, now.tzinfo or UTC)
        people = profiles.profiles_by_numbers(scope, numbers)
        zones = [
            scheduling.zone_of(people[number].location.get("timezone") if number in people else "", home)
            for number in numbers
        ]
        return scheduling.local(strategy, zones, now=now)
    return None


def hand_over(scope: Scope, row: Campaign, sender: Sender, *, now: datetime) -> bool:
    """A batch of each message; the campaign is sent when nothing of it is left."""
    messages = messages_of(scope, row)
    taken = 0
    for message in messages:
        handed = sender.step(scope, message.id, now=now)
        taken += handed.taken
        if handed.away:
            look_again(row, now + AWAY)
            return False
    if taken:
        return True
    if not all(ledger.is_finished(scope, message.id) for message in messages):
        look_again(row, now + PAUSE)
        return False
    done = ledger.progress(scope, row.id, [message.id for message in messages])
    Campaign.objects.within(scope).filter(id=row.id, status=row.status).update(
        status=Status.SENT, progress=msgspec.to_builtins(done), updated_at=now
    )
    return True


def look_again(row: Campaign, at: datetime) -> None:
    Campaign.objects.filter(account_id=row.account_id, id=row.id).update(try_at=at)


def fail(scope: Scope, row: Campaign, status: Status, reason: str, *, now: datetime) -> None:
    """Ends a campaign that cannot go on; what is queued is skipped, with the reason on the campaign."""
    log.warning("campaign %s ends as %s: %s", row.id, status, reason)
    with transaction.atomic():
        sources = [message.id for message in messages_of(scope, row)]
        for source in sources:
            messaging.call_off(scope, source=source, reason="cancelled", now=now)
        done = ledger.progress(scope, row.id, sources)
        Campaign.objects.within(scope).filter(id=row.id, status__in=ACTIVE).update(
            status=status,
            reason=reason,
            recipients=None,
            progress=msgspec.to_builtins(done) if done.recipients else None,
            updated_at=now,
        )
