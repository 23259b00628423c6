"""Reading flows, their actions and messages, and what starts them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cairn.domains.flows.contracts import FlowActionView, FlowMessageView, FlowView
from cairn.domains.flows.models import Flow, FlowAction, FlowMessage
from cairn.domains.flows.uses import segment_uses as segment_uses
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

FLOW_COLUMNS: Final = {
    name: name for name in ("id", "name", "status", "archived", "created", "updated", "trigger_type")
}
ACTION_COLUMNS: Final = {name: name for name in ("id", "action_type", "status", "created", "updated")}
MESSAGE_COLUMNS: Final = {name: name for name in ("id", "name", "created", "updated")}


def view(row: Flow) -> FlowView:
    return FlowView(row.id, row.name, row.status, row.archived, row.trigger_type, row.created, row.updated)


def action_view(row: FlowAction) -> FlowActionView:
    return FlowActionView(row.id, row.flow_id, row.action_type, row.status, row.definition, row.created, row.updated)


def message_view(row: FlowMessage) -> FlowMessageView:
    return FlowMessageView(
        row.id, row.action_id, row.template_id, row.channel, row.name, row.definition, row.created, row.updated
    )


def list_flows(scope: Scope, listing: Listing) -> Page[FlowView]:
    return paged(Flow.objects.within(scope).filter(matching(listing.where, FLOW_COLUMNS)), listing, view)


def get_flow(scope: Scope, flow_id: str) -> FlowView:
    """Raises NotFound."""
    return view(Flow.objects.of(scope, flow_id))


def get_flows(scope: Scope, ids: Sequence[str]) -> list[FlowView]:
    """Those of the flows that exist, by id."""
    return [view(row) for row in Flow.objects.within(scope).filter(id__in=ids).order_by("id")]


def definitions(scope: Scope, flows: Sequence[FlowView]) -> Mapping[str, dict[str, Any]]:
    """Flow id to its definition, actions and all."""
    ids = [flow.id for flow in flows]
    actions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = FlowAction.objects.within(scope).filter(flow_id__in=ids).order_by("place")
    for flow_id, definition in rows.values_list("flow_id", "definition"):
        actions[flow_id].append(definition)
    found = Flow.objects.within(scope).filter(id__in=ids).values_list("id", "definition")
    return {flow_id: {**definition, "actions": actions[flow_id]} for flow_id, definition in found}


def action_ids_of(scope: Scope, flows: Sequence[FlowView]) -> Mapping[str, Sequence[str]]:
    """Flow id to its actions' ids, in the order of its definition."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = FlowAction.objects.within(scope).filter(flow_id__in=[flow.id for flow in flows]).order_by("place")
    for flow_id, action_id in rows.values_list("flow_id", "id"):
        found[flow_id].append(action_id)
    return found


def list_actions(scope: Scope, flow_id: str, listing: Listing) -> Page[FlowActionView]:
    """A page of a flow's actions. Raises NotFound."""
    Flow.objects.of(scope, flow_id)
    rows = FlowAction.objects.within(scope).filter(matching(listing.where, ACTION_COLUMNS), flow_id=flow_id)
    return paged(rows, listing, action_view)


def get_action(scope: Scope, action_id: str) -> FlowActionView:
    """Raises NotFound."""
    return action_view(FlowAction.objects.of(scope, action_id))


def get_actions(scope: Scope, ids: Sequence[str]) -> list[FlowActionView]:
    rows = FlowAction.objects.within(scope).filter(id__in=ids).order_by("flow_id", "place")
    return [action_view(row) for row in rows]


def message_ids_of(scope: Scope, actions: Sequence[FlowActionView]) -> Mapping[str, Sequence[str]]:
    """Action id to its messages' ids."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = FlowMessage.objects.within(scope).filter(action_id__in=[action.id for action in actions]).order_by("id")
    for action_id, message_id in rows.values_list("action_id", "id"):
        found[action_id].append(message_id)
    return found


def list_messages(scope: Scope, action_id: str, listing: Listing) -> Page[FlowMessageView]:
    """A page of an action's messages. Raises NotFound."""
    FlowAction.objects.of(scope, action_id)
    rows = FlowMessage.objects.within(scope).filter(matching(listing.where, MESSAGE_COLUMNS), action_id=action_id)
    return paged(rows, listing, message_view)


def get_message(scope: Scope, message_id: str) -> FlowMessageView:
    """Raises NotFound."""
    return message_view(FlowMessage.objects.of(scope, message_id))


def get_messages(scope: Scope, ids: Sequence[str]) -> list[FlowMessageView]:
    return [message_view(row) for row in FlowMessage.objects.within(scope).filter(id__in=ids).order_by("id")]


def ids_started_by(scope: Scope, kind: str, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The flows that each of these lists, segments or metrics starts."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = Flow.objects.within(scope).filter(trigger_kind=kind, trigger_id__in=ids).order_by("id")
    for trigger_id, flow_id in rows.values_list("trigger_id", "id"):
        found[trigger_id].append(flow_id)
    return found
