"""The writing side on SQLite: one file per process, and one commit for all that has gathered since the last.

While the disk is quick, the event loop itself commits what a turn of it has gathered: handing it to a thread and back
takes longer than writing it. Long rows, slow disks and callers without a loop have a thread.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import apsw

from cairn.infra.eventlog.bell import Ringer
from cairn.infra.eventlog.files import claim_one, last_offset, open_for_writing
from cairn.infra.eventlog.packing import pack
from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.eventlog.retention import KEEP_SECONDS, Retention
from cairn.kernel.errors import Unavailable

logger = logging.getLogger(__name__)

INSERTS = {lane: f"INSERT INTO {lane} VALUES (?, ?, ?, ?)" for lane in Lane}
LONGEST_QUEUE = 50_000
CLOSE_SECONDS = 30.0
# A commit on a local disk takes 0.3 ms; one of 10 ms would hold up the whole loop.
QUICK_SECONDS = 0.002
NEWEST_SHARE = 0.1
# A commit costs as much as ten requests. So after one the next waits a moment for more to come, at most until a crowd
# as large as the last one is there; where nobody wrote just now there is nothing to wait for.
CROWD = 8
APART_SECONDS = 0.004

Waiter = asyncio.Future[None] | Future[None]
Make = Callable[[], Record]
Given = Sequence[Record] | Make
Ticket = tuple[Lane, Given, Waiter]
Ready = tuple[Lane, Sequence[Record], Waiter]


class SqliteLog:
    """An EventLog over a folder. Holds its file by lock for as long as it lives."""

    def __init__(self, folder: Path, keep_seconds: float = KEEP_SECONDS) -> None:
        self._claim = claim_one(folder)
        self._connection = open_for_writing(self._claim.path)
        self._ringer = Ringer(folder)
        self._retention = Retention(folder, self._claim.writer, keep_seconds)
        self._last = {lane: last_offset(self._connection, lane) for lane in Lane}
        self._queue: deque[Ticket] = deque()
        self._busy = threading.Lock()
        self._usual_seconds = 0.0
        self._flush_due = False
        self._lingering: asyncio.TimerHandle | None = None
        self._last_batch = 0
        self._last_commit = 0.0
        self._work = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="event-log", daemon=True)
        self._thread.start()

    @property
    def writer(self) -> str:
        return self._claim.writer

    def append(self, lane: Lane, record: Record) -> asyncio.Future[None]:
        return self._append(lane, (record,))

    def append_made(self, lane: Lane, make: Make) -> asyncio.Future[None]:
        return self._append(lane, make)

    def append_now(self, lane: Lane, records: Sequence[Record]) -> None:
        if not records:
            return
        waiter: Future[None] = Future()
        self._enqueue((lane, records, waiter))
        self._wake()
        waiter.result()

    def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        self._work.set()
        self._thread.join(CLOSE_SECONDS)
        late = [self._queue.popleft() for _ in range(len(self._queue))]
        settle(late, Unavailable("The log is closed."), None)
        if not self._thread.is_alive():
            self._connection.close()
            self._ringer.close()
            self._claim.release()

    def _append(self, lane: Lane, given: Given) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        self._enqueue((lane, given, waiter))
        if lane is Lane.BULK:
            self._wake()
        elif not self._flush_due:
            self._flush_due = True
            pause = self._last_commit + APART_SECONDS - time.perf_counter()
            if pause > 0:
                self._lingering = loop.call_later(pause, self._flush)
            else:
                loop.call_soon(self._flush)
        elif self._lingering is not None and len(self._queue) >= self._last_batch >= CROWD:
            self._lingering.cancel()
            self._lingering = None
            loop.call_soon(self._flush)
        return waiter

    def _enqueue(self, ticket: Ticket) -> None:
        if self._closing or len(self._queue) >= LONGEST_QUEUE:
            raise Unavailable("The log takes no more entries at the moment.")
        self._queue.append(ticket)

    def _wake(self) -> None:
        if not self._work.is_set():
            self._work.set()

    def _flush(self) -> None:
        """Commits on the event loop, unless the disk is slow or the thread is at it."""
        self._flush_due = False
        self._lingering = None
        if self._usual_seconds > QUICK_SECONDS or not self._busy.acquire(blocking=False):
            self._wake()
            return
        try:
            self._commit(asyncio.get_running_loop())
        finally:
            self._busy.release()

    def _run(self) -> None:
        while True:
            self._work.wait(self._retention.pause())
            self._work.clear()
            with self._busy:
                worked = self._commit(None)
                if self._retention.is_due():
                    self._sweep()
            if self._closing and not worked:
                return

    def _commit(self, here: asyncio.AbstractEventLoop | None) -> bool:
        """Writes what is queued, if anything; whoever calls is the only one at it. `here` is the loop it runs on."""
        # popleft × len: swapping the list would race with append and acknowledge what was never written.
        tickets = [self._queue.popleft() for _ in range(len(self._queue))]
        if not tickets:
            return False
        self._last_batch = len(tickets)
        batch = ready(tickets, here)
        if not batch:
            return True
        began = time.perf_counter()
        try:
            self._last = self._write(batch)
        except (apsw.Error, OSError) as problem:
            logger.error("The event log cannot write: %s", problem)
            settle(batch, Unavailable("The log cannot be written."), here)
        except Exception as problem:
            logger.exception("The event log failed")
            settle(batch, problem, here)
        else:
            settle(batch, None, here)
            self._ring()
        self._last_commit = time.perf_counter()
        self._usual_seconds += (self._last_commit - began - self._usual_seconds) * NEWEST_SHARE
        return True

    def _write(self, batch: list[Ready]) -> dict[Lane, int]:
        """All or nothing. apsw lets other threads run at each statement, and gets its turn back late when they are
        busy: so the usual batch, of one lane, is one row in one statement."""
        last = dict(self._last)
        rows = []
        for lane in Lane:
            records = [record for wanted, given, _ in batch if wanted is lane for record in given]
            for packed in pack(records):
                last[lane] += packed.records
                rows.append((lane, (last[lane], packed.at, packed.records, packed.body)))
        if len(rows) == 1:
            lane, values = rows[0]
            self._connection.execute(INSERTS[lane], values)
            return last
        with self._connection:
            for lane, values in rows:
                self._connection.execute(INSERTS[lane], values)
        return last

    def _ring(self) -> None:
        try:
            self._ringer.ring()
        except OSError as problem:
            logger.warning("Readers of the event log were not woken: %s", problem)

    def _sweep(self) -> None:
        try:
            self._retention.sweep(self._connection, time.time())
        except (apsw.Error, OSError) as problem:
            logger.warning("Old entries of the event log stay: %s", problem)


def ready(tickets: list[Ticket], here: asyncio.AbstractEventLoop | None) -> list[Ready]:
    """What can be written; who gave what cannot be made is told why."""
    batch: list[Ready] = []
    for lane, given, waiter in tickets:
        if not callable(given):
            batch.append((lane, given, waiter))
            continue
        try:
            batch.append((lane, (given(),), waiter))
        except Exception as problem:
            settle([(lane, (), waiter)], problem, here)
    return batch


def settle(batch: Sequence[Ticket], problem: Exception | None, here: asyncio.AbstractEventLoop | None) -> None:
    """Answers everybody who waits, with one call into each event loop but `here`, which this runs on."""
    loops: dict[Any, list[asyncio.Future[None]]] = {}
    for _, _, waiter in batch:
        if isinstance(waiter, asyncio.Future):
            loops.setdefault(waiter.get_loop(), []).append(waiter)
        elif problem is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(problem)
    for loop, waiters in loops.items():
        if loop is here:
            answer(waiters, problem)
            continue
        try:
            loop.call_soon_threadsafe(answer, waiters, problem)
        except RuntimeError:
            logger.info("%d requests left before the log answered", len(waiters))


def answer(waiters: list[asyncio.Future[None]], problem: Exception | None) -> None:
    for waiter in waiters:
        if waiter.done():
            continue
        if problem is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(problem)
