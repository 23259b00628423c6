"""Figures of one metric by time: counted, summed, and cut by a property."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from cairn.api.kernel.ratelimit import M
from cairn.api.legacy.calls import Call, moment, structure
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import plain_time
from cairn.api.legacy.metrics import metric
from cairn.domains.analytics import queries
from cairn.domains.analytics.contracts import DIMENSIONS, Aggregate, AggregateQuery, Group, Interval, Measurement
from cairn.domains.events import queries as events
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare

READ: Final = ("metrics:read",)
LONGEST: Final = timedelta(days=31)
MONTH: Final = timedelta(days=30)
WHOLE: Final = "$everyone"
UNITS: Final = {"day": Interval.DAY, "week": Interval.WEEK, "month": Interval.MONTH}
FIGURES: Final = {"count": Measurement.COUNT, "unique": Measurement.UNIQUE, "value": Measurement.SUM_VALUE}
MOST_VALUES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure: one of the figures, or the sum of a property."""

    figure: Measurement
    summed: str = ""


def export(call: Call) -> dict[str, Any]:
    found = events.get_metric(call.scope, call["metric"])
    zone = queries.account_zone(call.scope)
    since, until = period(call, zone)
    by, where = call.text("by"), call.text("where")
    if by and where:
        raise Invalid("by and where cannot be given together.")
    unit = call.choice("unit", "day", *UNITS)
    measured = asked(call)
    query = AggregateQuery(
        metric_id=found.id,
        measurements=[measured.figure],
        interval=UNITS[unit],
        zone=zone,
        since=since,
        until=until + timedelta(days=1),
        by=(dimension(by),) if by else (),
        where=condition(where) if where else (),
        size=MOST_VALUES,
    )
    dates, figures = totals(call, query, measured)
    return {
        "metric": metric(found),
        "start_date": plain_time(since.replace(tzinfo=UTC)),
        "end_date": plain_time(until.replace(tzinfo=UTC)),
        "unit": unit,
        "measurement": call.text("measurement") or "count",
        "by": by,
        "where": where,
        "results": segments(figures, dates, call.number("count", 25, least=1, most=1000)),
    }


def period(call: Call, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last day, at their beginning on the account's clock."""
    if call.has("start_date") != call.has("end_date"):
        raise Invalid("start_date and end_date must be given together.")
    if not call.has("start_date"):
        today = datetime.combine(call.now.astimezone(zone), time(), zone)
        return today - MONTH, today
    since, until = (
        datetime.combine(moment(call.text(name), name), time(), zone) for name in ("start_date", "end_date")
    )
    if not timedelta() <= until - since <= LONGEST:
        raise Invalid("end_date must come after start_date, 31 days at most.")
    return since, until


def asked(call: Call) -> Asked:
    given = call.parameters.get("measurement") or "count"
    found = structure(given) if isinstance(given, str) and given.startswith("[") else given
    if isinstance(found, list) and len(found) == 2 and found[0] == "sum" and isinstance(found[1], str) and found[1]:
        return Asked(Measurement.COUNT, found[1])
    if isinstance(found, str) and found in FIGURES:
        return Asked(FIGURES[found])
    raise Invalid('measurement must be count, unique, value or ["sum","a property"].')


def dimension(name: str) -> str:
    """A property of the shop's events, unless it is a fact of our own messages."""
    if name in DIMENSIONS:
        return name
    if len(name) > 255:
        raise Invalid("A property's name has at most 255 characters.")
    return f"properties['{name}']"


def condition(text: str) -> tuple[Compare, ...]:
    found = structure(text)
    match found:
        case [[str(name), "=", str() | int() | float() | bool() as value]]:
            return (Compare(dimension(name), "equals", str(value)),)
    raise Invalid('where must be a list with one condition, such as [["Level","=","Beginner"]].')


def totals(call: Call, query: AggregateQuery, measured: Asked) -> tuple[list[datetime], dict[str, list[float]]]:
    """The figures of each value of `by` ('' without). A property's sum is each of its values times how often it came,
    so that it needs no measure of its own."""
    if measured.summed:
        query = replace(query, by=(*query.by, dimension(measured.summed)))
    dates: list[datetime] = []
    sums: defaultdict[str, list[float]] = defaultdict(list)
    for found in pages(call, query):
        dates = list(found.dates)
        for group in found.groups:
            add(sums, group, query.measurements[0], measured, cut=bool(call.text("by")))
    return dates, dict(sums)


def pages(call: Call, query: AggregateQuery) -> Iterator[Aggregate]:
    offset: int | None = 0
    while offset is not None:
        found = queries.aggregate(call.scope, replace(query, offset=offset))
        yield found
        offset = found.next_offset


def add(sums: dict[str, list[float]], group: Group, figure: Measurement, measured: Asked, *, cut: bool) -> None:
    values = list(group.measurements[str(figure)])
    if measured.summed:
        worth = number(group.dimensions[-1] if group.dimensions else "")
        values = [value * worth for value in values]
    name = group.dimensions[0] if cut and group.dimensions else ""
    before = sums.get(name) or [0.0] * len(values)
    sums[name] = [one + more for one, more in zip(before, values, strict=True)]


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def segments(groups: dict[str, list[float]], dates: list[datetime], most: int) -> list[dict[str, Any]]:
    """The largest first; without `by`, one that stands for everybody."""
    found = groups or {"": [0.0] * len(dates)}
    largest = sorted(found, key=lambda name: (-sum(found[name]), name))[:most]
    return [
        {
            "segment": name or WHOLE,
            "data": [
                {"date": date.strftime("%Y-%m-%d %H:%M:%S"), "values": [value]}
                for date, value in zip(dates, found[name], strict=True)
            ],
        }
        for name in largest
    ]


ENDPOINTS: Final = (Endpoint("GET", "/api/v1/metric/{metric}/export", export, READ, M),)
