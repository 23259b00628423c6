"""The host process: who may call it, and what is left after it was killed."""

import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.clickhouse.embedded import EmbeddedClickHouse
from cairn.infra.clickhouse.migrate import migrate, pending
from cairn.kernel.errors import Unavailable


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
