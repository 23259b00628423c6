"""Events of a profile that was merged or deleted are gone from wherever they could be read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from cairn.domains.events import actions
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.clickhouse.questions import question
from cairn.kernel import clock
from cairn.kernel.scope import Scope

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS = ("account", "profile", "metric", "ts", "id", "key", "value", "received", "properties")


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Scope:
    """Three orders each of profiles 1 to 4, all in one part; 4's first is also 2's."""
    rows = [
        (scope.account_number, profile, 1, BEGIN + timedelta(hours=hour), uuid4(), key(profile, hour), 10, BEGIN, "{}")
        for profile in (1, 2, 3, 4)
        for hour in (0, 1, 2)
    ]
    clickhouse.insert("events", COLUMNS, rows)
    return scope


def key(profile: int, hour: int) -> int:
    return 0 if (profile, hour) in ((2, 0), (4, 0)) else profile * 10 + hour


def counts(shop: Scope, clickhouse: ClickHouse) -> dict[str, int]:
    """The same question through the table and through either projection."""
    asked = {
        "table": "SELECT count() FROM events WHERE account = {a:UInt32} AND profile > 0",
        "by metric": "SELECT count() FROM events WHERE account = {a:UInt32} AND metric = 1 AND ts < now()",
        "by time": "SELECT count() FROM (SELECT id FROM events WHERE account = {a:UInt32} ORDER BY ts, id LIMIT 99)",
    }
    return {name: clickhouse.query(sql, {"a": shop.account_number})[0][0] for name, sql in asked.items()}


def test_events_of_a_deleted_profile_are_in_no_projection(shop: Scope, clickhouse: ClickHouse) -> None:
    assert actions.erase(shop, profiles=[3]) == 3
    assert counts(shop, clickhouse) == {"table": 9, "by metric": 9, "by time": 9}


def test_moved_events_are_listed_once(shop: Scope, clickhouse: ClickHouse) -> None:
    for _ in range(2):
        actions.move(shop, source=4, destination=2)
        assert counts(shop, clickhouse) == {"table": 11, "by metric": 11, "by time": 11}
    moved = clickhouse.query("SELECT key FROM events WHERE profile = 2 ORDER BY key")
    assert moved == [(0,), (21,), (22,), (41,), (42,)]


def test_a_sweep_takes_from_the_disk_what_readers_no_longer_saw(shop: Scope, clickhouse: ClickHouse) -> None:
    actions.move(shop, source=4, destination=2)
    actions.erase(shop, profiles=[3, 99])
    everything = {"additional_table_filters": "{}"}
    asked = "SELECT profile, count() FROM events GROUP BY profile ORDER BY profile"
    assert clickhouse.query(asked, settings=everything) == [(1, 3), (2, 5), (3, 3), (4, 3)]
    assert clickhouse.query(asked) == [(1, 3), (2, 5)]
    assert actions.sweep(now=clock.now()) == 2
    assert clickhouse.query(asked, settings=everything) == [(1, 3), (2, 5)]
    assert counts(shop, clickhouse) == {"table": 8, "by metric": 8, "by time": 8}
    assert actions.sweep(now=clock.now()) == 0


def test_what_comes_late_for_somebody_gone_follows_them(shop: Scope, clickhouse: ClickHouse) -> None:
    actions.move(shop, source=4, destination=2)
    actions.sweep(now=clock.now())
    clickhouse.insert("events", COLUMNS, [(shop.account_number, 4, 1, BEGIN, uuid4(), 77, 10, BEGIN, "{}")])
    actions.move(shop, source=4, destination=2)
    assert counts(shop, clickhouse) == {"table": 12, "by metric": 12, "by time": 12}


def test_many_who_are_gone_are_hidden_too(shop: Scope, clickhouse: ClickHouse) -> None:
    late = [(shop.account_number, profile, 1, BEGIN, uuid4(), 1, 10, BEGIN, "{}") for profile in range(100, 400)]
    clickhouse.insert("events", COLUMNS, late)
    assert actions.erase(shop, profiles=range(100, 400)) == 300
    assert counts(shop, clickhouse) == {"table": 12, "by metric": 12, "by time": 12}


def test_whoever_has_no_events_costs_no_mutation(shop: Scope, clickhouse: ClickHouse) -> None:
    before = clickhouse.query("SELECT count() FROM system.mutations WHERE table = 'events'")
    assert actions.erase(shop, profiles=[99]) == 0
    assert actions.sweep(now=clock.now()) == 0
    assert clickhouse.query("SELECT count() FROM system.mutations WHERE table = 'events'") == before


def test_what_two_sweep_is_written_anew_once(shop: Scope, clickhouse: ClickHouse) -> None:
    actions.erase(shop, profiles=[3])
    until = {"until": clock.millis(clock.now())}
    drop = question(actions.__file__, "drop_events")
    before = data_files(clickhouse)
    clickhouse.command(drop, until)
    after = data_files(clickhouse)
    assert before.isdisjoint(after)
    clickhouse.command(drop, until)
    assert data_files(clickhouse) == after


def data_files(clickhouse: ClickHouse) -> set[int]:
    """The files that hold the events, wherever they are linked."""
    asked = "SELECT path FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active"
    return {(Path(path) / "data.bin").stat().st_ino for (path,) in clickhouse.query(asked)}
