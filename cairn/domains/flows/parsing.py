"""Reading a definition: what cannot be taken is refused with a pointer to it and a remedy."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from msgspec import UNSET

from cairn.domains.flows import graph
from cairn.domains.flows.checks import check_action, check_trigger
from cairn.domains.flows.definition import Definition, Trigger
from cairn.domains.flows.steps import (
    AbTest,
    Action,
    ContentExperiment,
    SendEmail,
    SendInternalAlert,
    SendPush,
    SendSms,
    SendWebhook,
    SendWhatsApp,
)
from cairn.kernel.converting import converted
from cairn.kernel.errors import Invalid

ROOT: Final = "/data/attributes/definition"
KINDS: Final[Mapping[str, type[Action]]] = {kind.__struct_config__.tag: kind for kind in get_args(Action)}
TRIGGERS: Final = tuple(kind.__struct_config__.tag for kind in get_args(Trigger))
Sends = SendEmail | SendSms | SendPush | SendWhatsApp | SendWebhook | SendInternalAlert


def parse(raw: Any, root: str = ROOT) -> Definition:
    """The definition of a new flow, its actions named by temporary ids. Raises Invalid."""
    fields = raw if isinstance(raw, dict) else {}
    for index, one in items(fields.get("triggers")):
        refuse_unknown(one, TRIGGERS, "trigger", f"{root}/triggers/{index}/type")
    for index, one in items(fields.get("actions")):
        refuse_unknown(one, tuple(KINDS), "action", f"{root}/actions/{index}/type")
    definition = converted(raw, Definition, root)
    if len(definition.triggers) != 1:
        raise Invalid("A flow has exactly one trigger.", pointer=f"{root}/triggers")
    check_trigger(definition.triggers[0], f"{root}/triggers/0")
    for index, action in enumerate(definition.actions):
        check_action(action, f"{root}/actions/{index}")
        graph.complete(action)
    named = by_temporary_id(definition.actions, f"{root}/actions")
    graph.check(named)
    graph.check_reached(definition.entry_action_id, named, f"{root}/entry_action_id")
    return definition


def parse_action(raw: Any, root: str = ROOT) -> Action:
    """The definition of one action of a flow that is stored. Raises Invalid."""
    refuse_unknown(raw, tuple(KINDS), "action", f"{root}/type")
    kind = KINDS[raw["type"]] if isinstance(raw, dict) else SendEmail
    action: Action = converted(raw, kind, root)
    check_action(action, root)
    return action


def items(raw: Any) -> Iterator[tuple[int, Any]]:
    return enumerate(raw if isinstance(raw, list) else ())


def refuse_unknown(raw: Any, kinds: Sequence[str], noun: str, at: str) -> None:
    """A kind that there is not is refused by its name; of what is no object at all the types will tell."""
    if isinstance(raw, dict) and raw.get("type") not in kinds:
        raise Invalid(f"'{str(raw.get('type'))[:80]}' is no type of {noun}. These are: {', '.join(kinds)}.", pointer=at)


def sending(action: Action, at: str) -> Iterator[tuple[Sends, str]]:
    """The action itself if it has a message, or those inside a test, with their JSON pointers."""
    if isinstance(action, Sends):
        yield action, at
    elif isinstance(action, AbTest | ContentExperiment):
        yield action.data.main_action, f"{at}/data/main_action"
        if action.data.current_experiment:
            for index, one in enumerate(action.data.current_experiment.variations):
                yield one, f"{at}/data/current_experiment/variations/{index}"


def by_temporary_id(actions: Sequence[Action], at: str) -> dict[str, tuple[str, Action]]:
    """The actions of a new flow by their names. Raises Invalid where one is missing, or used twice."""
    found: dict[str, tuple[str, Action]] = {}
    inside: set[str] = set()
    for index, action in enumerate(actions):
        place = f"{at}/{index}"
        refuse_ids(action, place)
        if not action.temporary_id:
            raise Invalid(
                "A new action needs a temporary_id, by which links name it; the answer has the real ids.",
                pointer=f"{place}/temporary_id",
            )
        for name, name_at in [(action.temporary_id, place), *names_inside(action, place)]:
            if name in found or name in inside:
                raise Invalid(
                    f"'{name[:80]}' is the temporary_id of another action.", pointer=f"{name_at}/temporary_id"
                )
            if name_at == place:
                found[name] = (place, action)
            else:
                inside.add(name)
    return found


def names_inside(action: Action, at: str) -> list[tuple[str, str]]:
    """Temporary ids of the actions inside a test."""
    return [(one.temporary_id, place) for one, place in sending(action, at) if place != at and one.temporary_id]


def refuse_ids(action: Action, at: str) -> None:
    """What is new has no ids yet. Raises Invalid."""
    given = [(action.id, f"{at}/id")]
    for one, place in sending(action, at):
        given += [(one.id, f"{place}/id"), (one.data.message.id, f"{place}/data/message/id")]
    if isinstance(action, AbTest | ContentExperiment) and action.data.current_experiment:
        given.append((action.data.current_experiment.id, f"{at}/data/current_experiment/id"))
    for value, place in given:
        if value is not UNSET and value is not None:
            raise Invalid("What is new has no id yet: leave it out, the answer has it.", pointer=place)
