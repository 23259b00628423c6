"""What a custom metric's definition may say: groups of one metric's events each, whose results are added."""

from typing import Any, Final, Literal

import msgspec

from cairn.kernel.converting import converted
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import (
    LENGTHS,
    LIST_SETS,
    MANY,
    ListFilter,
    NumericFilter,
    StringFilter,
    ValueFilter,
    check_filter,
    check_text,
    refuse_operators,
)
from cairn.kernel.property_paths import check_depth, event_path

MAX_GROUPS: Final = 20
MAX_CONDITIONS: Final = 10
NOT_HERE: Final = "not possible in a custom metric"


class Condition(msgspec.Struct, frozen=True):
    """`property` is one of the event, `$value` among them, or one inside another: `Items['SKU']`."""

    property: str
    filter: ValueFilter


class MetricGroup(msgspec.Struct, frozen=True):
    metric_id: str
    metric_filters: list[Condition] | None = None
    value_property: str | None = None


class Definition(msgspec.Struct, frozen=True):
    aggregation_method: Literal["count", "value"]
    metric_groups: list[MetricGroup]


def parse(raw: Any, root: str) -> Definition:
    """Raises Invalid with a pointer to the first thing that cannot be taken."""
    definition = converted(raw, Definition, root)
    check(definition, root)
    return definition


def check(definition: Definition, root: str) -> None:
    """What the types cannot say."""
    groups = definition.metric_groups
    if not 1 <= len(groups) <= MAX_GROUPS:
        raise Invalid(f"Between 1 and {MAX_GROUPS} metric groups are possible.", pointer=f"{root}/metric_groups")
    for g, group in enumerate(groups):
        at = f"{root}/metric_groups/{g}"
        if group.value_property is not None:
            check_text(group.value_property, f"{at}/value_property")
        conditions = group.metric_filters or []
        if len(conditions) > MAX_CONDITIONS:
            raise Invalid(f"A group has at most {MAX_CONDITIONS} filters.", pointer=f"{at}/metric_filters")
        for c, condition in enumerate(conditions):
            check_condition(condition, f"{at}/metric_filters/{c}")


def check_condition(condition: Condition, at: str) -> None:
    check_text(condition.property, f"{at}/property")
    check_depth(event_path(condition.property), f"{at}/property")
    refuse_operators(condition.filter, NumericFilter, {"between"}, NOT_HERE, f"{at}/filter")
    refuse_operators(condition.filter, StringFilter, MANY - {"in"}, NOT_HERE, f"{at}/filter")
    refuse_operators(condition.filter, ListFilter, LIST_SETS | LENGTHS, NOT_HERE, f"{at}/filter")
    check_filter(condition.filter, f"{at}/filter")
