"""A log in memory and the worker's steps, taken one after the other in the test's own thread."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from cairn.domains.analytics import actions as analytics
from cairn.domains.events import actions as events
from cairn.domains.events.contracts import EventDraft, RecordEvents
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel.clock import millis
from cairn.kernel.scope import Scope
from cairn.workers import positions
from cairn.workers.batches import Batch, apply
from cairn.workers.pipeline import Parts, Pipeline
from cairn.workers.reacting import Reactor
from cairn.workers.reading import Cursor
from cairn.workers.scopes import Scopes
from cairn.workers.topics import COMMANDS

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Crash(Exception):
    """The process ends here."""


@dataclass
class Shop:
    """Anna's shop: accepts onto a log, and has a worker that can crash."""

    scope: Scope
    clickhouse: ClickHouse
    log: MemoryLog = field(default_factory=MemoryLog)
    now: datetime = NOON
    ticked: set[int] = field(default_factory=set)

    def accept(self, *drafts: EventDraft, lane: Lane = Lane.LIVE, at: datetime | None = None) -> None:
        body = msgspec.json.encode(RecordEvents(list(drafts)))
        self.accept_raw("events.record", body, lane=lane, at=at)

    def accept_raw(self, kind: str, body: bytes, *, lane: Lane = Lane.LIVE, at: datetime | None = None) -> None:
        self.log.append_now(lane, [Record(self.scope.account_id, kind, body, millis(at or self.now))])

    def work(self, *, crash_after: str = "") -> None:
        """A fresh worker goes on where the last one was done. With `crash_after` it ends after that step."""
        events.registry.forget()
        stop = threading.Event()
        reactor = Reactor(self._follow(crash_after), self._tick, Scopes().all, self.log, lambda: self.now, stop)
        parts = Parts(self.log, COMMANDS, Scopes().find, lambda: self.now)
        pipeline = Pipeline(parts, stop, reactor.take)
        cursor = Cursor(self.log, {place: at.done for place, at in positions.load().items()})
        while entries := cursor.read():
            batch = Batch(entries, self.now)
            apply(batch, COMMANDS, parts.find_scope)
            self._end(crash_after, "profiles")
            pipeline.store(batch)
            self._end(crash_after, "events")
            reactor.take(batch)
            reactor.react()

    def _tick(self, scope: Scope, changed: set[int], now: datetime) -> None:
        self.ticked |= changed

    def _follow(self, crash_after: str) -> Callable[..., None]:
        def follow(scope: Scope, stored: Any, now: datetime) -> None:
            analytics.attribute(scope, stored=stored, now=now)
            self._end(crash_after, "attribution")

        return follow

    def _end(self, crash_after: str, step: str) -> None:
        if crash_after == step:
            raise Crash(step)

    def rows(self, columns: str = "profile, key, id, ts, value, properties") -> list[tuple[Any, ...]]:
        return self.clickhouse.query(
            f"SELECT {columns} FROM events WHERE account = {{account:UInt32}} ORDER BY profile, ts, id",
            {"account": self.scope.account_number},
        )

    def credits(self) -> Mapping[str, str]:
        """Message by the conversion's unique id."""
        rows = self.clickhouse.query(
            "SELECT JSONExtractString(e.properties, '$event_id'), a.message FROM attributions AS a FINAL"
            " JOIN events AS e ON e.id = a.event AND e.account = a.account"
            " WHERE a.account = {account:UInt32} AND a.message != ''",
            {"account": self.scope.account_number},
        )
        return dict(rows)


def draft(
    metric: str, email: str, at: datetime, *, value: float | None = None, unique_id: str | None = None, **more: Any
) -> EventDraft:
    return EventDraft(
        metric=metric,
        profile=ProfilePatch(email=email),
        time=int(at.timestamp()),
        value=value,
        unique_id=unique_id,
        **more,
    )


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    return Shop(scope, clickhouse)
