"""Running an import of a file: portion by portion, each with its counts and its faults in one transaction.

A crash loses nothing and repeats nothing: what is settled moved `rows` with it, and the next attempt goes on behind
that. Events go to the log before their portion is settled; an event that comes twice has the same id both times.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Final, Generic, Self, TypeVar

import msgspec
from django.db import transaction

from cairn import wiring
from cairn.domains.events.contracts import RecordEvents
from cairn.domains.integrations import mapping, previews
from cairn.domains.integrations.counting import Counts
from cairn.domains.integrations.models import ImportFault, ImportJob
from cairn.domains.integrations.rows import Refused, RowReader, Said
from cairn.domains.integrations.tables.reading import Broken, Row
from cairn.domains.lists import actions as lists
from cairn.domains.profiles import actions as profiles
from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.postgres import copying
from cairn.kernel import clock
from cairn.kernel.scope import Scope

LEASE: Final = timedelta(seconds=20)
EVENTS_PER_RECORD: Final = 500
LONGEST_CELL: Final = 2_000
GONE: Final = Refused("This person was deleted after the file came.")
Item = TypeVar("Item")
Read = tuple[Row, Said | Refused]
Now = Callable[[], datetime]


class Cancelled(Exception):
    """The user stopped the import, or another worker has taken it over."""


def check_file(scope: Scope, job: ImportJob, *, now: Now) -> Counts:
    """A dry run: what the import would do, counted. Raises Cancelled."""
    reader = previews.reader_of(scope, job, mapping.read(job.mapping))
    rehearsal = previews.Rehearsal(scope)
    counts = Counts()
    with ExitStack() as stack:
        for portion in previews.portions(job, 0, stack):
            counts.add(rehearsal.count([reader.read(row) for row in portion], now()))
            settle(job, "checking", counts, now=now(), column="checked")
    return counts


def import_file(scope: Scope, job: ImportJob, *, now: Now) -> Counts:
    """Import what is left of the file. Raises Cancelled."""
    reader = previews.reader_of(scope, job, mapping.read(job.mapping))
    counts = msgspec.convert(job.counts or {}, Counts)
    with ExitStack() as stack:
        portions = previews.portions(job, counts.rows, stack)
        with Ahead(read_all(reader, portions)) as coming:
            for portion in coming:
                take(scope, job, portion, counts, now=now(), meanwhile=coming.start)
    profiles.hurry_touched(scope)
    return counts


def read_all(reader: RowReader, portions: Iterator[list[Row]]) -> Iterator[list[Read]]:
    for portion in portions:
        yield [(row, reader.read(row)) for row in portion]


class Ahead(Generic[Item]):
    """The items of an iterator, of which a thread makes the next one from when it is told to `start`: while this one
    waits for PostgreSQL. Two threads of Python that compute side by side are slower than one after the other."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="import-read")
        self._coming: Future[Item | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def __iter__(self) -> Iterator[Item]:
        while (item := self._started().result()) is not None:
            self._coming = None
            yield item

    def start(self) -> None:
        self._started()

    def _started(self) -> "Future[Item | None]":
        if self._coming is None:
            self._coming = self._thread.submit(next, self._items, None)
        return self._coming


def take(
    scope: Scope,
    job: ImportJob,
    portion: Sequence[Read],
    counts: Counts,
    *,
    now: datetime,
    meanwhile: Callable[[], None],
) -> None:
    """One portion, whole or not at all. `meanwhile` is called once there is time for something else."""
    first = counts.rows
    said = [one for _, one in portion if isinstance(one, Said)]
    done = Counts(rows=len(portion), refused=len(portion) - len(said))
    if job.kind == "events":
        record_events(scope, said, now=now)
        done.events = len(said)
    with transaction.atomic():
        if job.kind != "events":
            portion = without_gone(portion, import_people(scope, job, said, done, now=now, meanwhile=meanwhile))
        put_faults(scope, job, first, portion)
        total = msgspec.structs.replace(counts)
        total.add(done)
        settle(job, "processing", total, now=now, expected=first)
    counts.add(done)


def import_people(
    scope: Scope,
    job: ImportJob,
    said: Sequence[Said],
    done: Counts,
    *,
    now: datetime,
    meanwhile: Callable[[], None],
) -> list[bool]:
    """Whether each row has become somebody."""
    if not said:
        return []
    source = (job.mapping or {}).get("consent_source") or job.filename
    people = [one.person for one in said]
    found = profiles.import_people(scope, people, now=now, source=source, meanwhile=meanwhile)
    taken = [bool(person.number) for person in found]
    done.created = sum(person.created for person in found)
    done.updated = sum(person.changed for person in found)
    done.unchanged = taken.count(True) - done.created - done.updated
    done.refused += taken.count(False)
    done.kept = sum(person.kept for person in found)
    joining: defaultdict[str, list[int]] = defaultdict(list)
    for one, person in zip(said, found, strict=True):
        for list_id in one.lists if person.number else ():
            joining[list_id].append(person.number)
    for list_id, numbers in joining.items():
        done.joined += len(lists.join(scope, list_id, numbers, now=now, how=lists.How("MANUAL_IMPORT", str(source))))
    return taken


def without_gone(portion: Sequence[Read], taken: Sequence[bool]) -> Sequence[Read]:
    """The portion, with those refused who have become nobody."""
    if all(taken):
        return portion
    verdicts = iter(taken)
    return [(row, GONE if isinstance(one, Said) and not next(verdicts) else one) for row, one in portion]


def record_events(scope: Scope, said: Sequence[Said], *, now: datetime) -> None:
    drafts = [one.event for one in said if one.event is not None]
    at = clock.millis(now)
    records = [
        Record(
            scope.account_id,
            "events.record",
            msgspec.json.encode(RecordEvents(events=drafts[first : first + EVENTS_PER_RECORD])),
            at,
        )
        for first in range(0, len(drafts), EVENTS_PER_RECORD)
    ]
    if records:
        wiring.event_log().append_now(Lane.BULK, records)


def put_faults(scope: Scope, job: ImportJob, first: int, portion: Sequence[Read]) -> None:
    faults = [
        (scope.account_id, job.id, first + place, refused.reason, refused.column, cells_of(row))
        for place, (row, refused) in enumerate(portion)
        if isinstance(refused, Refused)
    ]
    if faults:
        columns = ("account_id", "job_id", "row", "reason", "column", "cells")
        copying.copy_in(ImportFault._meta.db_table, columns, faults)


def cells_of(row: Row) -> list[str]:
    cells = row.cells if isinstance(row, Broken) else row
    return [text[:LONGEST_CELL].replace("\0", "") for text in map(as_text, cells)]


def as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, (dict, list)):
        return msgspec.json.encode(cell).decode()
    return str(cell)


def settle(
    job: ImportJob, status: str, counts: Counts, *, now: datetime, column: str = "counts", expected: int | None = None
) -> None:
    """Note how far it is. Raises Cancelled where somebody stopped the job, or another worker went on with it."""
    mine = ImportJob.objects.filter(account_id=job.account_id, id=job.id, status=status)
    facts: dict[str, object] = {column: msgspec.to_builtins(counts), "lease_until": now + LEASE}
    if expected is not None:
        mine = mine.filter(rows=expected)
        facts |= {"rows": counts.rows, "sent_events": counts.events}
    if not mine.update(**facts):
        raise Cancelled
