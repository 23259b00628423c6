"""What can be done to lists and their members. Joining a list is no consent, and leaving one takes none away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from cairn import wiring
from cairn.domains.lists import membership, pending, settings, wishes
from cairn.domains.lists.contracts import CONFIRM, Confirmation, ConsentSettings, ListInfo
from cairn.domains.lists.models import List, ListMember
from cairn.domains.lists.rows import info
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch, Resolved, Wish
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.ids import short_id
from cairn.kernel.scope import Scope
from cairn.kernel.signing import unseal

NAME_LENGTH: Final = 255
TEXT_LENGTH: Final = 1000
change_consent = wishes.change_consent
join, leave, leave_all = membership.join, membership.leave, membership.leave_all
How = membership.How
purge_pending, forget_waiting = pending.purge, pending.forget


def checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH:
        raise Invalid(f"A list's name has 1 to {NAME_LENGTH} characters.", pointer="/data/attributes/name")
    return name


def create_list(scope: Scope, *, name: str, opt_in_process: str | None = None, now: datetime) -> ListInfo:
    """A new list; how it opts people in is the account's default unless given."""
    process = opt_in_process or settings.of(scope).default_opt_in
    row = List(account_id=scope.account_id, name=checked_name(name), opt_in_process=process, created=now, updated=now)
    while True:
        row.id = short_id()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            continue  # Another list of this account has that id already.
        return info(row)


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
    return info(row)


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
        return join(scope, list_id, known(scope, profile_ids), now=now, how=membership.by(scope))


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
        numbers = [one.number for one in found if one.number]
        join(scope, list_id, numbers, now=now, how=membership.by(scope))
    return found


def change_consent_now(scope: Scope, list_id: str, changes: Sequence[ConsentChange], *, now: datetime) -> list[Wish]:
    """Record wishes about one list at once. Raises NotFound for a list of another account."""
    with transaction.atomic():
        List.objects.of(scope, list_id)
        return change_consent(scope, changes, now=now)


def remove_numbers(scope: Scope, list_id: str, numbers: Sequence[int]) -> set[int]:
    """Take any number of people out of a list, in one statement. Raises NotFound."""
    with transaction.atomic():
        List.objects.of(scope, list_id)
        return leave(scope, list_id, numbers)


def known(scope: Scope, profile_ids: Sequence[str]) -> list[int]:
    numbers = profile_queries.numbers_of(scope, profile_ids)
    missing = [profile_id for profile_id in profile_ids if profile_id not in numbers]
    if missing:
        raise NotFound(f"A profile with id {missing[0]} does not exist.")
    return sorted(numbers.values())


def unite(scope: Scope, *, source: int, destination: int) -> None:
    """After a merge: the destination is in the lists of both. Repeating it changes nothing."""
    with transaction.atomic():
        membership.unite(scope, source=source, destination=destination)


def change_settings(scope: Scope, changes: Mapping[str, Any]) -> ConsentSettings:
    """How consent is asked for, and how hosted pages look. Raises Invalid."""
    with transaction.atomic():
        return settings.change(scope, changes)


def change_page(scope: Scope, list_id: str, changes: Mapping[str, Any], *, now: datetime) -> ListInfo:
    """What subscribers see of a list: public_name, description, is_open, in_preferences. Raises NotFound, Invalid."""
    row = List.objects.of(scope, list_id)
    for name, value in changes.items():
        if isinstance(value, str) and len(value) > TEXT_LENGTH:
            raise Invalid(f"At most {TEXT_LENGTH} characters, please.", pointer=f"/data/attributes/{name}")
        setattr(row, name, value)
    row.updated = now
    row.save(update_fields=[*changes, "updated"])
    return info(row)


def ask_again(scope: Scope, token: str, *, now: datetime) -> None:
    """Ask for what a confirmation link of older versions carries. A damaged one asks for nothing."""
    try:
        change = unseal(wiring.secret_key(), CONFIRM, token, Confirmation).change
    except Invalid:
        return
    lists = {row.id: info(row) for row in List.objects.within(scope).filter(id=change.list_id or "")}
    with transaction.atomic():
        pending.ask(scope, [change], lists, default=settings.of(scope).language, now=now)
