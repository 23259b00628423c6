"""A whole supervisor in a process of its own, with small programs for services."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from cairn.infra.supervisor.child import die_with_parent

PATIENCE = 20.0
PROGRAM = """
import json, pathlib, signal, sys
from cairn.infra.supervisor.child import Command
from cairn.infra.supervisor.service import Service
from cairn.infra.supervisor.supervisor import Supervisor

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
MEEK = "import time; time.sleep(60)"
note = pathlib.Path(sys.argv[1])
web = DEAF if sys.argv[2:] == ["deaf"] else MEEK

def changed():
    draft = note.with_suffix(".draft")
    draft.write_text(json.dumps({name: service.pid for name, service in supervisor.services.items()}))
    draft.replace(note)

def service(name, code, **more):
    return Service(name, lambda: Command([sys.executable, "-c", code]), stop_seconds=0.5, **more)

supervisor = Supervisor(
    [service("store", MEEK), service("web", web, needs=("store",))],
    stop_order=(("web",), ("store",)),
    changed=changed,
)
supervisor.run()
"""


def eventually(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def start(note: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(note), *more], preexec_fn=die_with_parent)


def services(note: Path) -> dict[str, int | None]:
    found: dict[str, int | None] = json.loads(note.read_text()) if note.exists() else {}
    return found


def both_run(note: Path) -> bool:
    pids = services(note).values()
    return len(pids) == 2 and all(pid is not None and psutil.pid_exists(pid) for pid in pids)


def gone(pids: dict[str, int | None]) -> bool:
    return not any(psutil.pid_exists(pid) for pid in pids.values() if pid is not None)


def test_it_stops_all_even_those_that_do_not_listen(tmp_path: Path) -> None:
    note = tmp_path / "note"
    supervisor = start(note, "deaf")
    eventually(lambda: both_run(note))
    pids = services(note)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(PATIENCE) == 0
    assert gone(pids)


def test_a_service_that_is_killed_comes_back_alone(tmp_path: Path) -> None:
    note = tmp_path / "note"
    supervisor = start(note)
    eventually(lambda: both_run(note))
    before = services(note)
    assert before["store"] is not None
    psutil.Process(before["store"]).kill()
    eventually(lambda: services(note)["store"] not in (None, before["store"]))
    assert services(note)["web"] == before["web"]
    supervisor.terminate()
    assert supervisor.wait(PATIENCE) == 0


def test_its_services_end_when_it_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "note"
    supervisor = start(note)
    eventually(lambda: both_run(note))
    pids = services(note)
    supervisor.kill()
    supervisor.wait()
    eventually(lambda: gone(pids))
