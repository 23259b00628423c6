"""Who entered and left segments, when and why, and who was in one at any moment since it was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, List, Paging, Resource
from cairn.api.kernel.filters import ORDERINGS, Field, Kind, moment, text
from cairn.api.kernel.ratelimit import L, M
from cairn.domains.segments import queries
from cairn.domains.segments.contracts import PastMember, PastMembers
from cairn.kernel import ids
from cairn.kernel.scope import Scope

SCOPES = ("profiles:read", "segments:read")


class ChangeAttributes(msgspec.Struct):
    """The cause is `tick`, something that somebody did or time itself, or `definition`, an edit."""

    segment_id: str
    segment_name: str
    profile_id: str
    at: datetime
    entered: bool
    cause: str


class PastMembersBody(msgspec.Struct):
    segment_id: str
    at: datetime
    size: int = 100
    after: str = ""


class PastMembersAttributes(msgspec.Struct):
    """`count` is of all who were in it, `members` a page of them; `after` in the next question brings the next page."""

    segment_id: str
    at: datetime
    count: int
    members: Sequence[PastMember]
    after: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one query; its id names nothing that lasts."""

    id: str
    found: PastMembers


def ask(scope: Scope, body: Body[PastMembersBody]) -> Answer:
    asked = body.attributes
    found = queries.members_at(scope, asked.segment_id, asked.at, size=asked.size, after=asked.after)
    return Answer(ids.ulid(), found)


def show(answer: Answer) -> PastMembersAttributes:
    found = answer.found
    return PastMembersAttributes(found.segment_id, found.at, found.count, found.members, found.after)


SEGMENT_MEMBERSHIP_CHANGES = Resource(
    type="segment-membership-change",
    path="segment-membership-changes",
    tag="Segments",
    extension=True,
    attributes=ChangeAttributes,
    operations=(
        List(
            "get_segment_membership_changes",
            queries.log,
            scopes=SCOPES,
            limit=L,
            summary="Get Segment Membership Changes",
            filters={
                "segment_id": text("equals"),
                "profile_id": text("equals"),
                "at": moment(*sorted(ORDERINGS)),
                "entered": Field(Kind.BOOLEAN, ("equals",)),
                "cause": text("equals"),
            },
            sorts=("at",),
            default_sort="-at",
            page=Paging(50, 100),
        ),
    ),
)
SEGMENT_PAST_MEMBERS = Resource(
    type="segment-past-members",
    path="segment-past-members",
    tag="Segments",
    extension=True,
    attributes=PastMembersAttributes,
    show=show,
    operations=(
        Create(
            "query_segment_past_members",
            ask,
            scopes=SCOPES,
            limit=M,
            summary="Query Segment Past Members",
            body=PastMembersBody,
            status=200,
        ),
    ),
)
