"""Segment values and series reports: how segments grew in a time frame, from the log of entries and exits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel import filters
from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.filters import text
from cairn.api.resources.campaign_values_reports import LIMIT, MOST_VALUES, Timeframe, span
from cairn.domains.analytics import queries
from cairn.domains.analytics.contracts import Interval
from cairn.domains.segments import queries as segments
from cairn.domains.segments.contracts import Growth
from cairn.kernel import ids
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import conjunction
from cairn.kernel.scope import Scope

Statistic = Literal["members_added", "members_removed", "net_members_changed", "total_members"]
FILTERS = {"segment_id": text("equals", "any")}
INTERVALS: Mapping[str, tuple[Interval, timedelta]] = {
    "hourly": (Interval.HOUR, timedelta(days=7)),
    "daily": (Interval.DAY, timedelta(days=60)),
    "weekly": (Interval.WEEK, timedelta(days=366)),
    "monthly": (Interval.MONTH, timedelta(weeks=52)),
}
CLOCK_CHANGE = timedelta(hours=1)
"""By so much a frame of whole days may be longer where the clocks change in it."""


class ValuesBody(msgspec.Struct):
    statistics: Annotated[list[Statistic], msgspec.Meta(min_length=1)]
    timeframe: Timeframe
    filter: str | None = None


class SeriesBody(msgspec.Struct):
    statistics: Annotated[list[Statistic], msgspec.Meta(min_length=1)]
    timeframe: Timeframe
    interval: Literal["hourly", "daily", "weekly", "monthly"]
    filter: str | None = None


class ValuesRow(msgspec.Struct):
    groupings: Mapping[str, str]
    statistics: Mapping[str, float]


class SeriesRow(msgspec.Struct):
    groupings: Mapping[str, str]
    statistics: Mapping[str, Sequence[float]]


class ValuesAttributes(msgspec.Struct):
    results: Sequence[ValuesRow]


class SeriesAttributes(msgspec.Struct):
    results: Sequence[SeriesRow]
    date_times: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Values:
    """The result of one query; its id names nothing that lasts."""

    id: str
    results: Sequence[ValuesRow]


@dataclass(frozen=True, slots=True)
class Series:
    id: str
    results: Sequence[SeriesRow]
    date_times: Sequence[datetime]


def values(scope: Scope, body: Body[ValuesBody]) -> Values:
    asked = body.attributes
    since, until = span(scope, asked.timeframe)
    found = segments.growth(scope, wanted(asked.filter), [since], until)
    rows = [
        ValuesRow({"segment_id": one.segment_id}, {name: column[0] for name, column in columns(one, asked.statistics)})
        for one in found
    ]
    return Values(ids.ulid(), rows)


def series(scope: Scope, body: Body[SeriesBody]) -> Series:
    asked = body.attributes
    since, until = span(scope, asked.timeframe)
    interval, longest = INTERVALS[asked.interval]
    if until - since > longest + CLOCK_CHANGE:
        raise Invalid(
            f"With the interval {asked.interval} a time frame is at most {longest.days} days long.",
            pointer="/data/attributes/timeframe",
        )
    starts = queries.bucket_starts(since, until, interval, queries.account_zone(scope))
    # The first interval may begin before the frame does; what happened there is not part of it.
    found = segments.growth(scope, wanted(asked.filter), [max(starts[0], since), *starts[1:]], until)
    rows = [SeriesRow({"segment_id": one.segment_id}, dict(columns(one, asked.statistics))) for one in found]
    return Series(ids.ulid(), rows, starts)


def columns(one: Growth, statistics: Sequence[Statistic]) -> list[tuple[str, Sequence[int]]]:
    known: Mapping[str, Sequence[int]] = {
        "members_added": one.added,
        "members_removed": one.removed,
        "net_members_changed": [came - went for came, went in zip(one.added, one.removed, strict=True)],
        "total_members": one.totals,
    }
    return [(name, known[name]) for name in statistics]


def wanted(source: str | None) -> list[str] | None:
    """The segments that a filter names; without one all."""
    if not source:
        return None
    found = conjunction(filters.checked(filters.parse(source), FILTERS))
    if len(found) != 1:
        raise Invalid("Only one filter per attribute is possible.", pointer="/data/attributes/filter")
    if len(found[0].values) > MOST_VALUES:
        raise Invalid(f"A list has at most {MOST_VALUES} values.", pointer="/data/attributes/filter")
    return [str(value) for value in found[0].values]


SEGMENT_VALUES_REPORTS = Resource(
    type="segment-values-report",
    path="segment-values-reports",
    tag="Reporting",
    attributes=ValuesAttributes,
    operations=(
        Create(
            "query_segment_values",
            values,
            scopes=("segments:read",),
            limit=LIMIT,
            summary="Query Segment Values",
            body=ValuesBody,
            status=200,
        ),
    ),
)
SEGMENT_SERIES_REPORTS = Resource(
    type="segment-series-report",
    path="segment-series-reports",
    tag="Reporting",
    attributes=SeriesAttributes,
    operations=(
        Create(
            "query_segment_series",
            series,
            scopes=("segments:read",),
            limit=LIMIT,
            summary="Query Segment Series",
            body=SeriesBody,
            status=200,
        ),
    ),
)
