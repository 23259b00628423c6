"""PostgreSQL's schema: Django's migrations by one process at a time, and a quick look whether there are any to run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import psycopg
from django.core.management import call_command

PACKAGE = Path(__file__).parents[2]
MIGRATION_LOCK = 0x6361_6972_6E00_0002
LOOK_AGAIN_SECONDS = 0.1
CREATE = """
CREATE TABLE IF NOT EXISTS schema_fingerprint (one boolean PRIMARY KEY DEFAULT true CHECK (one), value text NOT NULL)
"""
WRITE = """
INSERT INTO schema_fingerprint (value) VALUES (%s) ON CONFLICT (one) DO UPDATE SET value = excluded.value
"""


def fingerprint() -> str:
    """What the schema is made from: all migration files, and Django, whose own apps have some."""
    digest = blake2b(version("django").encode(), digest_size=16)
    for path in sorted(PACKAGE.rglob("migrations/*.py")):
        digest.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return digest.hexdigest()


def is_current(url: str) -> bool:
    """Whether this code's schema is there, without loading Django. False also where nobody answers."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute("SELECT value FROM schema_fingerprint").fetchone()
    except psycopg.Error:
        return False
    return row is not None and row[0] == fingerprint()


@contextmanager
def exclusively(url: str) -> Iterator[psycopg.Connection]:
    """Hold the right to change schemas, PostgreSQL's and ClickHouse's; others wait for their turn."""
    with psycopg.connect(url, autocommit=True) as connection:
        # Not pg_advisory_lock: whoever waits in a statement holds a snapshot, for which an index that is made
        # concurrently waits in its turn.
        while not is_taken(connection):
            time.sleep(LOOK_AGAIN_SECONDS)
        yield connection


def is_taken(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK]).fetchone()
    return row is not None and bool(row[0])


def migrate(url: str) -> None:
    """Bring Django's default database, which `url` names, up to date. Needs Django to be set up."""
    with exclusively(url) as connection:
        call_command("migrate", interactive=False, verbosity=0)
        connection.execute(CREATE)
        connection.execute(WRITE, [fingerprint()])
