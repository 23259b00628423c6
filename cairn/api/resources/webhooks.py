"""Webhooks: receivers of what happens in the account. The secret is never shown again, the address only in part."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Create, Delete, Get, Link, List, Resource, Update, to_many
from cairn.api.kernel.ratelimit import XS
from cairn.domains.webhooks import actions, queries
from cairn.domains.webhooks.contracts import WebhookView
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("webhooks:read",), ("webhooks:write",)
TOPICS = "webhook-topics"
Text = Annotated[str, msgspec.Meta(max_length=255)]
Description = Annotated[str, msgspec.Meta(max_length=2000)]
Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Secret = Annotated[str, msgspec.Meta(max_length=500)]


class Health(msgspec.Struct):
    disabled_reason: str
    disabled_at: datetime | None
    failing_since: datetime | None
    failures: int
    last_delivered_at: datetime | None
    next_attempt_at: datetime | None


class WebhookAttributes(msgspec.Struct):
    name: str
    description: str | None
    endpoint_url: str
    enabled: bool
    created_at: datetime
    updated_at: datetime
    health: Health


class NewWebhook(msgspec.Struct):
    name: Text
    endpoint_url: Url
    secret_key: Secret
    description: Description | None = None


class WebhookChanges(msgspec.Struct):
    name: Text | msgspec.UnsetType | None = msgspec.UNSET
    description: Description | msgspec.UnsetType | None = msgspec.UNSET
    endpoint_url: Url | msgspec.UnsetType | None = msgspec.UNSET
    secret_key: Secret | msgspec.UnsetType | None = msgspec.UNSET
    enabled: bool | msgspec.UnsetType | None = msgspec.UNSET


def list_webhooks(scope: Scope, _: Listing) -> Sequence[WebhookView]:
    return queries.list_webhooks(scope)


def health_of(_: Scope, rows: Sequence[WebhookView]) -> Mapping[str, Any]:
    return {row.id: row.health for row in rows}


def create(scope: Scope, body: Body[NewWebhook]) -> WebhookView:
    new = body.attributes
    webhook_id = actions.create_webhook(
        scope,
        name=new.name,
        description=new.description,
        endpoint_url=new.endpoint_url,
        secret_key=new.secret_key,
        topic_ids=body.many(TOPICS),
        now=clock.now(),
    )
    return queries.get_webhook(scope, webhook_id)


def update(scope: Scope, webhook_id: str, body: Body[WebhookChanges]) -> WebhookView:
    actions.change_webhook(
        scope,
        webhook_id=webhook_id,
        changes=given(body.attributes),
        topic_ids=body.many(TOPICS) if TOPICS in body.links else None,
        now=clock.now(),
    )
    return queries.get_webhook(scope, webhook_id)


def delete(scope: Scope, webhook_id: str) -> None:
    actions.delete_webhook(scope, webhook_id=webhook_id)


WEBHOOKS = Resource(
    type="webhook",
    path="webhooks",
    tag="Webhooks",
    attributes=WebhookAttributes,
    additional={"health": health_of},
    load=queries.webhooks_by_ids,
    operations=(
        List("get_webhooks", list_webhooks, scopes=READ, limit=XS, include=(TOPICS,), summary="Get Webhooks"),
        Create(
            "create_webhook",
            create,
            scopes=WRITE,
            limit=XS,
            body=NewWebhook,
            links={TOPICS: Link("webhook-topic", many=True, required=True)},
            summary="Create Webhook",
        ),
        Get("get_webhook", queries.get_webhook, scopes=READ, limit=XS, include=(TOPICS,), summary="Get Webhook"),
        Update(
            "update_webhook",
            update,
            scopes=WRITE,
            limit=XS,
            body=WebhookChanges,
            links={TOPICS: Link("webhook-topic", many=True)},
            summary="Update Webhook",
        ),
        Delete("delete_webhook", delete, scopes=WRITE, limit=XS, summary="Delete Webhook"),
    ),
    relationships=(to_many(TOPICS, "webhook-topic", queries.topic_ids_of, shown=True),),
)
