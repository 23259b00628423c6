"""For whom time alone may have changed something: whoever has a date that a window's edge passed.

Every answer may name too many profiles, never too few; the evaluation decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from cairn import wiring
from cairn.domains.segments.calendars import UTC_DAYS
from cairn.domains.segments.consents import DATE_COLUMNS
from cairn.domains.segments.definition import (
    LAST_EVENT,
    STANDARD_DATE,
    Condition,
    ConsentFilter,
    DateFilter,
    Definition,
    GroupMembership,
    InGroups,
    MarketingConsent,
    MetricFunnel,
    Permissions,
    Prediction,
    ProfileMetric,
    ProfileProperty,
    standard_property,
)
from cairn.domains.segments.values import MAX_SECOND, date_of_event, on_days, shown
from cairn.domains.segments.windows import Frame, Span, frame_of, present
from cairn.infra.clickhouse.filters import Params
from cairn.kernel.property_paths import profile_path
from cairn.kernel.scope import Scope


class Place(Enum):
    """Where the watched dates are: rows of a table, found by its ranges, or columns of the profiles."""

    METRIC = "metric"
    PROPERTY = "property"
    COLUMN = "column"
    ARRAY = "array"
    EVENT = "event"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Watch:
    """Dates at a place that a time frame looks at."""

    place: Place
    name: str | int
    frame: Frame


def watches(definitions: Iterable[Definition], metrics: Mapping[str, int]) -> set[Watch]:
    """Everything whose window moves."""
    found = {
        watch
        for definition in definitions
        for _, condition in definition.conditions()
        for watch in watched(condition, metrics)
    }
    return {watch for watch in found if not isinstance(watch.frame, Span) or watch.frame.moving}


def watched(condition: Condition, metrics: Mapping[str, int]) -> Iterator[Watch]:
    if isinstance(condition, ProfileMetric):
        if condition.metric_id in metrics:
            yield Watch(Place.METRIC, metrics[condition.metric_id], frame_of(condition.timeframe_filter))
    elif isinstance(condition, MetricFunnel):
        for metric in {metrics[step.metric_id] for step in condition.steps if step.metric_id in metrics}:
            yield Watch(Place.METRIC, metric, frame_of(condition.timeframe_filter))
    elif isinstance(condition, ProfileProperty):
        if condition.property == LAST_EVENT:
            yield Watch(Place.EVENT, "", Span(None, present()))
        if isinstance(condition.filter, DateFilter):
            yield property_watch(condition.property, condition.filter)
    elif isinstance(condition, GroupMembership):
        yield from membership_watches(condition, metrics)
    elif isinstance(condition, MarketingConsent):
        yield from consent_watches(condition.consent.channel, condition.consent.consent_status.filters or ())
    elif isinstance(condition, Permissions):
        yield from consent_watches(condition.channel, condition.permission.filters or ())
    elif isinstance(condition, Prediction) and isinstance(condition.filter, DateFilter):
        yield Watch(Place.COLUMN, condition.dimension, frame_of(condition.filter))


def membership_watches(condition: GroupMembership, metrics: Mapping[str, int]) -> Iterator[Watch]:
    """The date of joining, and whatever moves people in and out of the segments that are referred to."""
    joined = condition.timeframe_filter
    if joined is not None:
        yield Watch(Place.ARRAY, "list_joined", frame_of(joined))
    for segment in condition.segments if isinstance(condition, InGroups) else ():
        if joined is not None:
            yield Watch(Place.JOINED, segment.number, frame_of(joined))
        if segment.definition is not None:
            for _, inner in segment.definition.conditions():
                yield from watched(inner, metrics)


def consent_watches(channel: str, items: Iterable[ConsentFilter]) -> Iterator[Watch]:
    for item in items:
        if not isinstance(item.filter, DateFilter):
            continue
        column = DATE_COLUMNS.get(item.field)
        if column is None:
            yield Watch(Place.ARRAY, "email_suppressed_at", frame_of(item.filter))
        else:
            yield Watch(Place.COLUMN, column.format(channel=channel), frame_of(item.filter))


def property_watch(name: str, what: DateFilter) -> Watch:
    if name == LAST_EVENT:
        return Watch(Place.EVENT, "", frame_of(what))
    own = profile_path(name)
    if own:
        # Dates are kept by the outermost name, wherever in the property they are.
        return Watch(Place.PROPERTY, own[0], frame_of(what))
    return Watch(Place.COLUMN, STANDARD_DATE[standard_property(name)], frame_of(what))


def passed(scope: Scope, watching: Iterable[Watch], before: int, now: int) -> set[int]:
    """Numbers of profiles with a watched date whose place in its window may differ between two times."""
    params = Params()
    account = params.add(scope.account_number, "UInt32")
    tests: dict[str, set[str]] = {}
    # Many segments look at the same stretch of time: one test for all of their metrics is planned faster than one each.
    metrics: dict[tuple[str, ...], set[str | int]] = {}
    for watch in watching:
        if watch.place is Place.METRIC:
            metrics.setdefault(tuple(times(watch, params, before, now)), set()).add(watch.name)
            continue
        table, test = SOURCES[watch.place](watch, params, before, now)
        if test:
            tests.setdefault(table, set()).add(test)
    for ranges, names in metrics.items():
        if ranges:
            some = f"metric IN {params.add(sorted(names), 'Array(UInt32)')}"
            tests.setdefault("events", set()).add(keyed(some, ranges))
    if not tests:
        return set()
    # With DISTINCT ClickHouse reads the whole table in the order of profiles, and not the ranges of a projection.
    sql = " UNION ALL ".join(
        f"SELECT profile FROM {table} WHERE account = {account} AND ({' OR '.join(sorted(some))}) GROUP BY profile"
        for table, some in sorted(tests.items())
    )
    return set(wiring.clickhouse().arrays(sql, params.values)["profile"].tolist())


def event_test(watch: Watch, params: Params, before: int, now: int) -> tuple[str, str]:
    return "events", " OR ".join(f"({one})" for one in times(watch, params, before, now))


def joined_test(watch: Watch, params: Params, before: int, now: int) -> tuple[str, str]:
    # Rows of earlier memberships name too many, which does not matter.
    ranges = instants(watch.frame, "toInt64(toUnixTimestamp(joined))", params, before, now)
    return "segment_members", keyed(f"segment = {params.add(watch.name, 'UInt32')}", ranges)


def times(watch: Watch, params: Params, before: int, now: int) -> list[str]:
    """Ranges of the events' time."""
    if isinstance(watch.frame, Span):
        return [
            f"ts >= toDateTime({params.add(clamped(start), 'UInt32')}, 'UTC')"
            f" AND ts < toDateTime({params.add(clamped(end), 'UInt32')}, 'UTC')"
            for start, end in watch.frame.moved(before, now)
        ]
    return days_test(watch.frame, date_of_event(watch.frame.calendar), params, before, now)


