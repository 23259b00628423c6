"""Suppressing people by hand, and lifting it: by email, or everybody in a list or segment."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from cairn.api.kernel.bodies import Body, DataList
from cairn.api.kernel.declare import Create, Get, Link, List, Paging, Resource, to_many
from cairn.api.kernel.errors import invalid
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import actions
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import JobInfo, JobKind
from cairn.domains.segments import queries as segments
from cairn.kernel import clock
from cairn.kernel.contact import is_email
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

READ: Final = ("subscriptions:read",)
MOST: Final = 100
EMAILS: Final = "/data/attributes/profiles/data"


class SuppressionJobAttributes(msgspec.Struct):
    status: str
    created_at: datetime
    total_count: int
    completed_count: int
    completed_at: datetime | None
    skipped_count: int


class Address(msgspec.Struct):
    email: str


class AddressResource(msgspec.Struct):
    type: Literal["profile"]
    attributes: Address


class NewSuppression(msgspec.Struct):
    profiles: DataList[AddressResource] | None = None


def show(job: JobInfo) -> SuppressionJobAttributes:
    return SuppressionJobAttributes(
        status=job.status,
        created_at=job.created,
        total_count=job.total,
        completed_count=job.completed,
        completed_at=job.finished,
        skipped_count=job.skipped,
    )


def emails_of(body: Body[NewSuppression]) -> list[str]:
    given = body.attributes.profiles.data if body.attributes.profiles else []
    if len(given) > MOST:
        raise invalid(f"At most {MOST} addresses at a time.", pointer=EMAILS)
    for number, one in enumerate(given):
        if not is_email(one.attributes.email.strip()):
            raise invalid("This is not a valid email address.", pointer=f"{EMAILS}/{number}/attributes/email")
    return list(dict.fromkeys(one.attributes.email.strip().lower() for one in given))


def start(kind: JobKind) -> Callable[[Scope, Body[NewSuppression]], JobInfo]:
    def create(scope: Scope, body: Body[NewSuppression]) -> JobInfo:
        emails = emails_of(body)
        list_id, segment_id = body.one("list") or "", body.one("segment") or ""
        if bool(emails) + bool(list_id) + bool(segment_id) != 1:
            raise invalid("Give either addresses, or one list, or one segment.", pointer="/data/attributes/profiles")
        return actions.start_suppression(
            scope,
            kind,
            emails=emails,
            profile_ids=members(scope, list_id, segment_id),
            list_id=list_id,
            segment_id=segment_id,
            now=clock.now(),
        )

    return create


def members(scope: Scope, list_id: str, segment_id: str) -> Sequence[str]:
    """The ids of everybody in the list or segment. Raises NotFound."""
    if list_id:
        lists.get_list(scope, list_id)
        numbers = lists.member_numbers(scope, [list_id])
    elif segment_id:
        segments.get(scope, segment_id)
        numbers = [int(number) for number in segments.member_numbers(scope, segment_id)]
    else:
        return []
    return list(profiles.ids_of(scope, numbers).values())


def listed(kind: JobKind) -> Callable[[Scope, Listing], Page[JobInfo]]:
    return lambda scope, listing: profiles.list_jobs(scope, kind, listing)


def getting(kind: JobKind) -> Callable[[Scope, str], JobInfo]:
    return lambda scope, job_id: profiles.get_job(scope, kind, job_id)


def lists_of(_: Scope, rows: Sequence[JobInfo]) -> Mapping[str, Sequence[str]]:
    return {row.id: row.list_ids for row in rows}


def segments_of(_: Scope, rows: Sequence[JobInfo]) -> Mapping[str, Sequence[str]]:
    return {row.id: [row.segment_id] if row.segment_id else [] for row in rows}


def resource(kind: JobKind, verb: str, title: str, write: tuple[str, ...]) -> Resource:
    return Resource(
        type=kind.value,
        path=f"{kind.value}s",
        tag="Profiles",
        attributes=SuppressionJobAttributes,
        show=show,
        operations=(
            List(
                f"get_bulk_{verb}_profiles_jobs",
                listed(kind),
                scopes=READ,
                limit=L,
                summary=f"Get Bulk {title} Profiles Jobs",
                filters={
                    "status": text("equals", choices=("cancelled", "complete", "processing", "queued")),
                    "list_id": text("equals"),
                    "segment_id": text("equals"),
                },
                sorts=("created",),
                default_sort="-created",
                page=Paging(100, 100, settable=False),
            ),
            Get(
                f"get_bulk_{verb}_profiles_job",
                getting(kind),
                scopes=READ,
                limit=L,
                summary=f"Get Bulk {title} Profiles Job",
            ),
            Create(
                f"bulk_{verb}_profiles",
                start(kind),
                scopes=write,
                limit=L,
                status=202,
                body=NewSuppression,
                links={"list": Link("list"), "segment": Link("segment")},
                summary=f"Bulk {title} Profiles",
            ),
        ),
        relationships=(
            to_many("lists", "list", lists_of, shown=True),
            to_many("segments", "segment", segments_of, shown=True),
        ),
    )


PROFILE_SUPPRESSION_BULK_CREATE_JOBS = resource(
    JobKind.SUPPRESS, "suppress", "Suppress", ("profiles:write", "subscriptions:write")
)
PROFILE_SUPPRESSION_BULK_DELETE_JOBS = resource(
    JobKind.UNSUPPRESS, "unsuppress", "Unsuppress", ("subscriptions:write",)
)
