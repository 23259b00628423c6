"""The book of merges: what became of a profile that is no more. Nothing undoes a merge."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from cairn.domains.profiles.contracts import MergeInfo
from cairn.domains.profiles.identity import Person
from cairn.domains.profiles.models import Merge
from cairn.infra.postgres.arrays import number_array
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.ids import ulid
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

TODAY: Final = """
SELECT source, destination FROM profiles_merge WHERE account_id = %s AND source = ANY(%s::bigint[])
"""
DEPARTED: Final = """
SELECT asked.number, coalesce(
    (SELECT destination FROM profiles_merge WHERE account_id = %(account)s AND source = asked.number LIMIT 1), 0
)
FROM unnest(%(numbers)s::bigint[]) AS asked(number)
WHERE NOT EXISTS (SELECT FROM profiles_profile WHERE account_id = %(account)s AND number = asked.number)
"""


def record(scope: Scope, gone: Sequence[tuple[Person, Person]], *, how: str, now: datetime) -> None:
    """Note merges, each as source and destination, in the caller's transaction."""
    Merge.objects.bulk_create(
        Merge(
            account_id=scope.account_id,
            id=ulid(),
            at=now,
            source=source.number,
            destination=target.number,
            source_id=source.id,
            destination_id=target.id,
            how=how[:40],
            actor=scope.actor[:80],
            source_name=source.email or source.phone or source.external_id or "",
        )
        for source, target in gone
    )


def destinations(scope: Scope, numbers: Iterable[int]) -> dict[int, int]:
    """Numbers of merged profiles, and of the profiles that they are today."""
    with connection.cursor() as cursor:
        cursor.execute(TODAY, [scope.account_id, number_array(numbers)])
        return dict(cursor.fetchall())


def departed(scope: Scope, numbers: Iterable[int]) -> dict[int, int]:
    """Those of these numbers that are no profile any more, and what each was merged into; 0: it was deleted."""
    with connection.cursor() as cursor:
        cursor.execute(DEPARTED, {"account": scope.account_id, "numbers": number_array(numbers)})
        return dict(cursor.fetchall())


def sources_of(scope: Scope, numbers: Iterable[int]) -> list[Merge]:
    """Every merge that ended in these profiles; a chain of merges counts wholly."""
    return list(Merge.objects.within(scope).filter(destination__in=list(numbers)))


def list_merges(scope: Scope, listing: Listing) -> Page[MergeInfo]:
    columns: Columns = {"profile_id": "destination_id", "source_id": "source_id"}
    return paged(Merge.objects.within(scope).filter(matching(listing.where, columns)), listing, info)


def info(row: Merge) -> MergeInfo:
    return MergeInfo(row.id, row.at, row.source_id, row.destination_id, row.how, row.actor, row.source_name)
