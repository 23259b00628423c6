"""Giving people what is known of them: one file per person, fetched by a link that works for an hour."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Get, List, Paging, Resource
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L, S
from cairn.api.resources.data_privacy_deletion_jobs import NewDeletion, person_of
from cairn.domains.privacy import actions, queries
from cairn.domains.privacy.contracts import EXPORT, JobInfo
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

READ: Final = ("data-privacy:read", "profiles:read")
WRITE: Final = ("data-privacy:write", "profiles:read")


class ExportJobAttributes(msgspec.Struct):
    """A file about one person. `report` counts what is in it; `url` is null before it is there and after it expired."""

    status: str
    identifier: str
    asked_by: str
    report: Mapping[str, Mapping[str, int]]
    size: int
    url: str | None
    detail: str
    created: datetime
    started: datetime | None
    completed: datetime | None
    expires: datetime | None


def create(scope: Scope, body: Body[NewDeletion]) -> JobInfo:
    return actions.request_export(scope, person_of(body.attributes.profile.data), now=clock.now())


def list_jobs(scope: Scope, listing: Listing) -> Page[JobInfo]:
    return queries.list_jobs(scope, EXPORT, listing)


def get_job(scope: Scope, job_id: str) -> JobInfo:
    return queries.get_job(scope, EXPORT, job_id)


DATA_PRIVACY_EXPORT_JOBS = Resource(
    type="data-privacy-export-job",
    path="data-privacy-export-jobs",
    tag="Data Privacy",
    extension=True,
    attributes=ExportJobAttributes,
    operations=(
        Create(
            "request_profile_export",
            create,
            scopes=WRITE,
            limit=S,
            status=202,
            body=NewDeletion,
            summary="Request Profile Export",
        ),
        List(
            "get_profile_exports",
            list_jobs,
            scopes=READ,
            limit=L,
            summary="Get Profile Exports",
            filters={"status": text("equals", "any")},
            sorts=("id",),
            default_sort="-id",
            page=Paging(20, 100),
        ),
        Get("get_profile_export", get_job, scopes=READ, limit=L, summary="Get Profile Export"),
    ),
)
