"""Reading metrics and events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cairn import wiring
from cairn.domains.events import custom_metrics, exporting, mapped_metrics, metrics
from cairn.domains.events.contracts import EventInfo, MetricInfo
from cairn.domains.events.counting import counted as counted
from cairn.domains.events.counting import counted_as as counted_as
from cairn.domains.events.models import Metric
from cairn.domains.profiles import queries as profiles
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Compare, Listing, conjunction
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

COMPARISONS = {"greater-or-equal": ">=", "greater-than": ">", "less-or-equal": "<=", "less-than": "<"}
TIME_LIMIT = 2**32 - 1
get_custom_metric, custom_metrics_by_ids = custom_metrics.get, custom_metrics.by_ids
list_custom_metrics, metric_ids_of_custom = custom_metrics.page, custom_metrics.metric_ids
get_mapped_metric, list_mapped_metrics = mapped_metrics.get, mapped_metrics.listed
mapped_metrics_by_ids = mapped_metrics.by_ids
BEGINNING, count_range, events_after = exporting.BEGINNING, exporting.count_range, exporting.events_after
EventRange, names_of_metrics = exporting.EventRange, exporting.names_of_metrics
Row = tuple[Any, ...]


def all_metrics(scope: Scope) -> list[MetricInfo]:
    """Every metric of the account, oldest first."""
    return [metrics.describe(metric) for metric in Metric.objects.within(scope).order_by("number")]


def list_metrics(scope: Scope, listing: Listing) -> Page[MetricInfo]:
    """A page of metrics by id. Fields: integration.name, integration.category."""
    found = all_metrics(scope)
    for compare in conjunction(listing.where):
        field = compare.field.removeprefix("integration.")
        found = [one for one in found if getattr(one.integration, field).lower() in lowered(compare)]
    return page_of(sorted(found, key=lambda one: one.id), listing)


def lowered(compare: Compare) -> set[str]:
    """Values of a name; who asks for Klaviyo's own metrics means ours."""
    values = {str(value).lower() for value in compare.values}
    return values | {"cairn"} if "klaviyo" in values else values


def page_of(found: Sequence[MetricInfo], listing: Listing) -> Page[MetricInfo]:
    """A page of rows that are all at hand, in order of their ids."""
    page = listing.page
    if page.after is not None:
        (edge,) = page.after[:1]
        found = [one for one in found if (one.id < edge if page.backwards else one.id > edge)]
    rows = found[-page.size :] if page.backwards else found[: page.size]
    more = len(found) > len(rows)
    if not rows:
        return Page(rows=[])
    return Page(
        rows=rows,
        next=(rows[-1].id,) if more or page.backwards else None,
        previous=(rows[0].id,) if (more if page.backwards else page.after is not None) else None,
    )


def get_metric(scope: Scope, metric_id: str) -> MetricInfo:
    """Raises NotFound."""
    return metrics.describe(Metric.objects.of(scope, metric_id))


def metrics_by_ids(scope: Scope, ids: Sequence[str]) -> list[MetricInfo]:
    return [metrics.describe(metric) for metric in Metric.objects.within(scope).filter(id__in=ids)]


def metric_numbers(scope: Scope, names: Iterable[metrics.MetricName]) -> dict[metrics.MetricName, int]:
    """Numbers of those of these metrics, named by service and name, that exist."""
    return metrics.numbers(scope, names)


@dataclass(slots=True)
class Wanted:
    """The conditions of a listing as ClickHouse takes them."""

    conditions: list[str] = field(default_factory=lambda: ["account = {account:UInt32}"])
    params: dict[str, Any] = field(default_factory=dict)
    of_profile: bool = False
    is_empty: bool = False

    def require(self, condition: str, **params: Any) -> None:
        self.conditions.append(condition)
        self.params |= params


def list_events(scope: Scope, listing: Listing) -> Page[EventInfo]:
    """A page of events by time. Fields: profile_id, metric_id, datetime, timestamp, profile, metric."""
    wanted = Wanted(params={"account": scope.account_number})
    for number, compare in enumerate(conjunction(listing.where)):
        narrow(scope, wanted, compare, f"p{number}")
    if wanted.is_empty:
        return Page(rows=[])
    page = listing.page
    down = listing.sort.descending != page.backwards
    if page.after is not None:
        ts, event_id = position(page.after)
        sign = "<" if down else ">"
        wanted.require(
            f"ts {sign}= fromUnixTimestamp({{after:UInt32}})"
            f" AND (ts {sign} fromUnixTimestamp({{after:UInt32}}) OR id {sign} {{after_id:UUID}})",
            after=ts,
            after_id=str(event_id),
        )
    rows = read_page(wanted, page.size + 1, down=down)
    more = len(rows) > page.size
    rows = rows[: page.size]
    if page.backwards:
        rows.reverse()
    if not rows:
        return Page(rows=[])
    events = describe(scope, rows)
    first, last = ((str(int(end.ts.timestamp())), end.id) for end in (events[0], events[-1]))
    return Page(
        rows=events,
        next=last if more or page.backwards else None,
        previous=first if (more if page.backwards else page.after is not None) else None,
    )


