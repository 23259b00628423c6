"""Bulk imports of profiles: up to 10,000 at once, each taken or refused by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cairn.api.edge.profile_body import ProfileData, need_somebody, patch_of
from cairn.api.kernel.bodies import Body, DataList, convert
from cairn.api.kernel.declare import Create, Get, Link, List, Paging, Related, Resource, to_many
from cairn.api.kernel.errors import Refused, invalid
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import M
from cairn.api.resources.profiles import ProfileRow, page_of
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import Fault, JobErrorInfo, JobInfo, JobKind, ProfilePatch
from cairn.kernel import clock
from cairn.kernel.errors import NotFound
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

READ, WRITE = ("lists:read", "profiles:read"), ("lists:write", "profiles:write")
MOST: Final = 10_000
LARGEST: Final = 100 * 1024
STATUSES: Final = ("cancelled", "complete", "processing", "queued")


class ImportJobAttributes(msgspec.Struct):
    status: str
    created_at: datetime
    total_count: int
    completed_count: int
    failed_count: int
    completed_at: datetime | None
    expires_at: datetime
    started_at: datetime | None


class NewImport(msgspec.Struct):
    profiles: DataList[dict[str, Any]]


class ImportErrorAttributes(msgspec.Struct):
    code: str
    title: str
    detail: str
    source: dict[str, Any]
    original_payload: Any


def show(job: JobInfo) -> ImportJobAttributes:
    return ImportJobAttributes(
        status=job.status,
        created_at=job.created,
        total_count=job.total,
        completed_count=job.completed,
        failed_count=job.failed,
        completed_at=job.finished,
        expires_at=job.expires,
        started_at=job.started,
    )


def show_error(row: JobErrorInfo) -> ImportErrorAttributes:
    return ImportErrorAttributes(row.code, row.title, row.detail, {"pointer": row.pointer}, row.payload)


def create(scope: Scope, body: Body[NewImport]) -> JobInfo:
    items = body.attributes.profiles.data
    if not 0 < len(items) <= MOST:
        raise invalid(f"An import takes 1 to {MOST} profiles.", pointer="/data/attributes/profiles/data")
    list_ids = body.many("lists")
    known = {row.id for row in lists.lists_by_ids(scope, list_ids)}
    for list_id in list_ids:
        if list_id not in known:
            raise NotFound(f"A list with id {list_id} does not exist.")
    taken: list[ProfilePatch] = []
    faults: list[Fault] = []
    for number, item in enumerate(items):
        try:
            taken.append(patch_from(item))
        except Refused as refusal:
            faults.append(fault(refusal, number, item))
    return actions.start_import(scope, taken, list_ids=list_ids, faults=faults, now=clock.now())


def patch_from(item: dict[str, Any]) -> ProfilePatch:
    if len(msgspec.json.encode(item)) > LARGEST:
        raise invalid("A profile may have 100 KB.", pointer="/data")
    patch = patch_of(convert(item, ProfileData, "/data"), trusted=True, clearing=True)
    need_somebody(patch)
    return patch


def fault(refusal: Refused, number: int, item: dict[str, Any]) -> Fault:
    problem = refusal.problems[0]
    pointer = f"/data/attributes/profiles/data/{number}{(problem.pointer or '').removeprefix('/data')}"
    return Fault(problem.code, problem.title, problem.detail, pointer, item)


def list_jobs(scope: Scope, listing: Listing) -> Page[JobInfo]:
    return queries.list_jobs(scope, JobKind.IMPORT, listing)


def get_job(scope: Scope, job_id: str) -> JobInfo:
    return queries.get_job(scope, JobKind.IMPORT, job_id)


def load(scope: Scope, ids: Sequence[str]) -> list[JobInfo]:
    return queries.jobs_by_ids(scope, JobKind.IMPORT, ids)


def lists_of(_: Scope, rows: Sequence[JobInfo]) -> Mapping[str, Sequence[str]]:
    return {row.id: row.list_ids for row in rows}


def profiles_of(scope: Scope, job_id: str, listing: Listing) -> Page[ProfileRow]:
    return page_of(scope, queries.list_job_profiles(scope, job_id, listing))


def errors_of(scope: Scope, job_id: str, listing: Listing) -> Page[JobErrorInfo]:
    return queries.list_job_errors(scope, JobKind.IMPORT, job_id, listing)


IMPORT_ERRORS = Resource(
    type="import-error", path="import-errors", tag="Profiles", attributes=ImportErrorAttributes, show=show_error
)

PROFILE_BULK_IMPORT_JOBS = Resource(
    type="profile-bulk-import-job",
    path="profile-bulk-import-jobs",
    tag="Profiles",
    attributes=ImportJobAttributes,
    show=show,
    load=load,
    operations=(
        List(
            "get_bulk_import_profiles_jobs",
            list_jobs,
            scopes=READ,
            limit=M,
            summary="Get Bulk Import Profiles Jobs",
            filters={"status": text("any", "equals", choices=STATUSES)},
            sorts=("created_at",),
            default_sort="-created_at",
            page=Paging(20, 100),
        ),
        Get(
            "get_bulk_import_profiles_job",
            get_job,
            scopes=READ,
            limit=M,
            summary="Get Bulk Import Profiles Job",
            include=("lists",),
        ),
        Create(
            "bulk_import_profiles",
            create,
            scopes=WRITE,
            limit=M,
            status=202,
            body=NewImport,
            links={"lists": Link("list", many=True)},
            summary="Bulk Import Profiles",
        ),
    ),
    relationships=(
        to_many(
            "lists",
            "list",
            lists_of,
            shown=True,
            related=Related(
                "get_list_for_bulk_import_profiles_job",
                "get_list_ids_for_bulk_import_profiles_job",
                scopes=("lists:read",),
                limit=M,
                summary="Get List for Bulk Import Profiles Job",
            ),
        ),
        to_many(
            "profiles",
            "profile",
            related=Related(
                "get_profiles_for_bulk_import_profiles_job",
                "get_profile_ids_for_bulk_import_profiles_job",
                call=profiles_of,
                scopes=("profiles:read",),
                limit=M,
                summary="Get Profiles for Bulk Import Profiles Job",
                page=Paging(20, 100),
            ),
        ),
        to_many(
            "import-errors",
            "import-error",
            related=Related(
                "get_errors_for_bulk_import_profiles_job",
                call=errors_of,
                scopes=("profiles:read",),
                limit=M,
                summary="Get Errors for Bulk Import Profiles Job",
                page=Paging(20, 100),
            ),
        ),
    ),
)
