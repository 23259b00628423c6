"""Addresses that get no email, one row per reason: for whoever keeps a list of them elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from cairn.domains.profiles.contracts import Reason
from cairn.kernel.scope import Scope

IN_FORCE = "({0}.lifted_at IS NULL OR {0}.at >= {0}.lifted_at)"
COUNT = f"""
SELECT count(*) FROM profiles_suppression s
WHERE s.account_id = %(account)s AND s.list_id = '' AND s.reason = ANY(%(reasons)s)
    AND {IN_FORCE.format("s")}
"""
ROWS = """
SELECT s.number, p.id, p.email, p.phone_number, s.reason, s.list_id, s.at
FROM profiles_suppression s JOIN profiles_profile p ON p.account_id = s.account_id AND p.number = s.number
WHERE s.account_id = %(account)s AND {in_force} AND {condition}
ORDER BY {order} LIMIT %(size)s OFFSET %(skip)s
"""


@dataclass(frozen=True, slots=True)
class Excluded:
    """One reason why a person gets no email; `list_id` is empty where it holds for everything."""

    number: int
    profile_id: str
    email: str
    phone_number: str
    reason: Reason
    list_id: str
    at: datetime


def excluded(
    scope: Scope, *, reasons: Sequence[Reason], descending: bool, skip: int, size: int
) -> tuple[list[Excluded], int]:
    """Those suppressed for everything, by time, and how many there are."""
    order = "s.at DESC, s.number DESC" if descending else "s.at, s.number"
    named = [str(one) for one in reasons]
    given: dict[str, Any] = {"account": scope.account_id, "reasons": named, "skip": skip, "size": size}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, given)
        total = int(cursor.fetchone()[0])
        cursor.execute(
            ROWS.format(
                in_force=IN_FORCE.format("s"), condition="s.list_id = '' AND s.reason = ANY(%(reasons)s)", order=order
            ),
            given,
        )
        return [row_of(row) for row in cursor.fetchall()], total


def excluded_from(scope: Scope, list_id: str, *, after: int, size: int) -> list[Excluded]:
    """Those suppressed for one list or for everything, after a profile's number: all rows of up to `size` people."""
    numbers = f"""
    s.number IN (SELECT DISTINCT o.number FROM profiles_suppression o
        WHERE o.account_id = %(account)s AND o.number > %(after)s AND o.list_id IN ('', %(list)s)
            AND {IN_FORCE.format("o")}
        ORDER BY o.number LIMIT %(people)s) AND s.list_id IN ('', %(list)s)
    """
    given: dict[str, Any] = {"account": scope.account_id, "after": after, "list": list_id, "people": size}
    given |= {"skip": 0, "size": None}
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS.format(in_force=IN_FORCE.format("s"), condition=numbers, order="s.number, s.at DESC"), given
        )
        return [row_of(row) for row in cursor.fetchall()]


def row_of(row: tuple[Any, ...]) -> Excluded:
    number, profile_id, email, phone, reason, list_id, at = row
    return Excluded(number, profile_id, email or "", phone or "", Reason(reason), list_id, at)
