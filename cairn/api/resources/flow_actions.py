"""What flows do, action by action."""

from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Delete, Get, Related, Resource, Update, to_many, to_one
from cairn.api.kernel.filters import moment, text
from cairn.api.kernel.ratelimit import S
from cairn.api.resources.flows import MOMENTS, NAMES, PAGE, READ, WRITE
from cairn.domains.flows import actions, queries
from cairn.domains.flows.contracts import FlowActionView
from cairn.kernel import clock
from cairn.kernel.scope import Scope


class FlowActionAttributes(msgspec.Struct):
    created: datetime
    updated: datetime
    definition: dict[str, Any]
    # What actions are filtered by; older callers know them as attributes.
    action_type: str
    status: str | None


def show(row: FlowActionView) -> FlowActionAttributes:
    return FlowActionAttributes(row.created, row.updated, dict(row.definition), row.action_type, row.status or None)


class NewDefinition(msgspec.Struct):
    definition: dict[str, Any]


def update(scope: Scope, action_id: str, body: Body[NewDefinition]) -> FlowActionView:
    return actions.update_action(scope, action_id, definition=body.attributes.definition, now=clock.now())


def delete(scope: Scope, action_id: str) -> None:
    actions.delete_action(scope, action_id, now=clock.now())


FLOW_ACTIONS = Resource(
    type="flow-action",
    path="flow-actions",
    tag="Flows",
    attributes=FlowActionAttributes,
    show=show,
    load=queries.get_actions,
    operations=(
        Get("get_flow_action", queries.get_action, scopes=READ, limit=S, include=("flow", "flow-messages")),
        Update("update_flow_action", update, scopes=WRITE, limit=S, body=NewDefinition),
        Delete("delete_flow_action", delete, scopes=WRITE, limit=S),
    ),
    relationships=(
        to_one(
            "flow",
            "flow",
            "flow_id",
            related=Related("get_flow_for_flow_action", "get_flow_id_for_flow_action", scopes=READ, limit=S),
        ),
        to_many(
            "flow-messages",
            "flow-message",
            queries.message_ids_of,
            related=Related(
                "get_flow_action_messages",
                "get_message_ids_for_flow_action",
                call=queries.list_messages,
                scopes=READ,
                limit=S,
                filters={
                    "id": text("any"),
                    "name": text(*NAMES),
                    "created": moment(*MOMENTS),
                    "updated": moment(*MOMENTS),
                },
                sorts=("created", "id", "name", "updated"),
                page=PAGE,
            ),
        ),
    ),
)
