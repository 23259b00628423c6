"""Flows: made, read, changed and deleted. Nothing runs them yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import (
    Create,
    Delete,
    Get,
    Ids,
    List,
    Paging,
    Related,
    Resource,
    Row,
    Update,
    to_many,
)
from cairn.api.kernel.filters import boolean, moment, text
from cairn.api.kernel.ratelimit import Limit, S
from cairn.api.resources.tags import tags_of
from cairn.domains.flows import actions, queries
from cairn.domains.flows.contracts import FlowView
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ, WRITE = ("flows:read",), ("flows:write",)
READ_TAGS = ("flows:read", "tags:read")
CREATES = Limit(1, 15, 100)
MOMENTS = ("equals", "greater-or-equal", "greater-than", "less-or-equal", "less-than")
NAMES = ("contains", "ends-with", "equals", "starts-with")
PAGE = Paging(50, 50)


class FlowAttributes(msgspec.Struct):
    name: str
    status: str
    archived: bool
    created: datetime
    updated: datetime
    trigger_type: str
    definition: dict[str, Any]


class NewFlow(msgspec.Struct):
    """Actions of the `definition` are named by their `temporary_id`; the answer has their ids in its place."""

    name: str
    definition: dict[str, Any]


class FlowStatus(msgspec.Struct):
    """`draft`; this version takes no other."""

    status: str


def create(scope: Scope, body: Body[NewFlow]) -> FlowView:
    new = body.attributes
    return actions.create_flow(scope, name=new.name, definition=new.definition, now=clock.now())


def update(scope: Scope, flow_id: str, body: Body[FlowStatus]) -> FlowView:
    return actions.update_flow(scope, flow_id, status=body.attributes.status, now=clock.now())


def flows_started_by(kind: str) -> Ids:
    """Ids of the `flow-triggers` relationship of what can start a flow: a list, a segment, a metric."""

    def ids(scope: Scope, rows: Sequence[Row]) -> Mapping[str, Sequence[str]]:
        return queries.ids_started_by(scope, kind, [row.id for row in rows])

    return ids


FLOWS = Resource(
    type="flow",
    path="flows",
    tag="Flows",
    attributes=FlowAttributes,
    additional={"definition": queries.definitions},
    load=queries.get_flows,
    operations=(
        List(
            "get_flows",
            queries.list_flows,
            scopes=READ,
            limit=S,
            filters={
                "id": text("any"),
                "name": text(*NAMES),
                "status": text("equals"),
                "archived": boolean("equals"),
                "created": moment(*MOMENTS),
                "updated": moment(*MOMENTS),
                "trigger_type": text("equals"),
            },
            sorts=("created", "id", "name", "status", "trigger_type", "updated"),
            page=PAGE,
            include=("flow-actions", "tags"),
        ),
        Get("get_flow", queries.get_flow, scopes=READ, limit=S, include=("flow-actions", "tags")),
        Create("create_flow", create, scopes=WRITE, limit=CREATES, body=NewFlow, shows=("definition",)),
        Update("update_flow", update, scopes=WRITE, limit=S, body=FlowStatus, summary="Update Flow Status"),
        Delete("delete_flow", actions.delete_flow, scopes=WRITE, limit=S),
    ),
    relationships=(
        to_many(
            "flow-actions",
            "flow-action",
            queries.action_ids_of,
            related=Related(
                "get_actions_for_flow",
                "get_action_ids_for_flow",
                call=queries.list_actions,
                scopes=READ,
                limit=S,
                filters={
                    "id": text("any"),
                    "action_type": text("any", "equals"),
                    "status": text("equals"),
                    "created": moment(*MOMENTS),
                    "updated": moment(*MOMENTS),
                },
                sorts=("action_type", "created", "id", "status", "updated"),
                page=PAGE,
            ),
        ),
        to_many(
            "tags",
            "tag",
            tags_of("flow"),
            related=Related("get_tags_for_flow", "get_tag_ids_for_flow", scopes=READ_TAGS, limit=S),
        ),
    ),
)
