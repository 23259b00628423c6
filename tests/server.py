"""A real `cairn serve` on a folder of its own, for tests of the whole product."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError

import httpx
import psutil

from cairn.infra.clickhouse.embedded import free_port
from cairn.infra.supervisor.child import die_with_parent
from cairn.infra.supervisor.folder import RunState, read_state

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.1
# The stores of the test run must not leak into the server under test.
FOREIGN = ("CAIRN_", "PYTEST_", "DJANGO_")
Result = TypeVar("Result")


def eventually(look: Callable[[], Result], what: str | Callable[[], str], seconds: float = PATIENCE) -> Result:
    """The first true result of `look`."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while time.monotonic() < deadline:
        result = look()
        if result:
            return result
        time.sleep(pause)
        # Many a look is a request, which takes its time from what is waited for.
        pause = min(pause * 1.3, LONGEST_PAUSE)
    raise AssertionError(f"{what if isinstance(what, str) else what()} did not happen within {seconds} s")


def tail(path: Path, lines: int = 40) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


@dataclass
class Server:
    """One data folder and, while it runs, its server."""

    folder: Path
    port: int = field(default_factory=free_port)
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_path(self) -> Path:
        return self.folder.with_suffix(".log")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "cairn.cli.main", *arguments, "--data-dir", str(self.folder)]

    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {**own, "PYTHONPATH": str(ROOT), **self.environ}

    def start(self) -> float:
        """Start it and wait until it accepts; how many seconds that took."""
        begun = time.monotonic()
        with self.log_path.open("ab") as output:
            self.process = subprocess.Popen(
                self.command("serve", "--port", str(self.port)),
                env=self.environment(),
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        try:
            eventually(self.accepts, "the start")
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}\n{tail(self.log_path)}") from None
        return time.monotonic() - begun

    def run(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Another command on the same folder."""
        return subprocess.run(
            self.command(*arguments), env=self.environment(), capture_output=True, text=True, timeout=timeout
        )

    def create_account(self, email: str) -> dict[str, str]:
        done = self.run("account", "create", "--name", "Shop", "--email", email, "--password", "long enough", "--json")
        assert done.returncode == 0, done.stderr
        made: dict[str, str] = json.loads(done.stdout)
        return made

    def api(self, account: dict[str, str]) -> httpx.Client:
        """A client with the account's private key."""
        headers = {
            "authorization": f"Klaviyo-API-Key {account['private_key']}",
            "revision": "2026-07-15",
            "content-type": "application/vnd.api+json",
        }
        return httpx.Client(base_url=self.url, timeout=30, headers=headers)

    def health(self) -> dict[str, Any]:
        """What /healthz says; empty when nobody answers, or not as it should."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                document: dict[str, Any] = json.load(answer)
        except HTTPError as refusal:
            document = json.load(refusal) if refusal.code == 503 else {}
        except (URLError, OSError):
            document = {}
        return document

    def accepts(self) -> bool:
        return self.health().get("status") in ("ok", "degraded")

    def is_well(self) -> bool:
        return self.health().get("status") == "ok"

    def state(self) -> RunState:
        state = read_state(self.folder)
        assert state is not None
        return state

    def family(self) -> list[psutil.Process]:
        """The server and every process below it."""
        assert self.process is not None
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def interrupt(self) -> float:
        """Ctrl-C; how many seconds until the server was gone."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        return time.monotonic() - begun

    def kill(self) -> None:
        """End all of it at once, as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            family = self.family()
            for process in family:
                with suppress(psutil.NoSuchProcess):  # Its parent may have been quicker.
                    process.kill()
            # Not until they are taken off the kernel's list: the first process of a machine may take seconds for that.
            eventually(lambda: not alive(family), "the end of all processes")
            self.process.wait()


@contextmanager
def running(*, first: bool = False, **environ: str) -> Iterator[Server]:
    """A server for the time of a test module, killed at the end. Unless it is to be the first one of its folder, an
    earlier one has made the tables."""
    # Not below pytest's own folder: nobody but its owner may enter that, and as root PostgreSQL runs as another user.
    with tempfile.TemporaryDirectory(prefix="cairn-test-server-") as folder:
        Path(folder).chmod(0o711)
        made = Server(Path(folder) / "data", environ=environ)
        if not first:
            # With their owners: as root, PostgreSQL runs as another user.
            subprocess.run(["cp", "-Rp", empty_shop(), made.folder], check=True)
        try:
            made.start()
            eventually(made.is_well, "all parts running")
            yield made
        finally:
            made.kill()


def empty_shop() -> Path:
    """The data folder of a server that has run, was not used and was stopped; made once per run, also under xdist."""
    folder = Path(os.environ["CAIRN_TEST_FOLDER"])
    made = Server(folder / "shop")
    with (folder / "shop.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.folder.exists():
            try:
                made.start()
                eventually(made.is_well, "all parts running")
                made.interrupt()
            finally:
                made.kill()
            # Whose keys a web process knows does not wait for PostgreSQL to accept; most tests want both.
            shutil.rmtree(made.folder / "cache")
    return made.folder


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie waits for its parent only."""
    return [process for process in processes if still_runs(process)]


def still_runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False  # It ended between the two questions.
