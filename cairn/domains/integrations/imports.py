"""Import jobs: begun by an upload or by the key of another system, worked off one after the other, watched by all."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import IO, Any, Final

from django.db import InterfaceError, OperationalError
from django.db.models import Q

from cairn.domains.accounts import queries as accounts
from cairn.domains.integrations import mapping, moving, retail_job, running, uploads
from cairn.domains.integrations.models import ImportFault, ImportJob
from cairn.domains.integrations.running import LEASE, Cancelled, Now
from cairn.kernel import ids
from cairn.kernel.errors import CairnError, Conflict, Invalid, Unavailable
from cairn.kernel.scope import Scope

log = logging.getLogger(__name__)

BUSY: Final = ("queued", "processing", "checking")
Runner = Callable[[Scope, ImportJob, Now], object]
"""Does what a job asks for; it settles its own progress, and raises Cancelled when that is refused."""


def run_file(scope: Scope, job: ImportJob, now: Now) -> object:
    return running.import_file(scope, job, now=now)


RUNNERS: Mapping[str, Runner] = {
    uploads.PROFILES: run_file,
    uploads.EVENTS: run_file,
    uploads.RETAIL: retail_job.run,
    uploads.KLAVIYO: moving.run,
}


def queue_import(
    scope: Scope, *, kind: str, filename: str, source: IO[bytes], raw_mapping: Any = None, now: datetime
) -> str:
    """Keep a file; the job's id. Profiles and events stay drafts until `start_import`; with a mapping they start at
    once. Raises Invalid for an unknown kind, an empty file, or one that is no table."""
    kinds = (*uploads.OF_FILES, uploads.RETAIL)
    if kind not in kinds:
        raise Invalid(f"'kind' must be one of {', '.join(kinds)}.", pointer="/data/attributes/kind")
    if kind == uploads.RETAIL:
        return queue_retail(scope, filename=filename, source=source, now=now)
    chosen = None if raw_mapping is None else mapping.read(raw_mapping)
    job = uploads.take(scope, kind=kind, filename=filename, source=source, now=now)
    if chosen is not None:
        try:
            uploads.set_mapping(scope, job.id, raw_mapping)
            start_import(scope, job.id)
        except CairnError:
            discard(scope, job)
            raise
    return str(job.id)


def queue_retail(scope: Scope, *, filename: str, source: IO[bytes], now: datetime) -> str:
    job_id = ids.ulid()
    key, size = uploads.keep(job_id, filename, source)
    ImportJob.objects.create(
        account_id=scope.account_id,
        id=job_id,
        kind=uploads.RETAIL,
        filename=filename[:255],
        path=key,
        size=size,
        created=now,
        actor=scope.actor,
    )
    return job_id


def start_import(scope: Scope, job_id: str) -> None:
    """Import a draft. Raises NotFound, Conflict once it has begun, and Invalid for a mapping that cannot be used."""
    begin(scope, job_id, "queued")


def start_check(scope: Scope, job_id: str) -> None:
    """Count what a draft would do, without doing it; then it is a draft again. Raises as `start_import` does."""
    begin(scope, job_id, "checking")


def begin(scope: Scope, job_id: str, status: str) -> None:
    job = uploads.draft(scope, job_id)
    uploads.check(scope, job, mapping.read(job.mapping))
    mine = ImportJob.objects.within(scope).filter(id=job.id, status="draft")
    if not mine.update(status=status, detail="", lease_until=None):
        raise Conflict("This import has begun already.", code="import_has_begun")


def cancel_import(scope: Scope, job_id: str, *, now: datetime) -> None:
    """Stop an import, or forget a draft. What was written stays. Raises NotFound, and Conflict for one that has
    ended. A dry run that is stopped leaves its draft."""
    job = ImportJob.objects.of(scope, job_id)
    mine = ImportJob.objects.within(scope).filter(id=job.id)
    if mine.filter(status="checking").update(status="draft", lease_until=None):
        return
    if mine.filter(status="draft").update(status="cancelled", completed=now):
        uploads.delete_file(job)
        return
    if not mine.filter(status__in=BUSY).update(status="cancelled", completed=now, lease_until=None, secret=None):
        raise Conflict("This import has ended already.")


def discard(scope: Scope, job: ImportJob) -> None:
    uploads.delete_file(job)
    ImportFault.objects.within(scope).filter(job_id=job.id).delete()
    ImportJob.objects.within(scope).filter(id=job.id).delete()


def waits(now: datetime) -> bool:
    """Whether there is an import that nobody works on."""
    return ImportJob.objects.filter(unattended(now)).exists()


def unattended(now: datetime) -> Q:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Q(status="queued") | (Q(status__in=("processing", "checking")) & free)


def claim(now: datetime) -> ImportJob | None:
    """The oldest job that nobody works on, taken by one conditional update."""
    for job in ImportJob.objects.filter(unattended(now)).order_by("created")[:5]:
        mine = ImportJob.objects.filter(unattended(now), account_id=job.account_id, id=job.id)
        status = "checking" if job.status == "checking" else "processing"
        if mine.update(status=status, lease_until=now + LEASE, started=job.started or now):
            # Another worker may have settled more of it since it was read.
            return ImportJob.objects.get(account_id=job.account_id, id=job.id)
    return None


def run_next(now: Now) -> bool:
    """Run one waiting import to its end; False when none waits. After a crash another worker goes on with it."""
    job = claim(now())
    if job is None:
        return False
    mine = ImportJob.objects.filter(account_id=job.account_id, id=job.id, status=job.status)
    scope = accounts.scope_of(job.account_id)
    try:
        if job.status == "checking":
            running.check_file(scope, job, now=now)
            mine.update(status="draft", lease_until=None)
            return True
        RUNNERS[job.kind](scope, job, now)
    except Cancelled:
        log.info("import cancelled", extra={"job": job.id})
    except (Unavailable, OperationalError, InterfaceError):
        # A store is away: the job keeps its place, and is taken up again when its lease is out.
        raise
    except CairnError as problem:
        end(mine, "failed", now(), detail=str(problem))
    except Exception:
        log.exception("import failed", extra={"job": job.id})
        end(mine, "failed", now(), detail="The file could not be read; the server's log has the cause.")
    else:
        end(mine, "complete", now())
    forget_file(job)
    return True


def forget_file(job: ImportJob) -> None:
    """Nobody needs the file of an import that has ended."""
    if not ImportJob.objects.filter(account_id=job.account_id, id=job.id, status__in=(*BUSY, "draft")).exists():
        uploads.delete_file(job)


def end(mine: Any, status: str, now: datetime, *, detail: str = "") -> None:
    facts: dict[str, object] = {"status": status, "completed": now, "lease_until": None, "secret": None}
    mine.update(**facts, **({"detail": detail} if detail else {}))
