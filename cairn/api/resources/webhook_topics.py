"""What a webhook can be told of."""

from collections.abc import Sequence

import msgspec

from cairn.api.kernel.declare import Get, List, Resource
from cairn.api.kernel.ratelimit import XS
from cairn.domains.webhooks import queries
from cairn.domains.webhooks.contracts import Topic
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ = ("webhooks:read",)


class TopicAttributes(msgspec.Struct):
    """Its id says all of it."""


def list_topics(scope: Scope, _: Listing) -> Sequence[Topic]:
    return queries.list_topics(scope)


WEBHOOK_TOPICS = Resource(
    type="webhook-topic",
    path="webhook-topics",
    tag="Webhooks",
    attributes=TopicAttributes,
    load=queries.topics_by_ids,
    operations=(
        List("get_webhook_topics", list_topics, scopes=READ, limit=XS, summary="Get Webhook Topics"),
        Get("get_webhook_topic", queries.get_topic, scopes=READ, limit=XS, summary="Get Webhook Topic"),
    ),
)
