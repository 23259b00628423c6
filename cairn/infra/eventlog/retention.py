"""What the log forgets: entries older than it keeps, and never one that consumers have not released."""

import json
import os
import time
from pathlib import Path

import apsw

from cairn.infra.eventlog.files import claim_free, open_for_writing
from cairn.infra.eventlog.port import Lane

KEEP_SECONDS = 7 * 24 * 3600.0
SWEEP_SECONDS = 60.0
ROWS_AT_ONCE = 500

# The newest row stays always: the next position is counted from it.
DELETE = """
DELETE FROM {lane} WHERE position IN (
    SELECT position FROM {lane}
    WHERE position <= ?1 AND at < ?2 AND position < (SELECT max(position) FROM {lane})
    ORDER BY position LIMIT ?3)
"""


class Released:
    """Offsets that consumers have released, one small file per lane, replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, lane: Lane, done: dict[str, int]) -> None:
        merged = self.read(lane) | done
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / f".released.{lane}.{os.getpid()}"
        draft.write_text(json.dumps(merged))
        draft.rename(self._path(lane))

    def read(self, lane: Lane) -> dict[str, int]:
        try:
            content = json.loads(self._path(lane).read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {str(writer): int(offset) for writer, offset in content.items()}

    def _path(self, lane: Lane) -> Path:
        return self._folder / f"released.{lane}.json"


class Retention:
    """Sweeps a writer's own file, and files whose writer is gone, a few rows at a time."""

    def __init__(self, folder: Path, writer: str, keep_seconds: float) -> None:
        self._folder = folder
        self._writer = writer
        self._keep_seconds = keep_seconds
        self._released = Released(folder)
        self._due = time.monotonic() + SWEEP_SECONDS

    def pause(self) -> float:
        return max(self._due - time.monotonic(), 0.0)

    def is_due(self) -> bool:
        return time.monotonic() >= self._due

    def sweep(self, own: apsw.Connection, now: float) -> int:
        """Deletes up to `ROWS_AT_ONCE` old entries of each lane; comes again at once while there is more."""
        self._due = time.monotonic() + SWEEP_SECONDS
        removed = self._sweep_file(own, self._writer, now)
        for claim in claim_free(self._folder):
            connection = open_for_writing(claim.path)
            try:
                removed += self._sweep_file(connection, claim.writer, now)
            finally:
                connection.close()
                claim.release()
        if removed:
            self._due = time.monotonic() + 1.0
        return removed

    def _sweep_file(self, connection: apsw.Connection, writer: str, now: float) -> int:
        oldest = int((now - self._keep_seconds) * 1000)
        removed = 0
        for lane in Lane:
            done = self._released.read(lane).get(writer, 0)
            if done:
                connection.execute(DELETE.format(lane=lane), (done, oldest, ROWS_AT_ONCE))
                removed += connection.changes()
        return removed
