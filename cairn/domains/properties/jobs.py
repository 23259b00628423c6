"""Renaming or deleting a property in all profiles: a batch per fact, so that a crash goes on where it stopped."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.properties.contracts import WORK_WANTED, JobAction, JobStatus, PropertyJobInfo, WorkWanted
from cairn.domains.properties.models import Mark, PropertyJob
from cairn.infra.postgres import outbox
from cairn.infra.postgres.listing import paged
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

BATCH: Final = 2_000
"""Profiles looked at in one transaction: it holds the account's turn, and so the ingest, for some milliseconds."""
LONGEST: Final = 255
NAME, NEW_NAME = "/data/attributes/property", "/data/attributes/new_name"


def start_rename(scope: Scope, *, name: str, new_name: str, now: datetime) -> PropertyJobInfo:
    """Move the values of a property to another name, in all profiles. A profile that has a value there keeps that one.

    Raises Invalid for names that cannot be, Conflict while another job changes one of the two.
    """
    check_name(name, NAME)
    check_name(new_name, NEW_NAME)
    if name == new_name:
        raise Invalid("The new name is the old one.", pointer=NEW_NAME)
    with transaction.atomic():
        job = begin(scope, JobAction.RENAME, name, new_name, now)
        old = Mark.objects.within(scope).filter(owner="", name=name)
        if not Mark.objects.within(scope).filter(owner="", name=new_name).exists():
            old.update(name=new_name)
        old.delete()
    return info(job)


def start_delete(scope: Scope, *, name: str, now: datetime) -> PropertyJobInfo:
    """Remove a property from all profiles, for good. Raises Invalid, Conflict."""
    check_name(name, NAME)
    with transaction.atomic():
        job = begin(scope, JobAction.DELETE, name, "", now)
        Mark.objects.within(scope).filter(owner="", name=name).delete()
    return info(job)


def check_name(name: str, at: str) -> None:
    if not 1 <= len(name) <= LONGEST or "\0" in name:
        raise Invalid(f"A property's name has between 1 and {LONGEST} characters.", pointer=at)
    if name.startswith("$"):
        raise Invalid("Names that begin with $ are reserved.", pointer=at)


def begin(scope: Scope, action: JobAction, name: str, new_name: str, now: datetime) -> PropertyJob:
    profiles.take_turn(scope)
    names = {one for one in (name, new_name) if one}
    running = PropertyJob.objects.within(scope).exclude(status=JobStatus.COMPLETE)
    for other in running:
        if names & {other.name, other.new_name}:
            raise Conflict("Another job changes this property at the moment.", meta={"job_id": other.id})
    job = PropertyJob(
        account_id=scope.account_id,
        action=action,
        name=name,
        new_name=new_name,
        until=profile_queries.last_number(scope),
        created=now,
    )
    job.save(force_insert=True)
    outbox.send(WORK_WANTED, WorkWanted(scope.account_id, job.id))
    return job


def work(scope: Scope, job_id: str, *, now: datetime) -> None:
    """Change the next profiles and ask for the batch after them. A job that is gone or over asks for nothing."""
    job = PropertyJob.objects.within(scope).filter(id=job_id).exclude(status=JobStatus.COMPLETE).first()
    if job is None:
        return
    last = min(job.checked + BATCH, job.until)
    changed = profiles.change_property(
        scope, job.name, new_name=job.new_name or None, after=job.checked, until=last, now=now
    )
    over = last >= job.until
    PropertyJob.objects.within(scope).filter(id=job_id).update(
        checked=last,
        changed=F("changed") + changed,
        status=JobStatus.COMPLETE if over else JobStatus.PROCESSING,
        finished=now if over else None,
    )
    if not over:
        outbox.send(WORK_WANTED, WorkWanted(scope.account_id, job_id))


def info(row: PropertyJob) -> PropertyJobInfo:
    return PropertyJobInfo(
        id=row.id,
        action=row.action,
        property=row.name,
        new_name=row.new_name,
        status=row.status,
        progress=1.0 if row.status == JobStatus.COMPLETE else row.checked / max(row.until, 1),
        changed=row.changed,
        created=row.created,
        finished=row.finished,
    )


def get_job(scope: Scope, job_id: str) -> PropertyJobInfo:
    """Raises NotFound."""
    return info(PropertyJob.objects.of(scope, job_id))


def list_jobs(scope: Scope, listing: Listing) -> Page[PropertyJobInfo]:
    """Newest first by default."""
    return paged(PropertyJob.objects.within(scope), listing, info)
