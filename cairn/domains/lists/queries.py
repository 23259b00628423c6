"""What can be asked of lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import Count, Q

from cairn.domains.lists import pending, settings
from cairn.domains.lists import preferences as choices
from cairn.domains.lists.contracts import ListInfo, MemberRow, Membership
from cairn.domains.lists.models import List, ListMember
from cairn.domains.lists.rows import info
from cairn.domains.profiles import queries as profiles
from cairn.infra.postgres.arrays import number_array
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

MEMBERSHIPS = """
SELECT number, list_id, joined_at, method, source FROM lists_listmember
WHERE account_id = %s AND number = ANY(%s::bigint[]) ORDER BY joined_at, list_id
"""


hosted, get_settings = settings.hosted, settings.get
preferences, sign_up_page = choices.of, choices.page_of
waiting, find_waiting, waiting_counts = pending.waiting, pending.find, pending.counts


def get_list(scope: Scope, list_id: str) -> ListInfo:
    """Raises NotFound for a list of another account."""
    return info(List.objects.of(scope, list_id))


def lists_by_ids(scope: Scope, ids: Iterable[str]) -> list[ListInfo]:
    return [info(row) for row in List.objects.within(scope).filter(id__in=list(ids)).order_by("id")]


def every_list(scope: Scope) -> list[ListInfo]:
    """All lists of the account, by their names."""
    return [info(row) for row in List.objects.within(scope).order_by("name", "id")]


def list_lists(scope: Scope, listing: Listing) -> Page[ListInfo]:
    columns = {"id": "id", "name": "name", "created": "created", "updated": "updated"}
    return paged(List.objects.within(scope).filter(matching(listing.where, columns)), listing, info)


def memberships(scope: Scope, numbers: Iterable[int]) -> dict[int, list[Membership]]:
    """The lists of profiles, in the order of joining."""
    found: defaultdict[int, list[Membership]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(MEMBERSHIPS, [scope.account_id, number_array(numbers)])
        for number, *joined in cursor.fetchall():
            found[number].append(Membership(*joined))
    return dict(found)


def owners_of(list_id: str) -> list[str]:
    """The accounts that have a list with this id: for forms on a shop's pages, which name nothing else. One, unless
    chance gave the same id twice."""
    rows = List.objects.filter(id=list_id).order_by("created")
    return [str(row.account_id) for row in rows[:2]]


def members_after(scope: Scope, list_id: str, number: int, size: int) -> list[MemberRow]:
    """Members in order of their numbers, those after `number`. Raises NotFound."""
    List.objects.of(scope, list_id)
    rows = ListMember.objects.within(scope).filter(list_id=list_id, number__gt=number).order_by("number")
    return [member(row) for row in rows[:size]]


def member_numbers(scope: Scope, list_ids: Iterable[str]) -> list[int]:
    """Everybody who is in one of the lists, once."""
    rows = ListMember.objects.within(scope).filter(list_id__in=list(list_ids))
    return list(rows.order_by("number").values_list("number", flat=True).distinct())


def member_counts(scope: Scope, list_ids: Sequence[str]) -> Mapping[str, int]:
    rows = (
        ListMember.objects.within(scope)
        .filter(list_id__in=list_ids)
        .values("list_id")
        .annotate(members=Count("number"))
    )
    counts = dict(rows.values_list("list_id", "members"))
    return {list_id: counts.get(list_id, 0) for list_id in list_ids}


def members(scope: Scope, list_id: str, listing: Listing) -> Page[MemberRow]:
    """A list's members. Raises NotFound."""
    List.objects.of(scope, list_id)

    def identified(compare: Compare) -> Q:
        return Q(number__in=profiles.numbers_found(scope, compare))

    columns: Columns = {
        "email": identified,
        "phone_number": identified,
        "_kx": identified,
        "push_token": identified,
        "joined_group_at": "joined_at",
    }
    rows = ListMember.objects.within(scope).filter(list_id=list_id).filter(matching(listing.where, columns))
    return paged(rows, listing, member, columns={"joined_group_at": "joined_at", "id": "number"}, key="number")


def member(row: ListMember) -> MemberRow:
    return MemberRow(row.number, row.joined_at, row.method, row.source)
