"""Sending: take a webhook that has something due, post some of it together, and write down what became of it.

A webhook is sent by one sender at a time, who holds it for a minute at most (CAIRN_WEBHOOK_LEASE); a sender that dies
in between is followed by the next one, which sends again what the dead one had not written down. So a receiver may get
a thing twice, and tells it by its `external_id`.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import transaction
from django.db.models import Min, Q

from cairn import wiring
from cairn.domains.webhooks import actions, requests, rounds
from cairn.domains.webhooks.contracts import Disabled, Reason, State
from cairn.domains.webhooks.models import Attempt, Delivery, Webhook
from cairn.infra.http.guard import Answered, Forbidden, Guard, Unreachable
from cairn.infra.sealing import CannotOpen, Vault
from cairn.kernel import ids

log = logging.getLogger(__name__)

JITTER: Final = random.Random()
GONE: Final = 410
ABOUT_CONTENT: Final = frozenset({400, 404, 405, 406, 409, 411, 413, 414, 415, 422})
"""Answers that may be about this very content: what comes behind it does not wait."""
MOST_REPLY: Final = 1000
CANDIDATES: Final = 4
"""Another sender may be quicker with the first."""
LATER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request came to. `reason` is empty for success."""

    at: datetime
    milliseconds: int
    status: int | None
    reason: str
    reply: str
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        return not self.reason


def take(*, now: datetime, but_not: Sequence[str] = ()) -> Webhook | None:
    """A webhook with something due, held by the caller from now on. `but_not` are accounts that have had their part."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    rested = Q(rests_until=None) | Q(rests_until__lte=now)
    due = Webhook.objects.filter(free & rested, due_at__lte=now).exclude(account_id__in=but_not)
    for row in due.order_by("due_at")[:CANDIDATES]:
        mine = Webhook.objects.filter(free, account_id=row.account_id, id=row.id, due_at__isnull=False)
        if mine.update(leased_until=now + timedelta(seconds=wiring.settings().webhook_lease)) == 1:
            return row
    return None


def serve(webhook: Webhook, guard: Guard, vault: Vault, clock: Callable[[], datetime]) -> Outcome | None:
    """One request for a webhook that the caller holds, and lets go of it; None when nothing was due after all."""
    now = clock()
    rows = due_deliveries(webhook, now)
    outcome = post(webhook, rows, guard, vault, clock) if rows else None
    settle(webhook, rows, outcome, now=clock())
    return outcome


def due_deliveries(webhook: Webhook, now: datetime) -> list[Delivery]:
    """The oldest that are due, as many as may go together."""
    mine = Delivery.objects.filter(account_id=webhook.account_id, webhook_id=webhook.id, due_at__lte=now)
    chosen: list[Delivery] = []
    size = 0
    for row in mine.order_by("due_at", "id")[: webhook.batch]:
        size += len(row.payload)
        if chosen and size > rounds.MOST_BYTES:
            break
        chosen.append(row)
    return chosen


def post(
    webhook: Webhook, rows: Sequence[Delivery], guard: Guard, vault: Vault, clock: Callable[[], datetime]
) -> Outcome:
    at = clock()
    began = time.monotonic()

    def ended(reason: str, *, status: int | None = None, reply: str = "", retry_after: str = "") -> Outcome:
        spent = round((time.monotonic() - began) * 1000)
        return Outcome(at, spent, status, reason, reply[:MOST_REPLY], retry_after)

    try:
        secret = vault.open(webhook.secret, owner=actions.seal_owner(webhook.account_id, webhook.id))
        items = [requests.Item(row.external_id, row.topic, msgspec.Raw(row.payload.encode())) for row in rows]
        body = requests.document(webhook.account_id, webhook.id, items, now=at)
        headers = requests.headers(webhook.id, secret, body, now=at)
        answer = guard.post(webhook.endpoint_url, body, headers, seconds=rounds.SECONDS)
    except CannotOpen as problem:
        return ended(Reason.SECRET_UNREADABLE, reply=problem.detail)
    except Forbidden as problem:
        return ended(Reason.FORBIDDEN, reply=problem.detail)
    except Unreachable as problem:
        return ended(Reason.UNREACHABLE, reply=problem.detail)
    return ended(
        reason_of(answer),
        status=answer.status,
        reply=answer.excerpt,
        retry_after=answer.headers.get("retry-after", ""),
    )


def reason_of(answer: Answered) -> str:
    if 200 <= answer.status < 300:
        return ""
    if answer.status == GONE:
        return Reason.GONE
    return Reason.REDIRECTED if 300 <= answer.status < 400 else Reason.REFUSED


def settle(webhook: Webhook, rows: Sequence[Delivery], outcome: Outcome | None, *, now: datetime) -> None:
    """Everything that follows from a request, in one transaction. The webhook is let go of."""
    with transaction.atomic():
        row = Webhook.objects.select_for_update().filter(account_id=webhook.account_id, id=webhook.id).first()
        if row is None:
            return  # It was deleted meanwhile, with its deliveries.
        if outcome is not None:
            write_down(row, rows, outcome, now)
            judge(row, outcome, now)
        row.leased_until = None
        # Whoever put something down before has waited for this row, or is waiting: nothing is overlooked.
        mine = Delivery.objects.filter(account_id=row.account_id, webhook_id=row.id)
        row.due_at = mine.aggregate(next=Min("due_at"))["next"]
        row.save()


def write_down(row: Webhook, deliveries: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
    attempt = Attempt.objects.create(
        account_id=row.account_id,
        id=ids.ulid(),
        webhook_id=row.id,
        at=outcome.at,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        reason=outcome.reason,
        reply=outcome.reply,
        items=len(deliveries),
    )
    for one in deliveries:
        one.attempts += 1
        one.attempt_ids = [*one.attempt_ids, attempt.id]
        one.last_status = outcome.status
        decide(one, outcome, now)
    fields = ["attempts", "attempt_ids", "last_status", "state", "reason", "due_at", "done_at"]
    Delivery.objects.bulk_update(deliveries, fields)


def decide(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Delivered, to be tried again, or given up."""
    delivery.reason = outcome.reason
    if outcome.is_success:
        delivery.state, delivery.due_at, delivery.done_at = State.DELIVERED, None, now
        return
    pause = max(rounds.pause_after(delivery.attempts, JITTER), rounds.wished(outcome.retry_after))
    if delivery.is_test or outcome.reason == Reason.GONE:
        delivery.state, delivery.due_at, delivery.done_at = State.FAILED, None, now
    elif now + pause > delivery.give_up_at:
        delivery.state, delivery.due_at, delivery.done_at = State.FAILED, None, now
        delivery.reason = outcome.reason if outcome.status else Reason.TOO_LATE
    else:
        delivery.due_at = now + pause


