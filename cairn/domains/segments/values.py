"""Filters on one value as SQL: those that everything shares, and dates, which follow the clock."""

from collections.abc import Sequence

from cairn.domains.segments.calendars import UTC_DAYS, Calendar
from cairn.domains.segments.definition import DateFilter, PropertyFilter
from cairn.domains.segments.windows import Days, Frame, Span, frame_of
from cairn.infra.clickhouse import filters
from cairn.infra.clickhouse.filters import Params, Value

MAX_SECOND = 2**32 - 1


def filtered(value: Value, what: PropertyFilter, params: Params, now: int) -> str:
    """Whether the value passes the filter."""
    if isinstance(what, DateFilter):
        return f"ifNull({dated(frame_of(what), value, params, now)}, 0)"
    return filters.filtered(value, what, params)


def dated(frame: Frame, value: Value, params: Params, now: int) -> str:
    """Whether a value that may be a date lies in a time frame; NULL where it is none."""
    if frame.calendar.is_utc or value.is_local == filters.NEVER:
        return within(frame, value.seconds, params, now)
    if isinstance(frame, Span):
        edges = [None if bound is None else bound.read_at(now) for bound in (frame.since, frame.until)]
        reading = between(value.seconds, edges, params)
    else:
        reading = on_days(frame.at(now), shown(value.seconds, UTC_DAYS), params)
    return f"if({value.is_local}, {reading}, {within(frame, value.seconds, params, now)})"


def within(frame: Frame, seconds: str, params: Params, now: int) -> str:
    """Whether an instant, seconds since 1970 as Int64, lies in a time frame; NULL for NULL."""
    if isinstance(frame, Span):
        edges = [None if bound is None else bound.at(now) for bound in (frame.since, frame.until)]
        return between(seconds, edges, params)
    return on_days(frame.at(now), shown(seconds, frame.calendar), params)


def between(seconds: str, edges: Sequence[int | None], params: Params) -> str:
    """Not before the first of two edges, and before the second one."""
    tests = [
        f"{seconds} {sign} {params.add(edge, 'Int64')}"
        for edge, sign in zip(edges, (">=", "<"), strict=True)
        if edge is not None
    ]
    return "(" + (" AND ".join(tests) or "1") + ")"


def shown(seconds: str, calendar: Calendar) -> str:
    """The date on the calendar; only an account's own setting names the zone."""
    return f"toDate32(fromUnixTimestamp64Second({seconds}, '{calendar.zone}'))"


def event_bounds(frame: Span, now: int) -> tuple[int | None, int | None]:
    """The first second of a time frame and the first one behind it, as far as the column for them reaches."""
    since, until = (
        None if bound is None else min(max(bound.at(now), 0), MAX_SECOND) for bound in (frame.since, frame.until)
    )
    return since, until


def event_within(frame: Frame, params: Params, now: int) -> str:
    """Whether an event lies in a time frame, said so that ClickHouse reads that range of the table only."""
    if isinstance(frame, Span):
        tests = [
            f"ts {sign} toDateTime({params.add(bound, 'UInt32')}, 'UTC')"
            for bound, sign in zip(event_bounds(frame, now), (">=", "<"), strict=True)
            if bound is not None
        ]
        return " AND ".join(tests) or "1"
    return on_days(frame.at(now), date_of_event(frame.calendar), params)


def date_of_event(calendar: Calendar) -> str:
    return "ts" if calendar.is_utc else f"toTimeZone(ts, '{calendar.zone}')"


def on_days(days: Days, date: str, params: Params) -> str:
    day = f"toUInt16(toMonth({date}) * 100 + toDayOfMonth({date}))"
    first, last = params.add(days.first, "UInt16"), params.add(days.last, "UInt16")
    joint = "AND" if days.first <= days.last else "OR"
    leap = "1" if days.leap else f"{day} != 229"
    return f"(({day} >= {first} {joint} {day} <= {last}) AND {leap})"
