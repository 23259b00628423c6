"""Facts that leave with the transaction that made them: written beside the rows, dispatched by the worker.

Delivery is at least once, so handlers are idempotent. The table is made by the first migration of profiles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection

PUT = "INSERT INTO outbox (kind, payload) SELECT %s, unnest(%s::jsonb[])"
TAKE = """
SELECT id, kind, payload::text, attempts, attempts > 0 AND coalesce(error, '') = '' FROM outbox
WHERE due <= %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
MENTIONING = """
SELECT id, kind, payload::text, attempts FROM outbox
WHERE payload ->> 'account_id' = %s AND lower(payload::text) LIKE ANY(%s) ORDER BY id FOR UPDATE
"""
DONE = "DELETE FROM outbox WHERE id = ANY(%s)"
POSTPONE = "UPDATE outbox SET due = %s, attempts = attempts + 1, error = %s WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Message:
    """One fact. `payload` is JSON, `attempts` how often it was put off. `is_repeat` says that its handlers have taken
    it, and want it once more."""

    id: int
    kind: str
    payload: bytes
    attempts: int
    is_repeat: bool = False


def send(kind: str, payload: object) -> None:
    """Hands over one fact; it leaves if and when the caller's transaction commits."""
    send_all(kind, [payload])


def send_all(kind: str, payloads: Sequence[object]) -> None:
    if not payloads:
        return
    with connection.cursor() as cursor:
        cursor.execute(PUT, [kind, [msgspec.json.encode(payload).decode() for payload in payloads]])


def take(limit: int, *, now: datetime) -> list[Message]:
    """Due facts in order, locked until the caller's transaction ends; other workers pass over them."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [now, limit])
        return [Message(row[0], row[1], row[2].encode(), row[3], row[4]) for row in cursor.fetchall()]


def mentioning(account_id: str, texts: Sequence[str]) -> list[Message]:
    """Facts of an account in which one of the texts stands, whatever its letters' size; locked until the commit."""
    words = [f"%{text.lower().replace(chr(92), chr(92) * 2).replace('%', chr(92) + '%')}%" for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(MENTIONING, [account_id, words])
        return [Message(row[0], row[1], row[2].encode(), row[3]) for row in cursor.fetchall()]


def rewrite(message_id: int, payload: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox SET payload = %s::jsonb WHERE id = %s", [payload.decode(), message_id])


def done(ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DONE, [list(ids)])


def postpone(message_id: int, *, until: datetime, error: str) -> None:
    """One fact that cannot be handled now never stops the ones behind it."""
    with connection.cursor() as cursor:
        cursor.execute(POSTPONE, [until, error, message_id])
