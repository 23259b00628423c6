"""Attribution: which message earned a conversion, stored at the moment the conversion is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
import pyarrow as pa

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.analytics.contracts import Conversion, Interaction, Touch
from cairn.domains.analytics.credit import LATE_MILLISECONDS, credit
from cairn.domains.analytics.departures import count_people as count_people
from cairn.domains.analytics.departures import forget_people as forget_people
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.events.actions import decimals
from cairn.domains.events.contracts import CLICKED, OPENED, OWN_SERVICE, StoredEvent
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel.clock import millis
from cairn.kernel.scope import Scope

INTERACTIONS = {OPENED: Touch.OPEN, CLICKED: Touch.CLICK}
# Looking around is too frequent and too weak to be a conversion: the last mail would have earned every page view.
ONSITE_NOISE = frozenset({"Active on Site", "Viewed Product", "Viewed Collection", "Viewed Page", "Submitted Search"})
REBUILD_PROFILES = 20_000
LAST_SECOND = 2**32 - 1

Credited = tuple[Conversion, Interaction | None]


def attribute(scope: Scope, *, stored: Sequence[StoredEvent], now: datetime) -> None:
    """Credit the conversions among newly stored events, and those stored before that a late open or click changes.

    Repeating it changes nothing.
    """
    fresh = [event for event in stored if is_conversion(event.service, event.metric_name)]
    touched = [event for event in stored if event.service == OWN_SERVICE and event.metric_name in INTERACTIONS]
    if not fresh and not touched:
        return
    window = accounts.email_attribution_hours(scope) * 3600
    known = {event.id for event in fresh} if touched else set()
    late = [one for one in conversions_after(scope, touched, window, now) if one.id not in known] if touched else []
    touches = interactions(scope, [*fresh, *late], window)
    reached = {touch.profile for touch in touches}
    conversions = [conversion_of(event) for event in fresh if event.profile in reached]
    keep(scope, credit([*conversions, *late], touches, window_seconds=window), now=now, compare=bool(late))


def rebuild(scope: Scope, *, since: datetime, until: datetime, now: datetime) -> int:
    """Compute the credits of all conversions in a time range anew from the events; how many are credited."""
    window = accounts.email_attribution_hours(scope) * 3600
    total = 0
    for conversions in conversions_between(scope, since, until):
        credited = with_credit(scope, conversions, window)
        keep(scope, credited, now=now, compare=True)
        total += sum(touch is not None for _, touch in credited)
    return total


def reconsider(scope: Scope, *, profile: int, now: datetime) -> None:
    """Compute the credits of one profile anew: after a merge it has more conversions and touches."""
    window = accounts.email_attribution_hours(scope) * 3600
    params = {
        "account": scope.account_number,
        "profiles": array([profile]),
        "uncounted": uncounted_metrics(scope),
        "since": 0,
        "until": LAST_SECOND,
        "received": 0,
    }
    conversions = [Conversion(*row) for row in wiring.clickhouse().query(question(__file__, "conversions"), params)]
    keep(scope, with_credit(scope, conversions, window), now=now, compare=True)


def is_conversion(service: str, metric: str) -> bool:
    """Everything counts but what our own messages do, and looking around on the shop's pages."""
    return service != OWN_SERVICE and metric not in ONSITE_NOISE


def conversion_of(event: StoredEvent) -> Conversion:
    return Conversion(event.id, event.profile, event.metric, event.ts, event.received, event.value, event.currency)


def with_credit(scope: Scope, conversions: Sequence[Conversion], window: int) -> list[Credited]:
    return credit(conversions, interactions(scope, conversions, window), window_seconds=window)


def interactions(scope: Scope, conversions: Sequence[Conversion | StoredEvent], window: int) -> list[Interaction]:
    """What these may be credited to, as far as profile and time decide it."""
    if not conversions:
        return []
    kinds = touch_metrics(scope)
    params = {
        "account": scope.account_number,
        "profiles": array({one.profile for one in conversions}),
        "touches": sorted(kinds),
        "since": max(min(one.ts for one in conversions) - window, 0),
        "until": max(one.ts for one in conversions),
    }
    rows = wiring.clickhouse().query(question(__file__, "interactions"), params)
    return [
        Interaction(event_id, profile, metric, kinds[metric], ts, received, message, campaign, flow)
        for event_id, profile, metric, ts, received, message, campaign, flow in rows
    ]


