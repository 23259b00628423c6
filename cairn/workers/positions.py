"""How far the log is applied and done, kept in PostgreSQL beside what it was applied to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from cairn.infra.eventlog.port import Entry, Lane

INGEST = "ingest"
INGEST_LOCK = 0x6361_6972_6E00_0001

Place = tuple[str, Lane]
"""A writer and one of its lanes."""

ADVANCE = """
INSERT INTO workers_logposition (consumer, writer, lane, applied, done)
SELECT %s, writer, lane, applied, 0 FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS moved(writer, lane, applied)
ON CONFLICT (consumer, writer, lane) DO UPDATE
SET applied = greatest(workers_logposition.applied, excluded.applied)
"""
FINISH = """
UPDATE workers_logposition AS kept SET done = greatest(kept.done, moved.done)
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS moved(writer, lane, done)
WHERE kept.consumer = %s AND kept.writer = moved.writer AND kept.lane = moved.lane
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is applied to profiles, and what every consumer of the log knows."""

    applied: int
    done: int


def load() -> dict[Place, Standing]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT writer, lane, applied, done FROM workers_logposition WHERE consumer = %s", [INGEST])
        return {(writer, Lane(lane)): Standing(applied, done) for writer, lane, applied, done in cursor.fetchall()}


def furthest(entries: Iterable[Entry]) -> dict[Place, int]:
    """The last offset of each place among these entries."""
    moved: dict[Place, int] = {}
    for entry in entries:
        place = (entry.position.writer, entry.position.lane)
        moved[place] = max(entry.position.offset, moved.get(place, 0))
    return moved


def advance(moved: Mapping[Place, int]) -> None:
    """Says, within the caller's transaction, that everything up to these offsets is applied."""
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE, [INGEST, *columns(moved)])


def finish(moved: Mapping[Place, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [*columns(moved), INGEST])


def columns(moved: Mapping[Place, int]) -> tuple[list[str], list[str], list[int]]:
    return [writer for writer, _ in moved], [str(lane) for _, lane in moved], list(moved.values())


class Turn:
    """The right to consume the log, held by one process at a time as long as its connection lives."""

    def __init__(self) -> None:
        self._held_on: object = None

    def take(self) -> bool:
        """Whether this thread's connection holds the lock now; asks PostgreSQL only on a new connection."""
        connection.ensure_connection()
        if self._held_on is connection.connection:
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [INGEST_LOCK])
            row = cursor.fetchone()
        if row is None or not row[0]:
            return False
        self._held_on = connection.connection
        return True
