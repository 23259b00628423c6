"""Ticks: what they write, and that a crash in any place leaves nothing behind and nothing double."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from cairn import wiring
from cairn.domains.segments import departures, evaluation, memberships, ticking
from cairn.domains.segments.contracts import ENTERED, LEFT, SegmentChanged
from cairn.domains.segments.models import Segment
from cairn.domains.segments.queries import member_numbers, segments_of
from cairn.domains.segments.tests.shop import Happening, Person, write_events, write_people
from cairn.infra.clickhouse.client import ClickHouse, ClickHouseError
from cairn.infra.eventlog.port import Lane
from cairn.kernel.scope import Scope

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
METRICS = {"Orderd": 1}


class Broken(Exception):
    """The process ends here."""


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """Ann and Bea, who have bought nothing yet, and a segment of who bought in the last day."""
    monkeypatch.setattr(ticking, "metric_numbers", lambda _: METRICS)
    write_people(scope, [Person(1), Person(2)])
    make(scope, "Buyers", "greater-than")
    ticking.tick(scope, set(), now=NOW)
    return scope


def make(scope: Scope, name: str, operator: str) -> str:
    condition: dict[str, Any] = {"type": "profile-metric", "metric_id": "Orderd", "measurement": "count"}
    condition["measurement_filter"] = {"type": "numeric", "operator": operator, "value": 0}
    condition["timeframe_filter"] = {"type": "date", "operator": "in-the-last", "quantity": 1, "unit": "day"}
    definition = {"condition_groups": [{"conditions": [condition]}]}
    row = Segment.objects.create(
        account_id=scope.account_id, name=name, definition=definition, created=NOW, updated=NOW
    )
    return row.id


def buyers(scope: Scope) -> Segment:
    return Segment.objects.within(scope).get(name="Buyers")


def members(scope: Scope) -> list[int]:
    return [int(number) for number in member_numbers(scope, buyers(scope).id)]


def written(scope: Scope) -> list[tuple[int, int, str]]:
    return wiring.clickhouse().query(
        "SELECT profile, entered, cause FROM segment_changes FINAL"
        " WHERE account = {account:UInt32} ORDER BY at, profile",
        {"account": scope.account_number},
    )


def facts(scope: Scope) -> list[tuple[str, SegmentChanged]]:
    entries = wiring.log_reader().read(Lane.BULK, {}, 10_000)
    return [
        (entry.record.kind, msgspec.json.decode(entry.record.body, type=SegmentChanged))
        for entry in entries
        if entry.record.account_id == scope.account_id
    ]


def buys(scope: Scope, number: int, at: datetime) -> set[int]:
    write_events(scope, [Happening(number, 1, at)])
    return {number}


def test_entering_and_leaving_are_facts_with_ids_and_a_time(shop: Scope) -> None:
    entered = ticking.tick(shop, buys(shop, 1, NOW), now=NOW + timedelta(seconds=1))
    assert (entered.entered, entered.left, entered.evaluated) == (1, 0, 1)
    left = ticking.tick(shop, set(), now=NOW + timedelta(days=2))
    assert (left.entered, left.left, left.evaluated) == (0, 1, 1)
    (first_kind, first), (second_kind, second) = facts(shop)
    assert (first_kind, second_kind) == (ENTERED, LEFT)
    assert first.profiles == second.profiles == [(1, Person(1).id)]
    assert (first.segment_id, first.at) == (buyers(shop).id, int((NOW + timedelta(seconds=1)).timestamp() * 1000))
    assert written(shop) == [(1, 1, "tick"), (1, 0, "tick")]


def test_nothing_to_do_does_nothing(shop: Scope) -> None:
    result = ticking.tick(shop, set(), now=NOW + timedelta(seconds=1))
    assert (result.copied, result.evaluated, result.entered, result.left, result.built) == (0, 0, 0, 0, ())
    assert written(shop) == []


@contextmanager
def changes_alone() -> Iterator[None]:
    """As if a crash came between a change and the membership that it becomes."""
    clickhouse = wiring.clickhouse()
    clickhouse.command("DETACH TABLE segment_members_of_changes")
    try:
        yield
    finally:
        clickhouse.command("ATTACH TABLE segment_members_of_changes")


@pytest.mark.parametrize("place", ["write", "count_changes", "tell", "settle"])
def test_a_crash_is_finished_by_the_next_tick(shop: Scope, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    module = memberships if place == "count_changes" else ticking
    real = getattr(module, place)

    def breaks(*given: Any, **named: Any) -> Any:
        if place == "write":
            with changes_alone():
                real(*given, **named)
        if place == "settle":
            real(*given, **named)
        raise Broken

    changed = buys(shop, 1, NOW)
    with monkeypatch.context() as patch, pytest.raises(Broken):
        patch.setattr(module, place, breaks)
        ticking.tick(shop, changed, now=NOW + timedelta(seconds=1))
    changed |= buys(shop, 2, NOW + timedelta(seconds=1))
    ticking.tick(shop, changed, now=NOW + timedelta(seconds=2))
    assert members(shop) == [1, 2]
    assert written(shop) == [(1, 1, "tick"), (2, 1, "tick")]
    assert buyers(shop).member_count == 2
    told = {(kind, body.at, tuple(body.profiles)) for kind, body in facts(shop)}
    first, second = (int((NOW + timedelta(seconds=n)).timestamp() * 1000) for n in (1, 2))
    assert told == {
        (ENTERED, first, ((1, Person(1).id),)),
        (ENTERED, second, ((2, Person(2).id),)),
    }


@pytest.mark.parametrize("half", [False, True])
def test_a_build_that_crashed_is_completed(shop: Scope, monkeypatch: pytest.MonkeyPatch, half: bool) -> None:
    others = make(shop, "Others", "equals")
    with monkeypatch.context() as patch, changes_alone() if half else nullcontext(), pytest.raises(Broken):
        patch.setattr(memberships, "count_written", lambda *_, **__: (_ for _ in ()).throw(Broken))
        ticking.tick(shop, set(), now=NOW + timedelta(seconds=1))
    assert member_numbers(shop, others).tolist() == ([] if half else [1, 2])
    assert ticking.tick(shop, set(), now=NOW + timedelta(seconds=2)).built == (others,)
    assert member_numbers(shop, others).tolist() == [1, 2]
    assert Segment.objects.of(shop, others).member_count == 2
    assert written(shop) == [(1, 1, "definition"), (2, 1, "definition")]
    assert facts(shop) == []


def test_a_build_that_fails_half_way_goes_on_from_there(shop: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    others = make(shop, "Others", "equals")
    real = evaluation.build

    def failing(*given: Any) -> None:
        with changes_alone():
            real(*given)
        raise ClickHouseError("no memory")

    with monkeypatch.context() as patch:
        patch.setattr(evaluation, "build", failing)
        assert ticking.tick(shop, set(), now=NOW + timedelta(seconds=1)).built == ()
    assert Segment.objects.of(shop, others).is_processing
    ticking.tick(shop, buys(shop, 1, NOW), now=NOW + timedelta(seconds=2))
    row = Segment.objects.of(shop, others)
    assert (row.is_processing, row.member_count, member_numbers(shop, others).tolist()) == (False, 1, [2])
    assert written(shop) == [(1, 1, "definition"), (2, 1, "definition"), (1, 1, "tick"), (1, 0, "definition")]


def test_who_was_forgotten_while_a_segment_was_paused_is_not_counted_when_it_goes_on(shop: Scope) -> None:
    ticking.tick(shop, buys(shop, 1, NOW) | buys(shop, 2, NOW), now=NOW + timedelta(seconds=1))
    mine = Segment.objects.within(shop).filter(name="Buyers")
    mine.update(is_active=False)
    write_people(shop, [Person(2, deleted=True)])
    departures.forget_people([(shop.account_number, 2)])
    ticking.tick(shop, set(), now=NOW + timedelta(seconds=2))
    mine.update(is_active=True, is_processing=True)
    ticking.tick(shop, set(), now=NOW + timedelta(seconds=3))
    assert (members(shop), buyers(shop).member_count) == ([1], 1)


def test_a_segment_whose_sql_fails_disturbs_no_other(shop: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = make(shop, "Bad", "equals")
    ticking.tick(shop, set(), now=NOW + timedelta(seconds=1))
    real = evaluation.changes

    def failing(scope: Scope, segments: Any, *rest: Any) -> Any:
        if any(number == Segment.objects.of(shop, bad).number for number, _ in segments):
            raise ClickHouseError("no")
        return real(scope, segments, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(evaluation, "changes", failing)
        ticking.tick(shop, buys(shop, 1, NOW), now=NOW + timedelta(seconds=2))
    assert members(shop) == [1]
    assert Segment.objects.of(shop, bad).is_processing
    ticking.tick(shop, set(), now=NOW + timedelta(seconds=3))
    assert member_numbers(shop, bad).tolist() == [2]


def test_joining_again_is_a_new_joining(shop: Scope) -> None:
    ticking.tick(shop, buys(shop, 1, NOW), now=NOW + timedelta(seconds=1))
    ticking.tick(shop, buys(shop, 1, NOW + timedelta(seconds=1)), now=NOW + timedelta(seconds=2))
    number = buyers(shop).number
    assert evaluation.joined(shop, number, [1]) == {1: NOW + timedelta(seconds=1)}
    ticking.tick(shop, set(), now=NOW + timedelta(days=3))
    assert evaluation.joined(shop, number, [1]) == {}
    again = NOW + timedelta(days=4)
    ticking.tick(shop, buys(shop, 1, again), now=again)
    assert evaluation.joined(shop, number, [1]) == {1: again}
    assert [one.name for one in segments_of(shop, 1)] == ["Buyers"]


def test_another_account_is_untouched(shop: Scope, charlie: Any) -> None:
    ticking.tick(shop, buys(shop, 1, NOW), now=NOW + timedelta(seconds=1))
    ticking.tick(charlie.scope, {1}, now=NOW + timedelta(seconds=1))
    assert written(charlie.scope) == []
    assert segments_of(charlie.scope, 1) == []


def test_many_new_segments_are_built_over_several_ticks(shop: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticking, "BUILD_SECONDS", 0.0)
    wanted = [make(shop, f"Segment {number}", "equals") for number in range(3)]
    ticks = [ticking.tick(shop, set(), now=NOW + timedelta(seconds=1 + number)).built for number in range(4)]
    assert ticks == [(wanted[0],), (wanted[1],), (wanted[2],), ()]
