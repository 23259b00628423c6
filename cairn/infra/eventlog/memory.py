"""The log in memory, for tests of what writes to it or reads from it."""

import threading
from collections.abc import Callable, Mapping, Sequence

from cairn.infra.eventlog.port import Entry, Lane, Position, Record
from cairn.kernel.errors import Unavailable

WRITER = "memory"


class MemoryLog:
    """An EventLog and its LogReader in one. `broken` makes it refuse, as a full disk does."""

    def __init__(self) -> None:
        self.entries: dict[Lane, list[Entry]] = {lane: [] for lane in Lane}
        self.broken = False
        self._closed = False
        self._news = threading.Condition()
        self._rung = True

    async def append(self, lane: Lane, record: Record) -> None:
        self.append_now(lane, (record,))

    async def append_made(self, lane: Lane, make: Callable[[], Record]) -> None:
        self.append_now(lane, (make(),))

    def append_now(self, lane: Lane, records: Sequence[Record]) -> None:
        if self.broken or self._closed:
            raise Unavailable("The log takes no more entries at the moment.")
        with self._news:
            for record in records:
                position = Position(WRITER, lane, len(self.entries[lane]) + 1)
                self.entries[lane].append(Entry(position, record))
            self._rung = True
            self._news.notify_all()

    def close(self) -> None:
        self._closed = True

    def writers(self) -> Sequence[str]:
        return [WRITER]

    def read(self, lane: Lane, after: Mapping[str, int], limit: int) -> list[Entry]:
        start = after.get(WRITER, 0)
        return self.entries[lane][start : start + limit]

    def ends(self, lane: Lane) -> dict[str, int]:
        return {WRITER: len(self.entries[lane])}

    def wait(self, timeout: float) -> None:
        with self._news:
            self._news.wait_for(lambda: self._rung, timeout)
            self._rung = False

    def release(self, lane: Lane, done: Mapping[str, int]) -> None:
        """Nothing to do: what is in memory ends with the test."""
