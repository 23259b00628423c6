"""Conditions to SQL. A condition is asked of a profile's row or of its events, and compiled once for every mode.

Over all profiles an event condition becomes the set of profiles with such events. Over some profiles their events are
read once, each with the answers to the conditions' tests of a single event, and counted per condition (`histories`).
Both are built here from the same parts: which events, between which two moments, what to measure, and the comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cairn.domains.segments.consents import consent_sql, permission_sql
from cairn.domains.segments.definition import (
    LAST_EVENT,
    STANDARD_DATE,
    STANDARD_NUMBER,
    STANDARD_TEXT,
    Condition,
    CustomObject,
    DateFilter,
    Definition,
    GroupMembership,
    InGroups,
    MarketingConsent,
    MetricFilter,
    MetricFunnel,
    Permissions,
    PostalCodeDistance,
    Prediction,
    ProfileMetric,
    ProfileProperty,
    Referenced,
    Region,
    standard_property,
)
from cairn.domains.segments.funnels import funnel_condition
from cairn.domains.segments.places import distance_sql, region_sql
from cairn.domains.segments.predictions import prediction_sql
from cairn.domains.segments.sets import Combination, SetCondition
from cairn.domains.segments.values import MAX_SECOND, event_bounds, event_within, filtered, within
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
from cairn.kernel.property_paths import profile_path

SETTINGS: Mapping[str, Any] = {
    # A hundred segments in one statement exceed the default quarter of a megabyte.
    "max_query_size": 64 * 1024 * 1024,
    "max_ast_elements": 2_000_000,
    # Each statement has other values: machine code would be made anew for every one, at more cost than it saves.
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
}
OF_SOME: Mapping[str, Any] = {
    **SETTINGS,
    # Tables lie in the order of profiles: to weigh their projections as well takes a quarter of the statement's time.
    "optimize_use_projections": 0,
    # Rows are few and far apart: blocks of them need not be kept small.
    "preferred_block_size_bytes": 0,
}
"""For statements about given profiles."""


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


Compiled = RowCondition | EventCondition | SetCondition | Combination


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
    compiler = Compiler(metrics, now, Program(Params(), [], []))
    compiler.program.groups.extend([compiler.groups_of(definition) for definition in definitions])
    return compiler.program


@dataclass(slots=True)
class Compiler:
    """Fills a program. What a condition refers to is compiled before it."""

    metrics: Mapping[str, int]
    now: int
    program: Program
    places: dict[object, int] = field(default_factory=dict)

    def groups_of(self, definition: Definition) -> list[list[int]]:
        return [[self.place_of(condition) for condition in group.conditions] for group in definition.condition_groups]

    def place_of(self, condition: Condition) -> int:
        key = msgspec.json.encode(condition)
        if key not in self.places:
            self.places[key] = self.place(self.compiled(condition))
        return self.places[key]

    def compiled(self, condition: Condition) -> Compiled:
        if isinstance(condition, InGroups):
            return self.in_groups(condition)
        return compile_condition(condition, self.metrics, self.program.params, self.now)

    def place(self, compiled: Compiled) -> int:
        self.program.conditions.append(compiled)
        return len(self.program.conditions) - 1

    def in_groups(self, condition: InGroups) -> Combination:
        """On any of the lists or in any of the segments, each asked what it is at this very moment."""
        either = [self.in_segment(one, condition.timeframe_filter) for one in condition.segments]
        if condition.group_ids:
            either.append(self.place_of(GroupMembership(True, condition.group_ids, condition.timeframe_filter)))
        return Combination([either], negated=not condition.is_member)

    def in_segment(self, segment: Referenced, joined: DateFilter | None) -> int:
        if segment.definition is None:
            return self.stored(segment, joined)
        groups = self.groups_of(segment.definition)
        if joined is not None:
            inside = [self.stored(segment, joined)]
            frame = frame_of(joined)
            if isinstance(frame, Span) and frame.holds(self.now, self.now):
                # Whoever is no stored member yet joins now.
                inside.append(self.place(Combination([[self.stored(segment, None)]], negated=True)))
            groups = [*groups, inside]
        return self.place(Combination(groups))

    def stored(self, segment: Referenced, joined: DateFilter | None) -> int:
        params = self.program.params
        having = "argMax(member, version) = 1"
        if joined is not None:
            at = "toInt64(toUnixTimestamp(argMax(joined, version)))"
            having += f" AND {within(frame_of(joined), at, params, self.now)}"
        where = f"segment = {params.add(segment.number, 'UInt32')}"
        return self.place(SetCondition("segment_members", where, having))


def compile_condition(condition: Condition, metrics: Mapping[str, int], params: Params, now: int) -> Compiled:
    match condition:
        case ProfileProperty():
            return compile_property(condition, params, now)
        case ProfileMetric():
            return compile_metric(condition, metrics, params, now)
        case MetricFunnel():
            if any(step.metric_id not in metrics for step in condition.steps):
                return RowCondition("0")
            return funnel_condition(condition, metrics, params, now)
        case CustomObject():
            # Objects of a type that does not exist are nobody's.
            return RowCondition("0")
        case _:
            return RowCondition(row_sql(condition, params, now))


def row_sql(
    condition: GroupMembership | MarketingConsent | Permissions | Region | PostalCodeDistance | Prediction,
    params: Params,
    now: int,
) -> str:
    """What is asked of a profile's row alone."""
    match condition:
        case GroupMembership():
            return membership_sql(condition, params, now)
        case MarketingConsent():
            return consent_sql(condition.consent, params, now)
        case Permissions():
            return permission_sql(condition, params, now)
        case PostalCodeDistance():
            return distance_sql(condition, params)
        case Prediction():
            return prediction_sql(condition, params, now)
        case Region():
            return region_sql(condition, params)


def compile_property(condition: ProfileProperty, params: Params, now: int) -> Compiled:
    if condition.property != LAST_EVENT:
        value = property_value(condition.property, params)
        return RowCondition(filtered(value, condition.filter, params, now))
    happened = f"ts < toDateTime({params.add(min(now + 1, MAX_SECOND), 'UInt32')}, 'UTC')"
    if not isinstance(condition.filter, DateFilter):
        return SetCondition("events", happened, "1", holds_of_none=condition.filter.operator == "not-set")
    last = within(frame_of(condition.filter), "toInt64(toUnixTimestamp(max(ts)))", params, now)
    return SetCondition("events", happened, last)


def property_value(name: str, params: Params) -> Value:
    own = profile_path(name)
    if own:
        return json_value("properties", own, params)
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
