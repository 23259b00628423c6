"""One supervised process, step by step: the caller says what time it is."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cairn.infra.supervisor.child import Command
from cairn.infra.supervisor.service import Phase, Service

PATIENCE = 10.0


def ready(name: str) -> bool:
    return True


def python(code: str) -> Command:
    return Command([sys.executable, "-c", code])


def service(code: str, **more: object) -> Service:
    return Service("shop", lambda: python(code), **more)  # type: ignore[arg-type]


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_waits_for_what_it_needs() -> None:
    sleeper = service("import time; time.sleep(60)", needs=("store",))
    assert not sleeper.advance(0.0, lambda name: False)
    assert sleeper.process is None
    sleeper.advance(0.0, ready)
    assert sleeper.phase is Phase.STARTING
    sleeper.kill()


def test_it_starts_without_what_it_needs_when_its_patience_ends() -> None:
    sleeper = service("import time; time.sleep(60)", needs=("store",), patience=5.0)
    assert not sleeper.advance(100.0, lambda name: False)
    assert not sleeper.advance(105.0, lambda name: False)
    assert sleeper.advance(105.1, lambda name: False)
    assert sleeper.phase is Phase.STARTING
    sleeper.kill()


def test_one_that_dies_is_started_again_later_and_later() -> None:
    dying = service("raise SystemExit(3)", ready=lambda: False)
    now = 0.0
    pauses = []
    for _ in range(3):
        dying.advance(now, ready)
        until(lambda now=now: dying.advance(now, ready))  # type: ignore[misc]
        assert dying.phase is Phase.RESTING
        pauses.append(round(dying.retry_at - now, 3))
        now = dying.retry_at
    assert pauses == [0.1, 0.2, 0.4]


def test_one_that_lived_long_is_started_again_soon() -> None:
    dying = service("raise SystemExit(3)", ready=lambda: False, pause=6.4)
    dying.advance(0.0, ready)
    until(lambda: dying.advance(100.0, ready))
    assert dying.retry_at == 100.1


def test_its_own_children_end_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"""
import pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path({str(note)!r}).write_text(str(child.pid))
child.wait()
"""
    parent = service(code, ready=lambda: note.exists() and note.read_text() != "")
    until(lambda: parent.advance(time.monotonic(), ready) and parent.phase is Phase.READY)
    child = Path("/proc") / note.read_text()
    parent.signal(signal.SIGKILL)
    until(lambda: parent.advance(time.monotonic(), ready))
    until(lambda: not child.exists() or "Z" in (child / "stat").read_text().split()[2])


def test_a_task_that_ends_well_is_done_and_one_that_is_not_wanted_never_runs() -> None:
    task = service("pass", task=True)
    task.advance(0.0, ready)
    until(lambda: task.advance(0.0, ready))
    assert (task.phase, task.was_ready) == (Phase.DONE, True)
    needless = service("raise SystemExit(1)", task=True, wanted=lambda: False)
    needless.advance(0.0, ready)
    assert (needless.phase, needless.process) == (Phase.DONE, None)


def test_a_task_that_fails_is_tried_again() -> None:
    task = service("raise SystemExit(1)", task=True)
    task.advance(0.0, ready)
    until(lambda: task.advance(0.0, ready))
    assert (task.phase, task.was_ready) == (Phase.RESTING, False)


def test_what_cannot_be_started_rests() -> None:
    absent = Service("shop", lambda: Command(["/no/such/program"]))
    absent.advance(0.0, ready)
    assert absent.phase is Phase.RESTING
