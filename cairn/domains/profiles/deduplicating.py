"""Finding profiles that may be one person, by comparing all of an account at once, and deciding by hand or by rule.

A merge is final; a dismissal can be taken back. Rules are for reasons that leave no doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from cairn.domains.profiles import merges, store
from cairn.domains.profiles.contracts import DuplicateInfo
from cairn.domains.profiles.duplicates import DISMISSED, OPEN, SURE, get_duplicate, note
from cairn.domains.profiles.models import Duplicate, DuplicateScan, Profile, Turn
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought."""

    found: int
    merged: int


def search(scope: Scope, *, now: datetime) -> Found:
    """Compare all profiles: new pairs are noted, pairs that no longer agree are forgotten, sure ones are merged where
    the shop said so. What was dismissed stays dismissed."""
    writes = Turn.objects.filter(account_id=scope.account_id).values_list("writes", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(store.statement("find_duplicates"), {"account_id": scope.account_id})
        pairs = {(first, second): reason for first, second, reason in cursor.fetchall()}
    with transaction.atomic():
        note(scope, pairs, now=now)
        scan, _ = DuplicateScan.objects.get_or_create(account_id=scope.account_id)
        DuplicateScan.objects.filter(account_id=scope.account_id).update(at=now, writes=writes, is_wanted=False)
    return Found(len(pairs), merge_by_rule(scope, scan.automatic, now=now))


def merge_by_rule(scope: Scope, automatic: Sequence[str], *, now: datetime) -> int:
    merged = 0
    sure = [reason for reason in automatic if reason in SURE]
    for row in Duplicate.objects.within(scope).filter(status=OPEN, reason__in=sure).order_by("id")[:AT_ONCE]:
        ids = ids_of(scope, row)
        if len(ids) == 2:
            merges.merge(scope, ids[row.first], ids[row.second], now=now, how=f"rule: {row.reason}")
            merged += 1
    return merged


def ids_of(scope: Scope, row: Duplicate) -> dict[int, str]:
    rows = Profile.objects.within(scope).filter(number__in=(row.first, row.second))
    return dict(rows.values_list("number", "id"))


def decide(scope: Scope, duplicate_id: str, *, status: str, keep: str | None, now: datetime) -> DuplicateInfo:
    """Dismiss a pair, open it again, or merge it into the profile to `keep` (the older one).

    Raises NotFound, and Invalid for a profile that is not of the pair.
    """
    found = get_duplicate(scope, duplicate_id)
    if status == "merged":
        destination = keep or found.profile_ids[0]
        if destination not in found.profile_ids:
            raise Invalid("Keep one of the two profiles.", pointer="/data/attributes/keep")
        source = next(one for one in found.profile_ids if one != destination)
        merges.merge(scope, destination, source, now=now, how=f"duplicate: {found.reason}")
        return DuplicateInfo(
            found.id, found.reason, "merged", found.found, now, scope.actor, (destination, destination)
        )
    if status not in (OPEN, DISMISSED):
        raise Invalid("`status` is open, dismissed or merged.", pointer="/data/attributes/status")
    decided: dict[str, Any] = {"decided": now, "decided_by": scope.actor[:80]} if status == DISMISSED else {}
    Duplicate.objects.within(scope).filter(id=duplicate_id).update(
        status=status, **({"decided": None, "decided_by": ""} | decided)
    )
    return get_duplicate(scope, duplicate_id)
