"""What was told to webhooks, with every attempt; tests, and telling again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Get, Link, List, Paging, Resource
from cairn.api.kernel.filters import boolean, text
from cairn.api.kernel.ratelimit import M
from cairn.domains.webhooks import actions, queries
from cairn.domains.webhooks.contracts import DeliveryView
from cairn.kernel import clock, ids
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

READ, WRITE = ("webhooks:read",), ("webhooks:write",)


class AttemptAttributes(msgspec.Struct):
    id: str
    at: datetime
    milliseconds: int
    status: int | None
    reason: str
    reply: str
    items: int


class DeliveryAttributes(msgspec.Struct):
    webhook_id: str
    topic: str
    external_id: str
    state: str
    reason: str
    is_test: bool
    attempts: int
    created_at: datetime
    done_at: datetime | None
    next_attempt_at: datetime | None
    last_status: int | None
    payload: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    log: list[AttemptAttributes] | msgspec.UnsetType = msgspec.UNSET


class NewTest(msgspec.Struct):
    """A delivery with made-up content; absent: of the webhook's first topic."""

    topic: str | None = None


class Redelivery(msgspec.Struct):
    """Deliveries by id, or all that a webhook did not get."""

    delivery_ids: Annotated[list[str], msgspec.Meta(max_length=1000)] = []


class RedeliveryAttributes(msgspec.Struct):
    count: int


@dataclass(frozen=True, slots=True)
class Redelivered:
    id: str
    count: int


def show(delivery: DeliveryView) -> Mapping[str, Any]:
    names = [name for name in DeliveryAttributes.__struct_fields__ if name not in ("payload", "log")]
    shown = {name: getattr(delivery, name) for name in names}
    if delivery.attempts and not delivery.log:
        return shown  # A row of a listing.
    return {**shown, "payload": msgspec.json.decode(delivery.payload), "log": delivery.log}


def create_test(scope: Scope, body: Body[NewTest]) -> DeliveryView:
    webhook_id = body.one("webhook") or ""
    delivery_id = actions.send_test(scope, webhook_id=webhook_id, topic=body.attributes.topic, now=clock.now())
    return queries.get_delivery(scope, delivery_id)


def redeliver(scope: Scope, body: Body[Redelivery]) -> Redelivered:
    chosen, webhook_id = body.attributes.delivery_ids, body.one("webhook")
    if bool(chosen) == bool(webhook_id):
        raise Invalid("Name either deliveries or a webhook.", pointer="/data/attributes/delivery_ids")
    count = actions.redeliver(scope, delivery_ids=chosen or None, webhook_id=webhook_id, now=clock.now())
    return Redelivered(ids.ulid(), count)


WEBHOOK_DELIVERIES = Resource(
    type="webhook-delivery",
    path="webhook-deliveries",
    tag="Webhooks",
    attributes=DeliveryAttributes,
    show=show,
    extension=True,
    operations=(
        List(
            "get_webhook_deliveries",
            queries.list_deliveries,
            scopes=READ,
            limit=M,
            filters={
                "webhook_id": text("equals"),
                "state": text("equals", "any"),
                "topic": text("equals"),
                "external_id": text("equals"),
                "is_test": boolean("equals"),
            },
            sorts=("id",),
            default_sort="-id",
            page=Paging(50, 100),
        ),
        Get("get_webhook_delivery", queries.get_delivery, scopes=READ, limit=M),
        Create(
            "create_webhook_test",
            create_test,
            scopes=WRITE,
            limit=M,
            body=NewTest,
            links={"webhook": Link("webhook", required=True)},
            summary="Send a test, at once",
        ),
    ),
)

WEBHOOK_REDELIVERIES = Resource(
    type="webhook-redelivery",
    path="webhook-redeliveries",
    tag="Webhooks",
    attributes=RedeliveryAttributes,
    extension=True,
    operations=(
        Create(
            "create_webhook_redelivery",
            redeliver,
            scopes=WRITE,
            limit=M,
            body=Redelivery,
            links={"webhook": Link("webhook")},
            summary="Tell a receiver again",
        ),
    ),
)
