"""Metric aggregates: one metric's events counted by time and by what they say. Event time, not send time."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cairn import wiring
from cairn.domains.analytics.buckets import bucket_starts
from cairn.domains.analytics.contracts import (
    Aggregate,
    AggregateQuery,
    Group,
    Interval,
    Measurement,
    is_dimension,
    named_property,
)
from cairn.domains.events import queries as events
from cairn.domains.events.contracts import Counted
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare
from cairn.kernel.scope import Scope

START = {
    Interval.HOUR: "toStartOfHour(toTimeZone({moment}, {{zone:String}}))",
    Interval.DAY: "toStartOfDay(toTimeZone({moment}, {{zone:String}}))",
    Interval.WEEK: "toDateTime(toMonday(toTimeZone({moment}, {{zone:String}})), {{zone:String}})",
    Interval.MONTH: "toDateTime(toStartOfMonth(toTimeZone({moment}, {{zone:String}})), {{zone:String}})",
}
TIME = "e.ts"
# The projection `by_quarter` knows counts and values by this, so that a year is read in milliseconds.
QUARTER, QUARTER_SECONDS = "toStartOfFifteenMinutes(e.ts)", 900
# In a condition a property is taken from its JSON once only if no part of it waits for another's answer.
EAGER = {"short_circuit_function_evaluation": "disable"}
EMAIL_CHANNEL = "if(e.message != '', 'email', '')"
CREDIT = {
    "$attributed_channel": "a.channel",
    "$attributed_flow": "a.flow",
    "$attributed_message": "a.message",
    "$attributed_variation": "''",
}
COLUMNS = {
    **CREDIT,
    "$message": "e.message",
    "$value_currency": "toString(e.currency)",
    "$campaign_channel": EMAIL_CHANNEL,
    "$flow_channel": f"if(JSONHas(e.properties, '$flow'), {EMAIL_CHANNEL}, '')",
}


@dataclass(slots=True)
class Statement:
    """The parts of the statement that depend on the query, and their values."""

    counted: Counted
    params: dict[str, Any]
    columns: dict[str, str] = field(default_factory=dict)

    def column(self, dimension: str) -> str:
        """The expression of a dimension; the names of properties go in as parameters."""
        if not is_dimension(dimension):
            raise Invalid(f"{dimension!r} is not a dimension.", pointer="/data/attributes/by")
        if dimension in COLUMNS:
            return COLUMNS[dimension]
        if dimension not in self.columns:
            name = f"d{len(self.columns)}"
            self.params[name] = named_property(dimension) or dimension
            key = f"{{{name}:String}}"
            self.columns[dimension] = as_text(f"JSONExtractRaw(e.properties, {key})")
        return self.columns[dimension]


def as_text(raw: str) -> str:
    """A JSON value as people see it; null as nothing. Texts without a backslash need not be parsed again."""
    plain = f"substring({raw}, 2, length({raw}) - 2)"
    text = f"if(position({raw}, '\\\\') = 0, {plain}, JSONExtractString({raw}))"
    return f"multiIf(startsWith({raw}, '\"'), {text}, {raw} = 'null', '', {raw})"


def aggregate(scope: Scope, query: AggregateQuery) -> Aggregate:
    """Raises NotFound for an unknown metric, Invalid for a range that is none or too long."""
    counted = events.counted(scope, query.metric_id)
    dates = bucket_starts(query.since, query.until, query.interval, query.zone)
    statement = Statement(
        counted,
        {
            **counted.params,
            "account": scope.account_number,
            "metrics": array(counted.metrics),
            "since": int(query.since.timestamp()),
            "until": int(query.until.timestamp()),
            "zone": query.zone.key,
            "size": query.size + 1,
            "offset": query.offset,
        },
    )
    text = sql(statement, query)
    rows = wiring.clickhouse().query(text, statement.params, EAGER if query.where else {})
    starts = [int(date.timestamp()) for date in dates]
    groups = [group(query, row, starts) for row in rows]
    if not query.by and not groups:
        groups = [Group([], {str(one): [0.0] * len(dates) for one in query.measurements})]
    more = len(groups) > query.size
    return Aggregate(dates, groups[: query.size], query.offset + query.size if more else None)


def group(query: AggregateQuery, row: Sequence[Any], dates: Sequence[int]) -> Group:
    *dimensions, starts = row[: len(query.by) + 1]
    figures: dict[str, list[float]] = {}
    for measurement, values in zip(query.measurements, row[len(query.by) + 1 :], strict=True):
        line = [0.0] * len(dates)
        for start, value in zip(starts, values, strict=True):
            line[bisect_right(dates, start) - 1] = float(value)
        figures[str(measurement)] = line
    return Group([str(value) for value in dimensions], figures)


def start_of(interval: Interval, moment: str = TIME) -> str:
    """The start of the interval in which an event lies, in the zone of the statement's parameters."""
    return START[interval].format(moment=moment)


