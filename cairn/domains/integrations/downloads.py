"""Files for whoever has their link: exports, and the rows that an import could not take. A link is signed and ends."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Final

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.integrations.models import ExportJob, ImportFault, ImportJob
from cairn.domains.integrations.tables.shape import Shape
from cairn.domains.integrations.tables.writing import guarded
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal, unseal

ERRORS, EXPORT = "errors", "export"
PURPOSE: Final = "download"
LINK_HOLDS: Final = timedelta(hours=1)
ERROR_COLUMN: Final = "Import error"
PIECE: Final = 1 << 18
PER_READ: Final = 2_000


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be sent, piece by piece."""

    filename: str
    content_type: str
    pieces: Iterator[bytes]


def link(scope: Scope, what: str, job_id: str, *, now: datetime) -> str:
    """An address that needs no login and works for an hour."""
    expires = int((now + LINK_HOLDS).timestamp())
    token = seal(wiring.secret_key(), PURPOSE, (scope.account_id, what, job_id, expires))
    return f"{wiring.settings().public_url}/media/downloads/{token}"


def fetch(token: str, *, now: datetime) -> Download:
    """The file behind a link. Raises Invalid for a link that is damaged or over, NotFound for a file that is gone."""
    account_id, what, job_id, expires = unseal(wiring.secret_key(), PURPOSE, token, tuple[str, str, str, int])
    if now.timestamp() > expires:
        raise Invalid("This link has expired: open the page again for a new one.")
    return FINDERS[what](accounts.scope_of(account_id), job_id)


def errors_of(scope: Scope, job_id: str) -> Download:
    """The refused rows in the shape of their file, with the reason behind them; mended, it can be imported itself."""
    job = ImportJob.objects.of(scope, job_id)
    columns = [name for name in shape_of(job).columns if name != ERROR_COLUMN]
    name = job.filename.partition(".")[0] or "import"
    return Download(f"{name}-errors.csv", "text/csv; charset=utf-8", error_lines(scope, job, columns))


def shape_of(job: ImportJob) -> Shape:
    # Of earlier versions and other kinds of imports there are no errors row by row.
    return Shape(**job.shape) if job.shape else Shape(format="csv")


def error_lines(scope: Scope, job: ImportJob, columns: Sequence[str]) -> Iterator[bytes]:
    yield csv_line([*columns, ERROR_COLUMN])
    after = -1
    faults = ImportFault.objects.within(scope).filter(job_id=job.id).order_by("row")
    while found := list(faults.filter(row__gt=after)[:PER_READ]):
        after = found[-1].row
        yield b"".join(csv_line(cells_with_reason(fault, len(columns))) for fault in found)


def cells_with_reason(fault: ImportFault, width: int) -> list[str]:
    cells = [*fault.cells[:width], *[""] * (width - len(fault.cells))]
    reason = f"{fault.column}: {fault.reason}" if fault.column else fault.reason
    return [guarded(cell) for cell in (*cells, reason)]


def csv_line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def export_of(scope: Scope, job_id: str) -> Download:
    job = ExportJob.objects.of(scope, job_id)
    file = wiring.files().open(job.key) if job.status == "complete" and job.key else None
    if file is None:
        raise NotFound("This export is gone: make a new one.")
    return Download(job.filename, CONTENT_TYPES[job.format], pieces_of(file))


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    with closing(file):
        while piece := file.read(PIECE):
            yield piece


CONTENT_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
FINDERS: Final[Mapping[str, Callable[[Scope, str], Download]]] = {ERRORS: errors_of, EXPORT: export_of}
