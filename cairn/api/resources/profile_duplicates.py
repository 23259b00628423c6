"""Profiles that may be one person: why, and what is decided about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Get, List, Paging, Resource, Update, to_many
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L, M
from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import DuplicateInfo, DuplicateSearch
from cairn.kernel import clock
from cairn.kernel.errors import NotFound
from cairn.kernel.scope import Scope

READ: Final = ("profiles:read",)
WRITE: Final = ("profiles:write",)


class DuplicateAttributes(msgspec.Struct):
    reason: str
    status: str
    found: datetime
    decided: datetime | None
    decided_by: str


class Decision(msgspec.Struct):
    """`keep` is the profile that the other one is merged into, absent: the older one. A merge is final."""

    status: Literal["open", "dismissed", "merged"]
    keep: str | None = None


class SearchAttributes(msgspec.Struct):
    at: datetime | None
    is_wanted: bool
    automatic: Sequence[str]
    open: Mapping[str, int]


class Rules(msgspec.Struct):
    automatic: list[str]


def both(_: Scope, rows: Sequence[DuplicateInfo]) -> Mapping[str, Sequence[str]]:
    return {row.id: tuple(dict.fromkeys(row.profile_ids)) for row in rows}


def decide(scope: Scope, duplicate_id: str, body: Body[Decision]) -> DuplicateInfo:
    given = body.attributes
    return actions.decide_duplicate(scope, duplicate_id, status=given.status, keep=given.keep, now=clock.now())


def the_search(scope: Scope, search_id: str) -> DuplicateSearch:
    if search_id != "current":
        raise NotFound("There is one search, `current`.")
    return queries.duplicate_search(scope)


def set_rules(scope: Scope, search_id: str, body: Body[Rules]) -> DuplicateSearch:
    the_search(scope, search_id)
    return actions.configure_duplicates(scope, body.attributes.automatic)


def search_now(scope: Scope, _: Body[None]) -> DuplicateSearch:
    return actions.want_duplicates(scope)


PROFILE_DUPLICATES = Resource(
    type="profile-duplicate",
    path="profile-duplicates",
    tag="Profiles",
    extension=True,
    attributes=DuplicateAttributes,
    operations=(
        List(
            "get_profile_duplicates",
            queries.list_duplicates,
            scopes=READ,
            limit=L,
            filters={
                "status": text("equals", "any"),
                "reason": text("equals", "any"),
                "profile_id": text("equals", "any"),
            },
            sorts=("id",),
            page=Paging(20, 100),
            include=("profiles",),
        ),
        Get("get_profile_duplicate", queries.get_duplicate, scopes=READ, limit=L, include=("profiles",)),
        Update("decide_profile_duplicate", decide, scopes=WRITE, limit=M, body=Decision),
    ),
    relationships=(to_many("profiles", "profile", both, shown=True),),
)

DUPLICATE_SEARCHES = Resource(
    type="duplicate-search",
    path="duplicate-searches",
    tag="Profiles",
    extension=True,
    attributes=SearchAttributes,
    operations=(
        Get("get_duplicate_search", the_search, scopes=READ, limit=L),
        Update("update_duplicate_search", set_rules, scopes=WRITE, limit=M, body=Rules),
        Create("start_duplicate_search", search_now, scopes=WRITE, limit=M, status=202),
    ),
)
