"""Who is in a list, or in which lists a profile is: since when, and by what means."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from cairn.api.kernel.declare import List, Paging, Resource, to_one
from cairn.api.kernel.errors import invalid
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L
from cairn.domains.lists import queries
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import ProfileInfo
from cairn.kernel.listing import Listing, conjunction
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope


class MembershipAttributes(msgspec.Struct):
    """`method` is API, MANUAL_ADD, IMPORT, SUBSCRIBE_PAGE, PREFERENCE_PAGE or as the wish said; empty: not known."""

    joined_at: datetime
    method: str
    source: str
    email: str | None
    name: str
    list_name: str


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    list_id: str
    list_name: str
    profile_id: str
    email: str | None
    name: str
    joined_at: datetime
    method: str
    source: str


def list_memberships(scope: Scope, listing: Listing) -> Page[Row]:
    asked = {compare.field: compare for compare in conjunction(listing.where)}
    if asked.keys() not in ({"list_id"}, {"list_id", "email"}, {"profile_id"}):
        raise invalid("Filter by list_id, with or without email, or by profile_id.", parameter="filter")
    if "list_id" in asked:
        return of_list(scope, str(asked["list_id"].value), replace(listing, where=asked.get("email")))
    profile = profiles.get_profile(scope, str(asked["profile_id"].value))
    found = queries.memberships(scope, [profile.number]).get(profile.number, [])
    names = {one.id: one.name for one in queries.lists_by_ids(scope, [one.list_id for one in found])}
    rows = [
        Row(
            f"{one.list_id}:{profile.id}",
            one.list_id,
            names.get(one.list_id, ""),
            profile.id,
            shown(profile),
            name_of(profile),
            one.joined_at,
            one.method,
            one.source,
        )
        for one in found
    ]
    return Page(rows)


def of_list(scope: Scope, list_id: str, listing: Listing) -> Page[Row]:
    target = queries.get_list(scope, list_id)
    page = queries.members(scope, list_id, listing)
    people = profiles.profiles_by_numbers(scope, [row.number for row in page.rows])
    rows = [
        Row(
            f"{list_id}:{people[row.number].id}",
            list_id,
            target.name,
            people[row.number].id,
            shown(people[row.number]),
            name_of(people[row.number]),
            row.joined_at,
            row.method,
            row.source,
        )
        for row in page.rows
        if row.number in people
    ]
    return Page(rows, page.next, page.previous)


def shown(profile: ProfileInfo) -> str | None:
    return profile.email or profile.phone_number


def name_of(profile: ProfileInfo) -> str:
    return " ".join(part for part in (profile.first_name, profile.last_name) if part)


LIST_MEMBERSHIPS = Resource(
    type="list-membership",
    path="list-memberships",
    tag="Lists",
    extension=True,
    attributes=MembershipAttributes,
    operations=(
        List(
            "get_list_memberships",
            list_memberships,
            scopes=("lists:read", "profiles:read"),
            limit=L,
            summary="Get List Memberships",
            filters={"list_id": text("equals"), "profile_id": text("equals"), "email": text("equals")},
            sorts=("joined_group_at",),
            default_sort="-joined_group_at",
            page=Paging(50, 100),
        ),
    ),
    relationships=(
        to_one("list", "list", "list_id", shown=True),
        to_one("profile", "profile", "profile_id", shown=True),
    ),
)
