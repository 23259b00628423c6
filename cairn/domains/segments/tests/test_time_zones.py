"""Whose days are meant: calendars by themselves, an account that moves, and what a zone costs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cairn.domains.accounts import actions as accounts
from cairn.domains.segments import ticking
from cairn.domains.segments.calendars import UTC_DAYS, Calendar, calendar_of
from cairn.domains.segments.compiler import EventCondition, RowCondition, compile_definitions
from cairn.domains.segments.local_days import localized
from cairn.domains.segments.models import Segment, Watermark
from cairn.domains.segments.parsing import parse
from cairn.domains.segments.queries import evaluate_now, member_numbers
from cairn.domains.segments.tests.shop import Happening, Person, write_events, write_people
from cairn.domains.segments.tests.test_ticking import facts, written
from cairn.domains.segments.windows import seconds_of
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope

METRICS = {"Orderd": 1}
NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
"""In New York it is the evening of the 14th."""
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe")


def definition(operator: str, **fields: Any) -> dict[str, Any]:
    done: dict[str, Any] = {"type": "profile-metric", "metric_id": "Orderd", "measurement": "count"}
    done["measurement_filter"] = {"type": "numeric", "operator": "greater-than", "value": 0}
    done["timeframe_filter"] = {"type": "date", "operator": operator, **fields}
    return {"condition_groups": [{"conditions": [done]}]}


TODAY = definition("in-the-last", quantity=0, unit="day")
EVER = definition("alltime")


def second(text: str) -> int:
    return seconds_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("UTC", date(2024, 3, 10), "2024-03-10T00:00:00", 24),
        ("America/New_York", date(2024, 3, 10), "2024-03-10T05:00:00", 23),
        ("America/New_York", date(2024, 11, 3), "2024-11-03T04:00:00", 25),
        ("America/Santiago", date(2024, 9, 8), "2024-09-08T04:00:00", 23),
        ("America/Santiago", date(2024, 4, 6), "2024-04-06T03:00:00", 25),
        ("America/Havana", date(2024, 11, 3), "2024-11-03T04:00:00", 25),
        ("Australia/Lord_Howe", date(2024, 4, 7), "2024-04-06T13:00:00", 24.5),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00", 0),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00:00", 24),
    ],
)
def test_a_day_begins_at_midnight_or_when_clocks_leap_over_it(zone: str, day: date, begins: str, hours: float) -> None:
    number = (day - date(1970, 1, 1)).days
    calendar = Calendar(zone)
    assert calendar.start(number) == second(begins)
    assert calendar.start(number + 1) - calendar.start(number) == hours * 3600


@pytest.mark.parametrize("zone", ZONES)
def test_every_second_lies_in_the_day_that_has_begun_last(zone: str) -> None:
    calendar = Calendar(zone)
    start = second("2023-01-01T00:00:00")
    for at in range(start, start + 2 * 366 * 86_400, 7211):
        day = calendar.day(at)
        assert calendar.start(day) <= at < calendar.start(day + 1)


def test_the_hour_that_comes_twice_is_shown_first_when_it_comes_first() -> None:
    new_york = Calendar("America/New_York")
    assert new_york.reached(second("2024-11-03T01:30:00")) == second("2024-11-03T05:30:00")
    assert new_york.reached(second("2024-03-10T02:30:00")) == second("2024-03-10T07:00:00")
    # While it comes for the second time nothing else is reached.
    assert new_york.behind(second("2024-11-03T06:30:00")) == second("2024-11-03T02:00:00")


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert calendar_of("Mars/Olympus_Mons") == calendar_of("Etc/UTC") == UTC_DAYS


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """Ann bought on the 15th in UTC, which was the 14th in New York; Bea some hours before, on the 14th in both."""
    monkeypatch.setattr(ticking, "metric_numbers", lambda _: METRICS)
    monkeypatch.setattr("cairn.domains.segments.queries.metric_numbers", lambda _: METRICS)
    write_people(scope, [Person(1), Person(2)])
    write_events(scope, [Happening(1, 1, NOW - timedelta(hours=1)), Happening(2, 1, NOW - timedelta(hours=6))])
    return scope


def make(scope: Scope, name: str, wanted: dict[str, Any]) -> Segment:
    return Segment.objects.create(account_id=scope.account_id, name=name, definition=wanted, created=NOW, updated=NOW)


def test_an_account_that_moves_has_its_days_built_anew_without_telling(shop: Scope) -> None:
    today, ever = make(shop, "Today", TODAY), make(shop, "Ever", EVER)
    ticking.tick(shop, set(), now=NOW)
    assert member_numbers(shop, today.id).tolist() == [1]
    accounts.change_settings(shop, {"timezone": "America/New_York"})
    assert evaluate_now(shop, today.id, now=NOW).tolist() == [1, 2]
    moved = ticking.tick(shop, set(), now=NOW + timedelta(seconds=1))
    assert moved.built == (today.id,)
    assert member_numbers(shop, today.id).tolist() == [1, 2]
    assert Segment.objects.of(shop, today.id).member_count == 2
    assert Segment.objects.of(shop, ever.id).version == 1
    assert written(shop)[-1] == (2, 1, "definition")
    assert facts(shop) == []
    assert ticking.tick(shop, set(), now=NOW + timedelta(seconds=2)).built == ()


def test_members_leave_at_the_accounts_midnight(shop: Scope) -> None:
    accounts.change_settings(shop, {"timezone": "America/New_York"})
    today = make(shop, "Today", TODAY)
    ticking.tick(shop, set(), now=NOW)
    midnight = datetime(2026, 6, 15, 4, tzinfo=UTC)
    assert ticking.tick(shop, set(), now=midnight - timedelta(seconds=1)).left == 0
    assert ticking.tick(shop, set(), now=midnight).left == 2
    assert member_numbers(shop, today.id).tolist() == []


def test_memberships_from_before_accounts_had_days_are_built_anew(shop: Scope) -> None:
    accounts.change_settings(shop, {"timezone": "America/New_York"})
    today = make(shop, "Today", TODAY)
    ticking.tick(shop, set(), now=NOW)
    # As an older release leaves it: true by the days of UTC.
    Watermark.objects.filter(account_id=shop.account_id).update(timezone="UTC")
    assert ticking.tick(shop, set(), now=NOW + timedelta(seconds=1)).built == (today.id,)


@pytest.mark.parametrize("frame", [TODAY, definition("before", date="2026-06-15"), EVER])
def test_a_zone_is_worked_out_beforehand_and_not_for_each_event(frame: dict[str, Any]) -> None:
    said = parse(frame)
    [there], [here] = (
        compile_definitions([localized(said, zone)], METRICS, seconds_of(NOW)).conditions
        for zone in ("America/New_York", "UTC")
    )
    assert isinstance(there, EventCondition) and isinstance(here, EventCondition)
    assert (there.where, there.tests) == (here.where, here.tests)


def test_utc_asks_no_more_of_a_property_than_before() -> None:
    born = {"type": "date", "operator": "in-the-last", "quantity": 3, "unit": "day"}
    said = parse({"condition_groups": [{"conditions": [property_condition(born)]}]})
    [there], [here] = (
        compile_definitions([localized(said, zone)], METRICS, seconds_of(NOW)).conditions
        for zone in ("America/New_York", "UTC")
    )
    assert isinstance(there, RowCondition) and isinstance(here, RowCondition)
    assert "if(NOT match" not in here.sql
    assert "if(NOT match" in there.sql


def property_condition(frame: dict[str, Any]) -> dict[str, Any]:
    return {"type": "profile-property", "property": "properties['born']", "filter": frame}
