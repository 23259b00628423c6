"""The queue of builds: its order and the reasons for it, and what is told of how far a build is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.domains.segments import builds, ticking
from cairn.domains.segments.builds import Run
from cairn.domains.segments.models import Segment
from cairn.domains.segments.queries import get
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
EVERYBODY: dict[str, Any] = {
    "condition_groups": [
        {
            "conditions": [
                {
                    "type": "profile-property",
                    "property": "email",
                    "filter": {"type": "existence", "operator": "is-set"},
                }
            ]
        }
    ]
}


def make(scope: Scope, name: str, *, starred: bool = False) -> str:
    row = Segment.objects.create(
        account_id=scope.account_id,
        name=name,
        definition=EVERYBODY,
        is_starred=starred,
        created=NOW,
        updated=NOW,
    )
    return row.id


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticking, "BUILD_SECONDS", 0.0)


def building(scope: Scope, segment_id: str) -> tuple[int, str]:
    found = get(scope, segment_id).building
    assert found is not None
    return found.ahead, found.reason


def test_what_campaigns_need_comes_first_then_the_starred_then_the_oldest(
    scope: Scope, clickhouse: ClickHouse, one_at_a_time: None
) -> None:
    old, young = make(scope, "Old"), make(scope, "Young")
    starred, needed, also = make(scope, "Starred", starred=True), make(scope, "Needed"), make(scope, "Also needed")
    order: list[str] = []
    for turn in range(5):
        result = ticking.tick(
            scope, set(), now=NOW + timedelta(seconds=turn), needs=lambda: {needed: "campaign", also: "campaign"}
        )
        order += result.built
        if turn == 0:
            places = {one: building(scope, one) for one in (also, starred, old, young)}
    assert order == [needed, also, starred, old, young]
    assert places == {also: (0, "campaign"), starred: (1, "starred"), old: (2, "oldest"), young: (3, "oldest")}


def test_a_campaign_that_is_cancelled_gives_the_place_back(
    scope: Scope, clickhouse: ClickHouse, one_at_a_time: None
) -> None:
    first, second, third = make(scope, "First"), make(scope, "Second"), make(scope, "Third")
    assert ticking.tick(scope, set(), now=NOW, needs=lambda: {second: "campaign", third: "campaign"}).built == (second,)
    assert building(scope, third) == (0, "campaign")
    assert ticking.tick(scope, set(), now=NOW + timedelta(seconds=1)).built == (first,)
    assert building(scope, third) == (0, "oldest")


def test_nobody_is_asked_what_they_need_while_nothing_waits(scope: Scope, clickhouse: ClickHouse) -> None:
    make(scope, "Built")
    ticking.tick(scope, set(), now=NOW)

    def asked() -> dict[str, str]:
        raise AssertionError

    assert ticking.tick(scope, set(), now=NOW + timedelta(seconds=1), needs=asked).built == ()


@pytest.mark.parametrize(
    ("run", "needed", "percent", "left"),
    [
        (Run(0.0, 0, 0), 4.0, 0, 4.0),
        (Run(1.0, 90, 100), 4.0, 25, 3.0),
        (Run(3.0, 50, 100), 4.0, 50, 1.0),
        (Run(8.0, 50, 100), 4.0, 50, 8.0),
        (Run(8.0, 100, 100), 4.0, 99, 8.0 / 99),
    ],
)
def test_progress_is_what_both_the_clock_and_the_rows_agree_on(
    run: Run, needed: float, percent: int, left: float
) -> None:
    assert run.percent(needed) == percent
    assert run.left(needed) == pytest.approx(left)


def test_a_build_under_way_says_how_far_it_is(
    scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make(scope, "First"), make(scope, "Second")
    Segment.objects.within(scope).update(build_milliseconds=10_000)
    number = Segment.objects.of(scope, first).number
    monkeypatch.setattr(builds, "run_of", lambda _, asked: Run(4.0, 60, 100) if asked == number else None)
    begun, waits = get(scope, first).building, get(scope, second).building
    assert begun is not None and waits is not None
    assert (begun.ahead, begun.percent, begun.seconds) == (0, 40, 6.0)
    assert (waits.ahead, waits.percent, waits.seconds) == (1, 0, 16.0)


def test_a_statement_that_runs_is_found_by_its_segment(scope: Scope, clickhouse: ClickHouse) -> None:
    # This very statement is the one that is under way.
    comment = builds.comment_of(scope, 7)
    rows = clickhouse.query(builds.UNDER_WAY, {"comment": comment}, {"log_comment": comment})
    assert len(rows) == 1
    assert builds.run_of(scope, 7) == builds.NOT_BEGUN
