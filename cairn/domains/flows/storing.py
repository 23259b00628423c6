"""Definitions as rows: ids are given, each action and each message is kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection
from msgspec import UNSET

from cairn.domains.flows import graph
from cairn.domains.flows.definition import Definition, Trigger, trigger_type
from cairn.domains.flows.models import FlowAction, FlowMessage
from cairn.domains.flows.parsing import KINDS, ROOT, Sends, sending
from cairn.domains.flows.steps import AbTest, Action, ContentExperiment
from cairn.kernel.errors import Invalid
from cairn.kernel.ids import short_id
from cairn.kernel.scope import Scope

NEXT_IDS: Final = "SELECT nextval('flows_action_id') FROM generate_series(1, %s)"


def next_ids(count: int) -> Iterator[str]:
    """Ids of actions are decimal numbers."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_IDS, [count])
        return iter([str(number) for (number,) in cursor.fetchall()])


def trigger_of(trigger: Trigger) -> tuple[str, str, str]:
    """The trigger's kind, the id of what starts the flow or nothing, and its type in the API's words."""
    kind = str(trigger.__struct_config__.tag)
    return kind, getattr(trigger, "id", None) or "", trigger_type(trigger)


def without_actions(whole: Definition) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(whole)
    del said["actions"]
    return said


def name_actions(whole: Definition) -> None:
    """Ids in place of temporary ones, in the actions and the links between them. Messages get theirs when stored."""
    everything = [one for action in whole.actions for one in named_parts(action)]
    real: dict[str, str] = {}
    for one, new in zip(everything, next_ids(len(everything)), strict=True):
        if isinstance(one.temporary_id, str):
            real[one.temporary_id] = new
        one.id, one.temporary_id = new, UNSET
    for action in whole.actions:
        graph.redirect(action, real.__getitem__)
        rename_allocations(action, real)
    if whole.entry_action_id is not None:
        whole.entry_action_id = real[whole.entry_action_id]


def named_parts(action: Action) -> list[Action]:
    """The action and those inside it."""
    return [action, *(one for one, _ in sending(action, "") if one is not action)]


def rename_allocations(action: Action, real: dict[str, str]) -> None:
    """A test's allocations name its variations."""
    if isinstance(action, AbTest | ContentExperiment) and action.data.current_experiment:
        experiment = action.data.current_experiment
        if experiment.allocations:
            experiment.allocations = {real.get(name, name): share for name, share in experiment.allocations.items()}


def read(row: FlowAction) -> Action:
    """The stored definition."""
    kind = KINDS[row.definition["type"]]
    action: Action = msgspec.convert(row.definition, kind)
    return action


def insert(scope: Scope, flow_id: str, actions: Sequence[Action], *, now: datetime) -> None:
    """Keep a new flow's actions and their messages, whose ids are drawn here."""
    rows, messages = [], []
    for place, action in enumerate(actions):
        for send, _ in sending(action, ""):
            send.data.message.id = short_id()
            messages.append(message_row(scope, flow_id, str(action.id), send, created=now, now=now))
        rows.append(
            FlowAction(
                account_id=scope.account_id,
                id=str(action.id),
                flow_id=flow_id,
                place=place,
                created=now,
                updated=now,
                **columns(action),
            )
        )
    FlowAction.objects.bulk_create(rows)
    FlowMessage.objects.bulk_create(messages)


def columns(action: Action) -> dict[str, Any]:
    return {
        "action_type": action.KLAVIYO,
        "status": getattr(getattr(action, "data", None), "status", ""),
        "definition": msgspec.to_builtins(action),
    }


def message_row(
    scope: Scope, flow_id: str, action_id: str, send: Sends, *, created: datetime, now: datetime
) -> FlowMessage:
    message = send.data.message
    return FlowMessage(
        account_id=scope.account_id,
        id=str(message.id),
        flow_id=flow_id,
        action_id=action_id,
        channel=message.CHANNEL,
        name=message.name or "",
        template_id=getattr(message, "template_id", "") or "",
        definition=msgspec.to_builtins(message),
        created=created,
        updated=now,
    )


def take_ids(action: Action, before: Action, root: str = ROOT) -> None:
    """An action's new definition keeps the ids of its old one. Raises Invalid for ids that are not its own."""
    if action.id not in (UNSET, None, before.id):
        raise Invalid(f"The id of this action is {before.id}.", pointer=f"{root}/id")
    if action.temporary_id:
        raise Invalid("This action is stored: name it by its id, or not at all.", pointer=f"{root}/temporary_id")
    action.id, action.temporary_id = before.id, UNSET
    if action.links is UNSET:
        action.links = before.links  # type: ignore[assignment]  # Both are of one kind.
    old = {one.id: one for one, _ in sending(before, "")}
    messages = {one.data.message.id for one in old.values()}
    real: dict[str, str] = {}
    for send, at in sending(action, root):
        if send is not action:
            take_inner_id(send, old, real, at)
        message = send.data.message
        if message.id not in (UNSET, None, *messages):
            raise Invalid("This is no message of this action.", pointer=f"{at}/data/message/id")
        known = old.get(send.id)
        if not message.id:
            message.id = known.data.message.id if known else short_id()
    check_once([send.data.message.id for send, _ in sending(action, root)], root)
    rename_allocations(action, real)


def take_inner_id(send: Sends, old: dict[Any, Sends], real: dict[str, str], at: str) -> None:
    """An action inside a test is one that was there, or a new one."""
    if send.id and send.id not in old:
        raise Invalid("There is no action with this id in this test.", pointer=f"{at}/id")
    if not send.id:
        send.id = next(next_ids(1))
    if isinstance(send.temporary_id, str):
        real[send.temporary_id] = send.id
    send.temporary_id = UNSET


def check_once(ids: list[Any], root: str) -> None:
    if len(set(ids)) != len(ids):
        raise Invalid("Two actions of this test have the same message.", pointer=f"{root}/data")


def replace(scope: Scope, row: FlowAction, action: Action, *, now: datetime) -> None:
    """Keep an action's new definition, and its messages: those that were there, those that are new, and no others."""
    FlowAction.objects.within(scope).filter(id=row.id).update(**columns(action), updated=now)
    stored = FlowMessage.objects.within(scope).filter(action_id=row.id)
    created = dict(stored.values_list("id", "created"))
    stored.delete()
    FlowMessage.objects.bulk_create(
        [
            message_row(scope, row.flow_id, row.id, one, created=created.get(str(one.data.message.id), now), now=now)
            for one, _ in sending(action, "")
        ]
    )
