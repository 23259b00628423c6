"""What every event log does, run on each adapter."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from cairn.infra.eventlog import sqlite_log
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import EventLog, Lane, LogReader, Record
from cairn.infra.eventlog.sqlite_log import SqliteLog
from cairn.infra.eventlog.sqlite_reader import SqliteLogReader
from cairn.kernel.errors import Unavailable


@dataclass
class Pair:
    log: EventLog
    reader: LogReader


def said(text: str, account: str = "AnnaAA") -> Record:
    return Record(account, "events.record", text.encode(), 1_700_000_000_000)


def bodies(
    reader: LogReader, lane: Lane = Lane.LIVE, after: dict[str, int] | None = None, limit: int = 100
) -> list[str]:
    return [entry.record.body.decode() for entry in reader.read(lane, after or {}, limit)]


class EventLogCases:
    @pytest.fixture
    def pair(self, tmp_path: Path) -> Iterator[Pair]:
        raise NotImplementedError

    def test_what_is_appended_is_read_in_order(self, pair: Pair) -> None:
        pair.log.append_now(Lane.LIVE, [said("one"), said("two")])
        pair.log.append_now(Lane.LIVE, [said("three")])
        assert bodies(pair.reader) == ["one", "two", "three"]

    def test_a_record_comes_back_whole(self, pair: Pair) -> None:
        record = Record("BobBBB", "profiles.upsert", b'{"name":"\xc3\xa9"}', 1_700_000_000_123)
        pair.log.append_now(Lane.BULK, [record])
        assert pair.reader.read(Lane.BULK, {}, 1)[0].record == record

    def test_an_awaited_append_is_readable(self, pair: Pair) -> None:
        async def story() -> None:
            await pair.log.append(Lane.LIVE, said("now"))

        asyncio.run(story())
        assert bodies(pair.reader) == ["now"]

    def test_many_awaited_appends_keep_the_order_of_their_calls(self, pair: Pair) -> None:
        async def all_at_once() -> None:
            await asyncio.gather(*(pair.log.append(Lane.LIVE, said(str(n))) for n in range(500)))

        asyncio.run(all_at_once())
        assert bodies(pair.reader, limit=1000) == [str(n) for n in range(500)]

    def test_what_is_made_when_it_is_written_keeps_its_place(self, pair: Pair) -> None:
        async def all_at_once() -> None:
            appended = [
                pair.log.append_made(Lane.LIVE, partial(said, str(n)))
                if n % 2
                else pair.log.append(Lane.LIVE, said(str(n)))
                for n in range(100)
            ]
            await asyncio.gather(*appended)

        asyncio.run(all_at_once())
        assert bodies(pair.reader) == [str(n) for n in range(100)]

    def test_what_cannot_be_made_is_told_to_its_sender_alone(self, pair: Pair) -> None:
        def refuse() -> Record:
            raise ValueError("not like this")

        async def all_at_once() -> list[BaseException | None]:
            makers: list[Callable[[], Record]] = [partial(said, "one"), refuse, partial(said, "two"), refuse]
            appended = (pair.log.append_made(Lane.LIVE, make) for make in makers)
            return await asyncio.gather(*appended, return_exceptions=True)

        first, second, third, fourth = asyncio.run(all_at_once())
        assert first is None and third is None
        assert str(second) == str(fourth) == "not like this"
        assert bodies(pair.reader) == ["one", "two"]

    def test_a_commit_of_nothing_but_refusals_ends(self, pair: Pair) -> None:
        async def story() -> None:
            with pytest.raises(ZeroDivisionError):
                await pair.log.append_made(Lane.LIVE, lambda: said(str(1 // 0)))
            await pair.log.append_made(Lane.LIVE, partial(said, "later"))

        asyncio.run(story())
        assert bodies(pair.reader) == ["later"]

    def test_lanes_know_nothing_of_each_other(self, pair: Pair) -> None:
        pair.log.append_now(Lane.BULK, [said("bulk")])
        pair.log.append_now(Lane.CONSENT, [said("consent")])
        assert bodies(pair.reader, Lane.CONSENT) == ["consent"]
        assert bodies(pair.reader, Lane.LIVE) == []

    def test_reading_goes_on_behind_a_position(self, pair: Pair) -> None:
        pair.log.append_now(Lane.LIVE, [said(str(n)) for n in range(5)])
        first = pair.reader.read(Lane.LIVE, {}, 2)
        position = first[-1].position
        assert bodies(pair.reader, after={position.writer: position.offset}) == ["2", "3", "4"]

    def test_a_limit_is_kept(self, pair: Pair) -> None:
        pair.log.append_now(Lane.LIVE, [said(str(n)) for n in range(5)])
        assert bodies(pair.reader, limit=3) == ["0", "1", "2"]

    def test_ends_name_the_last_offset(self, pair: Pair) -> None:
        pair.log.append_now(Lane.LIVE, [said("a"), said("b")])
        writer = pair.reader.writers()[0]
        assert pair.reader.ends(Lane.LIVE) == {writer: 2}
        assert pair.reader.ends(Lane.BULK) == {writer: 0}

    def test_nothing_appended_is_nothing_read(self, pair: Pair) -> None:
        pair.log.append_now(Lane.LIVE, [])
        assert bodies(pair.reader) == []

    def test_a_closed_log_refuses(self, pair: Pair) -> None:
        pair.log.close()
        with pytest.raises(Unavailable):
            pair.log.append_now(Lane.LIVE, [said("late")])
        assert bodies(pair.reader) == []

    def test_waiting_ends_when_something_is_appended(self, pair: Pair) -> None:
        pair.reader.wait(0)
        threading.Timer(0.05, lambda: pair.log.append_now(Lane.LIVE, [said("ring")])).start()
        started = time.monotonic()
        pair.reader.wait(10)
        assert time.monotonic() - started < 5
        assert bodies(pair.reader) == ["ring"]

    def test_an_append_before_the_wait_is_not_slept_through(self, pair: Pair) -> None:
        pair.reader.wait(0)
        pair.log.append_now(Lane.LIVE, [said("before")])
        started = time.monotonic()
        pair.reader.wait(10)
        assert time.monotonic() - started < 5

    def test_waiting_for_nothing_ends_in_time(self, pair: Pair) -> None:
        pair.reader.wait(0)
        started = time.monotonic()
        pair.reader.wait(0.05)
        assert 0.04 < time.monotonic() - started < 5


class TestMemoryLog(EventLogCases):
    @pytest.fixture
    def pair(self, tmp_path: Path) -> Iterator[Pair]:
        log = MemoryLog()
        yield Pair(log, log)


class TestSqliteLog(EventLogCases):
    @pytest.fixture
    def pair(self, tmp_path: Path) -> Iterator[Pair]:
        log, reader = SqliteLog(tmp_path), SqliteLogReader(tmp_path)
        yield Pair(log, reader)
        log.close()
        reader.close()


class TestSqliteLogOnASlowDisk(TestSqliteLog):
    """The thread commits, and not the event loop."""

    @pytest.fixture(autouse=True)
    def slow_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite_log, "QUICK_SECONDS", -1.0)


class TestSqliteLogInACrowd(TestSqliteLog):
    """Every commit waits for more."""

    @pytest.fixture(autouse=True)
    def crowd(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite_log, "CROWD", 0)
