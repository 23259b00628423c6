"""Metrics, and what happened: for all, for one metric, for one person, or for both."""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final
from uuid import UUID

import msgspec

from cairn.api.legacy.calls import Call
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import event_time, page_of, plain_time, window
from cairn.api.legacy.people import person
from cairn.domains.events import queries
from cairn.domains.events.contracts import EventInfo, MetricInfo
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import ProfileInfo
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import And, Compare, Listing, Sort
from cairn.kernel.pages import PageRequest

READ: Final = ("metrics:read",)
READ_EVENTS: Final = ("events:read", "profiles:read")
NEXT: Final = re.compile(r"([0-9]{1,10})-([0-9a-f]{32})")
SECONDS: Final = re.compile(r"[0-9]{1,10}(\.[0-9]+)?")


def metric(found: MetricInfo) -> dict[str, Any]:
    integration = found.integration
    return {
        "object": "metric",
        "id": found.id,
        "name": found.name,
        "integration": {
            "object": "integration",
            "id": integration.key,
            "name": integration.name,
            "category": integration.category,
        },
        "created": plain_time(found.created),
        "updated": plain_time(found.updated),
    }


def list_metrics(call: Call) -> dict[str, Any]:
    asked = window(call, 50, 100)
    return page_of(asked, queries.all_metrics(call.scope), metric)


def timeline(call: Call) -> dict[str, Any]:
    """Events of the metric and the person that the path names, if it names any."""
    conditions: list[Compare] = []
    if "metric" in call.places:
        conditions.append(Compare("metric_id", "equals", queries.get_metric(call.scope, call["metric"]).id))
    if "person" in call.places:
        conditions.append(Compare("profile_id", "equals", profiles.get_profile(call.scope, call["person"]).id))
    count = call.number("count", 50, least=1, most=100)
    since = call.text("since")
    down = call.choice("sort", "desc", "asc", "desc") == "desc" or not since
    after = position(since) if since else None
    if since and after is None:
        conditions.append(Compare("timestamp", "less-than" if down else "greater-than", seconds(since)))
    where = And(tuple(conditions)) if conditions else None
    found = queries.list_events(call.scope, Listing(PageRequest(count, after), Sort("datetime", down), where))
    return {
        "object": "$list",
        "count": len(found.rows),
        "next": f"{found.next[0]}-{UUID(found.next[1]).hex}" if found.next else None,
        "data": events(call, list(found.rows)),
    }


def position(since: str) -> tuple[str, str] | None:
    """Where a `next` or an event's UUID stands; None for a time."""
    token = NEXT.fullmatch(since)
    if token:
        return token[1], str(UUID(token[2]))
    try:
        event_id = UUID(since)
    except ValueError:
        return None
    return str(queries.seconds_of(event_id)), str(event_id)


def seconds(since: str) -> float:
    if not SECONDS.fullmatch(since):
        raise Invalid("since must be Unix seconds, or the next of an earlier answer.")
    return float(since)


def events(call: Call, rows: list[EventInfo]) -> list[dict[str, Any]]:
    people = profiles.profiles_by_numbers(call.scope, {row.profile for row in rows})
    names = {one.id: one.name for one in queries.metrics_by_ids(call.scope, [row.metric_id for row in rows])}
    return [event(row, names, people.get(row.profile)) for row in rows]


def event(row: EventInfo, names: Mapping[str, str], who: ProfileInfo | None) -> dict[str, Any]:
    return {
        "object": "event",
        "id": row.id,
        "uuid": row.id,
        "statistic_id": row.metric_id,
        "event_name": names.get(row.metric_id, ""),
        "timestamp": int(row.ts.timestamp()),
        "datetime": event_time(row.ts.replace(tzinfo=row.ts.tzinfo or UTC)),
        "event_properties": msgspec.json.decode(row.properties),
        "person": None if who is None else person(who),
    }


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/metrics", list_metrics, READ),
    Endpoint("GET", "/api/v1/metrics/timeline", timeline, READ_EVENTS),
    Endpoint("GET", "/api/v1/metric/{metric}/timeline", timeline, READ_EVENTS),
    Endpoint("GET", "/api/v1/person/{person}/metrics/timeline", timeline, READ_EVENTS),
    Endpoint("GET", "/api/v1/person/{person}/metric/{metric}/timeline", timeline, READ_EVENTS),
)