def moment_of(counted: Counted, query: AggregateQuery) -> str:
    """Quarters of an hour where they say all that is asked: zones differ by whole ones."""
    is_plain = not (query.by or query.where or counted.where or counted.times)
    bounds = (int(bound.timestamp()) for bound in (query.since, query.until))
    aligned = all(second % QUARTER_SECONDS == 0 for second in bounds)
    return QUARTER if is_plain and aligned and Measurement.UNIQUE not in query.measurements else TIME


def sql(statement: Statement, query: AggregateQuery) -> str:
    moment = moment_of(statement.counted, query)
    names = [f"dimension{place}" for place in range(len(query.by))]
    chosen = [f"{statement.column(one)} AS {name}" for one, name in zip(query.by, names, strict=True)]
    figures = measures(statement.counted)
    measured = [f"{figures[one]} AS {one}" for one in query.measurements]
    conditions = [condition(statement, place, compare) for place, compare in enumerate(query.where)]
    if statement.counted.where:
        conditions.append(statement.counted.where)
    credited = any(one in CREDIT for one in (*query.by, *(compare.field for compare in query.where)))
    return question(__file__, "metric_aggregate").format(
        moment=moment,
        inner=", ".join([*chosen, f"toUnixTimestamp({start_of(query.interval, moment)}) AS start", *measured]),
        inner_keys=", ".join([*names, "start"]),
        outer=", ".join([*names, "groupArray(start)", *(f"groupArray({one})" for one in query.measurements)]),
        outer_keys=f"GROUP BY {', '.join(names)}" if names else "HAVING count() > 0",
        order=", ".join([*order(query, names), *names]) or "1",
        credits=question(__file__, "credit_join") if credited else "",
        conditions="".join(f" AND {one}" for one in conditions),
    )


def measures(counted: Counted) -> dict[Measurement, str]:
    """The aggregates over the events that count."""
    return {
        Measurement.COUNT: f"sum({counted.times})" if counted.times else "count()",
        Measurement.UNIQUE: "uniqExact(e.profile)",
        Measurement.SUM_VALUE: f"toFloat64(sum({counted.value}))",
    }


def condition(statement: Statement, place: int, compare: Compare) -> str:
    name = f"w{place}"
    statement.params[name] = [str(value) for value in compare.values]
    return f"{statement.column(compare.field)} IN {{{name}:Array(String)}}"


def order(query: AggregateQuery, names: Sequence[str]) -> list[str]:
    if not query.sort:
        return []
    key = query.sort.removeprefix("-")
    direction = "DESC" if query.sort.startswith("-") else "ASC"
    if key in query.by:
        return [f"{names[list(query.by).index(key)]} {direction}"]
    if key in {str(one) for one in query.measurements}:
        return [f"sum({key}) {direction}"]
    raise Invalid(f"{key!r} is neither a dimension nor a measurement of this query.", pointer="/data/attributes/sort")
