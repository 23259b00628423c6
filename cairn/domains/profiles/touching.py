"""Notes of profiles whose state changed, for whoever copies it elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection

from cairn.domains.profiles.models import Touched
from cairn.infra.postgres.arrays import number_array
from cairn.kernel.scope import Scope

LONGEST_RUN: Final = 1_000
TOUCH: Final = """
INSERT INTO profiles_touched (account_id, number, last, due)
SELECT %s, first, nullif(last, first), %s FROM unnest(%s::bigint[], %s::bigint[]) AS run(first, last)
"""
IS_TOUCHED: Final = """
SELECT EXISTS (
    SELECT FROM unnest(%s::bigint[]) AS asked(number)
    JOIN profiles_touched t ON asked.number BETWEEN t.number AND coalesce(t.last, t.number) WHERE t.account_id = %s
)
"""
# Notes that are just being forgotten are left to it.
HURRY: Final = """
UPDATE profiles_touched SET due = NULL WHERE id IN (
    SELECT id FROM profiles_touched WHERE account_id = %s AND due IS NOT NULL FOR UPDATE SKIP LOCKED
)
"""
FORGET: Final = "DELETE FROM profiles_touched WHERE account_id = %s AND id = ANY(%s::bigint[])"


def touch(scope: Scope, numbers: Iterable[int], *, due: datetime | None = None) -> None:
    """Note that profiles changed. Those of an import follow each other: a run of them is one row. Until `due` it may
    wait for more to come, since ClickHouse takes many at once for little more than a few."""
    found = runs(sorted(set(numbers)))
    if found:
        firsts, lasts = zip(*found, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(TOUCH, [scope.account_id, due, number_array(firsts), number_array(lasts)])


def hurry(scope: Scope) -> None:
    """No more will come: what waits for it is due."""
    with connection.cursor() as cursor:
        cursor.execute(HURRY, [scope.account_id])


def runs(ascending: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of the stretches without a gap."""
    found: list[tuple[int, int]] = []
    for number in ascending:
        if found and number == found[-1][1] + 1 and number - found[-1][0] < LONGEST_RUN:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


class Note(NamedTuple):
    id: int
    numbers: range
    due: datetime | None


def touched(scope: Scope, limit: int, now: datetime) -> tuple[list[int], set[int]]:
    """The oldest notes: their ids, and the profiles that they name, `limit` of them or a run more. Those that may wait
    are left out until one of them is due, or they are as many as that."""
    found = notes(scope, limit, "id")
    waiting = [note for note in found if note.due is not None and note.due > now]
    is_due = len(waiting) < sum(note.due is not None for note in found)
    if not is_due and sum(len(note.numbers) for note in waiting) < limit:
        found = [note for note in found if note.due is None]
    return named(found, limit)


def newest(scope: Scope, limit: int) -> set[int]:
    """The profiles that were touched last, `limit` of them or a run more."""
    return named(notes(scope, limit, "-id"), limit)[1]


def notes(scope: Scope, limit: int, order: str) -> list[Note]:
    rows = Touched.objects.filter(account_id=scope.account_id).order_by(order)[:limit]
    return [
        Note(note, range(first, (last or first) + 1), due)
        for note, first, last, due in rows.values_list("id", "number", "last", "due")
    ]


def named(found: Iterable[Note], limit: int) -> tuple[list[int], set[int]]:
    ids: list[int] = []
    numbers: set[int] = set()
    for note in found:
        ids.append(note.id)
        numbers.update(note.numbers)
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
