"""Metric aggregates: a computation over the events of one metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from cairn import wiring
from cairn.api.kernel import cursors, filters
from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.errors import Refused
from cairn.api.kernel.filters import Instant
from cairn.api.kernel.ratelimit import S
from cairn.domains.analytics import queries
from cairn.domains.analytics.contracts import Aggregate, AggregateQuery, Interval, Measurement, is_dimension
from cairn.kernel import ids
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare, Filter, conjunction
from cairn.kernel.scope import Scope

REFUSED_ZONES = frozenset({"Factory", "Europe/Kyiv", "Pacific/Kanton", "localtime"})
FILTER = "/data/attributes/filter"
SINCE, UNTIL = "greater-or-equal", "less-than"


class AggregateBody(msgspec.Struct):
    metric_id: str
    measurements: Annotated[list[Measurement], msgspec.Meta(min_length=1, max_length=3)]
    filter: list[str]
    interval: Interval | None = Interval.DAY
    page_size: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = 500
    page_cursor: str | None = None
    by: list[str] | None = None
    return_fields: list[str] | None = None
    timezone: str | None = "UTC"
    sort: str | None = None


class AggregateRow(msgspec.Struct):
    dimensions: Sequence[str]
    measurements: Mapping[str, Sequence[float]]


class AggregateAttributes(msgspec.Struct):
    dates: Sequence[datetime]
    data: Sequence[AggregateRow]
    next_page_cursor: str | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one query; its id names nothing that lasts."""

    id: str
    dates: Sequence[datetime]
    data: Sequence[AggregateRow]
    next_page_cursor: str | msgspec.UnsetType


def compute(scope: Scope, body: Body[AggregateBody]) -> Answer:
    asked = body.attributes
    zone = zone_of(asked.timezone or "UTC")
    by = tuple(asked.by or ())
    for place, name in enumerate(by):
        if not is_dimension(name):
            raise Invalid(f"{name!r} is not a dimension.", pointer=f"/data/attributes/by/{place}")
    since, until, where = conditions(asked.filter, zone)
    size = asked.page_size or 500
    listing = cursors.fingerprint("metric-aggregates", asked.metric_id, *asked.filter, *by, asked.sort or "")
    key = wiring.secret_key()
    page = cursors.read(key, listing, asked.page_cursor, size)
    found = queries.aggregate(
        scope,
        AggregateQuery(
            metric_id=asked.metric_id,
            measurements=list(dict.fromkeys(asked.measurements)),
            interval=asked.interval or Interval.DAY,
            zone=zone,
            since=since,
            until=until,
            by=by,
            where=where,
            sort=asked.sort or "",
            size=size,
            offset=int(page.after[0]) if page.after else 0,
        ),
    )
    return answer(found, key, listing)


def answer(found: Aggregate, key: str, listing: str) -> Answer:
    rows = [AggregateRow(group.dimensions, group.measurements) for group in found.groups]
    following: str | msgspec.UnsetType = msgspec.UNSET
    if found.next_offset is not None:
        following = cursors.write(key, listing, (str(found.next_offset),), backwards=False)
    return Answer(ids.ulid(), found.dates, rows, following)


def zone_of(name: str) -> ZoneInfo:
    try:
        if name in REFUSED_ZONES:
            raise ValueError(name)
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Invalid(f"{name!r} is not a supported time zone.", pointer="/data/attributes/timezone") from None


def conditions(texts: Sequence[str], zone: ZoneInfo) -> tuple[datetime, datetime, list[Compare]]:
    """The time range, read on the zone's clock where it names no offset, and the comparisons of dimensions."""
    bounds: dict[str, datetime] = {}
    where: list[Compare] = []
    for text in texts:
        for compare in conjunction(parsed(text)):
            if compare.field == "datetime" and compare.operator in (SINCE, UNTIL):
                bounds[compare.operator] = moment(compare, zone)
            else:
                where.append(dimension(compare))
    if bounds.keys() != {SINCE, UNTIL}:
        detail = "The filter must hold greater-or-equal(datetime,…) and less-than(datetime,…)."
        raise Invalid(detail, pointer=FILTER)
    return bounds[SINCE], bounds[UNTIL], where


def parsed(text: str) -> Filter:
    """A filter of the body, whose mistakes are the body's."""
    try:
        return filters.parse(text)
    except Refused as refusal:
        raise Invalid(refusal.problems[0].detail, pointer=FILTER) from None


def moment(compare: Compare, zone: ZoneInfo) -> datetime:
    value = compare.value
    written = value.text if isinstance(value, Instant) else str(value)
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{written!r} is not a date and time.", pointer=FILTER) from None


def dimension(compare: Compare) -> Compare:
    if not is_dimension(compare.field):
        raise Invalid(f"{compare.field!r} is not a filterable field.", pointer=FILTER)
    if compare.operator not in ("equals", "any"):
        raise Invalid(f"Operator {compare.operator!r} is not possible on {compare.field!r}.", pointer=FILTER)
    values = tuple(written(value) for value in compare.values)
    return Compare(compare.field, compare.operator, values if compare.operator == "any" else values[0])


def written(value: object) -> str:
    """A value as dimensions show it: true and 2, not True and 2.0."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.text if isinstance(value, Instant) else str(value)


METRIC_AGGREGATES = Resource(
    type="metric-aggregate",
    path="metric-aggregates",
    tag="Metrics",
    attributes=AggregateAttributes,
    operations=(
        Create(
            "query_metric_aggregates",
            compute,
            scopes=("metrics:read",),
            limit=S,
            summary="Query Metric Aggregates",
            body=AggregateBody,
            status=200,
        ),
    ),
)
