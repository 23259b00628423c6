"""Reading events: a page of them by time, of a profile or a metric, by what they say; and some by their ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cairn import wiring
from cairn.domains.events import searching
from cairn.domains.events.conditions import Params
from cairn.domains.events.contracts import EventInfo
from cairn.domains.events.models import Metric
from cairn.domains.profiles import queries as profiles
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Compare, Listing, conjunction
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

COMPARISONS = {"greater-or-equal": ">=", "greater-than": ">", "less-or-equal": "<=", "less-than": "<"}
TIME_LIMIT = 2**32 - 1
Row = tuple[Any, ...]


@dataclass(slots=True)
class Wanted:
    """The conditions of a listing as ClickHouse takes them."""

    conditions: list[str] = field(default_factory=lambda: ["account = {account:UInt32}"])
    params: dict[str, Any] = field(default_factory=dict)
    of_profile: bool = False
    of_metric: bool = False
    is_empty: bool = False
    search: list[str] = field(default_factory=list)
    after: tuple[int, UUID] | None = None

    def require(self, condition: str, **params: Any) -> None:
        self.conditions.append(condition)
        self.params |= params


def list_events(scope: Scope, listing: Listing) -> Page[EventInfo]:
    """A page of events by time. Fields: profile_id, metric_id, datetime, timestamp, profile, metric; and for a search
    among those of a metric or a profile: property, value, text."""
    page = listing.page
    wanted = asked(scope, conjunction(listing.where))
    if wanted.is_empty:
        return Page(rows=[])
    down = listing.sort.descending != page.backwards
    wanted.after = None if page.after is None else position(page.after)
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


def asked(scope: Scope, compares: Sequence[Compare]) -> Wanted:
    wanted = Wanted(params={"account": scope.account_number})
    for number, compare in enumerate(compares):
        if compare.field not in searching.FIELDS:
            narrow(scope, wanted, compare, f"p{number}")
    params = Params("s")
    wanted.search = searching.conditions([one for one in compares if one.field in searching.FIELDS], params)
    wanted.params |= params.values
    if wanted.search and not (wanted.of_profile or wanted.of_metric):
        raise Invalid("Name the metric or the profile whose events are searched.", parameter="filter")
    return wanted


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
        found = Metric.objects.within(scope).filter(id__in=[str(value) for value in compare.values])
        metrics = list(found.values_list("number", flat=True))
        wanted.of_metric = True
        wanted.is_empty |= not metrics
        wanted.require(f"metric IN {{{name}:Array(UInt32)}}", **{name: array(metrics)})
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
    if wanted.search and not wanted.of_profile:
        return found_by_search(wanted, limit, down=down)
    where = [*wanted.conditions, *wanted.search, *beyond(wanted, down=down)]
    tail = f" WHERE {' AND '.join(where)}{in_order(down)} LIMIT {{limit:UInt32}}"
    params = {**wanted.params, "limit": limit}
    if wanted.of_profile:
        return wiring.clickhouse().query(question(__file__, "event_rows") + tail, params)
    places = wiring.clickhouse().query("SELECT id, profile, toUnixTimestamp(ts) FROM events AS e" + tail, params)
    found = {row[0]: row for row in rows_at(wanted.params["account"], places)}
    return [found[event_id] for event_id, _, _ in places if event_id in found]


def in_order(down: bool) -> str:
    return " ORDER BY ts DESC, id DESC" if down else " ORDER BY ts, id"


def beyond(wanted: Wanted, *, down: bool) -> list[str]:
    """The condition of what comes after the last event seen."""
    if wanted.after is None:
        return []
    ts, event_id = wanted.after
    wanted.params |= {"after": ts, "after_id": str(event_id)}
    sign = "<" if down else ">"
    return [
        f"ts {sign}= fromUnixTimestamp({{after:UInt32}})",
        f"(ts {sign} fromUnixTimestamp({{after:UInt32}}) OR id {sign} {{after_id:UUID}})",
    ]


def found_by_search(wanted: Wanted, limit: int, *, down: bool) -> list[Row]:
    """Events of a metric by what they say. The projection that holds a metric's properties together knows no ids: it
    tells seconds and profiles, whole seconds at a time, and the rows of those are sorted afterwards."""
    places = searched_places(wanted, limit, down=down)
    if not places:
        return []
    where = [
        *wanted.conditions,
        *wanted.search,
        *beyond(wanted, down=down),
        "profile IN {profiles:Array(UInt32)}",
        "ts >= fromUnixTimestamp({first:UInt32}) AND ts <= fromUnixTimestamp({last:UInt32})",
    ]
    params = {
        **wanted.params,
        "profiles": array({profile for profile, _ in places}),
        "first": min(ts for _, ts in places),
        "last": max(ts for _, ts in places),
        "limit": limit,
    }
    tail = f" WHERE {' AND '.join(where)}{in_order(down)} LIMIT {{limit:UInt32}}"
    return wiring.clickhouse().query(question(__file__, "event_rows") + tail, params)


def searched_places(wanted: Wanted, limit: int, *, down: bool) -> list[tuple[int, int]]:
    """Profiles and seconds of at least as many events as are wanted, and of all others of those seconds."""
    where = " AND ".join([*wanted.conditions, *wanted.search])
    text = f"SELECT profile, toUnixTimestamp(ts) FROM events AS e WHERE {where}"
    tail = f" ORDER BY ts {'DESC' if down else 'ASC'} LIMIT {{limit:UInt32}} WITH TIES"
    params = {**wanted.params, "limit": limit}
    if wanted.after is None:
        return [(profile, ts) for profile, ts in wiring.clickhouse().query(text + tail, params)]
    params["after"] = wanted.after[0]
    found: list[tuple[int, int]] = []
    for sign, rest in (("=", ""), ("<" if down else ">", tail)):
        bound = f" AND ts {sign} fromUnixTimestamp({{after:UInt32}})"
        found += [(profile, ts) for profile, ts in wiring.clickhouse().query(text + bound + rest, params)]
    return found


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