def property_test(watch: Watch, params: Params, before: int, now: int) -> tuple[str, str]:
    ranges = instants(watch.frame, "at", params, before, now)
    if not watch.frame.calendar.is_utc:
        # What was written without an offset is there as the clocks show it.
        ranges += readings(watch.frame, "at", params, before, now)
    return "profile_dates", keyed(f"property = {params.add(watch.name, 'String')}", ranges)


def column_test(watch: Watch, params: Params, before: int, now: int) -> tuple[str, str]:
    # The name is one of ours, never a user's.
    ranges = instants(watch.frame, f"toInt64({watch.name})", params, before, now)
    return "profiles", keyed(f"{watch.name} IS NOT NULL", ranges)


def array_test(watch: Watch, params: Params, before: int, now: int) -> tuple[str, str]:
    ranges = instants(watch.frame, "toInt64(one)", params, before, now)
    return (
        "profiles",
        f"arrayExists(one -> {' OR '.join(f'({one})' for one in ranges)}, {watch.name})" if ranges else "",
    )


SOURCES = {
    Place.PROPERTY: property_test,
    Place.COLUMN: column_test,
    Place.ARRAY: array_test,
    Place.EVENT: event_test,
    Place.JOINED: joined_test,
}


def instants(frame: Frame, seconds: str, params: Params, before: int, now: int) -> list[str]:
    if isinstance(frame, Span):
        return ranges_of(frame.moved(before, now), seconds, params)
    return days_test(frame, shown(seconds, frame.calendar), params, before, now)


def readings(frame: Frame, seconds: str, params: Params, before: int, now: int) -> list[str]:
    if isinstance(frame, Span):
        return ranges_of(frame.moved_readings(before, now), seconds, params)
    return days_test(frame, shown(seconds, UTC_DAYS), params, before, now)


def ranges_of(ranges: Sequence[tuple[int, int]], seconds: str, params: Params) -> list[str]:
    return [
        f"{seconds} >= {params.add(start, 'Int64')} AND {seconds} < {params.add(end, 'Int64')}" for start, end in ranges
    ]


def days_test(frame: Frame, date: str, params: Params, before: int, now: int) -> list[str]:
    if isinstance(frame, Span) or frame.at(before) == frame.at(now):
        return []
    return [f"{on_days(frame.at(before), date, params)} != {on_days(frame.at(now), date, params)}"]


def keyed(key: str, ranges: Sequence[str]) -> str:
    return f"({key} AND ({' OR '.join(f'({one})' for one in ranges)}))" if ranges else ""


def clamped(second: int) -> int:
    return min(max(second, 0), MAX_SECOND)
