"""Sessions of the embedded ClickHouse. Imported by the host process alone: chDB must not live where anything forks."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chdb
from chdb import session as chdb_session

from cairn.infra.clickhouse.statement import Context

MAX_IDLE = 24
Key = tuple[str, tuple[tuple[str, str], ...]]

# Without the two fsync settings the engine acknowledges inserts that a power cut takes away. The codec is what a
# ClickHouse server takes; chDB's own for parts beyond 100 MB is ZSTD(3), over a third of the work of writing one anew.
# Of the pool's four places mutations take two: one for each thread, as each takes up to 1.4 GiB, and merges go on.
CONFIG = """<clickhouse>
  <logger><level>none</level></logger>
  <max_server_memory_usage>{memory}</max_server_memory_usage>
  <mark_cache_size>67108864</mark_cache_size>
  <index_mark_cache_size>16777216</index_mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <mmap_cache_size>64</mmap_cache_size>
  <compiled_expression_cache_size>8388608</compiled_expression_cache_size>
  <background_pool_size>2</background_pool_size>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <max_thread_pool_size>64</max_thread_pool_size>
  <max_thread_pool_free_size>4</max_thread_pool_free_size>
  <merge_tree>
    <fsync_after_insert>{durable}</fsync_after_insert>
    <fsync_part_directory>{durable}</fsync_part_directory>
    <default_compression_codec>LZ4</default_compression_codec>
    <number_of_free_entries_in_pool_to_execute_mutation>4</number_of_free_entries_in_pool_to_execute_mutation>
  </merge_tree>
  <backups><allowed_path>{backups}</allowed_path></backups>
</clickhouse>
"""


class Sessions:
    """Idle sessions by what they are set to. One session runs one statement at a time; several run in parallel."""

    def __init__(self, folder: Path, *, memory: int, durable: bool = True) -> None:
        # The engine's handlers would take over the process's own SIGTERM.
        chdb._chdb.set_signal_handlers_enabled(False)
        chdb._chdb.reset_signal_handlers()
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "host.xml"
        config.write_text(CONFIG.format(memory=memory, durable=int(durable), backups=folder / "backups"))
        self._path = f"{folder / 'store'}?config-file={config}"
        self._lock = threading.Lock()
        self._idle: OrderedDict[Key, list[Any]] = OrderedDict()
        self._count = 0
        self._root = chdb_session.Session(self._path)  # Keeps the engine open between statements.

    @contextmanager
    def lease(self, context: Context) -> Iterator[Any]:
        """A session set to the context's database and settings. One whose statement failed is not used again."""
        key = (context.database, context.settings)
        session = self._take(key) or self._open(key)
        try:
            yield session
        except BaseException:
            session.close()
            raise
        self._give(key, session)

    def close(self) -> None:
        with self._lock:
            for sessions in self._idle.values():
                for session in sessions:
                    session.close()
            self._idle.clear()
        self._root.close()

    def _take(self, key: Key) -> Any | None:
        with self._lock:
            sessions = self._idle.get(key)
            if not sessions:
                return None
            self._count -= 1
            self._idle.move_to_end(key)
            return sessions.pop()

    def _give(self, key: Key, session: Any) -> None:
        with self._lock:
            self._idle.setdefault(key, []).append(session)
            self._idle.move_to_end(key)
            self._count += 1
            surplus = self._evict() if self._count > MAX_IDLE else None
        if surplus is not None:
            surplus.close()

    def _evict(self) -> Any:
        """The session that was used longest ago."""
        for key, sessions in list(self._idle.items()):
            if sessions:
                self._count -= 1
                return sessions.pop(0)
            del self._idle[key]
        return None

    def _open(self, key: Key) -> Any:
        database, settings = key
        session = chdb_session.Session(self._path)
        try:
            if database:
                session.query(f"USE {quoted_name(database)}")
            if settings:
                session.query("SET " + ", ".join(f"{quoted_name(name)} = {quoted(value)}" for name, value in settings))
        except BaseException:
            session.close()
            raise
        return session


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quoted_name(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
