"""Metrics as a list shows them."""

from datetime import UTC, datetime, timedelta

import pytest

from cairn.api.conftest import Api
from cairn.domains.accounts.models import Account
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    Account.objects.filter(id=scope.account_id).update(timezone="America/New_York")
    shop = Shop(scope, clickhouse, now=NOON)
    # New York's clocks moved on March 8; 03:30 UTC is still the evening before.
    for number, at in enumerate(
        [NOON, NOON - timedelta(days=1), datetime(2026, 3, 31, 3, 30, tzinfo=UTC), NOON - timedelta(days=40)]
    ):
        shop.accept(draft("Placed Order", "ann@example.com", at, unique_id=str(number)))
    shop.accept(draft("Viewed Product", "ann@example.com", NOON - timedelta(days=60)))
    shop.work()
    return shop


def test_how_often_and_when(api: Api, shop: Shop) -> None:
    found = {one["attributes"]["name"]: one["attributes"] for one in api.get("/api/metric-overviews").data}
    order = found["Placed Order"]
    assert (order["total"], order["last_30_days"]) == (4, 3)
    assert order["days"] == [0] * 28 + [2, 1]
    assert order["last_seen"] == "2026-03-31T12:00:00+00:00"
    view = found["Viewed Product"]
    assert (view["total"], view["last_30_days"], view["is_starred"]) == (1, 0, False)


def test_a_star_is_for_the_whole_account(api: Api, bobs_api: Api, charlies_api: Api, shop: Shop) -> None:
    one = next(row for row in api.get("/api/metric-overviews").data if row["attributes"]["name"] == "Viewed Product")
    path = f"/api/metric-overviews/{one['id']}"
    assert charlies_api.patch(path, "metric-overview", {"is_starred": True}).status == 404
    assert api.get(path).attributes["is_starred"] is False
    assert api.patch(path, "metric-overview", {"is_starred": True}).attributes["is_starred"] is True
    assert bobs_api.get(path).attributes["is_starred"] is True
    assert charlies_api.get("/api/metric-overviews").ids == []


def test_where_a_metric_is_used(api: Api, shop: Shop) -> None:
    ids = {one["attributes"]["name"]: one["id"] for one in api.get("/api/metric-overviews").data}
    definition = {"aggregation_method": "count", "metric_groups": [{"metric_id": ids["Placed Order"]}]}
    custom = api.post("/api/custom-metrics", "custom-metric", {"name": "Sales", "definition": definition}).data["id"]
    condition = {
        "type": "profile-metric",
        "metric_id": ids["Placed Order"],
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": "greater-than", "value": 0},
        "timeframe_filter": {"type": "date", "operator": "alltime"},
    }
    group = {"condition_groups": [{"conditions": [condition]}]}
    segment = api.post("/api/segments", "segment", {"name": "Buyers", "definition": group}).data["id"]
    query = {"additional-fields[metric-overview]": "used_in"}
    found = api.call("GET", f"/api/metric-overviews/{ids['Placed Order']}", query=query).attributes["used_in"]
    assert [(use["type"], use["id"], use["name"]) for use in found] == [
        ("custom-metric", custom, "Sales"),
        ("mapped-metric", "revenue", "revenue"),
        ("segment", segment, "Buyers"),
    ]
    found = api.call("GET", f"/api/metric-overviews/{ids['Viewed Product']}", query=query).attributes["used_in"]
    assert [(use["type"], use["id"]) for use in found] == [("mapped-metric", "viewed_product")]
