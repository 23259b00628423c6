"""A whole Cairn in a folder of its own, started as a user would, for journeys, faults and compatibility."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
START_LIMIT = 60.0
STOP_LIMIT = 15.0
# Set by the test run for its own stores; a server under test has stores of its own.
FOREIGN = ("CAIRN_DATABASE_URL", "CAIRN_CLICKHOUSE_URL", "CAIRN_DATA_DIR", "CAIRN_SECRET_KEY", "PYTEST_XDIST_WORKER")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(holds: Callable[[], Any], *, limit: float = 20.0, what: str = "the condition") -> Any:
    """The first true answer of `holds`; fails by name after `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if answer := holds():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true within {limit:.0f} s")


@dataclass
class Login:
    account_id: str
    company_id: str
    private_key: str
    email: str = "anna@example.com"
    password: str = "correct horse battery"


@dataclass
class LiveServer:
    """`cairn serve` on a free port of 127.0.0.1. Stopped by `stop`, or killed piece by piece by a fault test."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "cairn", *words]

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        return {**kept, "CAIRN_RATE_LIMITS": "off", **self.environment}

    def start(self) -> None:
        log = (self.data_dir.parent / f"{self.data_dir.name}.log").open("ab")
        words = ("serve", "--data-dir", str(self.data_dir), "--port", str(self.port), *self.options)
        self.process = subprocess.Popen(
            self.command(*words), cwd=ROOT, env=self.environ(), stdout=log, stderr=log, start_new_session=True
        )
        until(self.is_ready, limit=START_LIMIT, what=f"{self.base_url}/healthz = 200")

    def is_ready(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}: {self.log()[-2000:]}")
        try:
            return httpx.get(f"{self.base_url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def health(self) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.get(f"{self.base_url}/healthz", timeout=5).json()
        return answer

    def log(self) -> str:
        return (self.data_dir.parent / f"{self.data_dir.name}.log").read_text(errors="replace")

    def stop(self, sign: int = signal.SIGTERM) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(sign)
        try:
            self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError("the server did not stop in time") from None

    def create_account(self, name: str = "Anna's shop", email: str = "anna@example.com") -> Login:
        words = ("account", "create", "--name", name, "--email", email, "--password", Login.password, "--json")
        made = subprocess.run(
            self.command(*words, "--data-dir", str(self.data_dir)),
            cwd=ROOT,
            env=self.environ(),
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        facts = json.loads(made.stdout)
        return Login(facts["account_id"], facts["company_id"], facts["private_key"], email)

    def api(self, login: Login) -> httpx.Client:
        return httpx.Client(
            base_url=self.base_url,
            timeout=30,
            headers={
                "authorization": f"Klaviyo-API-Key {login.private_key}",
                "revision": "2026-07-15",
                "content-type": "application/vnd.api+json",
            },
        )


@contextmanager
def live_server(data_dir: Path, *options: str, **environment: str) -> Iterator[LiveServer]:
    server = LiveServer(data_dir, options=options, environment=environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()
