"""Events: what happened, when, to whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.declare import Get, List, Paging, Related, Resource, to_many, to_one
from cairn.api.kernel.filters import ORDERINGS, Field, Kind, moment, number, text
from cairn.api.kernel.ratelimit import XL, M
from cairn.domains.analytics import queries as analytics
from cairn.domains.events import queries
from cairn.domains.events.contracts import EventInfo
from cairn.kernel.scope import Scope

READ = ("events:read",)


class EventAttributes(msgspec.Struct):
    timestamp: int | None
    event_properties: dict[str, Any] | None
    datetime: datetime | None
    uuid: str | None


def show(event: EventInfo) -> EventAttributes:
    return EventAttributes(
        timestamp=int(event.ts.timestamp()),
        event_properties=msgspec.json.decode(event.properties),
        datetime=event.ts,
        uuid=event.id,
    )


def attributions_of(scope: Scope, events: Sequence[EventInfo]) -> Mapping[str, Sequence[str]]:
    return analytics.attribution_ids(scope, [event.id for event in events])


EVENTS = Resource(
    type="event",
    path="events",
    tag="Events",
    attributes=EventAttributes,
    show=show,
    load=queries.events_by_ids,
    operations=(
        List(
            "get_events",
            queries.list_events,
            scopes=READ,
            limit=XL,
            summary="Get Events",
            filters={
                "metric_id": text("equals"),
                "profile_id": text("equals"),
                "profile": Field(Kind.TEXT, ("has",)),
                "metric": Field(Kind.TEXT, ("has",)),
                "datetime": moment(*sorted(ORDERINGS)),
                "timestamp": number(*sorted(ORDERINGS)),
            },
            sorts=("datetime", "timestamp"),
            default_sort="-datetime",
            page=Paging(200, 1000),
            include=("attributions", "metric", "profile"),
        ),
        List(
            "search_events",
            queries.list_events,
            path="/api/event-search",
            scopes=READ,
            limit=M,
            summary="Search the events of a metric or a profile by what they say",
            filters={
                "metric_id": text("equals", "any"),
                "profile_id": text("equals"),
                "datetime": moment(*sorted(ORDERINGS)),
                "property": text("equals"),
                "value": text("equals", "any", "contains", "greater-than", "less-than"),
                "text": text("contains"),
            },
            sorts=("datetime",),
            default_sort="-datetime",
            page=Paging(50, 200),
            include=("attributions", "metric", "profile"),
            extension=True,
        ),
        Get(
            "get_event",
            queries.get_event,
            scopes=READ,
            limit=M,
            summary="Get Event",
            include=("attributions", "metric", "profile"),
        ),
    ),
    relationships=(
        to_one(
            "profile",
            "profile",
            "profile_id",
            shown=True,
            related=Related(
                "get_profile_for_event",
                "get_profile_id_for_event",
                scopes=("events:read", "profiles:read"),
                limit=XL,
                summary="Get Profile for Event",
            ),
        ),
        to_one(
            "metric",
            "metric",
            "metric_id",
            shown=True,
            related=Related(
                "get_metric_for_event",
                "get_metric_id_for_event",
                scopes=("events:read", "metrics:read"),
                limit=XL,
                summary="Get Metric for Event",
            ),
        ),
        to_many("attributions", "attribution", attributions_of, shown=True),
    ),
)
