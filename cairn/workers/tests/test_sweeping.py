"""The sweep that comes by itself leaves to a deletion what that one is about to sweep."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cairn.domains.events import actions as events
from cairn.domains.privacy import actions as privacy
from cairn.domains.privacy.models import Job
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers import sweeping

COLUMNS = ("account", "profile", "metric", "ts", "id", "key", "value", "received", "properties")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Scope:
    """An order each of profiles 1 and 2, of whom 2 was merged into somebody."""
    orders = [(scope.account_number, one, 1, BEGIN, uuid4(), 1, 10, BEGIN, "{}") for one in (1, 2)]
    clickhouse.insert("events", COLUMNS, orders)
    assert events.erase(scope, profiles=[2]) == 1
    return scope


def on_the_disk(clickhouse: ClickHouse) -> list[int]:
    asked = "SELECT profile FROM events ORDER BY profile"
    return [profile for (profile,) in clickhouse.query(asked, settings={"additional_table_filters": "{}"})]


def test_who_was_merged_leaves_the_disk(shop: Scope, clickhouse: ClickHouse) -> None:
    sweeping.take_turn(now=clock.now())
    assert on_the_disk(clickhouse) == [1]


def test_a_deletion_under_way_sweeps_for_everybody(shop: Scope, clickhouse: ClickHouse) -> None:
    privacy.request_deletion(shop, ProfilePatch(email="ann@x.com"), now=clock.now())
    sweeping.take_turn(now=clock.now())
    assert on_the_disk(clickhouse) == [1, 2]
    Job.objects.update(completed=clock.now())
    sweeping.take_turn(now=clock.now())
    assert on_the_disk(clickhouse) == [1]


def test_a_deletion_that_cannot_go_on_holds_up_no_sweep(shop: Scope, clickhouse: ClickHouse) -> None:
    long_ago = clock.now() - timedelta(minutes=6)
    job = privacy.request_deletion(shop, ProfilePatch(email="ann@x.com"), now=long_ago)
    Job.objects.filter(id=job.id).update(step="hidden")
    sweeping.take_turn(now=clock.now())
    assert on_the_disk(clickhouse) == [1]
