"""ClickHouse's schema: plain SQL files, applied in the order of their names, each statement once."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from cairn.infra.clickhouse.client import ClickHouse, NotSetUp

FOLDER = Path(__file__).parent / "migrations"
LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations
(
    file String,
    statement UInt16,
    digest String,
    applied DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree ORDER BY (file, statement)
"""


def migrate(clickhouse: ClickHouse, folder: Path = FOLDER) -> int:
    """Bring the database up to date; how many statements that took. Callers take turns by themselves.

    Each statement is recorded by itself: DDL has no transactions, and a crash goes on where it stopped.
    """
    clickhouse.create_database()
    clickhouse.command(LEDGER)
    waiting = pending(clickhouse, folder)
    for file, number, sql in waiting:
        clickhouse.command(sql)
        digest = blake2b(sql.encode(), digest_size=8).hexdigest()
        clickhouse.insert("schema_migrations", ["file", "statement", "digest"], [(file, number, digest)])
    clickhouse.forget()
    return len(waiting)


def pending(clickhouse: ClickHouse, folder: Path = FOLDER) -> list[tuple[str, int, str]]:
    """File, number and text of the statements to be applied."""
    try:
        applied = set(clickhouse.query("SELECT file, statement FROM schema_migrations"))
    except NotSetUp:  # Neither the table nor, perhaps, the database is there.
        applied = set()
    return [
        (path.name, number, sql)
        for path in sorted(folder.glob("*.sql"))
        for number, sql in enumerate(statements(path.read_text()))
        if (path.name, number) not in applied
    ]


def statements(text: str) -> Iterator[str]:
    """The statements of a file: they end with a `;` at a line's end, and no text in them contains one there."""
    for piece in (text + "\n").split(";\n"):
        lines = [line for line in piece.splitlines() if line.strip() and not line.lstrip().startswith("--")]
        if lines:
            yield "\n".join(lines)
