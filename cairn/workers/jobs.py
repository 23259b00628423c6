"""Imports, exports and moves: long work in a process that is there only while there is any.

A million rows being read would hold up the events of every account if they shared a process. Whatever ends it, a kill
included, loses nothing: each job goes on behind what it has settled.
"""

import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Final

from cairn.domains.integrations import handlers as integrations
from cairn.infra.supervisor.child import Command, start
from cairn.kernel import clock
from cairn.workers.memory import collect_seldom

LOOK_SECONDS: Final = 1.0
IDLE_SECONDS: Final = 3.0
STOP_SECONDS: Final = 3.0
NICENESS: Final = 15
"""Below the worker's, for events come first, and below ClickHouse's: it is to hear of people while they come, or the
search would find them long after."""
SWITCH_SECONDS: Final = 0.000_5
"""An import has threads that mostly wait for PostgreSQL: whoever has been answered goes on at once."""


def attend(stop: threading.Event) -> bool:
    """Start the process of jobs whenever one waits, until stopped."""
    while not stop.wait(LOOK_SECONDS):
        if integrations.work_waits(clock.now()):
            accompany(stop)
    return True


def accompany(stop: threading.Event) -> None:
    """Run the process to its end, or end it when this one is to stop."""
    child = start(Command([sys.executable, "-m", "cairn.cli.main", "worker", "--jobs"], niceness=NICENESS))
    try:
        while child.poll() is None and not stop.is_set():
            with suppress(subprocess.TimeoutExpired):
                child.wait(0.2)
    finally:
        end(child)


def end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def run() -> int:
    """Do what waits, one job after the other; end when nothing has waited for a moment."""
    collect_seldom()
    sys.setswitchinterval(SWITCH_SECONDS)
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < IDLE_SECONDS:
        if integrations.work(clock.now):
            idle_since = time.monotonic()
        else:
            time.sleep(LOOK_SECONDS / 4)
    return 0
