"""Conditions to SQL. A condition is asked of a profile's row or of its events, and compiled once for every mode.

Over all profiles an event condition becomes the set of profiles with such events. Over some profiles their events are
read once, each with the answers to the conditions' tests of a single event, and counted per condition (`histories`).
Both are built here from the same parts: which events, between which two moments, what to measure, and the comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from cairn.domains.segments.consents import consent_sql
from cairn.domains.segments.definition import (
    STANDARD_DATE,
    STANDARD_NUMBER,
    STANDARD_TEXT,
    Condition,
    DateFilter,
    Definition,
    GroupMembership,
    MarketingConsent,
    MetricFilter,
    ProfileMetric,
    ProfileProperty,
    Region,
    custom_property,
    standard_property,
)
from cairn.domains.segments.values import event_bounds, event_within, filtered, within
from cairn.domains.segments.windows import Frame, Span, frame_of
from cairn.infra.clickhouse.filters import (
    COMPARISONS,
    Params,
    Value,
    compared,
    date_column,
    event_property,
    json_value,
    number_column,
    text_column,
)
from cairn.kernel.filters import NumericFilter

SETTINGS: Mapping[str, Any] = {
    # A hundred segments in one statement exceed the default quarter of a megabyte.
    "max_query_size": 64 * 1024 * 1024,
    "max_ast_elements": 2_000_000,
    # Each statement has other values: machine code would be made anew for every one, at more cost than it saves.
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
}

REGIONS: Mapping[str, tuple[str, ...]] = {
    "united_states": ("united states", "united states of america", "usa", "us"),
    "european_union": (
        *("austria", "at", "belgium", "be", "bulgaria", "bg", "croatia", "hr", "cyprus", "cy", "czechia", "cz"),
        *("czech republic", "denmark", "dk", "estonia", "ee", "finland", "fi", "france", "fr", "germany", "de"),
        *("greece", "gr", "hungary", "hu", "ireland", "ie", "italy", "it", "latvia", "lv", "lithuania", "lt"),
        *("luxembourg", "lu", "malta", "mt", "netherlands", "nl", "poland", "pl", "portugal", "pt", "romania", "ro"),
        *("slovakia", "sk", "slovenia", "si", "spain", "es", "sweden", "se"),
    ),
}


@dataclass(frozen=True, slots=True)
class RowCondition:
    """True or false of one row of `profiles`."""

    sql: str


@dataclass(frozen=True, slots=True)
class EventCondition:
    """A comparison of what is measured over some of a profile's events.

    They are those of one metric that pass the `filters` and lie in the time frame: in SQL `window`, and, where that is
    a single stretch, from `bounds[0]` up to `bounds[1]`. `compare` is the right half of the comparison, sign and value.
    """

    metric: int
    metric_test: str
    filters: tuple[str, ...]
    window: str
    frame: Frame
    bounds: tuple[int | None, int | None]
    measurement: str
    comparison: NumericFilter
    compare: str

    @property
    def where(self) -> str:
        """Which events count."""
        return " AND ".join(part for part in (self.metric_test, *self.filters, self.window) if part != "1")

    @property
    def tests(self) -> tuple[str, ...]:
        """What must be asked of an event itself, its metric and the bounds of its time being known."""
        return self.filters if isinstance(self.frame, Span) else (*self.filters, self.window)

    @property
    def sign(self) -> str:
        return COMPARISONS[self.comparison.operator]

    @property
    def holds_of_none(self) -> bool:
        """Whether a profile without any such event satisfies it."""
        value = float(self.comparison.value)
        return {
            "=": value == 0,
            "!=": value != 0,
            ">": value < 0,
            ">=": value <= 0,
            "<": value > 0,
            "<=": value >= 0,
        }[self.sign]

    @property
    def means_any(self) -> bool:
        """Whether it asks only if there is an event (or, where it holds of none, if there is no event)."""
        value, sign = float(self.comparison.value), self.sign
        if self.measurement != "count":
            return False
        some = (sign == ">=" and 0 < value <= 1) or (sign == ">" and 0 <= value < 1) or (sign == "!=" and value == 0)
        none = (sign == "=" and value == 0) or (sign == "<" and 0 < value <= 1) or (sign == "<=" and 0 <= value < 1)
        return some or none

    @property
    def measure(self) -> str:
        return "count()" if self.measurement == "count" else "toFloat64(sum(value))"


Compiled = RowCondition | EventCondition


@dataclass(slots=True)
class Program:
    """The distinct conditions of some definitions, compiled for one moment. Equal conditions are asked once.

    `groups[d][g]` are the places, in `conditions`, of group g of definition d.
    """

    params: Params
    conditions: list[Compiled]
    groups: list[list[list[int]]]


def compile_definitions(definitions: Sequence[Definition], metrics: Mapping[str, int], now: int) -> Program:
    """`metrics` gives the numbers of metric ids; conditions on others hold for nobody. `now` in seconds since 1970."""
    params = Params()
    conditions: list[Compiled] = []
    places: dict[bytes, int] = {}
    groups: list[list[list[int]]] = []
    for definition in definitions:
        compiled_groups = []
        for group in definition.condition_groups:
            members = []
            for condition in group.conditions:
                key = msgspec.json.encode(condition)
                if key not in places:
                    places[key] = len(conditions)
                    conditions.append(compile_condition(condition, metrics, params, now))
                members.append(places[key])
            compiled_groups.append(members)
        groups.append(compiled_groups)
    return Program(params, conditions, groups)


def compile_condition(condition: Condition, metrics: Mapping[str, int], params: Params, now: int) -> Compiled:
    match condition:
        case ProfileProperty():
            value = property_value(condition.property, params)
            return RowCondition(filtered(value, condition.filter, params, now))
        case ProfileMetric():
            return compile_metric(condition, metrics, params, now)
        case GroupMembership():
            return RowCondition(membership_sql(condition, params, now))
        case MarketingConsent():
            return RowCondition(consent_sql(condition.consent, params, now))
        case Region():
            names = params.add(list(REGIONS[condition.region]), "Array(String)")
            return RowCondition(f"(has({names}, lowerUTF8(country)) = {params.add(condition.in_region, 'Bool')})")


def property_value(name: str, params: Params) -> Value:
    custom = custom_property(name)
    if custom is not None:
        return json_value("properties", custom, params)
    standard = standard_property(name)
    if standard in STANDARD_TEXT:
        return text_column(STANDARD_TEXT[standard], params)
    if standard in STANDARD_NUMBER:
        return number_column(STANDARD_NUMBER[standard])
    return date_column(STANDARD_DATE[standard])


def compile_metric(
    condition: ProfileMetric, metrics: Mapping[str, int], params: Params, now: int
) -> EventCondition | RowCondition:
    metric = metrics.get(condition.metric_id)
    if metric is None:
        return RowCondition("0")
    frame = frame_of(condition.timeframe_filter)
    return EventCondition(
        metric=metric,
        metric_test=f"metric = {params.add(metric, 'UInt32')}",
        filters=tuple(event_filter(item, params, now) for item in condition.metric_filters or ()),
        window=event_within(frame, params, now),
        frame=frame,
        bounds=event_bounds(frame, now) if isinstance(frame, Span) else (None, None),
        measurement=condition.measurement,
        comparison=condition.measurement_filter,
        compare=compared("", condition.measurement_filter, params),
    )


def event_filter(item: MetricFilter, params: Params, now: int) -> str:
    value = event_property(item.property, params)
    return filtered(value, item.filter, params, now)


def membership_sql(condition: GroupMembership, params: Params, now: int) -> str:
    """Whether a profile is on any of the lists, and joined it within the time frame."""
    ids = params.add(condition.group_ids, "Array(String)")
    if not condition.is_member:
        return f"(NOT hasAny(list_ids, {ids}))"
    if condition.timeframe_filter is None:
        return f"hasAny(list_ids, {ids})"
    joined = joined_within(condition.timeframe_filter, params, now)
    return f"arrayExists((list, joined) -> has({ids}, list) AND {joined}, list_ids, list_joined)"


def joined_within(what: DateFilter, params: Params, now: int) -> str:
    return within(frame_of(what), "toInt64(joined)", params, now)
