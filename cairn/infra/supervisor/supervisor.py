"""Starts services, starts them again when they die, and stops them in order."""

import logging
import os
import select
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from cairn.infra.supervisor.service import Phase, Service

BUSY_TICK = 0.02
IDLE_TICK = 1.0
STOP_TICK = 0.02
# A second signal this much later is a person who does not want to wait; a sooner one came with the first.
HURRY_AFTER = 1.0

log = logging.getLogger("cairn.supervisor")


class Supervisor:
    """`stop_order` groups names: each group is told to stop together, when the one before it has ended."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        stop_order: Sequence[Sequence[str]],
        changed: Callable[[], None],
        tick: Callable[[], None] | None = None,
    ) -> None:
        self.services = {service.name: service for service in services}
        self._stop_order = stop_order
        self._changed = changed
        self._tick = tick
        self._stopping = False
        self._asked = 0.0
        self._hurry = False

    def run(self) -> None:
        """Returns after SIGTERM or SIGINT, when every service has ended. For the main thread."""
        # A signal writes a byte here, so that waiting ends at once and no signal falls between a look and a wait.
        wake_up, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        try:
            while not self._stopping:
                self._advance()
                self._wait(wake_up)
            self._stop(wake_up)
        finally:
            for service in self.services.values():
                service.kill()

    def restart(self, name: str) -> None:
        """End a service; it is started again as after any death."""
        self.services[name].signal(signal.SIGTERM)

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        self._hurry = self._stopping and now - self._asked > HURRY_AFTER
        self._asked = self._asked if self._stopping else now
        self._stopping = True

    def _is_ready(self, name: str) -> bool:
        return self.services[name].was_ready

    def _advance(self) -> None:
        steps = [service.advance(time.monotonic(), self._is_ready) for service in self.services.values()]
        if any(steps):
            self._changed()
        if self._tick is not None:
            self._tick()

    def _wait(self, wake_up: int) -> None:
        settled = all(service.phase in (Phase.READY, Phase.DONE) for service in self.services.values())
        readable, _, _ = select.select([wake_up], [], [], IDLE_TICK if settled else BUSY_TICK)
        if readable:
            os.read(wake_up, 4096)

    def _stop(self, wake_up: int) -> None:
        log.info("stopping")
        for names in self._stop_order:
            group = [self.services[name] for name in names if name in self.services]
            for service in group:
                service.signal(service.stop_signal)
            begun = time.monotonic()
            while any(service.running for service in group) and not self._hurry:
                overdue = [s for s in group if s.running and time.monotonic() - begun > s.stop_seconds]
                for service in overdue:
                    log.warning("%s did not stop in %.1f s and is killed", service.name, service.stop_seconds)
                    service.kill()
                select.select([], [], [], STOP_TICK)
            for service in group:
                service.kill()
        log.info("stopped")
