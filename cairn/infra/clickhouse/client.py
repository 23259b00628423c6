"""The one client of ClickHouse, whether a server, a cluster or the embedded host answers."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import clickhouse_connect
from clickhouse_connect.datatypes.registry import get_from_name
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
from clickhouse_connect.driver.httputil import get_pool_manager
from numpy.typing import NDArray

from cairn.infra.clickhouse.hidden import Hidden
from cairn.kernel.errors import Unavailable

# An insert is over when its rows are there, not when they wait in a buffer.
INSERT = {"async_insert": "0"}
ARROW = {"output_format_arrow_compression_method": "none"}
CONNECTIONS = 16
CONNECT_SECONDS = 3
ANSWER_SECONDS = 300

NOT_SET_UP = re.compile(r"\bcode: (60|81)\b", re.IGNORECASE)  # UNKNOWN_TABLE, UNKNOWN_DATABASE

Values = Mapping[str, Any]
__all__ = ["ClickHouse", "ClickHouseError"]


class NotSetUp(Unavailable):
    """The store is there, and its tables are not yet."""


class ClickHouse:
    """Thread-safe. Values go in as `{name:Type}` parameters only; they are never written into a statement.

    A store that does not answer raises Unavailable; a statement that it refuses raises ClickHouseError.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self.database = parts.path.strip("/") or "default"
        self.embedded = query.get("embedded") == ["1"]
        self._arguments: dict[str, Any] = {
            "interface": parts.scheme,
            "host": parts.hostname or "127.0.0.1",
            "port": parts.port or (8443 if parts.scheme == "https" else 8123),
            "username": unquote(parts.username or "default"),
            "password": unquote(parts.password or ""),
        }
        self._pool = get_pool_manager(maxsize=CONNECTIONS, num_pools=2)
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._types: dict[tuple[str, tuple[str, ...]], Sequence[Any]] = {}
        self.hidden = Hidden(self._plain)

    def query(self, sql: str, params: Values | None = None, settings: Values | None = None) -> list[tuple[Any, ...]]:
        """The rows of a statement. Events of profiles that are gone are not among them: see `hidden`."""
        return self._plain(sql, params, {**self._hiding(), **(settings or {})})

    def columns(
        self, sql: str, params: Values | None = None, settings: Values | None = None
    ) -> dict[str, Sequence[Any]]:
        """The answer by columns, without making a tuple of each row: for large answers."""
        with _translated():
            hiding = {**self._hiding(), **(settings or {})}
            result = self._client(self.database).query(sql, params, hiding, column_oriented=True)
        return dict(zip(result.column_names, result.result_columns, strict=True))

    def arrays(self, sql: str, params: Values | None = None, settings: Values | None = None) -> dict[str, NDArray[Any]]:
        """The answer as one array per column, for hundreds of thousands of rows; of numbers without a copy."""
        with _translated():
            asked = {**ARROW, **self._hiding(), **(settings or {})}
            table = self._client(self.database).query_arrow(sql, params, asked)
        return {name: table.column(name).to_numpy() for name in table.column_names}

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        by_column: bool = False,
        settings: Values | None = None,
    ) -> None:
        """Insert rows, or with `by_column` one sequence per column, as one block. Durable when it returns."""
        if not len(rows) or (by_column and not len(rows[0])):
            return
        types = self._column_types(table, tuple(columns))
        with _translated():
            self._client(self.database).insert(
                table,
                rows,
                column_names=list(columns),
                column_types=types,
                column_oriented=by_column,
                settings={**INSERT, **(settings or {})},
            )

    def insert_arrow(self, table: str, rows: Any, settings: Values | None = None) -> None:
        """Insert an Arrow table as one block: the way for thousands of rows. Durable when it returns."""
        if not len(rows):
            return
        with _translated():
            self._client(self.database).insert_arrow(table, rows, settings={**INSERT, **(settings or {})})

    def command(self, sql: str, params: Values | None = None, settings: Values | None = None) -> None:
        """A statement without rows: DDL, DELETE, INSERT … SELECT."""
        self._command(self.database, sql, params, {**INSERT, **(settings or {})})

    def create_database(self) -> None:
        """Make this client's database where it is missing."""
        self._command("default", "CREATE DATABASE IF NOT EXISTS {name:Identifier}", {"name": self.database}, None)

    def drop_database(self) -> None:
        self._command("default", "DROP DATABASE IF EXISTS {name:Identifier} SYNC", {"name": self.database}, None)
        self.forget()

    def forget(self) -> None:
        """Drop what is remembered about tables; after a migration they may have other columns."""
        with self._lock:
            self._types.clear()
        self.hidden.forget()

    def ping(self) -> bool:
        """Whether it answers a statement now."""
        try:
            self.query("SELECT 1")
        except (Unavailable, ClickHouseError):
            return False
        return True

    def close(self) -> None:
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()
        self._pool.clear()

    def _plain(self, sql: str, params: Values | None = None, settings: Values | None = None) -> list[tuple[Any, ...]]:
        with _translated():
            return list(self._client(self.database).query(sql, params, settings).result_rows)

    def _hiding(self) -> Values:
        try:
            return self.hidden.settings()
        except NotSetUp:  # Before the migrations there is nothing to hide.
            return {}

    def _command(self, database: str, sql: str, params: Values | None, settings: Values | None) -> None:
        with _translated():
            self._client(database).command(sql, params, settings=settings)

    def _client(self, database: str) -> Any:
        with self._lock:
            client = self._clients.get(database)
            if client is None:
                client = clickhouse_connect.get_client(
                    **self._arguments,
                    database=database,
                    pool_mgr=self._pool,
                    # A session serialises the statements of its threads.
                    autogenerate_session_id=False,
                    compress=not self.embedded,
                    connect_timeout=CONNECT_SECONDS,
                    send_receive_timeout=ANSWER_SECONDS,
                    query_retries=0,
                    # Thousands of ids in one parameter do not fit into a URL.
                    form_encode_query_params=True,
                )
                self._clients[database] = client
        return client

    def _column_types(self, table: str, columns: tuple[str, ...]) -> Sequence[Any]:
        known = self._types.get((table, columns))
        if known is None:
            rows = self.query(
                "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}",
                {"table": table},
            )
            types = dict(rows)
            known = [get_from_name(types[name]) for name in columns]
            self._types[table, columns] = known
        return known


@contextmanager
def _translated() -> Iterator[None]:
    """A store that is away, or has not been set up yet, becomes Unavailable, whatever the client calls it."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable(f"ClickHouse does not answer: {error}") from error
    except ClickHouseError as error:
        if NOT_SET_UP.search(str(error)):
            raise NotSetUp(f"ClickHouse has not been set up yet: {error}") from error
        raise
