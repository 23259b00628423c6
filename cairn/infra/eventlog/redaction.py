"""Taking somebody out of what the log keeps: records stay in their places, and no longer say whose they were.

The rows are rewritten one by one, each in a commit of its own, so that whoever appends to the same file waits for
milliseconds. Freed pages are zeroed, and the write-ahead log is emptied at the end: nothing is left between the rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

from cairn.infra.eventlog.files import open_for_writing, writers
from cairn.infra.eventlog.packing import decode, encode
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel.errors import Unavailable

Change = Callable[[Record], Record]
"""The record without the person; the very same object where there is nothing of them in it."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """Records that were changed, and bytes that were looked at."""

    records: int
    read: int


def redact(folder: Path, needles: Sequence[bytes], change: Change) -> Redacted:
    """Change every record of a row in which one of the needles (lower case) is found. May be repeated.

    Raises Unavailable where somebody reads so long that the write-ahead log cannot be emptied: then it is to be tried
    again.
    """
    records = read = 0
    for writer in writers(folder):
        connection = open_for_writing(folder / f"{writer}.db")
        try:
            connection.execute("PRAGMA secure_delete=ON")
            for lane in Lane:
                one = redact_lane(connection, lane, needles, change)
                records += one.records
                read += one.read
            empty_log(connection)
        finally:
            connection.close()
    return Redacted(records, read)


def redact_lane(connection: apsw.Connection, lane: Lane, needles: Sequence[bytes], change: Change) -> Redacted:
    records = read = last = 0
    while row := connection.execute(
        f"SELECT position, body FROM {lane} WHERE position > ? ORDER BY position LIMIT 1", (last,)
    ).fetchone():
        last, body = row
        read += len(body)
        lowered = body.lower()
        if not any(needle in lowered for needle in needles):
            continue
        lines = decode(body)
        changed = 0
        for line in lines:
            before = Record(line.account_id, line.kind, line.body, line.at)
            after = change(before)
            if after is not before:
                line.kind, line.body = after.kind, after.body
                changed += 1
        if changed:
            connection.execute(f"UPDATE {lane} SET body = ? WHERE position = ?", (encode(lines), last))
            records += changed
    return Redacted(records, read)


def empty_log(connection: apsw.Connection) -> None:
    row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if row is None or row[0]:
        raise Unavailable("The log is being read; its write-ahead log cannot be emptied yet.")
