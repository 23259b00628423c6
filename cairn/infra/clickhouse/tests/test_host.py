"""The host process: who may call it, and what is left after it was killed."""

import os
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.clickhouse.embedded import EmbeddedClickHouse, ample_memory
from cairn.infra.clickhouse.migrate import migrate, pending
from cairn.infra.supervisor.stopping import STORE_STOP_SECONDS
from cairn.kernel.errors import Unavailable

CALLERS = 6
# Longer than anybody waits for it.
ENDLESS = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 7 SETTINGS max_threads = 1"


def stop(host: EmbeddedClickHouse) -> int:
    """Its exit code."""
    assert host._process is not None
    host._process.send_signal(signal.SIGTERM)
    return host._process.wait(STORE_STOP_SECONDS)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[EmbeddedClickHouse]:
    made = EmbeddedClickHouse(tmp_path / "clickhouse")
    made.launch()
    yield made
    made.stop(immediately=True)


def test_migrations_are_applied_once_and_rows_survive_a_kill(host: EmbeddedClickHouse) -> None:
    clickhouse = host.wait()
    waiting = len(pending(clickhouse))
    assert waiting > 0
    assert migrate(clickhouse) == waiting
    assert migrate(clickhouse) == 0
    clickhouse.insert("schema_migrations", ["file", "statement", "digest"], [("mine", 1, "x")])
    durable = "SELECT value FROM system.merge_tree_settings WHERE name = 'fsync_after_insert'"
    assert clickhouse.query(durable) == [("1",)]
    assert host._process is not None
    host._process.send_signal(signal.SIGKILL)
    host._process.wait()
    with pytest.raises(Unavailable):
        clickhouse.query("SELECT 1")
    host.launch()
    host.wait().close()
    # The same client, as in a process that outlives the host.
    assert clickhouse.query("SELECT statement FROM schema_migrations WHERE file = 'mine'") == [(1,)]


def test_parts_of_any_size_are_compressed_as_on_a_server(host: EmbeddedClickHouse) -> None:
    asked = "SELECT value FROM system.merge_tree_settings WHERE name = 'default_compression_codec'"
    clickhouse = host.wait()
    clickhouse.create_database()
    assert clickhouse.query(asked) == [("LZ4",)]


def test_it_may_use_a_quarter_of_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 14 << 18}  # 14 GiB
    monkeypatch.setattr(os, "sysconf", machine.__getitem__)
    container = tmp_path / "memory.max"
    assert ample_memory(container) == 7 << 29
    for limit, memory in (("max", 7 << 29), (12 << 30, 3 << 30), (1 << 30, 2 << 30), (99 << 30, 7 << 29)):
        container.write_text(f"{limit}\n")
        assert ample_memory(container) == memory


def test_without_the_secret_nothing_is_answered(host: EmbeddedClickHouse) -> None:
    host.wait().close()
    with pytest.raises(HTTPError) as refusal:
        urllib.request.urlopen(f"http://127.0.0.1:{host.port}/?query=SELECT%201")
    assert refusal.value.code == 401
    stranger = ClickHouse(host.url().replace(host.secret, "guess"))
    assert not stranger.ping()


def test_a_second_host_on_the_folder_is_refused(host: EmbeddedClickHouse) -> None:
    host.wait().close()
    second = EmbeddedClickHouse(host.home)
    second.launch()
    with pytest.raises(Unavailable):
        second.wait()
    assert second._process is not None
    assert second._process.returncode != 0


def test_a_statement_that_does_not_end_cannot_keep_the_host(host: EmbeddedClickHouse) -> None:
    clickhouse = host.wait()
    clickhouse.create_database()
    asking = threading.Thread(target=pytest.raises, args=(Unavailable, clickhouse.query, ENDLESS))
    asking.start()
    running = "SELECT count() FROM system.processes WHERE query LIKE 'SELECT count() FROM numbers%'"
    while clickhouse.query(running) != [(1,)]:
        time.sleep(0.02)
    assert stop(host) == 0
    asking.join()


def test_a_signal_that_another_thread_takes_stops_the_host(host: EmbeddedClickHouse) -> None:
    host.wait().close()
    assert host._process is not None
    # The kernel gives it to whichever thread wakes up first.
    host._process.send_signal(signal.SIGSTOP)
    host._process.send_signal(signal.SIGTERM)
    host._process.send_signal(signal.SIGCONT)
    assert host._process.wait(STORE_STOP_SECONDS) == 0


def test_a_host_that_is_stopped_amid_statements_ends_well_and_keeps_what_it_acknowledged(
    host: EmbeddedClickHouse,
) -> None:
    clickhouse = host.wait()
    clickhouse.create_database()
    clickhouse.command("CREATE TABLE numbers (number UInt64) ENGINE = MergeTree ORDER BY number")
    acknowledged: list[int] = []

    def insert(number: int) -> None:
        while True:
            try:
                clickhouse.insert("numbers", ["number"], [(number,)])
            except Unavailable:
                return
            acknowledged.append(number)
            number += CALLERS

    callers = [threading.Thread(target=insert, args=(first,)) for first in range(CALLERS)]
    for caller in callers:
        caller.start()
    while len(acknowledged) < 10 * CALLERS:
        time.sleep(0.02)
    assert stop(host) == 0
    for caller in callers:
        caller.join()
    host.launch()
    host.wait().close()
    assert {number for (number,) in clickhouse.query("SELECT number FROM numbers")} >= set(acknowledged)
