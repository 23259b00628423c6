"""Midnight: who will move is known before, and nobody is forgotten who changed meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.domains.segments import evaluation, ticking
from cairn.domains.segments import foresight as looking
from cairn.domains.segments.foresight import Foresight
from cairn.domains.segments.memberships import Changes
from cairn.domains.segments.models import Segment
from cairn.domains.segments.queries import member_numbers
from cairn.domains.segments.tests.shop import Happening, Person, write_events, write_people
from cairn.domains.segments.tests.test_time_zones import METRICS, definition, make
from cairn.infra.clickhouse.client import ClickHouse, ClickHouseError
from cairn.kernel.scope import Scope

MIDNIGHT = datetime(2026, 6, 16, tzinfo=UTC)
EVENING = MIDNIGHT - timedelta(minutes=20)
YESTERDAY = MIDNIGHT - timedelta(hours=30)


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """Four people who bought on the 14th, and a segment of who did in the last day; Bea bought today, too."""
    monkeypatch.setattr(ticking, "metric_numbers", lambda _: METRICS)
    write_people(scope, [Person(number) for number in range(1, 5)])
    write_events(scope, [Happening(number, 1, YESTERDAY) for number in range(1, 5)])
    buys(scope, 2, EVENING - timedelta(hours=1))
    make(scope, "Lately", definition("in-the-last", quantity=1, unit="day"))
    ticking.tick(scope, set(), now=EVENING)
    return scope


def buys(scope: Scope, number: int, at: datetime) -> set[int]:
    write_events(scope, [Happening(number, 1, at)])
    return {number}


def members(scope: Scope) -> list[int]:
    found: list[int] = member_numbers(scope, Segment.objects.within(scope).get(name="Lately").id).tolist()
    return found


def test_at_midnight_nobody_is_evaluated_who_was_looked_at(shop: Scope) -> None:
    before = ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    assert (before.evaluated, members(shop)) == (0, [1, 2, 3, 4])
    ticking.tick(shop, set(), now=MIDNIGHT - timedelta(seconds=1))
    assert members(shop) == [1, 2, 3, 4]
    midnight = ticking.tick(shop, set(), now=MIDNIGHT)
    assert (midnight.evaluated, midnight.left, members(shop)) == (0, 3, [2])


def test_who_changes_after_they_were_looked_at_is_looked_at_again(shop: Scope) -> None:
    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    at = EVENING + timedelta(minutes=1)
    ticking.tick(shop, buys(shop, 3, at), now=at)
    midnight = ticking.tick(shop, set(), now=MIDNIGHT + timedelta(seconds=1))
    assert (midnight.evaluated, midnight.left, members(shop)) == (0, 2, [2, 3])


def test_who_changes_in_the_tick_of_midnight_is_evaluated_with_the_rest(shop: Scope) -> None:
    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    ticking.tick(shop, buys(shop, 3, MIDNIGHT), now=MIDNIGHT + timedelta(milliseconds=500))
    assert members(shop) == [2, 3]


def test_nobody_is_forgotten_who_was_not_looked_at(shop: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SECONDS_PER_TICK", 0.0)
    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    midnight = ticking.tick(shop, set(), now=MIDNIGHT)
    assert (midnight.evaluated, members(shop)) == (4, [2])


def test_a_segment_that_is_built_meanwhile_is_looked_ahead_for_again(shop: Scope) -> None:
    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    today = make(shop, "Since the 15th", definition("in-the-last", quantity=0, unit="day")).id
    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=2))
    assert member_numbers(shop, today).tolist() == [2]
    # Midnight comes before anybody could be looked at with the new segment.
    midnight = ticking.tick(shop, set(), now=MIDNIGHT)
    assert (midnight.evaluated, members(shop)) == (4, [2])
    assert member_numbers(shop, today).tolist() == []


def test_another_process_that_ticks_makes_knowledge_void(shop: Scope) -> None:
    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    known = ticking._foresights[shop.account_number]
    ticking._foresights[shop.account_number] = Foresight()
    ticking.tick(shop, buys(shop, 3, EVENING), now=EVENING + timedelta(seconds=2))
    ticking._foresights[shop.account_number] = known
    ticking.tick(shop, set(), now=MIDNIGHT)
    assert members(shop) == [2, 3]


def test_who_is_evaluated_before_anybody_came_to_them_moves_once(
    shop: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(looking, "SECONDS_PER_TICK", 0.0)
        ticking._foresights[shop.account_number] = Foresight()
        ticking.tick(shop, {1}, now=EVENING + timedelta(seconds=1))
        ticking.tick(shop, {1}, now=EVENING + timedelta(seconds=2))
    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=3))
    midnight = ticking.tick(shop, set(), now=MIDNIGHT)
    assert (midnight.evaluated, midnight.left, members(shop)) == (0, 3, [2])
    assert Segment.objects.within(shop).get(name="Lately").member_count == 1


def test_what_a_tick_wrote_before_it_failed_is_not_written_again(
    shop: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("no space")

    ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    with monkeypatch.context() as patch:
        patch.setattr(ticking, "tell", fails)
        with pytest.raises(OSError, match="no space"):
            ticking.tick(shop, set(), now=MIDNIGHT)
    ticking.tick(shop, set(), now=MIDNIGHT + timedelta(seconds=1))
    assert members(shop) == [2]
    left = clickhouse.query("SELECT profile, at FROM segment_changes WHERE entered = 0 ORDER BY profile")
    assert [(profile, at.timestamp()) for profile, at in left] == [(one, MIDNIGHT.timestamp()) for one in (1, 3, 4)]


def test_a_store_that_fails_leaves_everybody_to_midnight(shop: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ClickHouseError("no")

    with monkeypatch.context() as patch:
        patch.setattr(evaluation, "changes", fails)
        ticking.tick(shop, set(), now=EVENING + timedelta(seconds=1))
    midnight = ticking.tick(shop, set(), now=MIDNIGHT)
    assert (midnight.evaluated, members(shop)) == (4, [2])


def test_edges_that_roll_while_midnight_passes_are_asked_for() -> None:
    asked: list[tuple[int, int]] = []

    def passed(start: int, end: int) -> set[int]:
        asked.append((start, end))
        return {1, 2} if start < end else set()

    def coming(_: Sequence[int], __: int) -> Changes:
        return Changes.none()

    midnight, known = int(MIDNIGHT.timestamp()), Foresight()
    known.look(EVENING, "UTC", ("key",), passed, coming)
    assert asked == [(midnight - 1, midnight)]
    known.due(EVENING, MIDNIGHT + timedelta(seconds=3), ("key",), passed)
    assert asked[1:] == [(int(EVENING.timestamp()), midnight - 1), (midnight, midnight + 3)]


def test_nothing_is_looked_at_hours_before(shop: Scope) -> None:
    def fails(*_: object) -> Any:
        raise AssertionError

    Foresight().look(MIDNIGHT - timedelta(hours=2), "UTC", (), fails, fails)
