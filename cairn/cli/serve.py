"""`cairn serve`: everything under one supervisor."""

import logging
import math
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from cairn.cli import options as shared
from cairn.cli.demo import DemoNotice
from cairn.cli.stores import CLICKHOUSE, DATABASE, embedded_clickhouse, embedded_postgres
from cairn.infra.clickhouse import migrate as clickhouse_schema
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.http.server import require_free
from cairn.infra.postgres import migrate as postgres_schema
from cairn.infra.supervisor import folder
from cairn.infra.supervisor.child import Command
from cairn.infra.supervisor.reload import Reloader
from cairn.infra.supervisor.service import Service
from cairn.infra.supervisor.stopping import STORE_STOP_SECONDS
from cairn.infra.supervisor.supervisor import Supervisor
from cairn.kernel.errors import Unavailable
from cairn.wiring import Settings

# Writing mails is all processor: two write more than one, and one goes on while the other is started again.
SENDERS = ("sender-1", "sender-2")
WORKERS = {
    "worker": "ingest,outbox,confirmations,jobs,privacy,duplicates,sweep,demo",
    **dict.fromkeys(SENDERS, "campaigns,webhooks"),
}
STOP_ORDER = (("schema-postgres", "schema-clickhouse"), ("web",), (*SENDERS, "worker"), ("clickhouse", "postgres"))
CODE = Path(__file__).parents[1]
# Accepting comes first: what follows an event may be a moment late where processors are scarce.
WORKER_NICENESS = 10
# What the web process knows of accounts and keys, kept by it.
KEYS = Path("cache") / "keys.json"
WEB_PATIENCE = 5.0

log = logging.getLogger("cairn.serve")
_direct = build_opener(ProxyHandler({}))


def main(arguments: Sequence[str]) -> int:
    parser = shared.parser("serve", "Run everything: the stores that have no URL, the web process and the worker.")
    shared.add_listening(parser)
    parser.add_argument("--demo", action="store_const", const="on", help="fill an empty folder with the demo shop")
    parser.add_argument("--reload", action="store_true", help="restart web and worker when code changes")
    options, settings = shared.begin("serve", parser, arguments)
    # Logs and stores hold customers' data: what is made from here on is nobody else's.
    os.umask(0o077)
    folder.make(settings.data_dir)
    with folder.locked(settings.data_dir):
        # At once, instead of a web process that is started again for ever.
        require_free(settings.host, settings.port)
        Server(settings, reload=options.reload).run()
    return 0


class Server:
    """The services of one data folder, and what they must know of each other."""

    def __init__(self, settings: Settings, *, reload: bool) -> None:
        self.settings = settings
        self.begun = time.monotonic()
        self.postgres = None if settings.database_url else embedded_postgres(settings)
        self.clickhouse = None if settings.clickhouse_url else embedded_clickhouse(settings)
        self.database_url = settings.database_url or (self.postgres.url() if self.postgres else "")
        self.clickhouse_url = settings.clickhouse_url or (self.clickhouse.url() if self.clickhouse else "")
        self.metrics = settings.data_dir.absolute() / "metrics"
        self.announced = False
        self.demo = DemoNotice(settings.data_dir, settings.public_url) if settings.demo else None
        self.reloader = Reloader(CODE, lambda: self.restart("web", *WORKERS)) if reload else None
        self.supervisor = Supervisor(
            self.services(), stop_order=STOP_ORDER, changed=self.changed, tick=self.look_around
        )

    def run(self) -> None:
        # Counters of processes that are gone; see `cairn.public.metrics`.
        shutil.rmtree(self.metrics, ignore_errors=True)
        self.metrics.mkdir()
        log.info("starting", extra={"folder": str(self.settings.data_dir.absolute())})
        try:
            self.supervisor.run()
        finally:
            folder.clear_state(self.settings.data_dir)

    def look_around(self) -> None:
        if self.reloader is not None:
            self.reloader.look()
        if self.demo is not None and self.announced:
            self.demo.look()

    def restart(self, *names: str) -> None:
        for name in names:
            self.supervisor.restart(name)

    def services(self) -> list[Service]:
        services = []
        # The slower starter first.
        if self.clickhouse is not None:
            services.append(
                Service("clickhouse", self.clickhouse.prepare, self.clickhouse.ready, stop_seconds=STORE_STOP_SECONDS)
            )
        if self.postgres is not None:
            # SIGINT is PostgreSQL's fast stop: it ends the connections and writes a checkpoint.
            services.append(
                Service(
                    "postgres",
                    self.postgres.prepare,
                    self.postgres.ready,
                    stop_signal=signal.SIGINT,
                    stop_seconds=STORE_STOP_SECONDS,
                )
            )
        own = {service.name for service in services}
        return [
            *services,
            self.schema("postgres", own, lambda: not postgres_schema.is_current(self.database_url)),
            self.schema("clickhouse", own, self.clickhouse_is_behind),
            Service(
                "web",
                lambda: self.child("web"),
                self.web_answers,
                needs=("schema-postgres",),
                patience=self.web_patience(),
            ),
            # Sending has processes of its own: a large campaign and a burst of events do not wait for each other.
            *(
                Service(
                    name,
                    partial(self.child, "worker", "--only", loops),
                    needs=("schema-postgres", "schema-clickhouse"),
                )
                for name, loops in WORKERS.items()
            ),
        ]

    def web_patience(self) -> float:
        """How long the web process waits for PostgreSQL. With the keys of an earlier run it can accept without."""
        return WEB_PATIENCE if (self.settings.data_dir / KEYS).exists() else math.inf

    def schema(self, store: str, own: set[str], wanted: Callable[[], bool]) -> Service:
        """The task that brings a store's tables up to date, when they are not."""
        needs = tuple(name for name in {store, "postgres"} if name in own)
        return Service(
            f"schema-{store}", lambda: self.child("migrate", "--only", store), needs=needs, task=True, wanted=wanted
        )

    def clickhouse_is_behind(self) -> bool:
        client = ClickHouse(self.clickhouse_url)
        try:
            return bool(clickhouse_schema.pending(client))
        except Unavailable:
            return True
        finally:
            client.close()

    def child(self, *arguments: str) -> Command:
        """A command of our own, told where the stores are."""
        environ = {
            DATABASE: self.database_url,
            CLICKHOUSE: self.clickhouse_url,
            "CAIRN_DATA_DIR": str(self.settings.data_dir.absolute()),
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
        }
        niceness = WORKER_NICENESS if arguments[0] == "worker" else 0
        return Command([sys.executable, "-m", "cairn.cli.main", *arguments], environ, niceness=niceness)

    def web_answers(self) -> bool:
        """Whether the web process is there; what it says of the other parts does not matter here."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.settings.host, self.settings.host)
        try:
            _direct.open(f"http://{host}:{self.settings.port}/healthz", timeout=1).close()
        except HTTPError:
            return True
        except (URLError, OSError):
            return False
        return True

    def changed(self) -> None:
        """Tell other commands where the stores are, as soon as they are there."""
        services = self.supervisor.services
        if services["schema-postgres"].was_ready:
            state = folder.RunState(
                pid=os.getpid(),
                url=self.settings.public_url,
                database_url=self.database_url,
                clickhouse_url=self.clickhouse_url,
                processes={name: service.pid for name, service in services.items() if service.pid is not None},
            )
            folder.write_state(self.settings.data_dir, state)
        if services["web"].was_ready and not self.announced:
            self.announced = True
            seconds = round(time.monotonic() - self.begun, 2)
            log.info("ready on %s", self.settings.public_url, extra={"seconds": seconds})
