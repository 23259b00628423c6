"""What subscribers see of a list: its sign-up page, and its place among the preferences."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from cairn import wiring
from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Get, Resource, Update
from cairn.api.kernel.ratelimit import M
from cairn.domains.lists import actions, queries
from cairn.domains.lists.contracts import ListInfo
from cairn.kernel import clock
from cairn.kernel.scope import Scope


class PageAttributes(msgspec.Struct):
    """`waiting` people have not followed their confirmation link yet."""

    public_name: str
    description: str
    is_open: bool
    in_preferences: bool
    subscribe_url: str
    waiting: int


class PageChanges(msgspec.Struct, forbid_unknown_fields=True):
    public_name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    is_open: bool | msgspec.UnsetType = msgspec.UNSET
    in_preferences: bool | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    list: ListInfo
    waiting: int
    account_id: str


def rows_of(scope: Scope, found: Sequence[ListInfo]) -> list[Row]:
    counts = queries.waiting_counts(scope, now=clock.now())
    return [Row(one.id, one, counts.get(one.id, 0), scope.account_id) for one in found]


def load(scope: Scope, ids: Sequence[str]) -> list[Row]:
    return rows_of(scope, queries.lists_by_ids(scope, ids))


def get(scope: Scope, list_id: str) -> Row:
    return rows_of(scope, [queries.get_list(scope, list_id)])[0]


def update(scope: Scope, list_id: str, body: Body[PageChanges]) -> Row:
    return rows_of(scope, [actions.change_page(scope, list_id, given(body.attributes), now=clock.now())])[0]


def show(row: Row) -> PageAttributes:
    return PageAttributes(
        public_name=row.list.public_name,
        description=row.list.description,
        is_open=row.list.is_open,
        in_preferences=row.list.in_preferences,
        subscribe_url=f"{wiring.settings().public_url}/s/{row.account_id}/{row.id}",
        waiting=row.waiting,
    )


LIST_PAGES = Resource(
    type="list-page",
    path="list-pages",
    tag="Lists",
    extension=True,
    attributes=PageAttributes,
    show=show,
    load=load,
    operations=(
        Get("get_list_page", get, scopes=("lists:read",), limit=M, summary="Get List Page"),
        Update(
            "update_list_page", update, scopes=("lists:write",), limit=M, body=PageChanges, summary="Update List Page"
        ),
    ),
)
