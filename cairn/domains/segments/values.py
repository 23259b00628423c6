"""Filters on one value as SQL: those that everything shares, and dates, which follow the clock."""

from cairn.domains.segments.definition import DateFilter, PropertyFilter
from cairn.domains.segments.windows import Days, Frame, Span, frame_of
from cairn.infra.clickhouse import filters
from cairn.infra.clickhouse.filters import Params, Value

MAX_SECOND = 2**32 - 1


def filtered(value: Value, what: PropertyFilter, params: Params, now: int) -> str:
    """Whether the value passes the filter."""
    if isinstance(what, DateFilter):
        return f"ifNull({within(frame_of(what), value.seconds, params, now)}, 0)"
    return filters.filtered(value, what, params)


def within(frame: Frame, seconds: str, params: Params, now: int) -> str:
    """Whether an instant, seconds since 1970 as Int64, lies in a time frame; NULL for NULL."""
    if isinstance(frame, Span):
        tests = [
            f"{seconds} {sign} {params.add(bound.at(now), 'Int64')}"
            for bound, sign in ((frame.since, ">="), (frame.until, "<"))
            if bound is not None
        ]
        return "(" + (" AND ".join(tests) or "1") + ")"
    return on_days(frame.at(now), f"toDate32(fromUnixTimestamp64Second({seconds}, 'UTC'))", params)


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
    return on_days(frame.at(now), "ts", params)


def on_days(days: Days, date: str, params: Params) -> str:
    day = f"toUInt16(toMonth({date}) * 100 + toDayOfMonth({date}))"
    first, last = params.add(days.first, "UInt16"), params.add(days.last, "UInt16")
    joint = "AND" if days.first <= days.last else "OR"
    leap = "1" if days.leap else f"{day} != 229"
    return f"(({day} >= {first} {joint} {day} <= {last}) AND {leap})"
