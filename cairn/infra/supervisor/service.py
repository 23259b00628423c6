"""One supervised process: started when what it needs is there, started again when it dies."""

import logging
import math
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from cairn.infra.supervisor.child import Command, start
from cairn.infra.supervisor.stopping import STOP_SECONDS
from cairn.kernel.errors import CairnError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0
# Whoever lived this long starts with a short pause again.
HEALTHY_SECONDS = 30.0
# A store that recovers writes a line for each visitor it turns away.
FIRST_LOOK = 0.02
LONGEST_LOOK = 0.25

log = logging.getLogger("cairn.supervisor")


class Phase(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTING = "resting"
    DONE = "done"


def always() -> bool:
    return True


@dataclass(slots=True)
class Service:
    """`ready` is asked until it says yes; `needs` are the services that must have been ready before the first start,
    for which it waits `patience` seconds.

    A `task` ends by itself: when it ends well it is done, and what needs it may start.
    """

    name: str
    prepare: Callable[[], Command]
    ready: Callable[[], bool] = always
    needs: tuple[str, ...] = ()
    patience: float = math.inf
    task: bool = False
    wanted: Callable[[], bool] = always
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = STOP_SECONDS
    phase: Phase = Phase.WAITING
    was_ready: bool = False
    process: subprocess.Popen[bytes] | None = None
    waits_since: float = 0.0
    launched: float = 0.0
    pause: float = field(default=FIRST_PAUSE)
    retry_at: float = 0.0
    look: float = FIRST_LOOK
    look_at: float = 0.0

    @property
    def pid(self) -> int | None:
        return None if self.process is None else self.process.pid

    def advance(self, now: float, ready: Callable[[str], bool]) -> bool:
        """Take the next step if there is one; whether anything changed."""
        if self.phase is Phase.WAITING:
            self.waits_since = self.waits_since or now
            enough = now - self.waits_since > self.patience
            return (enough or all(ready(name) for name in self.needs)) and self._begin(now)
        if self.phase is Phase.RESTING:
            return now >= self.retry_at and self._launch(now)
        if self.phase is Phase.DONE:
            return False
        if self.process is not None and self.process.poll() is not None:
            return self._ended(now, self.process.returncode)
        return self.phase is Phase.STARTING and not self.task and now >= self.look_at and self._look(now)

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """End it and all that it started: each service leads a session of its own."""
        if self.process is not None:
            kill_group(self.process.pid)
            self.process.wait()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _begin(self, now: float) -> bool:
        if self.wanted():
            return self._launch(now)
        self.phase, self.was_ready = Phase.DONE, True
        return True

    def _look(self, now: float) -> bool:
        if not self.ready():
            self.look = min(self.look * 1.3, LONGEST_LOOK)
            self.look_at = now + self.look
            return False
        self.phase, self.was_ready = Phase.READY, True
        log.info("%s is ready", self.name, extra={"pid": self.pid, "seconds": round(now - self.launched, 2)})
        return True

    def _launch(self, now: float) -> bool:
        try:
            self.process = start(self.prepare())
        except (OSError, CairnError) as error:
            self._rest(now, f"could not be started: {error}")
            return True
        self.launched = now
        self.look, self.look_at = FIRST_LOOK, 0.0
        self.phase = Phase.STARTING
        return True

    def _ended(self, now: float, code: int) -> bool:
        if self.process is not None:
            kill_group(self.process.pid)  # Its own children would hold its port and files.
        self.process = None
        if self.task and code == 0:
            self.phase, self.was_ready = Phase.DONE, True
            return True
        if now - self.launched > HEALTHY_SECONDS:
            self.pause = FIRST_PAUSE
        self._rest(now, f"was ended by signal {-code}" if code < 0 else f"ended with code {code}")
        return True

    def _rest(self, now: float, why: str) -> None:
        log.warning("%s %s; starting it again in %.1f s", self.name, why, self.pause)
        self.phase = Phase.RESTING
        self.retry_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # All gone; macOS says so with the second.
        return
