"""What an import would do: shown for its first rows, counted for all of them, done for none."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

from cairn.domains.integrations import mapping, uploads
from cairn.domains.integrations.contracts import PreviewRow
from cairn.domains.integrations.counting import Counts
from cairn.domains.integrations.mapping import ImportMapping
from cairn.domains.integrations.models import ImportJob
from cairn.domains.integrations.rows import Refused, RowReader, Said
from cairn.domains.integrations.tables.reading import Broken, Row
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ImportedPerson, Rehearsed
from cairn.kernel import clock
from cairn.kernel.scope import Scope

SHOWN: Final = 25
CHUNK: Final = 8_000
"""Rows of a portion: larger ones cost less each, and keep the account's other writers waiting for longer."""


def reader_of(scope: Scope, job: ImportJob, chosen: ImportMapping) -> RowReader:
    """Raises Invalid for a mapping that cannot be used."""
    uploads.check(scope, job, chosen)
    names = {row.name.lower(): row.id for row in lists.every_list(scope)}
    return RowReader(
        chosen,
        uploads.shape_of(job).columns,
        lists=names,
        of_events=job.kind == uploads.EVENTS,
        accepted=clock.millis(job.created),
    )


def preview(scope: Scope, job_id: str, raw: Any, *, now: datetime) -> list[PreviewRow]:
    """What the first rows of a draft would do under a mapping. Raises NotFound, Conflict and Invalid."""
    job = uploads.draft(scope, job_id)
    reader = reader_of(scope, job, mapping.read(raw))
    with uploads.opened(job) as file:
        rows = list(islice(uploads.rows_of(job, file), SHOWN))
    read = [reader.read(row) for row in rows]
    return [
        shown(place, row, one)
        for place, (row, one) in enumerate(zip(rows, rehearsed(scope, read, now), strict=True), 1)
    ]


Verdict = tuple[Said | Refused, Rehearsed | None]


def rehearsed(scope: Scope, read: Sequence[Said | Refused], now: datetime) -> Iterator[Verdict]:
    people = [one.person for one in read if isinstance(one, Said)]
    outcomes = iter(profiles.rehearse_import(scope, people, now=now) if people else ())
    return ((one, next(outcomes) if isinstance(one, Said) else None) for one in read)


def shown(place: int, row: Row, verdict: Verdict) -> PreviewRow:
    said, outcome = verdict
    cells = [] if isinstance(row, Broken) else list(row)
    if isinstance(said, Refused) or outcome is None:
        reason, column = (said.reason, said.column) if isinstance(said, Refused) else ("", "")
        return PreviewRow(place, cells, "refuse", reason=reason, column=column)
    who = said.person.patch.email or said.person.patch.phone_number or said.person.patch.external_id or ""
    action = "create" if outcome.created else "update" if outcome.changed else "unchanged"
    return PreviewRow(
        place,
        cells,
        "record" if said.event else action,
        who=who,
        profile_id=outcome.id,
        changes=dict(outcome.changes),
        consents=[f"{wish.channel} {wish.consent}" for wish in said.person.wishes],
        kept=outcome.kept,
        merged=outcome.merged,
        metric=said.event.metric if said.event else "",
    )


@dataclass(slots=True)
class Rehearsal:
    """A dry run over the whole file, in portions. It keeps no more than a number for each new person's identifiers, so
    that somebody who stands in the file twice is made once."""

    scope: Scope
    seen: set[int] = field(default_factory=set)

    def count(self, read: Sequence[Said | Refused], now: datetime) -> Counts:
        counts = Counts(rows=len(read))
        for said, outcome in rehearsed(self.scope, read, now):
            if isinstance(said, Refused) or outcome is None or not (outcome.created or outcome.id):
                counts.refused += 1
                continue
            counts.merged += outcome.merged
            counts.kept += outcome.kept
            counts.joined += len(said.lists)
            if said.event is not None:
                counts.events += 1
            if outcome.created and not self.is_known(said.person):
                counts.created += 1
            elif outcome.created or outcome.changed:
                counts.updated += 1
            else:
                counts.unchanged += 1
        return counts

    def is_known(self, person: ImportedPerson) -> bool:
        patch = person.patch
        keys = {hash(key) for key in enumerate((patch.email, patch.phone_number, patch.external_id)) if key[1]}
        known = not keys.isdisjoint(self.seen)
        self.seen |= keys
        return known


def portions(job: ImportJob, start: int, stack: ExitStack) -> Iterator[list[Row]]:
    """The rows behind `start`, thousands at a time. The file is open as long as the stack."""
    rows = uploads.rows_of(job, stack.enter_context(uploads.opened(job)), start)
    while portion := list(islice(rows, CHUNK)):
        yield portion
