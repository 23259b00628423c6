"""Reading webhooks, topics and deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cairn.domains.webhooks import happenings
from cairn.domains.webhooks.contracts import AttemptView, DeliveryView, Health, Topic, WebhookView
from cairn.domains.webhooks.models import Attempt, Delivery, Webhook
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.errors import NotFound
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

SECRET_LENGTH: Final = 16
HIDDEN: Final = "…"
COLUMNS: Columns = {
    "webhook_id": "webhook_id",
    "state": "state",
    "topic": "topic",
    "external_id": "external_id",
    "is_test": "is_test",
}


def list_webhooks(scope: Scope) -> list[WebhookView]:
    """The account's webhooks, newest first."""
    return [view(row) for row in Webhook.objects.within(scope).order_by("-id")]


def get_webhook(scope: Scope, webhook_id: str) -> WebhookView:
    """Raises NotFound."""
    return view(Webhook.objects.of(scope, webhook_id))


def webhooks_by_ids(scope: Scope, ids: Sequence[str]) -> list[WebhookView]:
    return [view(row) for row in Webhook.objects.within(scope).filter(id__in=list(ids))]


def topic_ids_of(scope: Scope, rows: Sequence[WebhookView]) -> Mapping[str, Sequence[str]]:
    return {row.id: row.topics for row in rows}


def list_topics(scope: Scope) -> list[Topic]:
    """What a webhook can be told of: the well-known, the account's own metrics, and segments."""
    return [Topic(topic) for topic in happenings.topics_of(scope)]


def get_topic(scope: Scope, topic_id: str) -> Topic:
    """Raises NotFound."""
    for topic in topics_by_ids(scope, [topic_id]):
        return topic
    raise NotFound(f"A webhook-topic with id {topic_id} does not exist.")


def topics_by_ids(scope: Scope, ids: Sequence[str]) -> list[Topic]:
    return [topic for topic in list_topics(scope) if topic.id in ids]


def list_deliveries(scope: Scope, listing: Listing) -> Page[DeliveryView]:
    """A page of deliveries by id, which is their age. Fields: webhook_id, state, topic, external_id, is_test."""
    rows = Delivery.objects.within(scope).filter(matching(listing.where, COLUMNS))
    return paged(rows, listing, delivery_view)


def get_delivery(scope: Scope, delivery_id: str) -> DeliveryView:
    """With its attempts, oldest first. Raises NotFound."""
    row = Delivery.objects.of(scope, delivery_id)
    attempts = Attempt.objects.within(scope).filter(id__in=row.attempt_ids).order_by("id")
    return replace(delivery_view(row), log=[attempt_view(one) for one in attempts])


def view(row: Webhook) -> WebhookView:
    return WebhookView(
        id=row.id,
        name=row.name,
        description=row.description,
        endpoint_url=shortened(row.endpoint_url),
        enabled=row.enabled,
        topics=tuple(row.topics),
        created_at=row.created_at,
        updated_at=row.updated_at,
        health=Health(
            disabled_reason=row.disabled_reason,
            disabled_at=row.disabled_at,
            failing_since=row.failing_since,
            failures=row.failures,
            last_delivered_at=row.last_delivered_at,
            next_attempt_at=next_attempt(row),
        ),
    )


def next_attempt(row: Webhook) -> datetime | None:
    if row.due_at is None:
        return None
    return max(row.due_at, row.rests_until) if row.rests_until else row.due_at


def shortened(url: str) -> str:
    """The address without what may be as good as a password in it: a long part of the path with all behind it, and the
    query."""
    parts = urlsplit(url)
    steps = parts.path.split("/")
    first_long = next((number for number, step in enumerate(steps) if len(step) >= SECRET_LENGTH), None)
    path = parts.path if first_long is None else "/".join([*steps[:first_long], HIDDEN])
    return f"{parts.scheme}://{parts.netloc}{path}{f'?{HIDDEN}' if parts.query else ''}"


def delivery_view(row: Delivery) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        webhook_id=row.webhook_id,
        topic=row.topic,
        external_id=row.external_id,
        state=row.state,
        reason=row.reason,
        is_test=row.is_test,
        attempts=row.attempts,
        created_at=row.created_at,
        done_at=row.done_at,
        next_attempt_at=row.due_at,
        last_status=row.last_status,
        payload=row.payload,
    )


def attempt_view(row: Attempt) -> AttemptView:
    return AttemptView(
        id=row.id,
        at=row.at,
        milliseconds=row.milliseconds,
        status=row.status,
        reason=row.reason,
        reply=row.reply,
        items=row.items,
    )
