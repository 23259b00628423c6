"""The ingest pipeline: read, write profiles, store events, credit conversions, tell segments, and only then be done.

Three threads hand batches on in order: while one batch's events go into ClickHouse, the next one's profiles go into
PostgreSQL, and what follows from the one before is done (`reacting`). A batch is read when the one before goes into
ClickHouse, not earlier: what waits in the log can still become part of it, and a larger batch costs hardly more.
A crash anywhere is a redo from `done`; every step meets what it did before.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection
from msgspec import structs

from cairn.domains.events import actions as events
from cairn.domains.events.contracts import Arrival
from cairn.domains.profiles import queries as profiles
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.infra.eventlog.port import LogReader
from cairn.kernel.errors import Unavailable
from cairn.kernel.scope import Scope
from cairn.workers import batches, counters, positions
from cairn.workers.batches import Batch, FindScope
from cairn.workers.positions import Place, Standing, Turn
from cairn.workers.reading import Cursor
from cairn.workers.share import Share, Topic
from cairn.workers.stopping import Patience, Stopped

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
TURN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pipeline is made of; `workers/main` puts the real ones together, tests others."""

    reader: LogReader
    topics: Mapping[str, Topic]
    find_scope: FindScope
    now: Callable[[], datetime]


def patiently(attempt: Callable[[bool], None]) -> Callable[[bool], None]:
    """Rows are made by our own hand, so when ClickHouse refuses them it is short of something: memory, disk, time."""

    def trying(is_retry: bool) -> None:
        try:
            attempt(is_retry)
        except ClickHouseError as error:
            raise Unavailable(f"ClickHouse refuses: {error}") from error

    return trying


class Pipeline:
    """One consumer of the log. `finished` gets each batch whose events are stored."""

    def __init__(self, parts: Parts, stop: threading.Event, finished: Callable[[Batch], None]) -> None:
        self._parts = parts
        self._stop = stop
        self._finished = finished
        self._patience = Patience(stop)
        self._applied: queue.Queue[Batch | None] = queue.Queue()
        self._room = threading.Semaphore()
        self._failed = threading.Event()

    def run(self) -> None:
        """Until stopped. What was applied by then is stored, too, unless a store is away."""
        storing = threading.Thread(target=self._store_until_told, name="ingest-store")
        storing.start()
        try:
            self._guard(self._apply_all)()
        finally:
            self._applied.put(None)
            storing.join()
            connection.close()

    def _guard(self, work: Callable[[], None]) -> Callable[[], None]:
        """A step that fails for a reason of its own stops the worker: a fresh one redoes the batch."""

        def guarded() -> None:
            try:
                work()
            except Stopped:
                log.info("stopped in the middle; the next start redoes it")
            except Exception:
                log.exception("the ingest pipeline failed")
                self._failed.set()
                self._stop.set()

        return guarded

    @property
    def has_failed(self) -> bool:
        return self._failed.is_set()

    def _apply_all(self) -> None:
        turn = Turn()
        standing = self._patience.keep_trying("the start", lambda _: self._begin(turn))
        cursor = Cursor(self._parts.reader, {place: at.done for place, at in standing.items()})
        while not self._stop.is_set():
            if not self._room.acquire(timeout=IDLE_SECONDS):
                self._patience.keep_trying("the turn", lambda _: self._keep_turn(turn))
                continue
            entries = cursor.read()
            if not entries:
                self._room.release()
                self._patience.keep_trying("the turn", lambda _: self._keep_turn(turn))
                cursor.wait(IDLE_SECONDS)
                continue
            batch = Batch(entries, self._parts.now())
            with counters.STEP_SECONDS.labels("apply").time():
                self._patience.keep_trying("profiles", partial(self._apply, turn, batch))
            self._applied.put(batch)

    def _begin(self, turn: Turn) -> dict[Place, Standing]:
        self._take_turn(turn)
        return positions.load()

    def _apply(self, turn: Turn, batch: Batch, is_retry: bool) -> None:
        self._take_turn(turn)
        batches.apply(batch, self._parts.topics, self._parts.find_scope)

    def _keep_turn(self, turn: Turn) -> None:
        """Whoever waits for entries holds the turn, also after PostgreSQL was away: health checks look for it."""
        if not connection.is_usable():
            connection.close()
        self._take_turn(turn)

    def _take_turn(self, turn: Turn) -> None:
        while not turn.take():
            if self._stop.wait(TURN_SECONDS):
                raise Stopped("waiting for another worker")

    def _store_until_told(self) -> None:
        self._guard(self._store_all)()
        connection.close()

    def _store_all(self) -> None:
        while (batch := self._applied.get()) is not None:
            self._room.release()
            with counters.STEP_SECONDS.labels("store").time():
                self.store(batch)
            self._finished(batch)

    def store(self, batch: Batch) -> None:
        """The events of an applied batch. What an earlier attempt stored is met again and left as it is."""
        for scope, share in batch.shares.items():
            self._store_share(scope, share)
        counters.ENTRIES.inc(len(batch.entries))

    def _store_share(self, scope: Scope, share: Share) -> None:
        if not share.arrivals:
            return
        names = {(arrival.event.service, arrival.event.metric) for arrival in share.arrivals}

        def attempt(is_retry: bool) -> None:
            metrics = events.resolve_metrics(scope, names=names)
            with events.turn(scope):
                share.arrivals = following(scope, share.arrivals)
                stored = events.store(scope, arrivals=share.arrivals, metrics=metrics, is_retry=is_retry)
            share.stored = stored.events
            counters.EVENTS.inc(len(stored.events))
            for reason, count in stored.dropped.items():
                counters.DROPPED.labels(reason).inc(count)

        self._patience.keep_trying("events", patiently(attempt))
        share.changed |= {arrival.profile for arrival in share.arrivals}
        share.arrivals = []


def following(scope: Scope, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The events with the people of now: their profiles may have been merged or deleted since they were applied."""
    gone = profiles.departed(scope, {arrival.profile for arrival in arrivals})
    if not gone:
        return list(arrivals)
    kept = []
    for arrival in arrivals:
        profile = gone.get(arrival.profile, arrival.profile)
        if profile:
            same = profile == arrival.profile
            kept.append(arrival if same else structs.replace(arrival, profile=profile, is_new=False))
    counters.DROPPED.labels("nobody").inc(len(arrivals) - len(kept))
    return kept
