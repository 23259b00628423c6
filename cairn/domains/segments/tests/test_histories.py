"""Counting over some profiles' events: sums to the last millionth, windows to the second."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from cairn.domains.segments import evaluation, histories
from cairn.domains.segments.memberships import Changes
from cairn.domains.segments.parsing import parse
from cairn.domains.segments.tests.shop import Happening, Person, write_events, write_people
from cairn.domains.segments.windows import seconds_of
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
METRICS = {"Orderd": 1, "Viewed": 2}


def spent(operator: str, value: float, metric: str = "Orderd") -> dict[str, Any]:
    condition: dict[str, Any] = {"type": "profile-metric", "metric_id": metric, "measurement": "sum"}
    condition["measurement_filter"] = {"type": "numeric", "operator": operator, "value": value}
    condition["timeframe_filter"] = {"type": "date", "operator": "in-the-last", "quantity": 1, "unit": "hour"}
    return {"condition_groups": [{"conditions": [condition]}]}


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        ([], 0.0),
        ([Decimal("0.1")] * 3, 0.3),
        ([Decimal("9007199254.740993"), Decimal("0.000001")], 9007199254.740994),
        ([Decimal("999999999999.999999")] * 40, 39999999999999.99996),
    ],
    ids=["nothing", "tenths", "beyond what a float counts exactly", "beyond 64 bits"],
)
def test_a_sum_is_that_of_the_decimals(amounts: list[Decimal], total: float) -> None:
    millionths = np.array([int(amount * 10**6) for amount in amounts], np.int64)
    assert histories.summed(millionths, np.zeros(len(amounts), np.int64), 1).tolist() == [total]


def test_both_ways_of_asking_agree_on_sums_and_the_windows_edges(scope: Scope, clickhouse: ClickHouse) -> None:
    write_people(scope, [Person(number) for number in range(1, 6)])
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    write_events(
        scope,
        [
            *[Happening(1, 1, NOW, Decimal("0.1")) for _ in range(3)],
            Happening(2, 1, NOW - hour, Decimal("0.3")),
            Happening(3, 1, NOW - hour - second, Decimal("0.3")),
            Happening(4, 1, NOW + second, Decimal("0.3")),
            Happening(5, 2, NOW, Decimal("0.3")),
        ],
    )
    for operator, wanted in (("equals", {1, 2}), ("less-than", {3, 4, 5}), ("greater-than-or-equal", {1, 2})):
        definition = parse(spent(operator, 0.3))
        at = seconds_of(NOW)
        assert set(evaluation.members_of(scope, definition, METRICS, at).tolist()) == wanted
        some = evaluation.holding(scope, [definition], METRICS, range(1, 6), at)
        assert {number for number, held in some.items() if held} == wanted


def test_changes_are_told_by_segment_and_direction() -> None:
    def made(*rows: tuple[int, int, int]) -> Changes:
        segment, profile, entered = zip(*rows, strict=True)
        return Changes(np.array(segment, np.uint32), np.array(profile, np.uint32), np.array(entered, np.uint8))

    changes = Changes.joined([made((7, 3, 1), (5, 2, 0)), made((7, 1, 1), (7, 2, 0))])
    told = [(segment, entered, profiles.tolist()) for segment, entered, profiles in changes.moves()]
    assert told == [(5, 0, [2]), (7, 0, [2]), (7, 1, [1, 3])]
    assert changes.differences() == ([5, 7], [-1, 1])
    assert list(Changes.none().moves()) == []
