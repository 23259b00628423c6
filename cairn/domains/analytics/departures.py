"""What analytics do when people are deleted: no credit names them."""

from collections.abc import Sequence

from cairn import wiring
from cairn.infra.clickhouse.forgetting import Pair, count, forget


def forget_people(pairs: Sequence[Pair]) -> dict[str, int]:
    """Delete the credits of profiles, each with its account's number; how many."""
    return forget(wiring.clickhouse(), ("attributions",), pairs)


def count_people(pairs: Sequence[Pair]) -> dict[str, int]:
    """How many rows `forget_people` would find."""
    return count(wiring.clickhouse(), ("attributions",), pairs)
