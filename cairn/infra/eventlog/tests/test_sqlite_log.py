"""What only the SQLite log does: files, locks, retention, and surviving a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest

from cairn.infra.eventlog.files import writers
from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.eventlog.retention import Retention
from cairn.infra.eventlog.sqlite_log import SqliteLog
from cairn.infra.eventlog.sqlite_reader import SqliteLogReader
from cairn.kernel.errors import Unavailable

DAY = 24 * 3600
NOW = 1_700_000_000

WRITE_UNTIL_KILLED = """
import sys, asyncio
from pathlib import Path
from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.eventlog.sqlite_log import SqliteLog

async def one(log, name):
    for n in range(10**9):
        text = f"{name}-{n}"
        await log.append(Lane.LIVE, Record("AnnaAA", "events.record", text.encode(), n))
        print(text, flush=True)

async def main():
    log = SqliteLog(Path(sys.argv[1]))
    await asyncio.gather(*(one(log, name) for name in "abcdefgh"))

asyncio.run(main())
"""


def said(text: str, at: int = NOW * 1000) -> Record:
    return Record("AnnaAA", "events.record", text.encode(), at)


def test_a_restarted_process_takes_over_its_file_and_goes_on_counting(tmp_path: Path) -> None:
    first = SqliteLog(tmp_path)
    first.append_now(Lane.LIVE, [said("before")])
    first.close()
    second = SqliteLog(tmp_path)
    second.append_now(Lane.LIVE, [said("after")])
    entries = SqliteLogReader(tmp_path).read(Lane.LIVE, {}, 10)
    second.close()
    assert second.writer == first.writer
    assert [entry.position.offset for entry in entries] == [1, 2]


def test_two_processes_write_two_files_and_one_reader_sees_both(tmp_path: Path) -> None:
    first, second = SqliteLog(tmp_path), SqliteLog(tmp_path)
    reader = SqliteLogReader(tmp_path)
    first.append_now(Lane.LIVE, [said("first")])
    second.append_now(Lane.LIVE, [said("second")])
    assert {entry.record.body for entry in reader.read(Lane.LIVE, {}, 10)} == {b"first", b"second"}
    third = SqliteLog(tmp_path)
    third.append_now(Lane.LIVE, [said("third")])
    assert len(reader.read(Lane.LIVE, {}, 10)) == 3
    assert len(writers(tmp_path)) == 3
    for log in (first, second, third):
        log.close()


def test_a_busy_writer_does_not_hide_the_others(tmp_path: Path) -> None:
    busy, quiet = SqliteLog(tmp_path), SqliteLog(tmp_path)
    busy.append_now(Lane.LIVE, [said("busy")] * 100)
    quiet.append_now(Lane.LIVE, [said("quiet")])
    reader = SqliteLogReader(tmp_path)
    for _ in range(3):
        entries = reader.read(Lane.LIVE, {}, 10)
        assert b"quiet" in {entry.record.body for entry in entries}
        assert len(entries) <= 10
    busy.close()
    quiet.close()


def test_a_refusing_disk_accepts_nothing_and_later_writes_succeed(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path)
    log.append_now(Lane.LIVE, [said("kept")])
    pages = log._connection.execute("PRAGMA page_count").fetchall()[0][0]
    log._connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(Unavailable):
        log.append_now(Lane.LIVE, [said("x" * 100_000)])
    log._connection.execute("PRAGMA max_page_count=1000000")
    log.append_now(Lane.LIVE, [said("later")])
    entries = SqliteLogReader(tmp_path).read(Lane.LIVE, {}, 10)
    log.close()
    assert [(entry.position.offset, entry.record.body) for entry in entries] == [(1, b"kept"), (2, b"later")]


def test_only_what_is_old_and_released_is_forgotten(tmp_path: Path) -> None:
    log, reader = SqliteLog(tmp_path), SqliteLogReader(tmp_path)
    old, fresh = (NOW - 8 * DAY) * 1000, (NOW - DAY) * 1000
    for text, at in (("old", old), ("old, not done", old), ("fresh", fresh), ("last", old)):
        log.append_now(Lane.LIVE, [said(text, at)])
    retention = Retention(tmp_path, log.writer, 7 * DAY)
    assert retention.sweep(log._connection, NOW) == 0
    reader.release(Lane.LIVE, {log.writer: 1})
    assert retention.sweep(log._connection, NOW) == 1
    assert [entry.record.body for entry in reader.read(Lane.LIVE, {}, 10)] == [b"old, not done", b"fresh", b"last"]
    reader.release(Lane.LIVE, {log.writer: 4})
    assert retention.sweep(log._connection, NOW) == 1
    # The newest entry stays, or the next one would get its number.
    assert [entry.record.body for entry in reader.read(Lane.LIVE, {}, 10)] == [b"fresh", b"last"]
    log.close()


def test_files_of_writers_that_are_gone_are_swept_too(tmp_path: Path) -> None:
    gone, here = SqliteLog(tmp_path), SqliteLog(tmp_path)
    gone.append_now(Lane.BULK, [said("old", (NOW - 8 * DAY) * 1000)])
    gone.append_now(Lane.BULK, [said("last")])
    gone.close()
    SqliteLogReader(tmp_path).release(Lane.BULK, {gone.writer: 2})
    assert Retention(tmp_path, here.writer, 7 * DAY).sweep(here._connection, NOW) == 1
    here.close()


def test_reading_starts_and_ends_within_what_was_written_at_once(tmp_path: Path) -> None:
    log, reader = SqliteLog(tmp_path), SqliteLogReader(tmp_path)
    log.append_now(Lane.LIVE, [said(str(n)) for n in range(10)])
    log.append_now(Lane.LIVE, [said(str(n)) for n in range(10, 20)])
    entries = reader.read(Lane.LIVE, {log.writer: 7}, 6)
    assert [(entry.position.offset, entry.record.body) for entry in entries] == [
        (offset, str(offset - 1).encode()) for offset in range(8, 14)
    ]
    log.close()


def test_what_is_too_much_for_one_row_is_still_all_or_nothing_and_in_order(tmp_path: Path) -> None:
    log, reader = SqliteLog(tmp_path), SqliteLogReader(tmp_path)
    log.append_now(Lane.BULK, [said(f"{n:02}" + "x" * 300_000) for n in range(20)])
    entries = reader.read(Lane.BULK, {}, 100)
    assert [entry.record.body[:2] for entry in entries] == [f"{n:02}".encode() for n in range(20)]
    assert [entry.position.offset for entry in entries] == list(range(1, 21))
    log.close()


def test_releases_of_several_calls_add_up(tmp_path: Path) -> None:
    reader = SqliteLogReader(tmp_path)
    reader.release(Lane.LIVE, {"one": 5})
    reader.release(Lane.LIVE, {"two": 7})
    assert json.loads((tmp_path / "released.live.json").read_text()) == {"one": 5, "two": 7}


def test_what_was_acknowledged_before_a_kill_is_read_after_it(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE_UNTIL_KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        mine = [child.stdout.readline().strip() for _ in range(400)]
        os.kill(child.pid, signal.SIGKILL)
        mine += [line.strip() for line in child.stdout if line.endswith("\n")]
        child.wait()
        acknowledged += mine
    reader = SqliteLogReader(tmp_path)
    entries = reader.read(Lane.LIVE, {}, 10**7)
    offsets = [entry.position.offset for entry in entries]
    assert len(writers(tmp_path)) == 1
    assert offsets == list(range(1, len(entries) + 1))
    kept = [entry.record.body.decode() for entry in entries]
    for text in set(acknowledged):
        assert kept.count(text) >= acknowledged.count(text)


def test_waiting_costs_no_processor_time(tmp_path: Path) -> None:
    log, reader = SqliteLog(tmp_path), SqliteLogReader(tmp_path)
    reader.wait(0)
    before = time.process_time()
    reader.wait(0.5)
    assert time.process_time() - before < 0.05
    log.close()
    reader.close()


def test_a_damaged_file_is_said_loudly(tmp_path: Path) -> None:
    (tmp_path / "abcdefgh.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(apsw.NotADBError):
        SqliteLog(tmp_path)
