"""Telling an account's people that a webhook was disabled, because its receiver did not answer well."""

import logging
from datetime import datetime, timedelta
from typing import Final

from cairn.domains.accounts import queries as accounts
from cairn.domains.messaging import actions as messaging
from cairn.domains.messaging.contracts import Notice
from cairn.domains.webhooks.contracts import Disabled
from cairn.domains.webhooks.models import Webhook
from cairn.domains.webhooks.queries import shortened
from cairn.kernel import clock
from cairn.kernel.errors import NotFound, Unavailable

log = logging.getLogger(__name__)

AGAIN: Final = timedelta(minutes=5)
GIVE_UP: Final = timedelta(days=2)
AT_ONCE: Final = 20
REASONS: Final = {
    Disabled.KEPT_FAILING: "every request to its receiver has failed for a day",
    Disabled.GONE: "its receiver answered 410 Gone, which means that it wants no more",
}


def send_due(*, now: datetime) -> int:
    """Mail what is due; how many notices went out. One that no provider takes is tried again, for two days."""
    sent = 0
    for row in Webhook.objects.filter(notice_due_at__lte=now).order_by("notice_due_at")[:AT_ONCE]:
        mine = Webhook.objects.filter(account_id=row.account_id, id=row.id)
        # Whoever moves the time has the notice in hand.
        if not mine.filter(notice_due_at=row.notice_due_at).update(notice_due_at=now + AGAIN):
            continue
        try:
            messaging.tell_people(accounts.scope_of(row.account_id), notice_of(row), now=now)
        except (Unavailable, NotFound) as problem:
            log.warning("the notice of webhook %s of %s was not sent: %s", row.id, row.account_id, problem)
            if row.disabled_at is not None and now - row.disabled_at < GIVE_UP:
                continue
        else:
            sent += 1
        mine.filter(notice_due_at=now + AGAIN).update(notice_due_at=None)
    return sent


def notice_of(row: Webhook) -> Notice:
    at = row.disabled_at or row.updated_at
    why = REASONS.get(Disabled(row.disabled_reason), "its receiver did not answer well")
    return Notice(
        id=f"webhook-{row.id}-{clock.millis(at)}",
        subject=f"The webhook “{row.name}” was disabled",
        paragraphs=(
            f"The webhook “{row.name}” to {shortened(row.endpoint_url)} was disabled on {at:%d %B %Y at %H:%M} UTC, "
            f"because {why}.",
            "Nothing is sent to it any more, and what waited was skipped. When the receiver is well again, enable the "
            "webhook; what was skipped or failed can be sent again from its page for 14 days.",
        ),
        path=f"/settings/webhooks/{row.id}",
        label="Look at the webhook",
    )
