"""Import jobs: a file is kept, a worker reads it into the log, and its progress can be watched."""

import logging
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from django.db.models import Q

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.events.contracts import EventDraft, RecordEvents
from cairn.domains.integrations import online_retail
from cairn.domains.integrations.models import ImportJob
from cairn.domains.integrations.online_retail import Totals
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.kernel import clock, ids
from cairn.kernel.errors import CairnError, Conflict, Invalid
from cairn.kernel.scope import Scope

log = logging.getLogger(__name__)

KINDS = {"online-retail": online_retail.import_file}
LEASE = timedelta(seconds=60)


def queue_import(scope: Scope, *, kind: str, filename: str, content: bytes, now: datetime) -> str:
    """Keep the file and queue its import; the job's id. Raises Invalid for an unknown kind or an empty file."""
    if kind not in KINDS:
        raise Invalid(f"'kind' must be one of {', '.join(KINDS)}.", pointer="/data/attributes/kind")
    if not content:
        raise Invalid("The file is empty.", pointer="/data/attributes/file")
    job_id = ids.ulid()
    folder = wiring.settings().data_dir / "files" / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    # Only the ending of the user's file name reaches the disk, and only where it is harmless.
    ending = "".join(part for part in Path(filename).suffixes[-2:] if re.fullmatch(r"\.\w{1,8}", part))
    path = folder / f"{job_id}{ending}"
    path.write_bytes(content)
    ImportJob.objects.create(
        account_id=scope.account_id, id=job_id, kind=kind, filename=filename[:255], path=str(path), created=now
    )
    return job_id


def cancel_import(scope: Scope, job_id: str, *, now: datetime) -> None:
    """Stop reading the file. What was sent stays. Raises NotFound, and Conflict for a job that has ended."""
    job = ImportJob.objects.of(scope, job_id)
    running = ImportJob.objects.within(scope).filter(id=job.id, status__in=("queued", "processing"))
    if not running.update(status="cancelled", completed=now, lease_until=None):
        raise Conflict("This import has ended already.")


def claim(now: datetime) -> ImportJob | None:
    """The oldest job that nobody works on, taken by one conditional update."""
    free = Q(status="queued") | Q(status="processing", lease_until__lt=now)
    for job in ImportJob.objects.filter(free).order_by("created")[:5]:
        mine = ImportJob.objects.filter(free, account_id=job.account_id, id=job.id)
        if mine.update(status="processing", lease_until=now + LEASE, started=job.started or now):
            return job
    return None


def run_next(now: datetime) -> bool:
    """Run one waiting import to its end; False when none waits.

    After a crash another worker reads the file again once the lease is out; unique ids keep it from doubling anything.
    """
    job = claim(now)
    if job is None:
        return False
    scope = accounts.scope_of(job.account_id)
    sender = JobSender(scope, job, wiring.event_log())
    mine = ImportJob.objects.filter(account_id=job.account_id, id=job.id, status="processing")
    try:
        KINDS[job.kind](Path(job.path), send=sender.send, report=sender.report)
    except CancelledJob:
        log.info("import cancelled", extra={"job": job.id})
    except CairnError as problem:
        mine.update(status="failed", detail=str(problem), completed=clock.now(), lease_until=None)
    except Exception:
        mine.update(
            status="failed",
            detail="The file could not be read; the server's log has the cause.",
            completed=clock.now(),
            lease_until=None,
        )
        log.exception("import failed", extra={"job": job.id})
    else:
        mine.update(status="complete", completed=clock.now(), lease_until=None)
    Path(job.path).unlink(missing_ok=True)
    return True


class CancelledJob(Exception):
    """The user stopped the import."""


class JobSender:
    """Puts a job's events on the log and its progress in the job's row."""

    def __init__(self, scope: Scope, job: ImportJob, event_log: EventLog) -> None:
        self.scope = scope
        self.job = job
        self.log = event_log
        self.sent = 0

    def send(self, drafts: Sequence[EventDraft]) -> None:
        body = msgspec.json.encode(RecordEvents(events=list(drafts)))
        record = Record(self.scope.account_id, "events.record", body, clock.millis(clock.now()))
        self.log.append_now(Lane.BULK, [record])
        self.sent += len(drafts)

    def report(self, totals: Totals) -> None:
        mine = ImportJob.objects.filter(account_id=self.job.account_id, id=self.job.id, status="processing")
        told = mine.update(
            rows=totals.rows,
            sent_events=self.sent,
            totals=facts(totals),
            lease_until=clock.now() + LEASE,
        )
        if not told:
            raise CancelledJob


def facts(totals: Totals) -> dict[str, int | str]:
    """The totals of the file, money as text with two digits."""
    return {
        "orders": totals.orders,
        "ordered_products": totals.ordered_products,
        "refunds": totals.refunds,
        "buyers": len(totals.buyers),
        "revenue": f"{totals.revenue:.2f}",
        "rows": totals.rows,
        "without_customer": totals.without_customer,
    }