def judge(row: Webhook, outcome: Outcome, now: datetime) -> None:
    """What a request says of the receiver: it is well, it is to be left alone for a while, or for good."""
    if outcome.is_success:
        row.failures, row.failing_since, row.rests_until = 0, None, None
        row.batch = min(row.batch * 2, rounds.MOST_TOGETHER)
        row.last_delivered_at = now
        return
    row.batch = 1
    row.failures += 1
    row.failing_since = row.failing_since or outcome.at
    if outcome.status not in ABOUT_CONTENT:
        row.rests_until = now + max(rounds.rest_after(row.failures, JITTER), rounds.wished(outcome.retry_after))
    if not row.enabled:
        return
    if outcome.reason == Reason.GONE:
        stop(row, Disabled.GONE, now)
    elif row.failures >= rounds.LEAST_FAILURES and now - row.failing_since >= rounds.PATIENCE:
        stop(row, Disabled.KEPT_FAILING, now)


def stop(row: Webhook, reason: Disabled, now: datetime) -> None:
    log.warning("webhook %s of %s is disabled: %s", row.id, row.account_id, reason)
    actions.disable(row, reason, now)
    row.notice_due_at = now


def put_off(webhook: Webhook, *, now: datetime) -> None:
    """A webhook that cannot even be served, for a mistake of ours, does not stop the others."""
    mine = Webhook.objects.filter(account_id=webhook.account_id, id=webhook.id)
    mine.update(leased_until=None, rests_until=now + LATER)