def narrow(scope: Scope, wanted: Wanted, compare: Compare, name: str) -> None:
    """Add one comparison of a filter to the conditions."""
    if compare.operator == "has":
        return  # Every event has a profile and a metric.
    if compare.field == "profile_id":
        numbers = list(profiles.numbers_of(scope, [str(value) for value in compare.values]).values())
        wanted.of_profile = True
        wanted.is_empty |= not numbers
        wanted.require(f"profile IN {{{name}:Array(UInt32)}}", **{name: array(numbers)})
    elif compare.field == "metric_id":
        found = metrics_by_ids(scope, [str(value) for value in compare.values])
        wanted.is_empty |= not found
        wanted.require(f"metric IN {{{name}:Array(UInt32)}}", **{name: array(one.number for one in found)})
    else:
        value = compare.value
        seconds = value.timestamp() if isinstance(value, datetime) else float(value)  # type: ignore[arg-type]
        wanted.require(
            f"toUnixTimestamp(ts) {COMPARISONS[compare.operator]} {{{name}:Float64}}"
            f" AND ts {COMPARISONS[compare.operator][0]}= fromUnixTimestamp({{{name}_near:UInt32}})",
            **{name: seconds, f"{name}_near": min(max(int(seconds), 0), TIME_LIMIT)},
        )


def position(after: Sequence[str]) -> tuple[int, UUID]:
    try:
        ts, event_id = after
        return int(ts), UUID(event_id)
    except ValueError:
        raise Invalid("This cursor belongs to another listing.", parameter="page[cursor]") from None


def read_page(wanted: Wanted, limit: int, *, down: bool) -> list[Row]:
    """Rows in order. Without a profile the places are found first, by time, and only then the whole rows by place."""
    clickhouse = wiring.clickhouse()
    order = "DESC" if down else "ASC"
    where = " AND ".join(wanted.conditions)
    tail = f" WHERE {where} ORDER BY ts {order}, id {order} LIMIT {{limit:UInt32}}"
    params = {**wanted.params, "limit": limit}
    if wanted.of_profile:
        return clickhouse.query(question(__file__, "event_rows") + tail, params)
    places = clickhouse.query("SELECT id, profile, toUnixTimestamp(ts) FROM events" + tail, params)
    found = {row[0]: row for row in rows_at(wanted.params["account"], places)}
    return [found[event_id] for event_id, _, _ in places if event_id in found]


def rows_at(account: int, places: Sequence[Row]) -> list[Row]:
    """Whole rows of these (id, profile, ts)."""
    if not places:
        return []
    return wiring.clickhouse().query(
        question(__file__, "event_rows")
        + " WHERE account = {account:UInt32} AND profile IN {profiles:Array(UInt32)} AND id IN {ids:Array(UUID)}"
        " AND ts >= fromUnixTimestamp({first:UInt32}) AND ts <= fromUnixTimestamp({last:UInt32})",
        {
            "account": account,
            "profiles": array({profile for _, profile, _ in places}),
            "ids": [str(event_id) for event_id, _, _ in places],
            "first": min(ts for _, _, ts in places),
            "last": max(ts for _, _, ts in places),
        },
    )


def events_by_ids(scope: Scope, ids: Sequence[str]) -> list[EventInfo]:
    """Those of these events that exist, in no order."""
    wanted = {}
    for event_id in ids:
        try:
            wanted[UUID(event_id)] = seconds_of(UUID(event_id))
        except ValueError:
            continue
    if not wanted:
        return []
    places = wiring.clickhouse().query(
        "SELECT id, profile, toUnixTimestamp(ts) FROM events"
        " WHERE account = {account:UInt32} AND toUnixTimestamp(ts) IN {times:Array(UInt32)} AND id IN {ids:Array(UUID)}"
        " AND ts >= fromUnixTimestamp({first:UInt32}) AND ts <= fromUnixTimestamp({last:UInt32})",
        {
            "account": scope.account_number,
            "ids": [str(event_id) for event_id in wanted],
            "times": array(set(wanted.values())),
            "first": min(wanted.values()),
            "last": max(wanted.values()),
        },
    )
    return describe(scope, rows_at(scope.account_number, places))


def seconds_of(event_id: UUID) -> int:
    """The event's time, which its id begins with."""
    return min((event_id.int >> 80) // 1000, TIME_LIMIT)


def get_event(scope: Scope, event_id: str) -> EventInfo:
    """Raises NotFound."""
    found = events_by_ids(scope, [event_id])
    if not found:
        raise NotFound(f"An event with id {event_id} does not exist.")
    return found[0]


def describe(scope: Scope, rows: Sequence[Row]) -> list[EventInfo]:
    profile_ids = profiles.ids_of(scope, {row[1] for row in rows})
    metric_ids = dict(
        Metric.objects.within(scope).filter(number__in={row[2] for row in rows}).values_list("number", "id")
    )
    return [
        EventInfo(
            id=str(event_id),
            ts=datetime.fromtimestamp(ts, UTC),
            profile=profile,
            profile_id=profile_ids.get(profile, ""),
            metric_id=metric_ids.get(metric, ""),
            value=value,
            currency=currency,
            message=message,
            properties=properties.encode(),
        )
        for event_id, profile, metric, ts, value, currency, message, properties in rows
    ]


def last_event_dates(scope: Scope, numbers: Iterable[int]) -> dict[int, datetime]:
    """When each of these profiles last did something; absent: never."""
    rows = wiring.clickhouse().query(
        question(__file__, "last_event_dates"), {"account": scope.account_number, "profiles": array(set(numbers))}
    )
    return {profile: datetime.fromtimestamp(ts, UTC) for profile, ts in rows}
