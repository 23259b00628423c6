"""The embedded PostgreSQL as its server sees it."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cairn.infra.postgres import binaries
from cairn.infra.postgres.embedded import SOCKET_NAME, SOCKET_PATH_LIMIT, EmbeddedPostgres, short_folder, within_reach
from cairn.kernel.errors import Unavailable


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to other users: as root, PostgreSQL runs as one."""
    with tempfile.TemporaryDirectory(prefix="cairn-postgres-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


def test_what_was_committed_is_there_after_a_stop_and_after_a_kill(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "postgres")
    postgres.start()
    with psycopg.connect(postgres.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    postgres.stop()
    postgres.start()
    with psycopg.connect(postgres.url()) as connection:
        connection.execute("INSERT INTO kept VALUES (2)")
    assert postgres._process is not None
    postgres._process.send_signal(signal.SIGKILL)
    postgres._process.wait()
    again = EmbeddedPostgres(folder / "postgres")
    started_in_the_end(again)
    with psycopg.connect(again.url()) as connection:
        assert connection.execute("SELECT number FROM kept ORDER BY 1").fetchall() == [(1,), (2,)]
        settings = {row[0]: row[1] for row in connection.execute("SELECT name, setting FROM pg_settings")}
    again.stop()
    assert (settings["fsync"], settings["listen_addresses"], settings["data_checksums"]) == ("on", "", "on")


def started_in_the_end(postgres: EmbeddedPostgres) -> None:
    """Children of a killed server hold its memory for a moment; the supervisor tries again, and so does this."""
    for _ in range(20):
        try:
            return postgres.start()
        except Unavailable:
            continue
    raise AssertionError("PostgreSQL did not start any more")


def test_the_mark_of_a_killed_server_does_not_keep_it_from_starting(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "postgres", durable=False)
    postgres.start()
    mark = postgres.cluster / "postmaster.pid"
    left = mark.read_text().split("\n", 1)[1]
    postgres.stop()
    mark.write_text(f"1\n{left}")
    postgres.start()
    postgres.stop()


def test_it_is_reached_through_a_long_folder_name(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / ("long" * 30) / "postgres", durable=False)
    assert len(os.fsencode(postgres.socket_folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT
    postgres.start()
    with psycopg.connect(postgres.url()) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("cairn",)
    postgres.stop()
    postgres.socket_folder.rmdir()


def test_only_its_own_system_user_comes_in(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "postgres", durable=False)
    postgres.prepare()
    assert (postgres.cluster / "pg_hba.conf").read_text() == "local all all peer map=cairn\n"
    assert postgres.cluster.stat().st_mode & 0o077 == 0
    assert postgres.socket_folder.stat().st_mode & 0o077 == 0


def test_two_servers_with_equal_long_names_have_sockets_of_their_own() -> None:
    one, other = (short_folder(Path("/srv") / name / ("x" * 120)) for name in ("one", "other"))
    assert one != other


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives PostgreSQL to another user")
def test_programs_that_its_user_cannot_read_are_copied(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    assert not binaries.everyone_may_enter(closed / "bin")
    copied = binaries.copied(binaries.packaged(), folder / "programs")
    assert binaries.everyone_may_enter(copied / "bin" / "postgres")
    assert binaries.copied(binaries.packaged(), folder / "programs") == copied


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives PostgreSQL to another user")
def test_below_a_closed_folder_a_link_stands_for_its_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.infra.postgres.embedded.OUTSIDE", folder / "outside")
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    reached = within_reach(closed / "postgres")
    assert reached.parent == folder / "outside"
    assert within_reach(closed / "postgres") == reached
    assert (closed / "postgres").resolve() == reached
