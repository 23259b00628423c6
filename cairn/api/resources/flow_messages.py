"""What the actions of flows send."""

from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.declare import Get, Related, Resource, to_one
from cairn.api.kernel.ratelimit import S
from cairn.api.resources.flows import READ
from cairn.domains.flows import queries

READ_TEMPLATES = ("templates:read",)


class FlowMessageAttributes(msgspec.Struct):
    channel: str
    created: datetime
    updated: datetime
    definition: dict[str, Any]
    # What messages are filtered by; older callers know it as an attribute.
    name: str


FLOW_MESSAGES = Resource(
    type="flow-message",
    path="flow-messages",
    tag="Flows",
    attributes=FlowMessageAttributes,
    load=queries.get_messages,
    operations=(
        Get("get_flow_message", queries.get_message, scopes=READ, limit=S, include=("flow-action", "template")),
    ),
    relationships=(
        to_one(
            "flow-action",
            "flow-action",
            "action_id",
            related=Related("get_action_for_flow_message", "get_action_id_for_flow_message", scopes=READ, limit=S),
        ),
        to_one(
            "template",
            "template",
            "template_id",
            related=Related(
                "get_template_for_flow_message", "get_template_id_for_flow_message", scopes=READ_TEMPLATES, limit=S
            ),
        ),
    ),
)
