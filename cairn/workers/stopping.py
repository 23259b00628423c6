"""Stopping and waiting: every loop of the worker ends through one of these, and never sleeps past it."""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from cairn.workers.batches import AWAY

log = logging.getLogger(__name__)

Result = TypeVar("Result")
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0


class Stopped(Exception):
    """The worker is told to stop; what is not finished is redone by the next one."""


class Patience:
    """Tries again while a store is away, longer and longer apart, until it works or the worker stops."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def keep_trying(self, what: str, attempt: Callable[[bool], Result]) -> Result:
        """The result of `attempt(is_retry)`. Raises Stopped when the worker is stopped while a store is away."""
        pause = FIRST_PAUSE
        is_retry = False
        while True:
            try:
                return attempt(is_retry)
            except AWAY as error:
                log.warning("%s waits %.1f s for a store: %s", what, pause, error)
                close_broken_connection()
            is_retry = True
            if self._stop.wait(pause):
                raise Stopped(what)
            pause = min(pause * 2, LONGEST_PAUSE)


def close_broken_connection() -> None:
    """A connection that failed may be gone; the next use makes a new one."""
    if not connection.in_atomic_block:
        connection.close()
