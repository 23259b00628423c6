"""Where a command finds PostgreSQL and ClickHouse: given by URL, those of the running server, or started for it."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import django

from cairn import wiring
from cairn.infra.clickhouse import migrate as clickhouse_schema
from cairn.infra.clickhouse.embedded import EmbeddedClickHouse, ample_memory
from cairn.infra.postgres import migrate as postgres_schema
from cairn.infra.postgres.embedded import EmbeddedPostgres
from cairn.infra.supervisor import folder
from cairn.kernel.errors import Unavailable
from cairn.wiring import Settings

DATABASE = "CAIRN_DATABASE_URL"
CLICKHOUSE = "CAIRN_CLICKHOUSE_URL"
STARTING_SECONDS = 30.0


def embedded_postgres(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(settings.data_dir.absolute() / "postgres", user=settings.postgres_user)


def embedded_clickhouse(settings: Settings) -> EmbeddedClickHouse:
    return EmbeddedClickHouse(settings.data_dir.absolute() / "clickhouse", memory=ample_memory())


def adopt(settings: Settings) -> Settings:
    """The settings with the stores of the running server where none are given. Raises Unavailable when none runs."""
    if settings.database_url and settings.clickhouse_url:
        return settings
    state = _state_of_server(settings)
    if state is None:
        raise Unavailable(
            f"No server runs on the folder {settings.data_dir}: start `cairn serve`, "
            "or set CAIRN_DATABASE_URL and CAIRN_CLICKHOUSE_URL."
        )
    return point_to(settings.database_url or state.database_url, settings.clickhouse_url or state.clickhouse_url)


@contextmanager
def stores(settings: Settings, *, clickhouse: bool = False) -> Iterator[Settings]:
    """PostgreSQL, and ClickHouse if asked for, with their tables; Django set up on them.

    Where the folder's server does not run, they are started for the time of the command, under the folder's lock.
    """
    with ExitStack() as stack:
        missing = not settings.database_url or (clickhouse and not settings.clickhouse_url)
        running = missing and folder.is_locked(settings.data_dir)
        if running:
            settings = adopt(settings)
        elif missing:
            folder.make(settings.data_dir)
            stack.enter_context(folder.locked(settings.data_dir))
            settings = _start(settings, stack, clickhouse=clickhouse)
        set_up_django()
        if not running:
            bring_up_to_date(settings, clickhouse=clickhouse)
        yield settings


def bring_up_to_date(settings: Settings, *, postgres: bool = True, clickhouse: bool = True) -> None:
    """Apply what migrations are missing. For PostgreSQL's, Django must be set up."""
    if postgres and not postgres_schema.is_current(settings.database_url):
        postgres_schema.migrate(settings.database_url)
    if clickhouse:
        with postgres_schema.exclusively(settings.database_url):
            clickhouse_schema.migrate(wiring.clickhouse())


def set_up_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.settings"
    django.setup()


def point_to(database_url: str, clickhouse_url: str) -> Settings:
    """Settings with these stores, also for child processes."""
    os.environ[DATABASE] = database_url
    os.environ[CLICKHOUSE] = clickhouse_url
    wiring.settings.cache_clear()
    return wiring.settings()


def _state_of_server(settings: Settings) -> folder.RunState | None:
    """Where the running server's stores are. One that is just starting is waited for."""
    deadline = time.monotonic() + STARTING_SECONDS
    while (state := folder.read_state(settings.data_dir)) is None:
        if not folder.is_locked(settings.data_dir) or time.monotonic() > deadline:
            return None
        time.sleep(0.05)
    return state


def _start(settings: Settings, stack: ExitStack, *, clickhouse: bool) -> Settings:
    database_url, clickhouse_url = settings.database_url, settings.clickhouse_url
    if not database_url:
        postgres = embedded_postgres(settings)
        postgres.start()
        stack.callback(postgres.stop)
        database_url = postgres.url()
    if clickhouse and not clickhouse_url:
        host = embedded_clickhouse(settings)
        host.launch()
        stack.callback(host.stop)
        host.wait().close()
        clickhouse_url = host.url()
    return point_to(database_url, clickhouse_url)
