"""Deleting rows of profiles from whole tables: one mutation per table, however many profiles."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from cairn.infra.clickhouse.client import ClickHouse

Pair = tuple[int, int]
"""Account and profile."""

COUNT: Final = "SELECT count() FROM {table:Identifier} WHERE (account, profile) IN {pairs:Array(Tuple(UInt32, UInt32))}"
DELETE: Final = (
    "ALTER TABLE {table:Identifier} DELETE WHERE (account, profile) IN {pairs:Array(Tuple(UInt32, UInt32))}"
    " SETTINGS mutations_sync = 2"
)


def forget(clickhouse: ClickHouse, tables: Sequence[str], pairs: Sequence[Pair]) -> dict[str, int]:
    """Take these profiles from the tables, on the disk, too; how many rows each had of them.

    The tables are written anew side by side: one mutation alone keeps one processor busy.
    """
    counts = count(clickhouse, tables, pairs)

    def drop(table: str) -> None:
        clickhouse.command(DELETE, {"table": table, "pairs": list(pairs)})

    with ThreadPoolExecutor(len(tables)) as threads:
        for _ in threads.map(drop, [table for table in tables if counts[table]]):
            pass
    return counts


def count(clickhouse: ClickHouse, tables: Sequence[str], pairs: Sequence[Pair]) -> dict[str, int]:
    """How many rows each table has of these profiles."""
    return {table: clickhouse.query(COUNT, {"table": table, "pairs": list(pairs)})[0][0] for table in tables}
