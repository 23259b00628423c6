"""How writers wake readers of other processes: one named pipe per waiting thread, so that nobody polls."""

import contextlib
import os
import secrets
import select
import time
from pathlib import Path

BELLS = "bells"
SETTLING_SECONDS = 0.1


class Bell:
    """The reader's end. Rings that come while nobody waits are kept."""

    def __init__(self, folder: Path) -> None:
        place = folder / BELLS
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = place / f"{os.getpid()}-{secrets.token_hex(6)}"
        draft = self._path.with_name(f".{self._path.name}")
        os.mkfifo(draft, 0o600)
        self._pipe = os.open(draft, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        # Under its name only when open: writers remove pipes that nobody reads.
        draft.rename(self._path)

    def wait(self, timeout: float) -> None:
        ready, _, _ = select.select([self._pipe], [], [], max(timeout, 0))
        if ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._pipe, 65_536)

    def close(self) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._pipe)


class Ringer:
    """The writer's end of all bells of a folder."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / BELLS
        self._place.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._pipes: dict[str, int] = {}
        self._seen = 0.0

    def ring(self) -> None:
        self._look()
        for name, pipe in list(self._pipes.items()):
            try:
                os.write(pipe, b"!")
            except BlockingIOError:
                continue
            except OSError:
                self._drop(name)

    def close(self) -> None:
        for name in list(self._pipes):
            os.close(self._pipes.pop(name))

    def _look(self) -> None:
        changed = self._place.stat().st_mtime
        # File systems count in ticks: a second change in the same tick shows no newer time.
        if changed + SETTLING_SECONDS < self._seen:
            return
        self._seen = time.time()
        for name in os.listdir(self._place):
            if name in self._pipes or name.startswith("."):
                continue
            try:
                self._pipes[name] = os.open(self._place / name, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError:
                (self._place / name).unlink(missing_ok=True)

    def _drop(self, name: str) -> None:
        os.close(self._pipes.pop(name))
        (self._place / name).unlink(missing_ok=True)
