"""Notes of profiles whose state changed, for whoever copies it elsewhere."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from cairn.domains.profiles.models import Touched
from cairn.infra.postgres.arrays import number_array
from cairn.kernel.scope import Scope

LONGEST_RUN: Final = 1_000
TOUCH: Final = """
INSERT INTO profiles_touched (account_id, number, last)
SELECT %s, first, nullif(last, first) FROM unnest(%s::bigint[], %s::bigint[]) AS run(first, last)
"""
IS_TOUCHED: Final = """
SELECT EXISTS (
    SELECT FROM unnest(%s::bigint[]) AS asked(number)
    JOIN profiles_touched t ON asked.number BETWEEN t.number AND coalesce(t.last, t.number) WHERE t.account_id = %s
)
"""
FORGET: Final = "DELETE FROM profiles_touched WHERE account_id = %s AND id = ANY(%s::bigint[])"


def touch(scope: Scope, numbers: Iterable[int]) -> None:
    """Note that profiles changed. Those of an import follow each other: a run of them is one row."""
    found = runs(sorted(set(numbers)))
    if found:
        firsts, lasts = zip(*found, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(TOUCH, [scope.account_id, number_array(firsts), number_array(lasts)])


def runs(ascending: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of the stretches without a gap."""
    found: list[tuple[int, int]] = []
    for number in ascending:
        if found and number == found[-1][1] + 1 and number - found[-1][0] < LONGEST_RUN:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def touched(scope: Scope, limit: int, *, newest: bool = False) -> tuple[list[int], set[int]]:
    """The oldest notes, or the newest: their ids, and the profiles that they name, `limit` of them or a run more."""
    notes = Touched.objects.filter(account_id=scope.account_id).order_by("-id" if newest else "id")[:limit]
    ids: list[int] = []
    numbers: set[int] = set()
    for note, first, last in notes.values_list("id", "number", "last"):
        ids.append(note)
        numbers.update(range(first, (last or first) + 1))
        if len(numbers) >= limit:
            break
    return ids, numbers


def forget(scope: Scope, ids: Sequence[int]) -> None:
    """The changes behind these notes are copied."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [scope.account_id, number_array(ids)])


def is_touched(scope: Scope, numbers: Iterable[int]) -> bool:
    """Whether a change of one of these profiles is not copied yet."""
    with connection.cursor() as cursor:
        cursor.execute(IS_TOUCHED, [number_array(numbers), scope.account_id])
        return bool(cursor.fetchone()[0])
