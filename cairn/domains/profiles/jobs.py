"""Bulk jobs: rows that say what was accepted and how far it is. Their work goes through the log.

Counts move in the transaction that applies the work, so that an item counts once whatever crashes.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from cairn import wiring
from cairn.domains.profiles.contracts import (
    Fault,
    JobErrorInfo,
    JobInfo,
    JobKind,
    ProfileInfo,
    ProfilePatch,
    Resolved,
    SuppressProfiles,
    UpsertProfiles,
)
from cairn.domains.profiles.models import Job, JobError, JobProfile, Profile
from cairn.domains.profiles.rows import profile_info
from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.postgres.arrays import number_array
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel import clock
from cairn.kernel.errors import NotFound, Unavailable
from cairn.kernel.ids import ulid
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

KEPT: Final = timedelta(days=7)
PER_COMMAND: Final = 500
UPSERT, SUPPRESS, UNSUPPRESS = "profiles.upsert", "profiles.suppress", "profiles.unsuppress"
NOTE = """
INSERT INTO profiles_jobprofile (account_id, job_id, number) SELECT %s, %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING
"""


def open_job(
    scope: Scope,
    kind: str,
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


def start_import(
    scope: Scope,
    patches: Sequence[ProfilePatch],
    *,
    list_ids: Sequence[str] = (),
    faults: Sequence[Fault] = (),
    now: datetime,
) -> JobInfo:
    """Import profiles through the log, without touching anybody's consent. `faults` are items refused at the door."""
    total = len(patches) + len(faults)
    job = open_job(scope, JobKind.IMPORT, total=total, list_ids=list_ids, faults=faults, now=now)
    commands = [
        UpsertProfiles(list(patches[at : at + PER_COMMAND]), job_id=job.id)
        for at in range(0, len(patches), PER_COMMAND)
    ]
    append(scope, job, Lane.BULK, UPSERT, commands, now=now)
    return job


def start_suppression(
    scope: Scope,
    kind: str,
    *,
    emails: Sequence[str] = (),
    profile_ids: Sequence[str] = (),
    list_id: str = "",
    segment_id: str = "",
    now: datetime,
) -> JobInfo:
    """Suppress people, or lift what was suppressed by hand, through the log's consent lane."""
    job = open_job(
        scope,
        kind,
        total=len(emails) + len(profile_ids),
        list_ids=[list_id] if list_id else [],
        segment_id=segment_id,
        now=now,
    )
    commands = [SuppressProfiles(emails=list(emails), job_id=job.id, actor=scope.actor)] if emails else []
    commands += [
        SuppressProfiles(profile_ids=list(profile_ids[at : at + PER_COMMAND]), job_id=job.id, actor=scope.actor)
        for at in range(0, len(profile_ids), PER_COMMAND)
    ]
    append(scope, job, Lane.CONSENT, SUPPRESS if kind == JobKind.SUPPRESS else UNSUPPRESS, commands, now=now)
    return job


def append(scope: Scope, job: JobInfo, lane: Lane, kind: str, commands: Sequence[object], *, now: datetime) -> None:
    """Hand the work to the log. A job whose work could not be accepted is forgotten with the refusal."""
    at = clock.millis(now)
    records = [Record(scope.account_id, kind, msgspec.json.encode(command), at) for command in commands]
    try:
        if records:
            wiring.event_log().append_now(lane, records)
    except Unavailable:
        Job.objects.within(scope).filter(id=job.id).delete()
        JobError.objects.within(scope).filter(job_id=job.id).delete()
        raise


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
        cursor.execute(NOTE, [scope.account_id, job_id, number_array(numbers)])
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
    return paged(rows, listing, info, columns={"created_at": "created", "created": "created"})


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


def list_profiles(scope: Scope, job_id: str, listing: Listing) -> Page[ProfileInfo]:
    """The profiles that an import wrote."""
    get_job(scope, JobKind.IMPORT, job_id)
    numbers = JobProfile.objects.within(scope).filter(job_id=job_id).values("number")
    return paged(Profile.objects.within(scope).filter(number__in=numbers), listing, profile_info)


def jobs_by_ids(scope: Scope, kind: str, ids: Sequence[str]) -> list[JobInfo]:
    return [info(row) for row in Job.objects.within(scope).filter(kind=kind, id__in=list(ids))]
