"""Lists and who is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import (
    Change,
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
from cairn.api.kernel.filters import ORDERINGS, moment, text
from cairn.api.kernel.ratelimit import XS, L, Limit, M, S
from cairn.api.resources.flows import flows_started_by
from cairn.api.resources.profiles import IDENTITY_FILTERS, PREDICTED, ProfileRow, rows_of
from cairn.domains.flows import actions as flows
from cairn.domains.lists import actions, queries
from cairn.domains.lists.contracts import ListInfo
from cairn.domains.profiles import queries as profiles
from cairn.domains.tags import queries as tags
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

READ, WRITE = ("lists:read",), ("lists:write",)
READ_MEMBERS = ("lists:read", "profiles:read")
WRITE_MEMBERS = ("lists:write", "profiles:write")
OptIn = Literal["double_opt_in", "single_opt_in"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class ListAttributes(msgspec.Struct):
    name: str
    created: datetime
    updated: datetime
    opt_in_process: str
    profile_count: int


class NewList(msgspec.Struct):
    name: Name
    opt_in_process: OptIn | None = None


class ListChanges(msgspec.Struct):
    name: Name | msgspec.UnsetType | None = msgspec.UNSET
    opt_in_process: OptIn | msgspec.UnsetType | None = msgspec.UNSET


def create(scope: Scope, body: Body[NewList]) -> ListInfo:
    new = body.attributes
    return actions.create_list(scope, name=new.name, opt_in_process=new.opt_in_process, now=clock.now())


def update(scope: Scope, list_id: str, body: Body[ListChanges]) -> ListInfo:
    return actions.update_list(scope, list_id, **given(body.attributes), now=clock.now())


def counts(scope: Scope, rows: Sequence[ListInfo]) -> Mapping[str, int]:
    return queries.member_counts(scope, [row.id for row in rows])


def members(scope: Scope, list_id: str, listing: Listing) -> Page[ProfileRow]:
    page = queries.members(scope, list_id, listing)
    joined = {member.number: member.joined_at for member in page.rows}
    found = profiles.profiles_by_numbers(scope, joined)
    rows = rows_of(scope, [found[number] for number in joined if number in found], joined)
    return Page(rows, page.next, page.previous)


def add(scope: Scope, list_id: str, profile_ids: Sequence[str]) -> None:
    actions.add_members(scope, list_id, profile_ids, now=clock.now())


def remove(scope: Scope, list_id: str, profile_ids: Sequence[str]) -> None:
    actions.remove_members(scope, list_id, profile_ids)


def tags_of(scope: Scope, rows: Sequence[ListInfo]) -> Mapping[str, Sequence[str]]:
    return tags.tag_ids_on(scope, "list", [row.id for row in rows])


LISTS = Resource(
    type="list",
    path="lists",
    tag="Lists",
    attributes=ListAttributes,
    additional={"profile_count": counts},
    load=queries.lists_by_ids,
    operations=(
        List(
            "get_lists",
            queries.list_lists,
            scopes=READ,
            limit=L,
            summary="Get Lists",
            filters={
                "id": text("any", "equals"),
                "name": text("any", "equals"),
                "created": moment("greater-than"),
                "updated": moment("greater-than"),
            },
            sorts=("created", "id", "name", "updated"),
            page=Paging(10, 10),
            include=("flow-triggers", "tags"),
        ),
        Get(
            "get_list",
            queries.get_list,
            scopes=READ,
            limit=L,
            costs=(Cost("additional-fields[list]", "profile_count", XS),),
            summary="Get List",
            include=("flow-triggers", "tags"),
        ),
        Create(
            "create_list",
            create,
            scopes=WRITE,
            limit=Limit(10, 150, 150),
            body=NewList,
            summary="Create List",
        ),
        Update("update_list", update, scopes=WRITE, limit=M, body=ListChanges, summary="Update List"),
        Delete("delete_list", flows.delete_list, scopes=WRITE, limit=M, summary="Delete List"),
    ),
    relationships=(
        to_many(
            "profiles",
            "profile",
            related=Related(
                "get_profiles_for_list",
                "get_profile_ids_for_list",
                call=members,
                scopes=READ_MEMBERS,
                limit=L,
                costs=(PREDICTED,),
                summary="Get Profiles for List",
                filters={
                    **IDENTITY_FILTERS,
                    "push_token": text("any", "equals"),
                    "joined_group_at": moment(*sorted(ORDERINGS)),
                },
                sorts=("joined_group_at",),
                default_sort="-joined_group_at",
                page=Paging(20, 100),
            ),
            add=Change("add_profiles_to_list", add, scopes=WRITE_MEMBERS, limit=M, summary="Add Profiles to List"),
            remove=Change(
                "remove_profiles_from_list", remove, scopes=WRITE_MEMBERS, limit=M, summary="Remove Profiles from List"
            ),
        ),
        to_many(
            "tags",
            "tag",
            tags_of,
            related=Related(
                "get_tags_for_list",
                "get_tag_ids_for_list",
                scopes=("lists:read", "tags:read"),
                limit=S,
                summary="Get Tags for List",
            ),
        ),
        to_many(
            "flow-triggers",
            "flow",
            flows_started_by("list"),
            related=Related(
                "get_flows_triggered_by_list",
                "get_ids_for_flows_triggered_by_list",
                scopes=("flows:read", "lists:read"),
                limit=S,
                summary="Get Flows Triggered by List",
            ),
        ),
    ),
)
