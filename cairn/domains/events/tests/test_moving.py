"""Events of a profile that was merged or deleted are gone from wherever they could be read."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cairn.domains.events import actions
from cairn.infra.clickhouse.client import ClickHouse
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
    actions.erase(shop, profile=3)
    assert counts(shop, clickhouse) == {"table": 9, "by metric": 9, "by time": 9}


def test_moved_events_are_listed_once(shop: Scope, clickhouse: ClickHouse) -> None:
    for _ in range(2):
        actions.move(shop, source=4, destination=2)
        assert counts(shop, clickhouse) == {"table": 11, "by metric": 11, "by time": 11}
    moved = clickhouse.query("SELECT key FROM events WHERE profile = 2 ORDER BY key")
    assert moved == [(0,), (21,), (22,), (41,), (42,)]


def test_whoever_has_no_events_costs_no_mutation(shop: Scope, clickhouse: ClickHouse) -> None:
    before = clickhouse.query("SELECT count() FROM system.mutations WHERE table = 'events'")
    actions.erase(shop, profile=99)
    assert clickhouse.query("SELECT count() FROM system.mutations WHERE table = 'events'") == before
