"""What follows from stored events, at most a moment later: credits, news, segments. Then the log is let go of."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import connection
from msgspec import structs

from cairn.domains.events.contracts import StoredEvent
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.infra.eventlog.port import Lane, LogReader
from cairn.kernel.scope import Scope
from cairn.workers import counters, positions
from cairn.workers.batches import AWAY, Batch
from cairn.workers.positions import Place
from cairn.workers.stopping import Patience, Stopped

log = logging.getLogger(__name__)

TICK_SECONDS = 0.4
"""Longest pause between two ticks of one account."""

Follow = Callable[[Scope, Sequence[StoredEvent], datetime], None]
"""What stored events bring about at once, such as credits for conversions; repeating it changes nothing."""

Tick = Callable[[Scope, set[int], datetime], None]
"""Brings the segments of an account up to date: for these profiles, and for whatever else is due by now."""


class Reactor:
    """Gathers what batches stored and changed, follows it up and ticks each account with it; `done` moves when the tick
    has returned."""

    def __init__(
        self,
        follow: Follow,
        tick: Tick,
        scopes: Callable[[], Sequence[Scope]],
        reader: LogReader,
        now: Callable[[], datetime],
        stop: threading.Event,
    ) -> None:
        self._follow = follow
        self._tick = tick
        self._scopes = scopes
        self._reader = reader
        self._now = now
        self._stop = stop
        self._patience = Patience(stop)
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._waiting: list[Batch] = []
        self._closed = False

    def take(self, batch: Batch) -> None:
        with self._lock:
            self._waiting.append(batch)
        self._news.set()

    def close(self) -> None:
        """No batch comes any more; `run` ends after the last one."""
        self._closed = True
        self._news.set()

    def run(self) -> None:
        while not (self._closed and not self._waiting):
            self._news.wait(TICK_SECONDS)
            self._news.clear()
            began = time.monotonic()
            try:
                self.react()
            except Stopped:
                log.info("stopped before everything was known everywhere; the next start redoes it")
                break
            if not self._closed:
                self._stop.wait(max(TICK_SECONDS / 2 - (time.monotonic() - began), 0))
        connection.close()

    def react(self) -> None:
        """One tick of every account, with all that waits; then what was waiting is done."""
        with self._lock:
            batches, self._waiting = self._waiting, []
        stored: defaultdict[Scope, list[StoredEvent]] = defaultdict(list)
        changed: defaultdict[Scope, set[int]] = defaultdict(set)
        for scope in self._patience.keep_trying("accounts", lambda _: self._scopes()):
            changed[scope] = set()
        for batch in batches:
            for scope, share in batch.shares.items():
                changed[scope] |= share.changed
                stored[scope] += share.stored
        for scope, events in stored.items():
            if events:
                self._patience.keep_trying("credits", partial(self._follow_one, scope, events))
        for scope, numbers in changed.items():
            self._tick_one(scope, numbers)
        if batches:
            self._finish(batches)

    def _follow_one(self, scope: Scope, events: Sequence[StoredEvent], _: bool) -> None:
        with counters.STEP_SECONDS.labels("follow").time():
            self._follow(scope, people_of_now(scope, events), self._now())

    def _tick_one(self, scope: Scope, numbers: set[int]) -> None:
        def attempt(_: bool) -> None:
            try:
                with counters.STEP_SECONDS.labels("react").time():
                    self._tick(scope, numbers, self._now())
            except AWAY:
                raise
            except Exception:
                # One account's broken segment must stop neither the log nor the other accounts' segments; the next
                # tick that works makes up for this one.
                log.exception("the segments of %s could not be brought up to date", scope.account_id)
                profiles.touch(scope, numbers)

        self._patience.keep_trying("segments", attempt)
        counters.TICKS.inc()

    def _finish(self, batches: Sequence[Batch]) -> None:
        moved: dict[Place, int] = {}
        for batch in batches:
            moved |= batch.moved
        self._patience.keep_trying("positions", lambda _: positions.finish(moved))
        for lane in Lane:
            done = {writer: offset for (writer, at), offset in moved.items() if at == lane}
            if done:
                self._release(lane, done)

    def _release(self, lane: Lane, done: Mapping[str, int]) -> None:
        try:
            self._reader.release(lane, done)
        except OSError:
            log.exception("the log could not be told what is done; it keeps more than it must")


def people_of_now(scope: Scope, events: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
    """The events as those of the profiles that have them now: some may have been merged or deleted since."""
    gone = profile_queries.departed(scope, {event.profile for event in events})
    if not gone:
        return events
    owners = [(event, gone.get(event.profile, event.profile)) for event in events]
    return [
        event if profile == event.profile else structs.replace(event, profile=profile)
        for event, profile in owners
        if profile
    ]
