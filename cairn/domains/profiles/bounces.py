"""Mailboxes that refuse for the time being: more than seven times in a row, and they count as gone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from cairn.domains.profiles import consent, store
from cairn.domains.profiles.contracts import Reason
from cairn.kernel.scope import Scope

MOST_IN_A_ROW: Final = 7
DELIVERED = "DELETE FROM profiles_softbounces WHERE account_id = %s AND number = ANY(%s)"
STALE = "(mine.address != EXCLUDED.address OR mine.first < EXCLUDED.last - interval '2 years')"
COUNT = f"""
INSERT INTO profiles_softbounces AS mine (account_id, number, address, times, first, last)
SELECT %(account_id)s, number, address, 1, %(now)s, %(now)s
FROM unnest(%(numbers)s::bigint[], %(addresses)s::text[]) AS new(number, address)
ON CONFLICT (account_id, number) DO UPDATE
SET times = CASE WHEN {STALE} THEN 1 ELSE mine.times + 1 END,
    first = CASE WHEN {STALE} THEN EXCLUDED.first ELSE mine.first END,
    address = EXCLUDED.address, last = EXCLUDED.last
RETURNING number, times
"""


def delivered(scope: Scope, numbers: Sequence[int]) -> None:
    """A mail was taken: the row of refusals is broken."""
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(DELIVERED, [scope.account_id, list(numbers)])


def count(scope: Scope, refused: Mapping[int, str], *, now: datetime) -> set[int]:
    """Count a refusal for each of these people and addresses; whoever passed the limit is suppressed, and returned. In
    the caller's transaction."""
    if not refused:
        return set()
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"account_id": scope.account_id, "now": now}
        cursor.execute(COUNT, {**values, "numbers": list(refused), "addresses": list(refused.values())})
        worn = {number: times for number, times in cursor.fetchall() if times > MOST_IN_A_ROW}
    if worn:
        store.lock(scope)
        detail = f"{MOST_IN_A_ROW + 1} soft bounces in a row"
        consent.suppress(scope, worn, Reason.HARD_BOUNCE, at=now, now=now, detail=detail)
    return set(worn)
