"""What segments do when people are deleted: their states and memberships leave ClickHouse."""

from collections.abc import Sequence
from typing import Final

from cairn import wiring
from cairn.infra.clickhouse.forgetting import Pair, count, forget

TABLES: Final = ("profiles", "profile_dates", "segment_members", "segment_changes", "profile_search")


def forget_people(pairs: Sequence[Pair]) -> dict[str, int]:
    """Take profiles, each with its account's number, out of everything; how many rows that were, by table.

    They must have left their segments before: see `queries.is_touched` of profiles.
    """
    return forget(wiring.clickhouse(), TABLES, pairs)


def count_people(pairs: Sequence[Pair]) -> dict[str, int]:
    """How many rows `forget_people` would find."""
    return count(wiring.clickhouse(), TABLES, pairs)
