"""Bulk jobs: rows that say what was accepted and how far it is. Their work goes through the log.

Counts move in the transaction that applies the work, so that an item counts once whatever crashes.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from cairn.domains.profiles.contracts import JobErrorInfo, JobInfo, Resolved
from cairn.domains.profiles.models import Job, JobError, JobKind, JobProfile, Profile
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel.errors import NotFound
from cairn.kernel.ids import ulid
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

KEPT: Final = timedelta(days=7)
NOTE = """
INSERT INTO profiles_jobprofile (account_id, job_id, number) SELECT %s, %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one item of a job cannot be taken, and what was sent."""

    code: str
    title: str
    detail: str
    pointer: str
    payload: Any


def open_job(
    scope: Scope,
    kind: JobKind,
    *,
    total: int,
    now: datetime,
    list_ids: Sequence[str] = (),
    segment_id: str = "",
    faults: Sequence[Fault] = (),
) -> JobInfo:
    """Note a job before its work is appended to the log. One whose items are all at fault is complete at once."""
    row = Job(
        account_id=scope.account_id,
        id=ulid(),
        kind=kind,
        total=total,
        failed=len(faults),
        list_ids=list(list_ids),
        segment_id=segment_id,
        created=now,
        expires=now + KEPT,
    )
    if len(faults) == total:
        row.status, row.started, row.finished = "complete", now, now
    row.save(force_insert=True)
    JobError.objects.bulk_create([error_row(scope, row.id, fault) for fault in faults])
    return info(row)


def error_row(scope: Scope, job_id: str, fault: Fault) -> JobError:
    return JobError(
        account_id=scope.account_id,
        job_id=job_id,
        id=uuid.uuid4(),
        code=fault.code,
        title=fault.title,
        detail=fault.detail,
        pointer=fault.pointer,
        payload=fault.payload,
    )


def progress(scope: Scope, job_id: str, done: Sequence[Resolved], *, now: datetime) -> Sequence[str]:
    """Count items of an import that are written; the lists that their profiles join."""
    numbers = sorted({profile.number for profile in done if profile.number})
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [scope.account_id, job_id, numbers])
    completed = sum(1 for profile in done if profile.number)
    row = advance(scope, job_id, completed=completed, skipped=0, lost=len(done) - completed, now=now)
    return list(row.list_ids) if row else []


def advance(scope: Scope, job_id: str, *, completed: int, skipped: int, now: datetime, lost: int = 0) -> Job | None:
    """Count on, and close the job with its last item. None for a job that is gone."""
    rows = Job.objects.within(scope).filter(id=job_id)
    rows.update(
        status="processing",
        started=Coalesce(F("started"), now),
        completed=F("completed") + completed,
        skipped=F("skipped") + skipped,
        failed=F("failed") + lost,
    )
    rows.filter(total__lte=F("completed") + F("failed") + F("skipped")).update(status="complete", finished=now)
    return rows.first()


def get_job(scope: Scope, kind: str, job_id: str) -> JobInfo:
    """Raises NotFound, also for a job of another kind."""
    row = Job.objects.within(scope).filter(kind=kind, id=job_id).first()
    if row is None:
        raise NotFound(f"A {kind} with id {job_id} does not exist.")
    return info(row)


def list_jobs(scope: Scope, kind: str, listing: Listing) -> Page[JobInfo]:
    columns: Mapping[str, Any] = {"status": "status", "list_id": of_list, "segment_id": "segment_id"}
    rows = Job.objects.within(scope).filter(kind=kind).filter(matching(listing.where, columns))
    return paged(rows, listing, info, columns={"created_at": "created"})


def of_list(compare: Compare) -> Q:
    return Q(list_ids__contains=[compare.value])


def info(row: Job) -> JobInfo:
    return JobInfo(
        id=row.id,
        kind=row.kind,
        status=row.status,
        total=row.total,
        completed=row.completed,
        failed=row.failed,
        skipped=row.skipped,
        list_ids=row.list_ids,
        segment_id=row.segment_id,
        created=row.created,
        started=row.started,
        finished=row.finished,
        expires=row.expires,
    )


def list_errors(scope: Scope, kind: str, job_id: str, listing: Listing) -> Page[JobErrorInfo]:
    get_job(scope, kind, job_id)
    return paged(JobError.objects.within(scope).filter(job_id=job_id), listing, error_info)


def error_info(row: JobError) -> JobErrorInfo:
    return JobErrorInfo(str(row.id), row.code, row.title, row.detail, row.pointer, row.payload)


def profiles_of(scope: Scope, job_id: str) -> QuerySet[Profile]:
    numbers: Iterable[Any] = JobProfile.objects.within(scope).filter(job_id=job_id).values("number")
    return Profile.objects.within(scope).filter(number__in=numbers)
