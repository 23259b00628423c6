"""How much of the log goes into one batch."""

from collections import Counter

from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane, Record
from cairn.workers.reading import BYTES, LIMIT, Cursor


def filled(lane: Lane, count: int, size: int) -> MemoryLog:
    log = MemoryLog()
    body = b"x" * size
    log.append_now(lane, [Record("SHOP00", "events.record", body, 0) for _ in range(count)])
    return log


def test_small_entries_come_by_the_thousand() -> None:
    cursor = Cursor(filled(Lane.LIVE, 10_000, 600), {})
    assert [len(cursor.read()) for _ in range(4)] == [LIMIT, LIMIT, 2000, 0]


def test_large_entries_come_in_few_at_a_time() -> None:
    cursor = Cursor(filled(Lane.BULK, 20, BYTES // 4), {})
    sizes = []
    while entries := cursor.read():
        sizes.append(len(entries))
    assert sizes == [8, 8, 4]


def test_every_lane_has_its_part_in_each_batch_and_consent_comes_first() -> None:
    log = filled(Lane.BULK, 5000, 1000)
    log.append_now(Lane.CONSENT, [Record("SHOP00", "profiles.consent", b"{}", 0)] * 3)
    log.append_now(Lane.LIVE, [Record("SHOP00", "events.record", b"{}", 0)] * 5000)
    entries = Cursor(log, {}).read()
    lanes = [entry.position.lane for entry in entries]
    assert lanes[:3] == [Lane.CONSENT] * 3
    assert Counter(lanes) == {Lane.CONSENT: 3, Lane.LIVE: LIMIT, Lane.BULK: LIMIT}


def test_reading_begins_behind_what_is_done() -> None:
    log = filled(Lane.LIVE, 10, 10)
    entries = Cursor(log, {("memory", Lane.LIVE): 7}).read()
    assert [entry.position.offset for entry in entries] == [8, 9, 10]
