"""For developers: notices that code has changed."""

import time
from collections.abc import Callable
from pathlib import Path

INTERVAL = 1.0


class Reloader:
    """Calls `changed` when a source file below `folder` is newer than it was, at most once a second."""

    def __init__(self, folder: Path, changed: Callable[[], None]) -> None:
        self._folder = folder
        self._changed = changed
        self._newest = self._find_newest()
        self._looked = time.monotonic()

    def look(self) -> None:
        if time.monotonic() - self._looked < INTERVAL:
            return
        self._looked = time.monotonic()
        newest = self._find_newest()
        if newest > self._newest:
            self._newest = newest
            self._changed()

    def _find_newest(self) -> float:
        files = (path for pattern in ("*.py", "*.sql", "*.html") for path in self._folder.rglob(pattern))
        return max((path.stat().st_mtime for path in files), default=0.0)
