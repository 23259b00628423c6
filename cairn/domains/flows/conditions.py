"""The filters of a flow: conditions as segments have them, and those that only a flow can ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec

from cairn.domains.segments import actions as segments
from cairn.domains.segments.contracts import DateFilter, PropertyFilter
from cairn.kernel.converting import converted
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import check_text
from cairn.kernel.scope import Scope

MOST_CONDITIONS: Final = 100
FLOW_START: Final = "flow-start"
SENT_FRAMES: Final = ("alltime", "in-the-last")


class Sample(msgspec.Struct, tag_field="type", tag="profile-sample"):
    percentage: Annotated[int, msgspec.Meta(ge=0, le=100)]


class NotSentEmail(msgspec.Struct, tag_field="type", tag="profile-not-sent-email"):
    timeframe_filter: DateFilter


class NotSentSms(msgspec.Struct, tag_field="type", tag="profile-not-sent-sms"):
    timeframe_filter: DateFilter


class NotSentPush(msgspec.Struct, tag_field="type", tag="profile-not-sent-push"):
    timeframe_filter: DateFilter


class NotInFlow(msgspec.Struct, tag_field="type", tag="profile-not-in-flow"):
    timeframe_filter: DateFilter


class TriggerProperty(msgspec.Struct, tag_field="type", tag="metric-property"):
    """A property of the event that started the flow."""

    metric_id: str
    field: str
    filter: PropertyFilter


class PriceDropProperty(msgspec.Struct, tag_field="type", tag="price-drop-property"):
    metric_id: str | None
    field: str
    filter: PropertyFilter


class LowInventoryProperty(msgspec.Struct, tag_field="type", tag="low-inventory-property"):
    metric_id: str | None
    field: str
    filter: PropertyFilter


class TriggerObjectProperty(msgspec.Struct, tag_field="type", tag="custom-object-trigger-property"):
    property_id: int
    filter: PropertyFilter


class ObjectProperty(msgspec.Struct, tag_field="type", tag="custom-object-property"):
    custom_object_label: str
    field: str
    filter: PropertyFilter


class ActionOutput(msgspec.Struct, tag_field="type", tag="action-output"):
    """A property of what an action before gave back."""

    output_config_id: int
    field: str
    filter: PropertyFilter


OWN: Final[Mapping[str, type[msgspec.Struct]]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (
        *(Sample, NotSentEmail, NotSentSms, NotSentPush, NotInFlow),
        *(TriggerProperty, PriceDropProperty, LowInventoryProperty),
        *(TriggerObjectProperty, ObjectProperty, ActionOutput),
    )
}
OF_PROFILES: Final = (
    "profile-property",
    "profile-metric",
    "profile-group-membership",
    "profile-marketing-consent",
    "profile-permissions",
    "profile-region",
    "profile-postal-code-distance",
    "profile-predictive-analytics",
    "profile-has-custom-object",
    "profile-sample",
    "profile-not-sent-email",
    "profile-not-sent-sms",
    "profile-not-sent-push",
)
OF_THE_FLOW: Final = (*OF_PROFILES, "profile-not-in-flow")
OF_THE_EVENT: Final = ("metric-property",)
OF_PRICE_DROPS: Final = ("price-drop-property",)
OF_LOW_INVENTORY: Final = ("low-inventory-property",)
OF_THE_TRIGGER: Final = (
    *OF_THE_EVENT,
    *("custom-object-trigger-property", "custom-object-property"),
    *(*OF_PRICE_DROPS, *OF_LOW_INVENTORY),
)
OF_BRANCHES: Final = (*OF_PROFILES, *OF_THE_EVENT, "custom-object-trigger-property")
OF_OUTPUT: Final = ("action-output",)


class Group(msgspec.Struct):
    conditions: list[dict[str, Any]]


class Groups(msgspec.Struct):
    """Joined by AND; the conditions of a group by OR."""

    condition_groups: list[Group]


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter somewhere in a definition: its JSON pointer, and which conditions are possible there."""

    raw: Any
    at: str
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the account that a definition names."""

    what: str
    id: str
    at: str


def check(scope: Scope, filters: Iterable[Asked]) -> list[Named]:
    """Raises Invalid for a filter that cannot be taken. What flow's own conditions name is given back, to be looked
    for with all else; for the others segments look themselves."""
    known: dict[str, Any] = {}
    named: list[Named] = []
    for asked in filters:
        for at, raw in conditions(asked):
            kind = raw.get("type")
            if kind not in asked.possible:
                raise Invalid(
                    f"A condition of type '{str(kind)[:80]}' is not possible here."
                    f" Possible: {', '.join(asked.possible)}.",
                    pointer=f"{at}/type",
                )
            if kind in OWN:
                named += check_own(converted(raw, OWN[kind], at), at)
            else:
                known[at] = as_of_a_segment(raw)
    segments.check_conditions(scope, known)
    return named


def conditions(asked: Asked) -> list[tuple[str, dict[str, Any]]]:
    """Every condition of a filter with its JSON pointer. Raises Invalid for what has none, or too many."""
    groups = converted(asked.raw, Groups, asked.at).condition_groups
    if not groups:
        raise Invalid(
            "A filter needs at least one condition group. For no filter, leave it out.",
            pointer=f"{asked.at}/condition_groups",
        )
    found = []
    for g, group in enumerate(groups):
        place = f"{asked.at}/condition_groups/{g}/conditions"
        if not group.conditions:
            raise Invalid("A condition group needs at least one condition.", pointer=place)
        found += [(f"{place}/{c}", raw) for c, raw in enumerate(group.conditions)]
    if len(found) > MOST_CONDITIONS:
        raise Invalid(f"A filter has at most {MOST_CONDITIONS} conditions.", pointer=f"{asked.at}/condition_groups")
    return found


def as_of_a_segment(raw: dict[str, Any]) -> dict[str, Any]:
    """The condition with a time frame that segments know, too: only flows have a beginning."""
    frame = raw.get("timeframe_filter")
    if raw.get("type") == "profile-metric" and isinstance(frame, dict) and frame.get("operator") == FLOW_START:
        return {**raw, "timeframe_filter": {**frame, "operator": "alltime"}}
    return raw


def check_own(condition: Any, at: str) -> list[Named]:
    """What the types cannot say. Raises Invalid."""
    if isinstance(condition, NotSentEmail | NotSentSms | NotSentPush | NotInFlow):
        check_frame(condition.timeframe_filter, f"{at}/timeframe_filter")
    elif not isinstance(condition, Sample):
        segments.check_trigger_filter(condition.filter, f"{at}/filter")
        segments.check_pattern(condition.filter, f"{at}/filter/value")
        if hasattr(condition, "field"):
            check_text(condition.field, f"{at}/field")
    metric_id: str | None = getattr(condition, "metric_id", None)
    return [Named("metric", metric_id, f"{at}/metric_id")] if metric_id is not None else []


def check_frame(frame: DateFilter, at: str) -> None:
    if frame.operator not in SENT_FRAMES:
        raise Invalid(f"Possible here: {', '.join(SENT_FRAMES)}.", pointer=f"{at}/operator")
    segments.check_date(frame, at)
