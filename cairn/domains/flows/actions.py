"""Writing flows: make, change, delete them and their actions. Nothing runs them yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import IntegrityError, transaction

from cairn.domains.flows import graph, queries, storing
from cairn.domains.flows.checks import not_running
from cairn.domains.flows.contracts import FlowActionView, FlowView
from cairn.domains.flows.models import Flow, FlowAction, FlowMessage
from cairn.domains.flows.parsing import ROOT, parse, parse_action
from cairn.domains.flows.references import check_action, check_definition
from cairn.domains.flows.steps import Action
from cairn.domains.flows.uses import delete_list as delete_list
from cairn.domains.flows.uses import delete_segment as delete_segment
from cairn.domains.flows.uses import delete_template as delete_template
from cairn.domains.tags import actions as tags
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.ids import short_id
from cairn.kernel.scope import Scope

TAGGED: Final = "flow"
STATUS: Final = "/data/attributes/status"
NAME: Final = "/data/attributes/name"
LONGEST_NAME: Final = 1000


def create_flow(scope: Scope, *, name: str, definition: Any, now: datetime) -> FlowView:
    """A draft. Its actions get ids in place of the temporary ones. Raises Invalid for a definition that cannot be
    taken, Conflict for an action that is to run at once."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(f"A name has between 1 and {LONGEST_NAME} characters.", pointer=NAME)
    whole = parse(definition)
    check_definition(scope, whole)
    storing.name_actions(whole)
    trigger_kind, trigger_id, trigger_type = storing.trigger_of(whole.triggers[0])
    while True:
        flow = Flow(
            account_id=scope.account_id,
            id=short_id(),
            name=name,
            trigger_kind=trigger_kind,
            trigger_id=trigger_id,
            trigger_type=trigger_type,
            definition=storing.without_actions(whole),
            created=now,
            updated=now,
        )
        try:
            with transaction.atomic():
                flow.save(force_insert=True)
                storing.insert(scope, flow.id, whole.actions, now=now)
        except IntegrityError:
            continue  # The flow, or one of its messages, drew an id that the account has already.
        return queries.view(flow)


def update_flow(scope: Scope, flow_id: str, *, status: str, now: datetime) -> FlowView:
    """Give a flow and all its actions a status. Raises NotFound, Invalid for no status at all, and Conflict for those
    in which a flow would run."""
    flow = Flow.objects.of(scope, flow_id)
    if status not in ("draft", "manual", "live"):
        raise Invalid("'status' must be draft, manual or live.", pointer=STATUS)
    if status != "draft":
        raise not_running(STATUS)
    with transaction.atomic():
        flow = locked(scope, flow_id)
        rows = list(FlowAction.objects.within(scope).filter(flow_id=flow_id, status="disabled"))
        for row in rows:
            row.definition["data"]["status"] = row.status = status
            row.updated = now
        FlowAction.objects.bulk_update(rows, ["definition", "status", "updated"])
        flow.status, flow.updated = status, now
        flow.save(update_fields=["status", "updated"])
    return queries.view(flow)


def delete_flow(scope: Scope, flow_id: str) -> None:
    """Remove a flow with its actions, messages and tags. Raises NotFound."""
    with transaction.atomic():
        locked(scope, flow_id)
        FlowMessage.objects.within(scope).filter(flow_id=flow_id).delete()
        FlowAction.objects.within(scope).filter(flow_id=flow_id).delete()
        Flow.objects.within(scope).filter(id=flow_id).delete()
        tags.forget(scope, object_type=TAGGED, object_ids=[flow_id])


def update_action(scope: Scope, action_id: str, *, definition: Any, now: datetime) -> FlowActionView:
    """Put a definition in an action's place; it keeps its kind, its message keeps its id. Without `links` it leads
    where it led.

    Links may leave other actions without a way to them: they stay, detached, so that actions can be put in another
    order one by one. Raises NotFound, Invalid, Conflict for what would run.
    """
    flow_id = FlowAction.objects.of(scope, action_id).flow_id
    action = parse_action(definition)
    with transaction.atomic():
        flow = locked(scope, flow_id)
        row = FlowAction.objects.of(scope, action_id)
        before = storing.read(row)
        if type(action) is not type(before):
            raise Invalid("An action keeps its type. Make another one in its place.", pointer=f"{ROOT}/type")
        storing.take_ids(action, before)
        check_action(scope, action)
        others = {one.id: ("", storing.read(one)) for one in actions_of(scope, flow_id) if one.id != action_id}
        graph.check({**others, action_id: (ROOT, action)})
        storing.replace(scope, row, action, now=now)
        flow.updated = now
        flow.save(update_fields=["updated"])
    return queries.get_action(scope, action_id)


def delete_action(scope: Scope, action_id: str, *, now: datetime) -> None:
    """Take an action out of its flow: what led to it leads to what it led to. Raises NotFound.

    A split goes only when all its ways lead to the same place, else some people would get what was not meant for
    them: raises Conflict with a remedy.
    """
    flow_id = FlowAction.objects.of(scope, action_id).flow_id
    with transaction.atomic():
        flow = locked(scope, flow_id)
        gone = storing.read(FlowAction.objects.of(scope, action_id))
        targets = {target for _, target in graph.ways(gone)}
        if len(targets) > 1:
            raise Conflict(
                "The ways of this split lead to different places. Let all of them lead to the same action, or to the"
                " end, by PATCH of its links, or delete what they lead to; then it can go.",
                code="ways_differ",
                title="The ways differ.",
            )
        heir = targets.pop() if targets else None
        rows = actions_of(scope, flow_id)
        bridge([row for row in rows if row.id != action_id], action_id, heir, now=now)
        if flow.definition["entry_action_id"] == action_id:
            flow.definition["entry_action_id"] = heir
        flow.updated = now
        flow.save(update_fields=["definition", "updated"])
        FlowMessage.objects.within(scope).filter(action_id=action_id).delete()
        FlowAction.objects.within(scope).filter(id=action_id).delete()


def bridge(rows: Sequence[FlowAction], gone: str, heir: str | None, *, now: datetime) -> None:
    """Lead those actions that led to one that goes to its heir."""
    changed: list[FlowAction] = []
    for row in rows:
        action: Action = storing.read(row)
        if any(target == gone for _, target in graph.ways(action)):
            graph.redirect(action, lambda target: heir if target == gone else target)
            row.definition, row.updated = msgspec.to_builtins(action), now
            changed.append(row)
    FlowAction.objects.bulk_update(changed, ["definition", "updated"])


def actions_of(scope: Scope, flow_id: str) -> list[FlowAction]:
    return list(FlowAction.objects.within(scope).filter(flow_id=flow_id).order_by("place"))


def locked(scope: Scope, flow_id: str) -> Flow:
    """The flow, held by this transaction. Raises NotFound."""
    Flow.objects.of(scope, flow_id)
    return Flow.objects.within(scope).select_for_update().get(id=flow_id)
