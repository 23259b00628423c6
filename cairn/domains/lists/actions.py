"""What can be done to lists and their members. Joining a list is no consent, and leaving one takes none away."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import IntegrityError, connection, transaction

from cairn import wiring
from cairn.domains.lists import queries
from cairn.domains.lists.contracts import CONFIRM, CONFIRMATION_WANTED, Confirmation, ConfirmationWanted, ListInfo
from cairn.domains.lists.models import List, ListMember, OptIn
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    ConsentChange,
    ProfilePatch,
    Resolved,
    Wish,
)
from cairn.infra.postgres import outbox
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.ids import short_id
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal

NAME_LENGTH: Final = 255
CONFIRM_WITHIN: Final = timedelta(hours=72)
EVENTS: Final = "events.record"
METRICS: Final = {
    (EMAIL_MARKETING, True): "Subscribed to Email Marketing",
    (EMAIL_MARKETING, False): "Unsubscribed from Email Marketing",
    ("sms.marketing", True): "Subscribed to SMS Marketing",
    ("sms.marketing", False): "Unsubscribed from SMS Marketing",
}
JOIN = """
INSERT INTO lists_listmember (account_id, list_id, number, joined_at)
SELECT %s, %s, unnest(%s::bigint[]), %s ON CONFLICT DO NOTHING RETURNING number
"""
LEAVE = "DELETE FROM lists_listmember WHERE account_id = %s AND list_id = %s AND number = ANY(%s) RETURNING number"
LEAVE_ALL = "DELETE FROM lists_listmember WHERE account_id = %s AND number = ANY(%s) RETURNING number"
UNITE = """
INSERT INTO lists_listmember AS mine (account_id, list_id, number, joined_at)
SELECT account_id, list_id, %(destination)s, joined_at
FROM lists_listmember WHERE account_id = %(account_id)s AND number = %(source)s
ON CONFLICT (account_id, list_id, number) DO UPDATE SET joined_at = least(mine.joined_at, EXCLUDED.joined_at)
"""


def checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH:
        raise Invalid(f"A list's name has 1 to {NAME_LENGTH} characters.", pointer="/data/attributes/name")
    return name


def create_list(scope: Scope, *, name: str, opt_in_process: str = OptIn.SINGLE, now: datetime) -> ListInfo:
    row = List(
        account_id=scope.account_id, name=checked_name(name), opt_in_process=opt_in_process, created=now, updated=now
    )
    while True:
        row.id = short_id()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            continue  # Another list of this account has that id already.
        return queries.info(row)


def update_list(
    scope: Scope, list_id: str, *, name: str | None = None, opt_in_process: str | None = None, now: datetime
) -> ListInfo:
    """Raises NotFound for a list of another account."""
    row = List.objects.of(scope, list_id)
    if name is not None:
        row.name = checked_name(name)
    if opt_in_process is not None:
        row.opt_in_process = opt_in_process
    row.updated = now
    row.save(update_fields=["name", "opt_in_process", "updated"])
    return queries.info(row)


def delete_list(scope: Scope, list_id: str) -> None:
    """Remove a list with its memberships; its members stay. Raises NotFound."""
    with transaction.atomic():
        row = List.objects.of(scope, list_id)
        numbers = list(ListMember.objects.within(scope).filter(list_id=list_id).values_list("number", flat=True))
        ListMember.objects.within(scope).filter(list_id=list_id).delete()
        row.delete()
        profiles.touch(scope, numbers)


def add_members(scope: Scope, list_id: str, profile_ids: Sequence[str], *, now: datetime) -> set[int]:
    """Add people to a list; those who were not in it. Raises NotFound for a list or a profile of another account."""
    with transaction.atomic():
        List.objects.of(scope, list_id)
        return join(scope, list_id, known(scope, profile_ids), now=now)


def remove_members(scope: Scope, list_id: str, profile_ids: Sequence[str]) -> set[int]:
    """Take people out of a list; those who were in it. Raises NotFound as `add_members` does."""
    with transaction.atomic():
        List.objects.of(scope, list_id)
        return leave(scope, list_id, known(scope, profile_ids))


def add_people(scope: Scope, list_id: str, patches: Sequence[ProfilePatch], *, now: datetime) -> list[Resolved]:
    """Write people as the patches say and add them to a list. Raises NotFound for a list of another account."""
    with transaction.atomic():
        List.objects.of(scope, list_id)
        found = profiles.apply_patches(scope, patches, now=now)
        join(scope, list_id, [one.number for one in found if one.number], now=now)
    return found


def change_consent_now(scope: Scope, list_id: str, changes: Sequence[ConsentChange], *, now: datetime) -> list[Wish]:
    """Record wishes about one list at once. Raises NotFound for a list of another account."""
    with transaction.atomic():
        List.objects.of(scope, list_id)
        return change_consent(scope, changes, now=now)


def known(scope: Scope, profile_ids: Sequence[str]) -> list[int]:
    numbers = profile_queries.numbers_of(scope, profile_ids)
    missing = [profile_id for profile_id in profile_ids if profile_id not in numbers]
    if missing:
        raise NotFound(f"A profile with id {missing[0]} does not exist.")
    return sorted(numbers.values())


def join(scope: Scope, list_id: str, numbers: Iterable[int], *, now: datetime) -> set[int]:
    """Memberships in the caller's transaction; the numbers that are new."""
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [scope.account_id, list_id, sorted(set(numbers)), now])
        joined = {row[0] for row in cursor.fetchall()}
    profiles.touch(scope, joined)
    return joined


