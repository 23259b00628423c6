"""Locks that hold over several statements and another store, whatever transaction they are in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

HOLD = "SELECT pg_advisory_lock(%s, %s)"
LEAVE = "SELECT pg_advisory_unlock(%s, %s)"


@contextmanager
def held(kind: int, number: int) -> Iterator[None]:
    """Waits until nobody else holds the lock. It ends with the connection, so that a killed process keeps none; the
    same connection may take it again."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [kind, number])
    try:
        yield
    finally:
        # Whoever lost the connection meanwhile has lost the lock with it.
        if connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute(LEAVE, [kind, number])
