"""Segments and who is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import (
    Cost,
    Create,
    Delete,
    Get,
    List,
    Paging,
    Related,
    Resource,
    Update,
    to_many,
)
from cairn.api.kernel.filters import ORDERINGS, Field, Kind, moment, text
from cairn.api.kernel.ratelimit import XS, L, Limit, S
from cairn.api.resources.flows import flows_started_by
from cairn.api.resources.profiles import IDENTITY_FILTERS, PREDICTED, ProfileRow, rows_of
from cairn.domains.flows import actions as flows
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments import actions, queries
from cairn.domains.segments.contracts import Building, SegmentInfo
from cairn.domains.tags import queries as tags
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

READ, WRITE = ("segments:read",), ("segments:write",)
READ_MEMBERS = ("profiles:read", "segments:read")
WRITES = Limit(1, 15, 100)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class SegmentAttributes(msgspec.Struct):
    """`summary` says the definition in plain words; members are what it says at `watermark`, and `building` says when
    there will be one."""

    name: str
    definition: dict[str, Any]
    created: datetime
    updated: datetime
    is_active: bool
    is_processing: bool
    is_starred: bool
    summary: str
    watermark: datetime | None
    building: Building | None
    profile_count: int


class NewSegment(msgspec.Struct):
    name: Name
    definition: dict[str, Any]
    is_starred: bool | None = None


class SegmentChanges(msgspec.Struct):
    name: Name | msgspec.UnsetType | None = msgspec.UNSET
    definition: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    is_starred: bool | msgspec.UnsetType | None = msgspec.UNSET
    is_active: bool | msgspec.UnsetType | None = msgspec.UNSET


def create(scope: Scope, body: Body[NewSegment]) -> SegmentInfo:
    new = body.attributes
    return actions.create(
        scope, name=new.name, definition=new.definition, is_starred=bool(new.is_starred), now=clock.now()
    )


def update(scope: Scope, segment_id: str, body: Body[SegmentChanges]) -> SegmentInfo:
    return actions.update(scope, segment_id, **given(body.attributes), now=clock.now())


def members(scope: Scope, segment_id: str, listing: Listing) -> Page[ProfileRow]:
    page = queries.members(scope, segment_id, listing)
    joined = {member.number: member.joined_at for member in page.rows}
    found = profiles.profiles_by_numbers(scope, joined)
    rows = rows_of(scope, [found[number] for number in joined if number in found], joined)
    return Page(rows, page.next, page.previous)


def tags_of(scope: Scope, rows: Sequence[SegmentInfo]) -> Mapping[str, Sequence[str]]:
    return tags.tag_ids_on(scope, "segment", [row.id for row in rows])


SEGMENTS = Resource(
    type="segment",
    path="segments",
    tag="Segments",
    attributes=SegmentAttributes,
    additional={"profile_count": None},
    load=queries.by_ids,
    operations=(
        List(
            "get_segments",
            queries.list_segments,
            scopes=READ,
            limit=L,
            summary="Get Segments",
            filters={
                "id": text("any", "equals"),
                "name": text("any", "equals"),
                "created": moment("greater-than"),
                "updated": moment("greater-than"),
                "is_active": Field(Kind.BOOLEAN, ("any", "equals")),
                "is_starred": Field(Kind.BOOLEAN, ("equals",)),
            },
            sorts=("created", "id", "name", "updated"),
            page=Paging(10, 10),
            include=("flow-triggers", "tags"),
        ),
        Get(
            "get_segment",
            queries.get,
            scopes=READ,
            limit=L,
            costs=(Cost("additional-fields[segment]", "profile_count", XS),),
            summary="Get Segment",
            include=("flow-triggers", "tags"),
        ),
        Create("create_segment", create, scopes=WRITE, limit=WRITES, body=NewSegment, summary="Create Segment"),
        Update("update_segment", update, scopes=WRITE, limit=WRITES, body=SegmentChanges, summary="Update Segment"),
        Delete("delete_segment", flows.delete_segment, scopes=WRITE, limit=S, summary="Delete Segment"),
    ),
    relationships=(
        to_many(
            "profiles",
            "profile",
            related=Related(
                "get_profiles_for_segment",
                "get_profile_ids_for_segment",
                call=members,
                scopes=READ_MEMBERS,
                limit=L,
                costs=(PREDICTED,),
                summary="Get Profiles for Segment",
                filters={
                    **IDENTITY_FILTERS,
                    "profile_id": text("any", "equals"),
                    "push_token": text("any", "equals"),
                    "joined_group_at": moment(*sorted(ORDERINGS)),
                    "search": text("contains"),
                },
                sorts=("joined_group_at",),
                default_sort="-joined_group_at",
                page=Paging(20, 100),
            ),
        ),
        to_many(
            "tags",
            "tag",
            tags_of,
            related=Related(
                "get_tags_for_segment",
                "get_tag_ids_for_segment",
                scopes=("segments:read", "tags:read"),
                limit=S,
                summary="Get Tags for Segment",
            ),
        ),
        to_many(
            "flow-triggers",
            "flow",
            flows_started_by("segment"),
            related=Related(
                "get_flows_triggered_by_segment",
                "get_ids_for_flows_triggered_by_segment",
                scopes=("flows:read", "segments:read"),
                limit=S,
                summary="Get Flows Triggered by Segment",
            ),
        ),
    ),
)
