"""What a definition asks, and what of the account it names: filters are checked, and all that is named must exist."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from cairn.domains.events import queries as events
from cairn.domains.events.contracts import CLICKED, OPENED, OWN_SERVICE, RECEIVED
from cairn.domains.flows import conditions
from cairn.domains.flows.conditions import Asked, Named
from cairn.domains.flows.definition import (
    DateTrigger,
    Definition,
    ListTrigger,
    LowInventoryTrigger,
    MetricTrigger,
    PriceDropTrigger,
    SegmentTrigger,
    Trigger,
)
from cairn.domains.flows.parsing import ROOT, sending
from cairn.domains.flows.steps import (
    Action,
    ActionOutputSplit,
    ConditionalSplit,
    ListUpdate,
    MultiBranchSplit,
    TriggerSplit,
)
from cairn.domains.images import queries as images
from cairn.domains.lists import queries as lists
from cairn.domains.segments import queries as segments
from cairn.domains.templates import queries as templates
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

NO_TRIGGERS: Final = frozenset({RECEIVED, OPENED, CLICKED})
"""Messages that follow from messages would never end."""
MESSAGE_FIELDS: Final = (("template_id", "template"), ("image_id", "image"), ("conversion_metric_id", "metric"))


def check_definition(scope: Scope, definition: Definition, root: str = ROOT) -> None:
    """Raises Invalid for a filter that cannot be taken, or a name of what is not the account's."""
    trigger, at = definition.triggers[0], f"{root}/triggers/0"
    filters = trigger_filters(trigger, at)
    if definition.profile_filter:
        filters.append(Asked(definition.profile_filter, f"{root}/profile_filter", conditions.OF_THE_FLOW))
    named = trigger_names(trigger, at)
    for index, action in enumerate(definition.actions):
        filters += action_filters(action, f"{root}/actions/{index}")
        named += action_names(action, f"{root}/actions/{index}")
    check_named(scope, [*named, *conditions.check(scope, filters)])
    if isinstance(trigger, MetricTrigger) and trigger.id:
        check_can_start(scope, trigger.id, f"{at}/id")


def check_action(scope: Scope, action: Action, root: str = ROOT) -> None:
    """The same of one action."""
    found = conditions.check(scope, action_filters(action, root))
    check_named(scope, [*action_names(action, root), *found])


def trigger_filters(trigger: Trigger, at: str) -> list[Asked]:
    match trigger:
        case MetricTrigger() if trigger.trigger_filter:
            return [Asked(trigger.trigger_filter, f"{at}/trigger_filter", conditions.OF_THE_EVENT)]
        case PriceDropTrigger() if trigger.trigger_filter:
            return [Asked(trigger.trigger_filter, f"{at}/trigger_filter", conditions.OF_PRICE_DROPS)]
        case LowInventoryTrigger() if trigger.trigger_filter:
            return [Asked(trigger.trigger_filter, f"{at}/trigger_filter", conditions.OF_LOW_INVENTORY)]
    return []


def trigger_names(trigger: Trigger, at: str) -> list[Named]:
    if isinstance(trigger, ListTrigger | SegmentTrigger | MetricTrigger):
        kind = str(trigger.__struct_config__.tag)
        return [Named(kind, trigger.id, f"{at}/id")] if trigger.id else []
    if isinstance(trigger, DateTrigger) and isinstance(trigger.object_type_id, str):
        return [Named("object type", trigger.object_type_id, f"{at}/object_type_id")]
    return []


def action_filters(action: Action, at: str) -> list[Asked]:
    found: list[tuple[Any, str, tuple[str, ...]]] = []
    match action:
        case ConditionalSplit():
            found = [(action.data.profile_filter, f"{at}/data/profile_filter", conditions.OF_PROFILES)]
        case TriggerSplit():
            found = [(action.data.trigger_filter, f"{at}/data/trigger_filter", conditions.OF_THE_TRIGGER)]
        case ActionOutputSplit():
            found = [(action.data.action_output_filter, f"{at}/data/action_output_filter", conditions.OF_OUTPUT)]
        case MultiBranchSplit():
            found = [
                (branch.branch_filter, f"{at}/data/branches/{index}/branch_filter", conditions.OF_BRANCHES)
                for index, branch in enumerate(action.data.branches)
            ]
    for send, place in sending(action, at):
        own = getattr(send.data.message, "additional_filters", None)
        found.append((own, f"{place}/data/message/additional_filters", conditions.OF_PROFILES))
    return [Asked(*one) for one in found if one[0]]


def action_names(action: Action, at: str) -> list[Named]:
    found: list[Named] = []
    if isinstance(action, ListUpdate) and action.data.list_id:
        found.append(Named("list", action.data.list_id, f"{at}/data/list_id"))
    if isinstance(action, TriggerSplit) and action.data.trigger_type in LOOKS:
        found.append(Named(action.data.trigger_type, action.data.trigger_id, f"{at}/data/trigger_id"))
    for send, place in sending(action, at):
        for field, kind in MESSAGE_FIELDS:
            value = getattr(send.data.message, field, None)
            if value:
                found.append(Named(kind, value, f"{place}/data/message/{field}"))
    return found


def check_named(scope: Scope, named: Iterable[Named]) -> None:
    """Raises Invalid for the first thing that does not exist here. Each kind is asked for once."""
    by_kind: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        by_kind[one.what].append(one)
    for kind, wanted in by_kind.items():
        known = LOOKS[kind](scope, {one.id for one in wanted})
        for one in wanted:
            if one.id not in known:
                article = "An" if kind[0] in "aeiou" else "A"
                raise Invalid(f"{article} {kind} with id {one.id[:40]} does not exist.", pointer=one.at)


def check_can_start(scope: Scope, metric_id: str, at: str) -> None:
    metric = events.get_metric(scope, metric_id)
    if metric.service == OWN_SERVICE and metric.name in NO_TRIGGERS:
        raise Invalid(f"'{metric.name}' cannot start a flow. Choose another metric.", pointer=at)


def known_lists(scope: Scope, ids: Collection[str]) -> set[str]:
    return {one.id for one in lists.lists_by_ids(scope, ids)}


def known_segments(scope: Scope, ids: Collection[str]) -> set[str]:
    return {one.id for one in segments.by_ids(scope, list(ids))}


def known_metrics(scope: Scope, ids: Collection[str]) -> set[str]:
    return {one.id for one in events.metrics_by_ids(scope, list(ids))}


def known_images(scope: Scope, ids: Collection[str]) -> set[str]:
    return {one.id for one in images.images(scope, list(ids))}


def no_objects(_: Scope, __: Collection[str]) -> set[str]:
    """No account has objects of its own making yet."""
    return set()


LOOKS: Final[Mapping[str, Callable[[Scope, Collection[str]], set[str]]]] = {
    "list": known_lists,
    "segment": known_segments,
    "metric": known_metrics,
    "template": templates.shared_ids,
    "image": known_images,
    "object type": no_objects,
}


def groups_in(value: Any) -> Iterator[str]:
    """Ids of lists and segments that the conditions in a stored definition ask for."""
    if isinstance(value, dict):
        if value.get("type") == "profile-group-membership":
            yield from value.get("group_ids") or ()
        for inner in value.values():
            yield from groups_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from groups_in(inner)
