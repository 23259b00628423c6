"""Files that are to be imported: kept, understood, and given a meaning, before anything is done with them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from cairn import wiring
from cairn.domains.integrations import guessing, mapping
from cairn.domains.integrations.mapping import ColumnRule, ImportMapping
from cairn.domains.integrations.models import ImportJob
from cairn.domains.integrations.tables import reading, shape
from cairn.domains.integrations.tables.reading import Broken, Row
from cairn.domains.integrations.tables.shape import Shape
from cairn.domains.lists import queries as lists
from cairn.kernel import ids
from cairn.kernel.errors import Conflict, Invalid, NotFound
from cairn.kernel.scope import Scope

PROFILES, EVENTS, RETAIL, KLAVIYO = "profiles", "events", "online-retail", "klaviyo"
OF_FILES: Final = (PROFILES, EVENTS)
ERROR_COLUMN: Final = "Import error"
SAMPLE_ROWS: Final = 1_000
PIECE: Final = 1 << 20


def keep(job_id: str, filename: str, source: IO[bytes]) -> tuple[str, int]:
    """Copy an upload to the files, piece by piece; its key and size. Raises Invalid for an empty one."""
    # Only the ending of the user's file name reaches the disk, and only where it is harmless.
    ending = "".join(part for part in Path(filename).suffixes[-2:] if re.fullmatch(r"\.\w{1,8}", part))
    key = f"imports/{job_id}{ending}"
    size = 0
    with wiring.files().write(key) as file:
        while piece := source.read(PIECE):
            file.write(piece)
            size += len(piece)
    if not size:
        wiring.files().delete(key)
        raise Invalid("The file is empty.", pointer="/data/attributes/file")
    return key, size


def take(scope: Scope, *, kind: str, filename: str, source: IO[bytes], now: datetime) -> ImportJob:
    """Keep a file and find out what it holds; a job in draft with a mapping to begin with. Raises Invalid."""
    job_id = ids.ulid()
    key, size = keep(job_id, filename, source)
    job = ImportJob(
        account_id=scope.account_id,
        id=job_id,
        kind=kind,
        filename=filename[:255],
        path=key,
        size=size,
        status="draft",
        created=now,
        actor=scope.actor,
    )
    try:
        with opened(job) as file:
            found = understood(file, filename)
            rows = sample(file, found)
        suggested = remembered(scope, kind, found) or guessing.suggest(found.columns, rows, of_events=kind == EVENTS)
    except BaseException:
        wiring.files().delete(key)
        raise
    job.shape, job.mapping = msgspec.to_builtins(found), msgspec.to_builtins(suggested)
    job.total_rows = found.lines
    job.save(force_insert=True)
    return job


def understood(file: IO[bytes], filename: str) -> Shape:
    found = shape.detect(file, filename)
    found.columns = reading.columns(file, found)
    if not found.columns:
        raise Invalid("The file has no columns.", pointer="/data/attributes/file")
    return found


def sample(file: IO[bytes], found: Shape) -> list[Sequence[Any]]:
    rows = islice(reading.rows(file, found), SAMPLE_ROWS)
    return [row for row in rows if not isinstance(row, Broken)]


@contextmanager
def opened(job: ImportJob) -> Iterator[IO[bytes]]:
    """The job's file. Raises NotFound when it is gone."""
    file = wiring.files().open(job.path)
    if file is None:
        raise NotFound("The file of this import is gone: upload it again.")
    with closing(file):
        yield file


def delete_file(job: ImportJob) -> None:
    """Forget the file, if there was one."""
    if job.path:
        # Jobs of earlier versions hold the whole path.
        wiring.files().delete(f"imports/{Path(job.path).name}")


def shape_of(job: ImportJob) -> Shape:
    return msgspec.convert(job.shape, Shape)


def rows_of(job: ImportJob, file: IO[bytes], start: int = 0) -> Iterator[Row]:
    return reading.rows(file, shape_of(job), start)


def remembered(scope: Scope, kind: str, found: Shape) -> ImportMapping | None:
    """The mapping of the last import whose file had the same columns; the lists it named may be gone."""
    # A file of errors has one column more than the file that it came from.
    columns = [name for name in found.columns if name != ERROR_COLUMN]
    jobs = ImportJob.objects.within(scope).filter(kind=kind, status="complete", shape__columns=columns)
    job = jobs.order_by("-created").first()
    if job is None or job.mapping is None:
        return None
    suggested = mapping.read(job.mapping)
    known = {row.id for row in lists.lists_by_ids(scope, suggested.list_ids)}
    suggested.list_ids = [list_id for list_id in suggested.list_ids if list_id in known]
    if len(columns) < len(found.columns):
        suggested.columns.append(ColumnRule(ERROR_COLUMN))
    return suggested


def set_mapping(scope: Scope, job_id: str, raw: Any) -> ImportJob:
    """Say what the columns mean. Raises NotFound, Conflict once the import has begun, and Invalid."""
    job = draft(scope, job_id)
    chosen = mapping.read(raw)
    check(scope, job, chosen)
    job.mapping, job.checked = msgspec.to_builtins(chosen), None
    job.save(update_fields=["mapping", "checked"])
    return job


def check(scope: Scope, job: ImportJob, chosen: ImportMapping) -> None:
    mapping.check(chosen, shape_of(job).columns, of_events=job.kind == EVENTS)
    known = {row.id for row in lists.lists_by_ids(scope, chosen.list_ids)}
    for place, list_id in enumerate(chosen.list_ids):
        if list_id not in known:
            raise Invalid(
                f"A list with id {list_id[:40]} does not exist.", pointer=f"{mapping.POINTER}/list_ids/{place}"
            )


def draft(scope: Scope, job_id: str) -> ImportJob:
    """Raises NotFound, and Conflict for a job that is no draft (any more)."""
    job = ImportJob.objects.of(scope, job_id)
    if job.status != "draft":
        raise Conflict(f"This import is {job.status} already.", code="import_has_begun")
    return job
