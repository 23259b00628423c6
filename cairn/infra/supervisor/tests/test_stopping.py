"""A process whose threads do not end, with the parent that started it and without."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cairn.infra.supervisor.child import die_with_parent
from cairn.infra.supervisor.tests.test_supervisor import eventually

# The thread that never ends holds up the interpreter's own end, too.
STUBBORN = """
import os, signal, sys, threading, time
from cairn.infra.supervisor.stopping import when_told

def wait_for_ever():
    time.sleep(3600)

def stop():
    print("told", signal.getitimer(signal.ITIMER_REAL)[0] > 0, flush=True)

when_told(stop, orphan_seconds=0.2)
threading.Thread(target=wait_for_ever).start()
print(os.getpid(), flush=True)
"""
PARENT = """
import sys, time
from cairn.infra.supervisor.child import Command, start
from pathlib import Path
start(Command([sys.executable, "-c", sys.argv[1]], log_path=Path(sys.argv[2])))
time.sleep(3600)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.touch()
    return path


def start(log: Path) -> tuple[subprocess.Popen[bytes], psutil.Process]:
    """A parent and its stubborn child, which writes to `log`."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, STUBBORN, str(log)], preexec_fn=die_with_parent)
    eventually(lambda: log.read_text().endswith("\n"))
    return parent, psutil.Process(int(log.read_text()))


def test_an_orphan_is_ended_though_a_thread_never_ends_and_the_log_names_it(log: Path) -> None:
    parent, child = start(log)
    parent.kill()
    parent.wait()
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    assert "told True" in log.read_text()
    assert "in wait_for_ever" in log.read_text()


def test_whoever_has_a_parent_is_left_to_it(log: Path) -> None:
    parent, child = start(log)
    child.send_signal(signal.SIGTERM)
    eventually(lambda: "told" in log.read_text())
    assert "told False" in log.read_text()
    assert child.is_running()
    child.kill()
    parent.kill()
    parent.wait()