def touch_metrics(scope: Scope) -> dict[int, Touch]:
    numbers = events.resolve_metrics(scope, names=[(OWN_SERVICE, name) for name in INTERACTIONS])
    return {numbers[(OWN_SERVICE, name)]: kind for name, kind in INTERACTIONS.items()}


def uncounted_metrics(scope: Scope) -> list[int]:
    return [one.number for one in event_queries.all_metrics(scope) if not is_conversion(one.service, one.name)]


def conversions_after(scope: Scope, touched: Sequence[StoredEvent], window: int, now: datetime) -> Iterator[Conversion]:
    """Stored conversions that these interactions might have earned, had they been known in time."""
    params = {
        "account": scope.account_number,
        "profiles": array({event.profile for event in touched}),
        "uncounted": uncounted_metrics(scope),
        "since": min(event.ts for event in touched),
        "until": max(event.ts for event in touched) + window,
        "received": min(min(event.received for event in touched), millis(now)) - LATE_MILLISECONDS,
    }
    return (Conversion(*row) for row in wiring.clickhouse().query(question(__file__, "conversions"), params))


def conversions_between(scope: Scope, since: datetime, until: datetime) -> Iterator[list[Conversion]]:
    """All conversions of a time range, in pieces of whole profiles."""
    last = -1
    uncounted = uncounted_metrics(scope)
    span = {"since": int(since.timestamp()), "until": int(until.timestamp())}
    params = {"account": scope.account_number, "uncounted": uncounted, **span}
    while True:
        page = {**params, "after": last, "limit": REBUILD_PROFILES}
        found = wiring.clickhouse().query(question(__file__, "converting_profiles"), page)
        if not found:
            return
        profiles = [profile for (profile,) in found]
        last = profiles[-1]
        rows = wiring.clickhouse().query(
            question(__file__, "conversions"), {**params, "profiles": array(profiles), "received": 0}
        )
        yield [Conversion(*row) for row in rows]


def keep(scope: Scope, credited: Sequence[Credited], *, now: datetime, compare: bool) -> None:
    """Write credits. With `compare` only those that differ from what is stored, withdrawn ones included."""
    if compare:
        known = stored_touches(scope, [conversion.id for conversion, _ in credited])
        rows = [
            (conversion, touch)
            for conversion, touch in credited
            if known.get(conversion.id) != ((touch.id, conversion.profile) if touch else None)
        ]
    else:
        rows = [row for row in credited if row[1] is not None]
    if rows:
        wiring.clickhouse().insert_arrow("attributions", credit_table(scope, rows, now))


def stored_touches(scope: Scope, event_ids: Iterable[UUID]) -> Mapping[UUID, tuple[UUID, int]]:
    """Touch and profile of those of these events that are credited."""
    params = {"account": scope.account_number, "events": [str(event_id) for event_id in event_ids]}
    rows = wiring.clickhouse().query(question(__file__, "credited"), params)
    return {event: (touch, profile) for event, touch, profile in rows}


def credit_table(scope: Scope, rows: Sequence[Credited], now: datetime) -> pa.Table:
    conversions = [conversion for conversion, _ in rows]
    touches = [touch for _, touch in rows]
    return pa.table(
        {
            "account": np.full(len(rows), scope.account_number, dtype="uint32"),
            "event": pa.array([one.id.bytes for one in conversions], pa.binary(16)),
            "version": np.full(len(rows), int(now.timestamp() * 1_000_000), dtype="uint64"),
            "profile": np.array([one.profile for one in conversions], dtype="uint32"),
            "metric": np.array([one.metric for one in conversions], dtype="uint32"),
            "ts": np.array([one.ts for one in conversions], dtype="uint32"),
            "value": decimals([one.value for one in conversions]),
            "currency": [one.currency for one in conversions],
            "channel": ["email" if touch else "" for touch in touches],
            "campaign": [touch.campaign if touch else "" for touch in touches],
            "flow": [touch.flow if touch else "" for touch in touches],
            "message": [touch.message if touch else "" for touch in touches],
            "touch": pa.array([touch.id.bytes if touch else bytes(16) for touch in touches], pa.binary(16)),
            "touch_metric": np.array([touch.metric if touch else 0 for touch in touches], dtype="uint32"),
            "touch_ts": np.array([touch.ts if touch else 0 for touch in touches], dtype="uint32"),
            "reason": [f"last_{touch.kind}" if touch else "withdrawn" for touch in touches],
        }
    )
