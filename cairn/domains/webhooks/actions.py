"""What can be done with webhooks: made, changed, removed; tried out, told of what happened, and told again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least

from cairn import wiring
from cairn.domains.events.contracts import StoredEvent
from cairn.domains.segments.contracts import SegmentChanged
from cairn.domains.webhooks import happenings, rounds, topics
from cairn.domains.webhooks.contracts import Disabled, Happening, Reason, State
from cairn.domains.webhooks.models import Attempt, Delivery, Webhook
from cairn.infra.http.guard import Forbidden
from cairn.kernel import ids
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

MOST_WEBHOOKS: Final = 50
SHORTEST_SECRET: Final = 16
LONGEST_NAME: Final = 255
MOST_AT_ONCE: Final = 10_000
AT: Final = "/data/attributes"


def create_webhook(
    scope: Scope,
    *,
    name: str,
    endpoint_url: str,
    secret_key: str,
    topic_ids: Sequence[str],
    description: str | None = None,
    now: datetime,
) -> str:
    """The id of a new webhook, which is told of what is stored from now on. Raises Invalid."""
    if Webhook.objects.within(scope).count() >= MOST_WEBHOOKS:
        raise Conflict(f"An account may have {MOST_WEBHOOKS} webhooks; delete one first.")
    webhook_id = ids.ulid()
    Webhook.objects.create(
        account_id=scope.account_id,
        id=webhook_id,
        name=checked_name(name),
        description=description,
        endpoint_url=checked_url(endpoint_url),
        secret=sealed(scope, webhook_id, secret_key),
        topics=topics.checked(topic_ids),
        created_at=now,
        updated_at=now,
    )
    return webhook_id


def change_webhook(
    scope: Scope,
    *,
    webhook_id: str,
    changes: Mapping[str, Any],
    topic_ids: Sequence[str] | None = None,
    now: datetime,
) -> None:
    """Change what is given: name, description, endpoint_url, secret_key, enabled. Raises NotFound and Invalid.

    Disabling skips what waits; enabling forgets the failures of the past.
    """
    fields: dict[str, Any] = {"updated_at": now}
    if changes.get("name") is not None:
        fields["name"] = checked_name(changes["name"])
    if "description" in changes:
        fields["description"] = changes["description"]
    if changes.get("endpoint_url") is not None:
        fields["endpoint_url"] = checked_url(changes["endpoint_url"])
    if changes.get("secret_key") is not None:
        fields["secret"] = sealed(scope, webhook_id, changes["secret_key"])
    if topic_ids is not None:
        fields["topics"] = topics.checked(topic_ids)
    with transaction.atomic():
        Webhook.objects.of(scope, webhook_id)
        row = Webhook.objects.within(scope).select_for_update().get(id=webhook_id)
        for name, value in fields.items():
            setattr(row, name, value)
        if changes.get("enabled") is True:
            enable(row)
        elif changes.get("enabled") is False and row.enabled:
            disable(row, Disabled.BY_HAND, now)
        row.save()


def enable(row: Webhook) -> None:
    row.enabled, row.disabled_reason, row.disabled_at = True, "", None
    row.failing_since, row.failures, row.rests_until, row.notice_due_at = None, 0, None, None


def disable(row: Webhook, reason: Disabled, now: datetime) -> None:
    """Sets the row, which the caller saves, and skips what waits."""
    row.enabled, row.disabled_reason, row.disabled_at, row.due_at = False, reason, now, None
    waiting = Delivery.objects.filter(account_id=row.account_id, webhook_id=row.id, state=State.QUEUED)
    waiting.update(state=State.SKIPPED, reason=Reason.WEBHOOK_DISABLED, due_at=None, done_at=now)


def delete_webhook(scope: Scope, *, webhook_id: str) -> None:
    """Remove it with all it was told and is to be told. Raises NotFound."""
    Webhook.objects.of(scope, webhook_id)
    with transaction.atomic():
        Webhook.objects.within(scope).filter(id=webhook_id).delete()
        Delivery.objects.within(scope).filter(webhook_id=webhook_id).delete()
        Attempt.objects.within(scope).filter(webhook_id=webhook_id).delete()


def checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(f"A webhook's name has 1 to {LONGEST_NAME} characters.", pointer=f"{AT}/name")
    return name


def checked_url(url: str) -> str:
    """Only https, but for addresses that this installation's settings allow by name."""
    url = url.strip()
    guard = wiring.outgoing()
    try:
        guard.check(url)
        parts = urlsplit(url)
    except Forbidden as problem:
        raise Invalid(problem.detail, pointer=f"{AT}/endpoint_url") from None
    if parts.scheme != "https" and (parts.hostname, parts.port) not in guard.allow:
        raise Invalid("The address must begin with https://.", pointer=f"{AT}/endpoint_url")
    return url


