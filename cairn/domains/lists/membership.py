"""Who is in a list, and how they came there: a statement for any number of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

from cairn.domains.profiles import actions as profiles
from cairn.infra.postgres.arrays import number_array
from cairn.kernel.scope import Scope

SQL: Final = Path(__file__).with_name("sql")
LEAVE = "DELETE FROM lists_listmember WHERE account_id = %s AND list_id = %s AND number = ANY(%s) RETURNING number"
LEAVE_ALL = "DELETE FROM lists_listmember WHERE account_id = %s AND number = ANY(%s) RETURNING number"
WISHED = """
SELECT number, wished_at FROM lists_listmember WHERE account_id = %s AND list_id = %s AND number = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class How:
    """By what means people join. `wished` holds when each asked to, where they did."""

    method: str = ""
    source: str = ""
    wished: Mapping[int, datetime] = field(default_factory=dict)


@cache
def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()


def by(scope: Scope) -> How:
    """How people join whom somebody adds: a user in the web app, or a key."""
    return How("MANUAL_ADD" if scope.actor.startswith("user:") else "API", scope.actor)


def join(scope: Scope, list_id: str, numbers: Iterable[int], *, now: datetime, how: How | None = None) -> set[int]:
    """Memberships in the caller's transaction; the numbers that are new. Who is there already keeps their place."""
    how = how or How()
    unique = sorted(set(numbers))
    values: dict[str, Any] = {
        "account_id": scope.account_id,
        "list_id": list_id,
        "numbers": number_array(unique),
        "wished": [how.wished.get(number) for number in unique] if how.wished else [],
        "now": now,
        "method": how.method,
        "source": how.source[:500],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("join"), values)
        joined = {number for number, is_new in cursor.fetchall() if is_new}
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
    """The destination is in the lists of both, and as it came there first. In the caller's transaction."""
    values: dict[str, Any] = {"account_id": scope.account_id, "source": source, "destination": destination}
    with connection.cursor() as cursor:
        cursor.execute(statement("unite"), values)
        cursor.execute(LEAVE_ALL, [scope.account_id, [source]])
    profiles.touch(scope, [source, destination])


def wished_at(scope: Scope, list_id: str, numbers: Sequence[int]) -> dict[int, datetime | None]:
    """The members among these people, with when they asked to be there."""
    with connection.cursor() as cursor:
        cursor.execute(WISHED, [scope.account_id, list_id, list(numbers)])
        return dict(cursor.fetchall())
