"""Starting the host process of the embedded ClickHouse."""

import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.supervisor.child import Command, start
from cairn.infra.supervisor.stopping import STORE_STOP_SECONDS
from cairn.kernel.errors import Unavailable

# Gives way to the web process, which must accept first.
NICENESS = 10
DATABASE = "cairn"
STARTUP_SECONDS = 60.0
# Below the kernel's range of outgoing ports, so that no connection takes it while the host restarts.
PORTS = range(20000, 32000)
LIMIT_OF_CONTAINER = Path("/sys/fs/cgroup/memory.max")
_direct = build_opener(ProxyHandler({}))


@dataclass(slots=True)
class EmbeddedClickHouse:
    """One host process over `home`; a second one on the same folder is refused by the engine itself."""

    home: Path
    memory: int = 2 << 30
    durable: bool = True
    port: int = field(default_factory=lambda: free_port())
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.home = self.home.absolute()

    @property
    def log_path(self) -> Path:
        return self.home / "host.log"

    def url(self, database: str = DATABASE) -> str:
        return f"http://cairn:{self.secret}@127.0.0.1:{self.port}/{database}?embedded=1"

    def prepare(self) -> Command:
        """Make the folder; the command that runs the host."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        argv = [sys.executable, "-m", "cairn.infra.clickhouse.host", "--folder", str(self.home)]
        argv += ["--port", str(self.port), "--memory", str(self.memory), *([] if self.durable else ["--unsafe"])]
        return Command(argv, {"CAIRN_CLICKHOUSE_SECRET": self.secret}, orphan_signal=signal.SIGTERM, niceness=NICENESS)

    def ready(self) -> bool:
        try:
            with _direct.open(f"http://127.0.0.1:{self.port}/ping", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def launch(self) -> None:
        """Start it as a child of this process, without waiting."""
        self._process = start(replace(self.prepare(), log_path=self.log_path))

    def wait(self) -> ClickHouse:
        """Wait until it answers; a client for it."""
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self.ready():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"The ClickHouse host did not start; see {self.log_path}.")
            time.sleep(0.02)
        return ClickHouse(self.url())

    def stop(self, *, immediately: bool = False) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL if immediately else signal.SIGTERM)
            try:
                self._process.wait(STORE_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def ample_memory(container: Path = LIMIT_OF_CONTAINER) -> int:
    """What queries, merges and deletions may use together: a quarter of the machine's or the container's, between 2 and
    4 GiB. To write two large parts of events with long properties anew at once takes 3 GiB."""
    available = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if container.exists() and (limit := container.read_text().strip()).isdigit():
        available = min(available, int(limit))
    return max(2 << 30, min(4 << 30, available // 4))


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    choice = random.Random(os.urandom(8))
    for _ in range(200):
        port = choice.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Unavailable("No free port between 20000 and 32000.")