def sealed(scope: Scope, webhook_id: str, secret: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise Invalid(f"The secret key needs at least {SHORTEST_SECRET} characters.", pointer=f"{AT}/secret_key")
    return wiring.vault().seal(secret, owner=seal_owner(scope.account_id, webhook_id))


def seal_owner(account_id: str, webhook_id: str) -> str:
    return f"webhook:{account_id}:{webhook_id}"


def tell_events(scope: Scope, stored: Sequence[StoredEvent], *, now: datetime) -> int:
    """Put stored events down for every webhook that wants them. Repeating it adds nothing."""
    wanted = subscriptions(scope)
    if not wanted:
        return 0
    return put_down(scope, wanted, happenings.of_events(scope, stored, set(wanted)), now=now)


def tell_segment(scope: Scope, topic: str, changes: Iterable[SegmentChanged], *, now: datetime) -> int:
    """Put people who entered or left a segment down for every webhook that wants them. Repeating it adds nothing."""
    wanted = subscriptions(scope)
    if topic not in wanted:
        return 0
    found = [one for change in changes for one in happenings.of_segment(scope, topic, change)]
    return put_down(scope, wanted, found, now=now)


def subscriptions(scope: Scope) -> dict[str, list[str]]:
    """Ids of webhooks by topic."""
    found: dict[str, list[str]] = {}
    for webhook_id, topic_ids in Webhook.objects.within(scope).filter(enabled=True).values_list("id", "topics"):
        for topic in topic_ids:
            found.setdefault(topic, []).append(webhook_id)
    return found


def put_down(scope: Scope, wanted: Mapping[str, Sequence[str]], found: Sequence[Happening], *, now: datetime) -> int:
    """Deliveries of these happenings, and the wake-up of whoever sends them."""
    rows = [
        new_delivery(scope, webhook_id, happening, now=now)
        for happening in found
        for webhook_id in wanted.get(happening.topic, ())
    ]
    for first in range(0, len(rows), MOST_AT_ONCE):
        part = rows[first : first + MOST_AT_ONCE]
        with transaction.atomic():
            Delivery.objects.bulk_create(part, ignore_conflicts=True)
            wake(scope, {row.webhook_id for row in part}, now=now)
    return len(rows)


def new_delivery(
    scope: Scope, webhook_id: str, happening: Happening, *, now: datetime, is_test: bool = False
) -> Delivery:
    return Delivery(
        account_id=scope.account_id,
        id=ids.ulid(),
        webhook_id=webhook_id,
        topic=happening.topic,
        external_id=happening.external_id,
        profile=happening.profile,
        payload=happening.payload.decode(),
        is_test=is_test,
        give_up_at=now + rounds.LIFETIME,
        due_at=now,
        created_at=now,
    )


def wake(scope: Scope, webhook_ids: Iterable[str], *, now: datetime) -> None:
    """Something is due for these webhooks now. In order, so that two who wake do not wait for each other."""
    mine = Webhook.objects.within(scope)
    for webhook_id in sorted(webhook_ids):
        mine.filter(id=webhook_id).update(due_at=Least(Coalesce(F("due_at"), now), now))


def send_test(scope: Scope, *, webhook_id: str, topic: str | None, now: datetime) -> str:
    """The id of a delivery with made-up content, which is sent at once, also by a disabled webhook. Raises NotFound and
    Invalid."""
    row = Webhook.objects.of(scope, webhook_id)
    chosen = topics.checked([topic])[0] if topic else row.topics[0]
    happening = happenings.example(scope, chosen, f"test:{ids.ulid()}", now=now)
    delivery = new_delivery(scope, webhook_id, happening, now=now, is_test=True)
    with transaction.atomic():
        delivery.save(force_insert=True)
        wake(scope, [webhook_id], now=now)
    return delivery.id


def redeliver(
    scope: Scope, *, delivery_ids: Sequence[str] | None = None, webhook_id: str | None = None, now: datetime
) -> int:
    """Send again what was named, or all that a webhook did not get; how many deliveries that are.

    Raises NotFound, and Conflict for a webhook that is disabled.
    """
    mine = Delivery.objects.within(scope)
    if webhook_id is not None:
        Webhook.objects.of(scope, webhook_id)
        chosen = mine.filter(webhook_id=webhook_id, state__in=(State.FAILED, State.SKIPPED), is_test=False)
    else:
        for delivery_id in delivery_ids or ():
            Delivery.objects.of(scope, delivery_id)
        chosen = mine.filter(id__in=delivery_ids or ()).filter(~Q(state=State.QUEUED))
    with transaction.atomic():
        receivers = set(chosen.values_list("webhook_id", flat=True))
        # Senders lock a webhook before its deliveries; so does this.
        rows = Webhook.objects.within(scope).filter(id__in=receivers).select_for_update().order_by("id")
        if not all(row.enabled for row in rows):
            raise Conflict("The webhook is disabled; enable it first.")
        again = {"state": State.QUEUED, "reason": "", "attempts": 0, "due_at": now, "done_at": None}
        count = chosen.update(**again, give_up_at=now + rounds.LIFETIME)
        wake(scope, receivers, now=now)
    return count


def forget_profile(scope: Scope, *, number: int) -> None:
    """Remove what was to be told, or was told, of somebody who is to be forgotten."""
    Delivery.objects.within(scope).filter(profile=number).delete()


def hand_over(scope: Scope, *, source: int, destination: int) -> None:
    """What was told of somebody who was merged goes with who they became: with them it is forgotten."""
    Delivery.objects.within(scope).filter(profile=source).update(profile=destination)


def prune(*, now: datetime) -> int:
    """Remove what ended long ago, some of it at a time; how many deliveries."""
    old = Delivery.objects.filter(done_at__lt=now - rounds.KEPT)
    some = list(old.values_list("account_id", "id")[:MOST_AT_ONCE])
    Attempt.objects.filter(at__lt=now - rounds.KEPT).delete()
    gone = 0
    for account_id in {account_id for account_id, _ in some}:
        own = [delivery_id for owner, delivery_id in some if owner == account_id]
        gone += Delivery.objects.filter(account_id=account_id, id__in=own).delete()[0]
    return gone
