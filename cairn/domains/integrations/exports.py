"""Exports: data written to a file by a worker, fetched by a link, gone after a week."""

import io
import logging
import re
import threading
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import IO, Any, Final, cast

import msgspec
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.integrations import export_tables, exported_profiles
from cairn.domains.integrations.export_tables import Asked, Table
from cairn.domains.integrations.models import ExportJob
from cairn.domains.integrations.running import LEASE, Cancelled, Now
from cairn.domains.integrations.tables import writing
from cairn.kernel import ids
from cairn.kernel.errors import CairnError, Conflict, Invalid, Unavailable
from cairn.kernel.listing import Filter
from cairn.kernel.scope import Scope

log = logging.getLogger(__name__)

KINDS: Final = ("profiles", "list", "segment", "metric", "account")
FORMATS: Final = ("csv", "jsonl", "parquet")
KEPT: Final = timedelta(days=7)
TELL_SECONDS: Final = 1.0


def queue_export(
    scope: Scope,
    *,
    of: str,
    format: str,
    name: str,
    id: str = "",
    columns: Sequence[str] = (),
    where: Filter | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime,
) -> str:
    """Have data written to a file; the job's id. Raises Invalid for columns that do not exist or a time that ends
    before it begins. Whether the list, segment or metric exists is the caller's to ask: it knows its name."""
    if since and until and since >= until:
        raise Invalid("The time ends before it begins.", pointer="/data/attributes/until")
    exported_profiles.columns_of(columns, [])
    asked = Asked(id=id, columns=list(columns), where=export_tables.packed(where), since=since, until=until)
    job_id = ids.ulid()
    ending = "zip" if of == "account" else format
    ExportJob.objects.create(
        account_id=scope.account_id,
        id=job_id,
        of=of,
        format=format,
        asked=msgspec.to_builtins(asked),
        filename=f"{slug(name)}-{now:%Y-%m-%d}.{ending}",
        created=now,
    )
    return job_id


def slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:80] or "export"


def cancel_export(scope: Scope, job_id: str, *, now: datetime) -> None:
    """Stop an export, or delete its file. Raises NotFound, and Conflict for one that is over already."""
    job = ExportJob.objects.of(scope, job_id)
    mine = ExportJob.objects.within(scope).filter(id=job.id)
    if mine.filter(status__in=("queued", "processing")).update(status="cancelled", completed=now, lease_until=None):
        return
    if not mine.filter(status="complete").update(status="expired"):
        raise Conflict("This export is over already.")
    wiring.files().delete(job.key)


def drop_all(scope: Scope) -> int:
    """Delete every export's file: somebody who is in one is to be forgotten. How many there were."""
    rows = list(ExportJob.objects.within(scope).filter(status="complete").values_list("id", "key"))
    for job_id, key in rows:
        ExportJob.objects.within(scope).filter(id=job_id).update(status="expired")
        wiring.files().delete(key)
    return len(rows)


def unattended(now: datetime) -> Q:
    return Q(status="queued") | Q(status="processing", lease_until__lt=now)


def waits(now: datetime) -> bool:
    """Whether an export waits to be written, or to be deleted."""
    return ExportJob.objects.filter(unattended(now) | Q(status="complete", expires__lt=now)).exists()


def run_next(now: Now) -> bool:
    """Write one waiting export; False when none waits. After a crash it is written anew from its beginning."""
    expire(now())
    job = claim(now())
    if job is None:
        return False
    mine = ExportJob.objects.filter(account_id=job.account_id, id=job.id, status="processing")
    try:
        write(job, now)
    except Cancelled:
        log.info("export cancelled", extra={"job": job.id})
    except (Unavailable, OperationalError, InterfaceError):
        raise
    except CairnError as problem:
        mine.update(status="failed", detail=str(problem), completed=now(), lease_until=None)
    except Exception:
        log.exception("export failed", extra={"job": job.id})
        detail = "The export failed; the server's log has the cause."
        mine.update(status="failed", detail=detail, completed=now(), lease_until=None)
    return True


def expire(now: datetime) -> None:
    for job in ExportJob.objects.filter(status="complete", expires__lt=now)[:100]:
        ExportJob.objects.filter(account_id=job.account_id, id=job.id).update(status="expired")
        wiring.files().delete(job.key)


def claim(now: datetime) -> ExportJob | None:
    for job in ExportJob.objects.filter(unattended(now)).order_by("created")[:5]:
        mine = ExportJob.objects.filter(unattended(now), account_id=job.account_id, id=job.id)
        if mine.update(status="processing", lease_until=now + LEASE, started=job.started or now, rows=0):
            return job
    return None


def write(job: ExportJob, now: Now) -> None:
    scope = accounts.scope_of(job.account_id)
    asked = msgspec.convert(job.asked, Asked)
    key = f"exports/{job.id}.{'zip' if job.of == 'account' else job.format}"
    with Progress(job, now) as progress, wiring.files().write(key) as file:
        with export_tables.one_moment():
            tables = export_tables.tables(scope, job.of, asked, now=now())
            progress.total = sum(table.total for table in tables)
            if job.of == "account":
                write_archive(file, job.format, tables, progress)
            else:
                write_table(file, job.format, tables[0], progress)
        size = file.tell()
    done = now()
    mine = ExportJob.objects.filter(account_id=job.account_id, id=job.id, status="processing")
    facts = {"status": "complete", "key": key, "rows": progress.rows, "size": size}
    if not mine.update(**facts, completed=done, expires=done + KEPT, lease_until=None):
        wiring.files().delete(key)


class Progress:
    """How far an export is. A thread tells the job's row, by a connection of its own: that of the export sees one
    moment and writes nothing."""

    def __init__(self, job: ExportJob, now: Now) -> None:
        self.rows = 0
        self.total = 0
        self._job = job
        self._now = now
        self._over = threading.Event()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._tell_until_over, name="export-progress")

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def add(self, rows: int) -> None:
        """Raises Cancelled where somebody stopped the export, or another worker has taken it over."""
        self.rows += rows
        if self._cancelled.is_set():
            raise Cancelled

    def _tell_until_over(self) -> None:
        try:
            while not self._over.wait(TELL_SECONDS):
                self._tell()
        finally:
            connection.close()

    def _tell(self) -> None:
        mine = ExportJob.objects.filter(account_id=self._job.account_id, id=self._job.id, status="processing")
        try:
            if not mine.update(rows=self.rows, total_rows=self.total, lease_until=self._now() + LEASE):
                self._cancelled.set()
        except (OperationalError, InterfaceError):
            # The export itself will meet this; until then its lease runs on.
            connection.close()


def write_table(file: IO[bytes], format_: str, table: Table, progress: Progress) -> None:
    names = table.headings if format_ == "csv" else table.ids
    writer = writing.writer(file, format_, names, table.kinds)
    for rows in table.rows:
        writer.write(rows)
        progress.add(len(rows))
    writer.close()


def write_archive(file: IO[bytes], format_: str, tables: Sequence[Table], progress: Progress) -> None:
    packing = zipfile.ZIP_STORED if format_ == "parquet" else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w", packing) as archive:
        for table in tables:
            # Nobody knows how large a part will be when it begins.
            with archive.open(f"{table.name}.{format_}", "w", force_zip64=True) as part:
                write_table(cast(IO[bytes], Counted(part)), format_, table, progress)


class Counted(io.RawIOBase):
    """A part of an archive that knows how much was written, which Parquet asks."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        self._part.write(content)
        self._at += len(content)
        return len(content)

    def tell(self) -> int:
        return self._at
