"""The ledger's statements: each takes a whole batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

from cairn.domains.messaging.contracts import EMAIL
from cairn.domains.messaging.models import State as State
from cairn.kernel import ids
from cairn.kernel.scope import Scope

SQL: Final = Path(__file__).with_name("sql")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in this sender's hand."""

    number: int
    id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a message in hand; `due` is set where it goes back to the queue."""

    number: int
    state: State
    reason: str = ""
    detail: str = ""
    profile_id: str = ""
    email: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Orphan:
    """A message that a sender had in hand when it ended."""

    account_id: str
    source: str
    number: int
    id: str


@cache
def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()


def run(name: str, parameters: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement(name), parameters)
        return int(cursor.rowcount)


def enqueue(
    scope: Scope, source: str, campaign_id: str, numbers: Sequence[int], dues: Sequence[datetime], *, now: datetime
) -> int:
    """Adds candidates with the time of each; returns how many were new."""
    return run(
        "enqueue",
        {
            "account_id": scope.account_id,
            "source": source,
            "campaign_id": campaign_id,
            "channel": EMAIL,
            "numbers": list(numbers),
            "ids": [ids.ulid() for _ in numbers],
            "dues": list(dues),
            "now": now,
        },
    )


def claim(
    scope: Scope, source: str, *, after: int, seat: str, now: datetime, lease_until: datetime, most: int
) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement("claim"),
            {
                "account_id": scope.account_id,
                "source": source,
                "channel": EMAIL,
                "after": after,
                "now": now,
                "lease_until": lease_until,
                "seat": seat,
                "most": most,
            },
        )
        return sorted((Claimed(*row) for row in cursor.fetchall()), key=lambda claimed: claimed.number)


def settle(scope: Scope, source: str, seat: str, outcomes: Sequence[Settled], *, now: datetime) -> int:
    if not outcomes:
        return 0
    return run(
        "settle",
        {
            "account_id": scope.account_id,
            "source": source,
            "channel": EMAIL,
            "seat": seat,
            "now": now,
            "numbers": [one.number for one in outcomes],
            "states": [str(one.state) for one in outcomes],
            "reasons": [one.reason[:40] for one in outcomes],
            "details": [one.detail[:500].replace("\0", "") for one in outcomes],
            "profile_ids": [one.profile_id for one in outcomes],
            "emails": [one.email for one in outcomes],
            "dues": [one.due for one in outcomes],
        },
    )


def remember_sent(scope: Scope, source: str, numbers: Sequence[int], *, now: datetime) -> None:
    if numbers:
        parameters = {"account_id": scope.account_id, "source": source, "channel": EMAIL, "now": now}
        run("last_sent", {**parameters, "numbers": list(numbers)})


def orphans(seat: str, *, now: datetime) -> list[Orphan]:
    """Locked until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(statement("in_hand"), {"seat": seat, "now": now})
        return [Orphan(*row) for row in cursor.fetchall()]


def adopt(orphan_ids: Sequence[tuple[str, str]], seat: str, *, lease_until: datetime) -> None:
    """Moves messages (account and id) into this sender's hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_message AS message SET seat = %s, lease_until = %s "
            "FROM unnest(%s::text[], %s::text[]) AS mine (account_id, id) "
            "WHERE message.account_id = mine.account_id AND message.id = mine.id AND message.state = 'handed_over'",
            [seat, lease_until, [account for account, _ in orphan_ids], [one for _, one in orphan_ids]],
        )


def release(orphan_ids: Sequence[tuple[str, str]]) -> None:
    """Back to the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_message AS message SET state = 'queued', seat = '', lease_until = NULL "
            "FROM unnest(%s::text[], %s::text[]) AS mine (account_id, id) "
            "WHERE message.account_id = mine.account_id AND message.id = mine.id AND message.state = 'handed_over'",
            [[account for account, _ in orphan_ids], [one for _, one in orphan_ids]],
        )
