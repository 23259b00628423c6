"""Profiles that may be one person, as they are noted. Finding and deciding is in `deduplicating`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from cairn.domains.profiles.contracts import DuplicateInfo, DuplicateSearch
from cairn.domains.profiles.models import Duplicate, DuplicateScan, Profile, Turn
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.errors import Conflict, Invalid, NotFound
from cairn.kernel.ids import ulid
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

REASONS: Final = ("same_mailbox", "same_phone", "same_external_id", "same_name_and_address", "similar_email")
SURE: Final = frozenset({"same_mailbox", "same_phone", "same_external_id"})
OPEN, DISMISSED = "open", "dismissed"
AGAIN: Final = timedelta(hours=1)
BATCH: Final = 2_000


def is_due(scope: Scope, *, now: datetime) -> bool:
    """Whether somebody asked for a search, or profiles were written since the last one, an hour ago or more."""
    scan = DuplicateScan.objects.filter(account_id=scope.account_id).first()
    if scan is not None and (scan.is_wanted or (scan.at is not None and now - scan.at < AGAIN)):
        return scan.is_wanted
    writes = Turn.objects.filter(account_id=scope.account_id).values_list("writes", flat=True).first()
    return writes is not None and (scan is None or scan.writes != writes)


def note(scope: Scope, pairs: Mapping[tuple[int, int], str], *, now: datetime) -> None:
    rows = Duplicate.objects.within(scope)
    known = {(first, second): status for first, second, status in rows.values_list("first", "second", "status")}
    gone = [pair for pair, status in known.items() if status == OPEN and pair not in pairs]
    for first in range(0, len(gone), BATCH):
        condition = Q(*[Q(first=a, second=b) for a, b in gone[first : first + BATCH]], _connector=Q.OR)
        rows.filter(condition, status=OPEN).delete()
    fresh = [
        Duplicate(account_id=scope.account_id, id=ulid(), first=first, second=second, reason=reason, found=now)
        for (first, second), reason in pairs.items()
        if (first, second) not in known
    ]
    Duplicate.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)


def list_duplicates(scope: Scope, listing: Listing) -> Page[DuplicateInfo]:
    def of_profile(compare: Compare) -> Q:
        numbers = Profile.objects.within(scope).filter(id__in=compare.values).values("number")
        return Q(first__in=numbers) | Q(second__in=numbers)

    columns: Columns = {"id": "id", "status": "status", "reason": "reason", "profile_id": of_profile}
    page = paged(Duplicate.objects.within(scope).filter(matching(listing.where, columns)), listing, itself)
    return Page(described(scope, page.rows), page.next, page.previous)


def itself(row: Duplicate) -> Duplicate:
    return row


def get_duplicate(scope: Scope, duplicate_id: str) -> DuplicateInfo:
    """Raises NotFound."""
    found = described(scope, [Duplicate.objects.of(scope, duplicate_id)])
    if not found:
        raise NotFound(f"A possible duplicate with id {duplicate_id} does not exist.")
    return found[0]


def described(scope: Scope, rows: Sequence[Duplicate]) -> list[DuplicateInfo]:
    numbers = {number for row in rows for number in (row.first, row.second)}
    ids = dict(Profile.objects.within(scope).filter(number__in=numbers).values_list("number", "id"))
    return [
        DuplicateInfo(
            row.id, row.reason, row.status, row.found, row.decided, row.decided_by, (ids[row.first], ids[row.second])
        )
        for row in rows
        if row.first in ids and row.second in ids
    ]


def settings(scope: Scope) -> DuplicateSearch:
    """What the last search found, and which reasons merge by themselves."""
    scan = DuplicateScan.objects.filter(account_id=scope.account_id).first()
    rows = Duplicate.objects.within(scope).filter(status=OPEN).values_list("reason").annotate(count=Count("id"))
    return DuplicateSearch(
        id="current",
        at=scan.at if scan else None,
        is_wanted=bool(scan and scan.is_wanted),
        automatic=list(scan.automatic) if scan else [],
        open=dict(rows),
    )


def configure(scope: Scope, automatic: Sequence[str]) -> DuplicateSearch:
    """Choose the reasons that merge by themselves. Raises Invalid for one that leaves doubt."""
    for place, reason in enumerate(automatic):
        if reason not in SURE:
            detail = f"Only {', '.join(sorted(SURE))} may merge by themselves; {reason!r} leaves doubt."
            raise Invalid(detail, pointer=f"/data/attributes/automatic/{place}")
    DuplicateScan.objects.update_or_create(
        account_id=scope.account_id, defaults={"automatic": sorted(set(automatic)), "is_wanted": bool(automatic)}
    )
    return settings(scope)


def want_search(scope: Scope) -> DuplicateSearch:
    """Have all profiles compared now. Raises Conflict while that is waiting already."""
    scan, made = DuplicateScan.objects.get_or_create(account_id=scope.account_id, defaults={"is_wanted": True})
    if not made and not DuplicateScan.objects.filter(pk=scan.pk, is_wanted=False).update(is_wanted=True):
        raise Conflict("The profiles are about to be compared already.")
    return settings(scope)