def leave(scope: Scope, list_id: str, numbers: Iterable[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, [scope.account_id, list_id, sorted(set(numbers))])
        left = {row[0] for row in cursor.fetchall()}
    profiles.touch(scope, left)
    return left


def leave_all(scope: Scope, numbers: Iterable[int]) -> None:
    """Take people out of every list: their mailbox does not exist."""
    with connection.cursor() as cursor:
        cursor.execute(LEAVE_ALL, [scope.account_id, sorted(set(numbers))])
        left = {row[0] for row in cursor.fetchall()}
    profiles.touch(scope, left)


def unite(scope: Scope, *, source: int, destination: int) -> None:
    """After a merge: the destination is in the lists of both. Repeating it changes nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNITE, {"account_id": scope.account_id, "source": source, "destination": destination})
        cursor.execute(LEAVE_ALL, [scope.account_id, [source]])
        profiles.touch(scope, [source, destination])


def change_consent(
    scope: Scope, changes: Sequence[ConsentChange], *, now: datetime, replayed: bool = False
) -> list[Wish]:
    """Record wishes, with what belongs to them: memberships, and events that tell of them.

    Runs inside the caller's transaction. A list that does not exist (any more) adds nobody. A subscription to a list
    with double opt-in changes nothing, makes no profile even, before its link is followed: the person is asked.
    """
    asked = {change.list_id for change in changes if change.list_id}
    lists = {row.id: row for row in queries.lists_by_ids(scope, asked)} if asked else {}
    waiting = [waits(change, lists) for change in changes]
    ready = [change for change, waits in zip(changes, waiting, strict=True) if not waits]
    found = iter(record(scope, ready, lists, now=now, replayed=replayed))
    nobody = Wish(0, "", False, False, now)
    if not replayed:
        wanted = [change for change, waits in zip(changes, waiting, strict=True) if waits]
        outbox.send_all(CONFIRMATION_WANTED, [confirmation(scope, change, lists, now=now) for change in wanted])
    return [nobody if waits else next(found) for waits in waiting]


def waits(change: ConsentChange, lists: Mapping[str, ListInfo]) -> bool:
    """Whether the wish waits for a confirmation."""
    target = lists.get(change.list_id or "")
    return (
        target is not None
        and target.opt_in_process == OptIn.DOUBLE
        and change.consent == SUBSCRIBED
        and change.channel == EMAIL_MARKETING
        and not (change.historical or change.confirmed)
    )


def confirmation(
    scope: Scope, change: ConsentChange, lists: Mapping[str, ListInfo], *, now: datetime
) -> ConfirmationWanted:
    expires = int((now + CONFIRM_WITHIN).timestamp())
    confirmed = msgspec.structs.replace(change, at=None, confirmed=True)
    return ConfirmationWanted(
        account_id=scope.account_id,
        email=(change.profile.email or "").strip(),
        list_name=lists[change.list_id or ""].name,
        token=seal(wiring.secret_key(), CONFIRM, Confirmation(scope.account_id, expires, confirmed)),
    )


def record(
    scope: Scope,
    changes: Sequence[ConsentChange],
    lists: Mapping[str, ListInfo],
    *,
    now: datetime,
    replayed: bool,
) -> list[Wish]:
    """Wishes that wait for nothing."""
    wishes = profiles.change_consent(scope, changes, now=now, replayed=replayed)
    if replayed:
        return wishes
    joined = follow(scope, changes, wishes, set(lists), now=now)
    drafts: list[dict[str, Any]] = []
    for change, wish in zip(changes, wishes, strict=True):
        drafts += drafts_of(change, wish, lists if (change.list_id, wish.number) in joined else {})
        joined.discard((change.list_id or "", wish.number))
    if drafts:
        outbox.send(EVENTS, {"account_id": scope.account_id, "events": drafts})
    return wishes


def follow(
    scope: Scope, changes: Sequence[ConsentChange], wishes: Sequence[Wish], lists: set[str], *, now: datetime
) -> set[tuple[str, int]]:
    """Join and leave lists as wished; each person's last word per list counts. Returns who joined what."""
    last: dict[tuple[str, int], bool] = {}
    for change, wish in zip(changes, wishes, strict=True):
        if wish.taken and change.list_id in lists and change.channel != "email.open_tracking":
            last[(change.list_id, wish.number)] = change.consent == SUBSCRIBED
    joining: defaultdict[str, list[int]] = defaultdict(list)
    leaving: defaultdict[str, list[int]] = defaultdict(list)
    for (list_id, number), stays in last.items():
        (joining if stays else leaving)[list_id].append(number)
    for list_id, numbers in leaving.items():
        leave(scope, list_id, numbers)
    return {
        (list_id, number) for list_id, numbers in joining.items() for number in join(scope, list_id, numbers, now=now)
    }


def drafts_of(change: ConsentChange, wish: Wish, lists: Mapping[str, ListInfo]) -> list[dict[str, Any]]:
    """Events in the shape of events.contracts.EventDraft; events are a later domain, and read them from the log."""
    subscribed = change.consent == SUBSCRIBED
    common = {
        "profile": {"id": wish.id},
        "service": "cairn",
        "time": int(wish.at.timestamp()),
        "backfill": change.historical,
    }
    how = {"$source": change.custom_source or change.method, "Method": change.method}
    mark = f"{change.channel}:{change.consent}:{int(wish.at.timestamp() * 1000)}"
    drafts = []
    metric = METRICS.get((change.channel, subscribed))
    if wish.fresh and metric:
        drafts.append({**common, "metric": metric, "unique_id": mark, "properties": how})
    if change.list_id and change.list_id in lists:
        listed = {"List": lists[change.list_id].name, "$list_id": change.list_id, **how}
        unique = f"{change.list_id}:{mark}"
        drafts.append({**common, "metric": "Subscribed to List", "unique_id": unique, "properties": listed})
    return drafts
