"""Writing events: once each, in blocks of thousands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

import numpy as np
import pyarrow as pa

from cairn import wiring
from cairn.domains.events import custom_metrics, mapped_metrics, overviews
from cairn.domains.events.arrivals import Row, make_row
from cairn.domains.events.contracts import Arrival, DropReason, Stored, StoredEvent
from cairn.domains.events.metrics import MetricName, MetricRegistry
from cairn.infra.clickhouse.questions import array, question
from cairn.infra.postgres import locks
from cairn.kernel import clock
from cairn.kernel.scope import Scope

EventKey = tuple[int, int]
"""Profile and key."""

registry = MetricRegistry()
GONE = ("account", "profile", "at")
UNHIDDEN = {"additional_table_filters": "{}"}
TURN = 0x6576_656E
create_custom_metric, update_custom_metric = custom_metrics.create, custom_metrics.update
delete_custom_metric, choose_mapped_metric = custom_metrics.delete, mapped_metrics.choose
star_metric = overviews.star


def turn(scope: Scope) -> AbstractContextManager[None]:
    """The right to say which profiles an account's events belong to. Whoever stores holds it from looking up who is
    still there until the rows are written, and whoever moves or erases holds it, too: so a merge or a deletion that is
    committed meets every event that was stored before, and no event is stored under a number that it has emptied."""
    return locks.held(TURN, scope.account_number)


def resolve_metrics(scope: Scope, *, names: Iterable[MetricName]) -> dict[MetricName, int]:
    """Numbers of metrics by (service, name); those not seen before are made."""
    return registry.resolve(scope, names)


def store(
    scope: Scope, *, arrivals: Sequence[Arrival], metrics: Mapping[MetricName, int], is_retry: bool = False
) -> Stored:
    """Gives each event its row, unless another one with the same profile, metric and unique id is there.

    May be called again with the same arrivals, also cut into other batches: a row that an earlier call wrote is met
    by its id, counts as stored, and is not written again. `is_retry` says that an earlier call may have written
    rows even for profiles that are new.
    """
    dropped: Counter[DropReason] = Counter()
    rows: list[Row] = []
    asked: dict[EventKey, None] = {}
    for arrival in arrivals:
        made = make_row(arrival, metrics[(arrival.event.service, arrival.event.metric)])
        if isinstance(made, DropReason):
            dropped[made] += 1
            continue
        rows.append(made)
        if is_retry or not arrival.is_new:
            asked[(made.event.profile, made.key)] = None
    ids = known_ids(scope, asked)
    fresh: list[Row] = []
    events: list[StoredEvent] = []
    for row in rows:
        key = (row.event.profile, row.key)
        known = ids.get(key)
        if known is None:
            ids[key] = row.event.id
            fresh.append(row)
        elif known != row.event.id:
            dropped[DropReason.DUPLICATE] += 1
            continue
        events.append(row.event)
    if fresh:
        insert(scope, fresh)
    return Stored(events=events, dropped=dropped)


def known_ids(scope: Scope, keys: Iterable[EventKey]) -> dict[EventKey, UUID]:
    """Ids of those of these events that have rows."""
    wanted = list(keys)
    if not wanted:
        return {}
    params = {
        "account": scope.account_number,
        "profiles": array({profile for profile, _ in wanted}),
        "keys": array({key for _, key in wanted}),
    }
    rows = wiring.clickhouse().query(question(__file__, "known_keys"), params)
    return {(profile, key): event_id for profile, key, event_id in rows}


def insert(scope: Scope, rows: Sequence[Row]) -> None:
    events = [row.event for row in rows]
    table = pa.table(
        {
            "account": np.full(len(rows), scope.account_number, dtype="uint32"),
            "profile": np.array([event.profile for event in events], dtype="uint32"),
            "metric": np.array([event.metric for event in events], dtype="uint32"),
            "ts": np.array([event.ts for event in events], dtype="uint32"),
            "id": pa.array([event.id.bytes for event in events], pa.binary(16)),
            "key": np.array([row.key for row in rows], dtype="uint64"),
            "value": decimals([event.value for event in events]),
            "currency": pa.array([event.currency for event in events], pa.string()),
            "message": pa.array([event.message for event in events], pa.string()),
            "machine": np.array([event.machine for event in events], dtype="uint8"),
            "received": pa.array(np.array([event.received for event in events], dtype="int64"), pa.timestamp("ms")),
            "properties": pa.array([event.properties for event in events], pa.binary()),
        }
    )
    wiring.clickhouse().insert_arrow("events", table)


def decimals(millionths: Sequence[int]) -> pa.Array:
    """Arrow's Decimal(18, 6) of whole millionths: the low and the high half of each 128-bit number."""
    low = np.array(millionths, dtype="int64")
    halves = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(pa.decimal128(18, 6), len(low), [None, pa.py_buffer(halves.tobytes())])


def move(scope: Scope, *, source: int, destination: int) -> None:
    """Give the events of one profile to another; of an event that both have, the destination's stays."""
    pair = {"account": scope.account_number, "source": source, "destination": destination}
    with turn(scope):
        wiring.clickhouse().command(question(__file__, "copy_events"), pair)
        erase(scope, profiles=[source])


def erase(scope: Scope, *, profiles: Sequence[int]) -> int:
    """Take away all events of profiles that are gone, at once for every reader, from the disk with the next `sweep`;
    how many that were."""
    clickhouse = wiring.clickhouse()
    asked = {"account": scope.account_number, "profiles": array(profiles)}
    with turn(scope):
        counted = clickhouse.query(question(__file__, "has_events"), asked, UNHIDDEN)
        at = clock.now()
        clickhouse.insert("events_gone", GONE, [(scope.account_number, profile, at) for profile, _ in counted])
    clickhouse.hidden.forget()
    return sum(count for _, count in counted)


def sweep(*, now: datetime) -> int:
    """Delete from the disk and from every projection what was taken away until now; of how many profiles.

    One mutation for all: it writes anew the parts in which there is something of them. It may be repeated.
    """
    clickhouse = wiring.clickhouse()
    until = {"until": clock.millis(now)}
    ((waiting,),) = clickhouse.query(question(__file__, "count_gone"), until)
    if waiting:
        clickhouse.command(question(__file__, "drop_events"), until)
        clickhouse.command(question(__file__, "forget_gone"), until)
        clickhouse.hidden.forget()
    return int(waiting)
