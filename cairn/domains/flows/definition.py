"""What a flow's definition may say: what starts it, whom it is for, and its actions."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from cairn.domains.flows.steps import Action, Count, Groups, Label, Weekdays

MOST_ACTIONS = 500
FEW = msgspec.Meta(min_length=1, max_length=3)
Days: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=3650)]


class ListTrigger(msgspec.Struct, tag_field="type", tag="list"):
    """Without an id, as where its list is gone, the flow is not configured."""

    id: str | None = None


class SegmentTrigger(msgspec.Struct, tag_field="type", tag="segment"):
    id: str | None = None


class MetricTrigger(msgspec.Struct, tag_field="type", tag="metric"):
    id: str | None = None
    trigger_filter: Groups | UnsetType | None = UNSET


class DateTrigger(msgspec.Struct, tag_field="type", tag="date"):
    """`date_profile_property` belongs to dates of profiles, the four fields after it to those of custom objects."""

    date_field_type: Literal["profile-property", "custom-object"]
    timedelta_value_before_date: Count
    trigger_time: str
    date_profile_property: Label | UnsetType = UNSET
    custom_object_label: str | UnsetType = UNSET
    custom_object_property_id: int | UnsetType = UNSET
    object_type_id: str | UnsetType = UNSET
    object_type_relationship_id: str | UnsetType = UNSET
    timedelta_unit_before_date: Literal["days", "months", "weeks"] = "weeks"
    recurrence_frequency: Literal["annually", "monthly", "never", "weekly"] = "monthly"
    timezone: str = "profile"
    trigger_days: Weekdays = UNSET


class PriceDropTrigger(msgspec.Struct, tag_field="type", tag="price-drop"):
    trigger_filter: Groups | None
    price_drop_amount_value: Annotated[int, msgspec.Meta(ge=0)] | Annotated[float, msgspec.Meta(ge=0)]
    audience: Annotated[list[Literal["checkout-started", "viewed"]], FEW]
    price_drop_amount_unit: Literal["currency", "percent"] = "currency"
    timeframe_days: Days = 30
    currency_type: Literal["usd"] = "usd"


class LowInventoryTrigger(msgspec.Struct, tag_field="type", tag="low-inventory"):
    product_level: Literal["product", "variant"]
    trigger_filter: Groups | None
    inventory_count: Count
    audience: Annotated[list[Literal["added-to-cart", "checkout-started", "viewed"]], FEW]
    timeframe_days: Days = 30


Trigger: TypeAlias = ListTrigger | SegmentTrigger | MetricTrigger | DateTrigger | PriceDropTrigger | LowInventoryTrigger


class Reentry(msgspec.Struct):
    """When somebody may enter again: so long after the last time. 0: at once; 1 `alltime`: never."""

    duration: Count
    unit: Literal["hour", "day", "week", "alltime"]


class Definition(msgspec.Struct):
    triggers: list[Trigger]
    actions: Annotated[list[Action], msgspec.Meta(max_length=MOST_ACTIONS)]
    entry_action_id: str | None
    profile_filter: Groups | UnsetType | None = UNSET
    reentry_criteria: Reentry | UnsetType = UNSET


TRIGGER_TYPES = {
    ListTrigger: "Added to List",
    SegmentTrigger: "Added to List",
    MetricTrigger: "Metric",
    DateTrigger: "Date Based",
    PriceDropTrigger: "Price Drop",
    LowInventoryTrigger: "Low Inventory",
}
UNCONFIGURED = "Unconfigured"


def trigger_type(trigger: Trigger) -> str:
    """What starts a flow, in the API's words."""
    if isinstance(trigger, ListTrigger | SegmentTrigger | MetricTrigger) and not trigger.id:
        return UNCONFIGURED
    return TRIGGER_TYPES[type(trigger)]
