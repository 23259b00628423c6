"""Whoever is taken out of the log is in none of its bytes, and everybody else is where they were."""

from pathlib import Path

import pytest

from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.eventlog.redaction import Redacted, redact
from cairn.infra.eventlog.sqlite_log import SqliteLog
from cairn.infra.eventlog.sqlite_reader import SqliteLogReader

ANN, BOB = b'{"email":"Ann@Example.com"}', b'{"email":"bob@example.com"}'


def record(body: bytes, at: int = 1) -> Record:
    return Record("AAAAAA", "events.record", body, at)


def blank(one: Record) -> Record:
    return record(b"{}", one.at) if b"ann@example.com" in one.body.lower() else one


@pytest.fixture
def log(tmp_path: Path) -> SqliteLog:
    made = SqliteLog(tmp_path)
    for number in range(50):
        made.append_now(Lane.LIVE, [record(ANN if number % 5 == 0 else BOB, number)])
    made.append_now(Lane.BULK, [record(BOB), record(ANN), record(BOB)])
    return made


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def test_no_byte_of_them_is_left_while_others_write(log: SqliteLog, tmp_path: Path) -> None:
    assert b"Ann@Example.com" in bytes_of(tmp_path)
    assert redact(tmp_path, [b"ann@example.com"], blank).records == 11
    assert b"ann@example.com" not in bytes_of(tmp_path).lower()
    log.append_now(Lane.LIVE, [record(BOB, 99)])
    entries = SqliteLogReader(tmp_path).read(Lane.LIVE, {}, 100)
    assert [(one.position.offset, one.record.at) for one in entries] == [*((n + 1, n) for n in range(50)), (51, 99)]
    assert [one.record.body for one in entries[:2]] == [b"{}", BOB]
    bulk = SqliteLogReader(tmp_path).read(Lane.BULK, {}, 100)
    assert [one.record.body for one in bulk] == [BOB, b"{}", BOB]
    log.close()


def test_repeating_it_finds_nothing(log: SqliteLog, tmp_path: Path) -> None:
    redact(tmp_path, [b"ann@example.com"], blank)
    assert redact(tmp_path, [b"ann@example.com"], blank).records == 0
    log.close()


def test_who_is_not_there_changes_nothing(log: SqliteLog, tmp_path: Path) -> None:
    done = redact(tmp_path, [b"eve@example.com"], blank)
    assert done == Redacted(0, done.read)
    assert done.read > 1_000
    log.close()
