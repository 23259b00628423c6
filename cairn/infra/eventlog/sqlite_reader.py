"""The reading side on SQLite, over the files of all writers of a folder."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import apsw

from cairn.infra.eventlog.bell import Bell
from cairn.infra.eventlog.files import last_offset, open_for_reading, writers
from cairn.infra.eventlog.packing import unpack
from cairn.infra.eventlog.port import Entry, Lane
from cairn.infra.eventlog.retention import Released

READS = {lane: f"SELECT position, body FROM {lane} WHERE position > ? ORDER BY position" for lane in Lane}


class SqliteLogReader:
    """A LogReader over a folder. New writers are found at each read; threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connections: dict[str, apsw.Connection] = {}
        self._lock = threading.Lock()
        self._waiting = threading.local()
        self._released = Released(folder)
        self._turn = 0

    def writers(self) -> Sequence[str]:
        return writers(self._folder)

    def read(self, lane: Lane, after: Mapping[str, int], limit: int) -> list[Entry]:
        with self._lock:
            connections = self._open()
            self._turn += 1
            names = sorted(connections)
            start = self._turn % len(names) if names else 0
            order = names[start:] + names[:start]
            entries: list[Entry] = []
            for left, writer in zip(range(len(order), 0, -1), order, strict=True):
                share = -(-(limit - len(entries)) // left)
                entries += self._entries(connections[writer], writer, lane, after.get(writer, 0), share)
            return entries

    def ends(self, lane: Lane) -> dict[str, int]:
        with self._lock:
            return {writer: last_offset(connection, lane) for writer, connection in self._open().items()}

    def wait(self, timeout: float) -> None:
        bell: Bell | None = getattr(self._waiting, "bell", None)
        if bell is None:
            # What came before the bell hung was rung for nobody: the first wait returns at once.
            self._waiting.bell = Bell(self._folder)
            return
        bell.wait(timeout)

    def release(self, lane: Lane, done: Mapping[str, int]) -> None:
        with self._lock:
            self._released.write(lane, dict(done))

    def close(self) -> None:
        with self._lock:
            for writer in list(self._connections):
                self._connections.pop(writer).close()
        bell: Bell | None = getattr(self._waiting, "bell", None)
        if bell is not None:
            bell.close()
            del self._waiting.bell

    def _open(self) -> dict[str, apsw.Connection]:
        for writer in writers(self._folder):
            if writer in self._connections:
                continue
            connection = open_for_reading(self._folder / f"{writer}.db")
            if len(connection.execute("SELECT 1 FROM sqlite_master").fetchall()) < len(Lane):
                # Its writer is about to make the tables.
                connection.close()
                continue
            self._connections[writer] = connection
        return self._connections

    def _entries(self, connection: apsw.Connection, writer: str, lane: Lane, after: int, limit: int) -> list[Entry]:
        entries: list[Entry] = []
        rows = connection.execute(READS[lane], (after,))
        for position, body in rows:
            # The first row may hold entries from before.
            entries += [entry for entry in unpack(writer, lane, position, body) if entry.position.offset > after]
            if len(entries) >= limit:
                break
        rows.close()
        return entries[:limit]
