"""The log of everything accepted: what is appended is on disk before anyone is told so, and is read again in order."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec


class Lane(StrEnum):
    """Queues with their own order, so that a burst in one never delays another. Read with weights, consent first."""

    CONSENT = "consent"
    LIVE = "live"
    BULK = "bulk"


class Record(msgspec.Struct, frozen=True, gc=False):
    """One accepted command. `kind` names it in `workers/topics.py`, `body` is its msgspec JSON, `at`
    milliseconds since 1970."""

    account_id: str
    kind: str
    body: bytes
    at: int


class Position(msgspec.Struct, frozen=True, gc=False):
    """A place in one writer's file and lane. Offsets only grow; (writer, lane, offset) names a record for ever."""

    writer: str
    lane: Lane
    offset: int


class Entry(msgspec.Struct, frozen=True, gc=False):
    position: Position
    record: Record


class EventLog(Protocol):
    """The writing side. One instance per process; each process writes a file of its own."""

    def append(self, lane: Lane, record: Record) -> Awaitable[None]:
        """Done once the record is durable. Raises Unavailable where the disk refuses; then nothing was accepted."""

    def append_made(self, lane: Lane, make: Callable[[], Record]) -> Awaitable[None]:
        """The same for a record that is made when it is about to be written, one after the other with all that are
        written with it: code that runs again at once finds the processor's caches as it left them, and between
        sockets takes three times as long. Raises what `make` raises; then nothing of it was accepted."""

    def append_now(self, lane: Lane, records: Sequence[Record]) -> None:
        """The same for callers without an event loop; all records or none."""

    def close(self) -> None:
        """Writes what was handed over, then refuses more."""


class LogReader(Protocol):
    """The reading side, over the files of all writers."""

    def writers(self) -> Sequence[str]: ...

    def read(self, lane: Lane, after: dict[str, int], limit: int) -> list[Entry]:
        """Up to `limit` entries behind the offsets given per writer (absent: from its start), writers taken in turn."""

    def ends(self, lane: Lane) -> dict[str, int]:
        """The last offset per writer."""

    def wait(self, timeout: float) -> None:
        """Returns when something may have been appended, at the latest after `timeout` seconds."""

    def release(self, lane: Lane, done: Mapping[str, int]) -> None:
        """Says that nobody needs entries up to these offsets again, but for replay. Without this word nothing of a lane
        is ever deleted; with it, what is older than the log keeps."""
