"""Attributions: which message earned an event. Read as part of events."""

import msgspec

from cairn.api.kernel.declare import Resource, to_one
from cairn.domains.analytics import queries


class AttributionAttributes(msgspec.Struct):
    """An attribution is nothing but its relationships; the reason is ours."""

    reason: str


ATTRIBUTIONS = Resource(
    type="attribution",
    path="attributions",
    tag="Events",
    attributes=AttributionAttributes,
    load=queries.attributions,
    relationships=(
        to_one("event", "event", "event_id", shown=True),
        to_one("attributed-event", "event", "touch_id", shown=True),
        to_one("campaign", "campaign", "campaign_id", shown=True),
        to_one("campaign-message", "campaign-message", "message_id", shown=True),
        to_one("flow", "flow", "flow_id", shown=True),
        to_one("flow-message", "flow-message"),
        to_one("flow-message-variation", "flow-message"),
    ),
)
