"""How a long-running process is told to stop, and what ends it when nobody is left who would."""

import faulthandler
import os
import signal
from collections.abc import Callable
from types import FrameType

# What is told to stop has so long; all of a server together less than ten, the promise of Ctrl-C.
STOP_SECONDS = 2.5
STORE_STOP_SECONDS = 4.0


def when_told(stop: Callable[[], None], *, orphan_seconds: float) -> None:
    """Call `stop` at SIGTERM and SIGINT. For the main thread.

    Whoever started this process ends it when it takes too long. Where that one is gone, the kernel does so after
    `orphan_seconds`, whatever the threads wait for; where they stood is written to the standard error.
    """
    parent = os.getppid()
    # Written by a signal handler in C, which needs no turn of the interpreter; then the signal's default ends us.
    faulthandler.register(signal.SIGALRM, chain=True)

    def told(number: int, frame: FrameType | None) -> None:
        if os.getppid() != parent and signal.getitimer(signal.ITIMER_REAL)[0] == 0:
            signal.setitimer(signal.ITIMER_REAL, orphan_seconds)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
