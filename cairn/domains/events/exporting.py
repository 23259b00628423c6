"""Events from one end to the other, for exports: thousands at a time, in the order in which they lie."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cairn import wiring
from cairn.domains.events import metrics
from cairn.domains.events.models import Metric
from cairn.infra.clickhouse.questions import question
from cairn.kernel import clock
from cairn.kernel.scope import Scope

BEGINNING: Final = (0, 0, UUID(int=0))
Place = tuple[int, int, UUID]
"""Profile, seconds since 1970, and id: where a page ends."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of an export; `properties` is JSON."""

    place: Place
    metric: int
    value: float
    currency: str
    unique_key: int
    properties: str


@dataclass(frozen=True, slots=True)
class EventRange:
    """Which events: those received before a moment, so that all pages show the same, of one metric or of all (0), and
    of a time. `until` is excluded."""

    received_before: datetime
    metric: int = 0
    since: datetime | None = None
    until: datetime | None = None


def params_of(scope: Scope, wanted: EventRange) -> dict[str, Any]:
    return {
        "account": scope.account_number,
        "received": clock.millis(wanted.received_before),
        "metric": wanted.metric,
        "since": int(wanted.since.timestamp()) if wanted.since else 0,
        "until": int(wanted.until.timestamp()) if wanted.until else 2**32 - 1,
    }


def count_range(scope: Scope, wanted: EventRange) -> int:
    return int(wiring.clickhouse().query(question(__file__, "count_range"), params_of(scope, wanted))[0][0])


def events_after(scope: Scope, wanted: EventRange, place: Place, size: int) -> list[EventRow]:
    profile, ts, event_id = place
    params = {**params_of(scope, wanted), "profile": profile, "ts": ts, "id": str(event_id), "size": size}
    rows = wiring.clickhouse().query(question(__file__, "events_after"), params)
    return [EventRow((row[0], row[1], row[2]), row[3], float(row[4]), *row[5:]) for row in rows]


def names_of_metrics(scope: Scope) -> dict[int, metrics.MetricName]:
    """Service and name of each metric by its number."""
    rows = Metric.objects.within(scope).values_list("number", "service", "name")
    return {number: (service, name) for number, service, name in rows}
