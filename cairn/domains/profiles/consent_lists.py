"""Opt-outs from one list: reasons not to write to somebody by that list, whatever else they get."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from cairn.domains.profiles import consent, touching
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    ConsentChange,
    Outcome,
    Reason,
    Resolved,
    Wish,
)
from cairn.kernel.scope import Scope

IN_LIST, LEFT_LIST = "IN_LIST", "LEFT_LIST"
STOP = """
INSERT INTO profiles_suppression AS mine (account_id, number, reason, list_id, at, address)
SELECT %(account_id)s, number, %(reason)s, list_id, at, ''
FROM unnest(%(numbers)s::bigint[], %(lists)s::text[], %(ats)s::timestamptz[]) AS new(number, list_id, at)
ON CONFLICT (account_id, number, reason, list_id) DO UPDATE SET at = greatest(mine.at, EXCLUDED.at)
"""
HELD = """
SELECT number, list_id, at, lifted_at FROM profiles_suppression
WHERE account_id = %s AND number = ANY(%s) AND list_id = ANY(%s) AND reason = %s
"""
LIFT = """
UPDATE profiles_suppression s SET lifted_at = greatest(s.lifted_at, w.at)
FROM unnest(%s::bigint[], %s::timestamptz[]) AS w(number, at)
WHERE s.account_id = %s AND s.number = w.number AND s.list_id = %s
RETURNING s.number, s.at >= s.lifted_at
"""

Place = tuple[str, int]


def stop(
    scope: Scope,
    found: Sequence[Resolved],
    changes: Sequence[ConsentChange],
    *,
    now: datetime,
    asked: Mapping[Place, datetime | None],
) -> list[Wish]:
    """Write nothing more to people by a list. `asked` are its members, with when they asked to be in it: who did so
    later than the wish stays. The caller holds the lock."""
    held = holding(scope, found, changes)
    ledger = consent.Ledger()
    wishes = []
    stops: dict[Place, datetime] = {}
    for one, change in zip(found, changes, strict=True):
        place = (change.list_id or "", one.number)
        at = consent.moment(change.at, now)
        since = asked.get(place)
        outcome = Outcome.TAKEN
        if not one.number or not change.list_id:
            outcome = Outcome.NO_ADDRESS
        elif since is not None and since > at:
            outcome = Outcome.LATE
        elif held.get(place) or place in stops:
            outcome = Outcome.REPEATED
        if outcome in (Outcome.TAKEN, Outcome.REPEATED):
            stops[place] = max(at, stops.get(place, at))
        if one.number and outcome != Outcome.REPEATED:
            after = LEFT_LIST if outcome == Outcome.TAKEN else IN_LIST
            cause = consent.cause_of(change, scope.actor)
            ledger.note(one.number, EMAIL_MARKETING, IN_LIST, after, at, cause, outcome)
        taken = outcome in (Outcome.TAKEN, Outcome.REPEATED)
        wishes.append(Wish(one.number, one.id, taken, outcome == Outcome.TAKEN, at, outcome))
    put(scope, stops)
    consent.save(scope, ledger, now=now)
    touching.touch(scope, [number for _, number in stops])
    return wishes


def holding(scope: Scope, found: Sequence[Resolved], changes: Sequence[ConsentChange]) -> dict[Place, bool]:
    """Which of these opt-outs are there, and whether they hold."""
    numbers = [one.number for one in found]
    lists = sorted({change.list_id or "" for change in changes})
    with connection.cursor() as cursor:
        cursor.execute(HELD, [scope.account_id, numbers, lists, Reason.UNSUBSCRIBE])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return {(list_id, number): lifted is None or at >= lifted for number, list_id, at, lifted in rows}


def put(scope: Scope, stops: Mapping[Place, datetime]) -> None:
    if not stops:
        return
    values: dict[str, Any] = {
        "account_id": scope.account_id,
        "reason": Reason.UNSUBSCRIBE,
        "numbers": [number for _, number in stops],
        "lists": [list_id for list_id, _ in stops],
        "ats": list(stops.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(STOP, values)


def lift(scope: Scope, list_id: str, wished: Mapping[int, datetime]) -> set[int]:
    """People asked to be in a list again; those whose opt-out from it is later than that."""
    with connection.cursor() as cursor:
        cursor.execute(LIFT, [list(wished), list(wished.values()), scope.account_id, list_id])
        return {number for number, holds in cursor.fetchall() if holds}
