"""A real server for a benchmark: `cairn serve` in a temporary folder, or one that runs already."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).parents[1]
START_SECONDS = 60.0
STOP_SECONDS = 20.0
ACCOUNT = ("--name", "Bench", "--email", "bench@example.com", "--password", "a bench, not a chair")
direct = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is and who may write to it. `data_dir` is None when only its address is known."""

    base_url: str
    company_id: str
    private_key: str
    data_dir: Path | None

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.base_url)
        return parts.hostname or "127.0.0.1", parts.port or 80

    @property
    def headers(self) -> dict[str, str]:
        return {
            "authorization": f"Klaviyo-API-Key {self.private_key}",
            "revision": "2026-07-15",
            "content-type": "application/vnd.api+json",
        }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(**settings: str) -> Iterator[Server]:
    """A fresh server with an account, removed with all its data afterwards. Settings are those of the environment,
    without their prefix and in lower case."""
    folder = Path(tempfile.mkdtemp(prefix="cairn-bench-"))
    folder.chmod(0o711)  # As root, PostgreSQL's user passes through.
    port = free_port()
    environment = os.environ | {f"CAIRN_{name.upper()}": value for name, value in settings.items()}
    environment |= {"CAIRN_DATA_DIR": str(folder / "data"), "CAIRN_PORT": str(port)}
    command = [sys.executable, "-m", "cairn.cli.main"]
    process = subprocess.Popen(
        [*command, "serve"], cwd=ROOT, env=environment, stdout=(folder / "log").open("wb"), stderr=subprocess.STDOUT
    )
    try:
        base_url = f"http://127.0.0.1:{port}"
        wait_until_healthy(base_url, process, folder / "log")
        made = subprocess.run(
            [*command, "account", "create", *ACCOUNT, "--json"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
        account = json.loads(made.stdout.splitlines()[-1])
        yield Server(base_url, account["company_id"], account["private_key"], folder / "data")
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_healthy(base_url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with direct.open(f"{base_url}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"The server did not start:\n{log.read_text()[-4000:]}")
