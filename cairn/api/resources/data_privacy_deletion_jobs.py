"""Forgetting people: everything that is stored of them goes, what they did included. The jobs say what went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

from cairn.api.kernel.bodies import Body, Data
from cairn.api.kernel.declare import Create, Get, List, Paging, Resource
from cairn.api.kernel.errors import invalid
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L, S
from cairn.domains.privacy import actions, queries
from cairn.domains.privacy.contracts import DELETION, JobInfo
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel import clock
from cairn.kernel.contact import e164
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

READ: Final = ("data-privacy:read",)
POINTER: Final = "/data/attributes/profile/data/attributes"


class DeletionJobAttributes(msgspec.Struct):
    """What became of a deletion. `report` counts what went, by store."""

    status: str
    identifier: str
    asked_by: str
    found: int
    step: str
    report: Mapping[str, Mapping[str, int]]
    detail: str
    created: datetime
    started: datetime | None
    completed: datetime | None


class Identifiers(msgspec.Struct):
    email: str | None = None
    phone_number: str | None = None
    external_id: str | None = None


class Person(msgspec.Struct):
    type: Literal["profile"]
    attributes: Identifiers
    id: str | None = None


class NewDeletion(msgspec.Struct):
    profile: Data[Person]


def person_of(person: Person, pointer: str = POINTER) -> ProfilePatch:
    """Whom exactly one identifier means."""
    given = person.attributes
    found = [one for one in (person.id, given.email, given.phone_number, given.external_id) if one]
    if len(found) != 1:
        raise invalid("Give exactly one of id, email, phone_number and external_id.", pointer=pointer)
    phone = given.phone_number or None
    if phone is not None and (phone := e164(phone)) is None:
        detail = "This is not a valid phone number; send it as E.164, such as +15005550006."
        raise invalid(detail, pointer=f"{pointer}/phone_number")
    return ProfilePatch(
        id=person.id or None,
        email=given.email or None,
        phone_number=phone,
        external_id=given.external_id or None,
    )


def create(scope: Scope, body: Body[NewDeletion]) -> None:
    actions.request_deletion(scope, person_of(body.attributes.profile.data), now=clock.now())


def list_jobs(scope: Scope, listing: Listing) -> Page[JobInfo]:
    return queries.list_jobs(scope, DELETION, listing)


def get_job(scope: Scope, job_id: str) -> JobInfo:
    return queries.get_job(scope, DELETION, job_id)


DATA_PRIVACY_DELETION_JOBS = Resource(
    type="data-privacy-deletion-job",
    path="data-privacy-deletion-jobs",
    tag="Data Privacy",
    attributes=DeletionJobAttributes,
    operations=(
        Create(
            "request_profile_deletion",
            create,
            scopes=("data-privacy:write",),
            limit=S,
            status=202,
            body=NewDeletion,
            summary="Request Profile Deletion",
        ),
        List(
            "get_profile_deletions",
            list_jobs,
            scopes=READ,
            limit=L,
            summary="Get Profile Deletions",
            filters={"status": text("equals", "any")},
            sorts=("id",),
            default_sort="-id",
            page=Paging(20, 100),
            extension=True,
        ),
        Get("get_profile_deletion", get_job, scopes=READ, limit=L, summary="Get Profile Deletion", extension=True),
    ),
)
