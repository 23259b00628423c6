"""Custom metrics: what they count, and what they refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.domains.events.contracts import CLICKED, OWN_SERVICE, RECEIVED
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MARCH = ["greater-or-equal(datetime,2026-03-01T00:00:00)", "less-than(datetime,2026-03-03T00:00:00)"]


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    """Ann ordered shoes for 40 with a tip of 5 after a click, Ben a hat for 10, Cid paid 100 in the branch."""
    shop = Shop(scope, clickhouse, now=NOON)
    got = [draft(one, "ann@example.com", NOON, service=OWN_SERVICE, message="spring") for one in (RECEIVED, CLICKED)]
    shop.accept(*got)
    ann = draft("Placed Order", "ann@example.com", NOON + timedelta(minutes=1), value=40, unique_id="a")
    ann.properties = {"Categories": ["Shoes", "Sale"], "Tip": 5, "Gift": True, "Coupon": "SPRING10"}
    ben = draft("Placed Order", "ben@example.com", NOON + timedelta(minutes=2), value=10, unique_id="b")
    ben.properties = {"Categories": ["Hats"], "Tip": "none", "Gift": False}
    cid = draft("Bought in Store", "cid@example.com", NOON + timedelta(days=1), value=100, unique_id="c")
    cid.properties = {"Branch": "Boston"}
    shop.accept(ann, ben, cid)
    shop.work()
    return shop


def metric_id(api: Api, name: str) -> str:
    return str(next(one["id"] for one in api.get("/api/metrics").data if one["attributes"]["name"] == name))


def condition(name: str, type_: str, operator: str, **value: Any) -> dict[str, Any]:
    return {"property": name, "filter": {"type": type_, "operator": operator, **value}}


def group(api: Api, name: str, *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"metric_id": metric_id(api, name), "metric_filters": list(conditions) or None, **more}


def make(api: Api, method: str, *groups: dict[str, Any], name: str = "All Sales") -> str:
    definition = {"aggregation_method": method, "metric_groups": list(groups)}
    reply = api.post("/api/custom-metrics", "custom-metric", {"name": name, "definition": definition})
    assert reply.status == 201, reply.json
    return str(reply.data["id"])


def figures(api: Api, custom_metric_id: str) -> dict[str, list[float]]:
    attributes = {"metric_id": custom_metric_id, "measurements": ["count", "unique", "sum_value"], "filter": MARCH}
    reply = api.post("/api/metric-aggregates", "metric-aggregate", attributes)
    assert reply.status == 200, reply.json
    found: dict[str, list[float]] = reply.attributes["data"][0]["measurements"]
    return found


def test_groups_are_added(api: Api, shop: Shop) -> None:
    sales = make(api, "value", group(api, "Placed Order"), group(api, "Bought in Store"))
    assert figures(api, sales) == {"count": [2, 1], "unique": [2, 1], "sum_value": [50, 100]}


def test_one_that_counts_has_no_value(api: Api, shop: Shop) -> None:
    sales = make(api, "count", group(api, "Placed Order"), group(api, "Bought in Store"))
    assert figures(api, sales) == {"count": [2, 1], "unique": [2, 1], "sum_value": [0, 0]}


def test_an_event_of_two_groups_counts_twice(api: Api, shop: Shop) -> None:
    gifts = group(api, "Placed Order", condition("Gift", "boolean", "equals", value=True))
    sales = make(api, "value", group(api, "Placed Order"), gifts)
    assert figures(api, sales) == {"count": [3, 0], "unique": [2, 0], "sum_value": [90, 0]}


def test_the_value_of_another_property(api: Api, shop: Shop) -> None:
    """A text is worth nothing, whatever it says."""
    tips = make(api, "value", group(api, "Placed Order", value_property="Tip"), group(api, "Bought in Store"))
    assert figures(api, tips) == {"count": [2, 1], "unique": [2, 1], "sum_value": [5, 100]}


@pytest.mark.parametrize(
    ("conditions", "orders"),
    [
        ([condition("$value", "numeric", "greater-than", value=10)], "a"),
        ([condition("$value", "numeric", "less-than-or-equal", value=10)], "b"),
        ([condition("Tip", "numeric", "equals", value=5)], "a"),
        ([condition("Tip", "numeric", "not-equals", value=4)], "a"),
        ([condition("Tip", "string", "equals", value="none")], "b"),
        ([condition("Coupon", "string", "starts-with", value="SPRING")], "a"),
        ([condition("Coupon", "string", "not-starts-with", value="SPRING")], ""),
        ([condition("Coupon", "string", "ends-with", value="10")], "a"),
        ([condition("Coupon", "string", "contains", value="RING")], "a"),
        ([condition("Coupon", "string", "contains", value="ring")], ""),
        ([condition("Coupon", "string", "regex", value="^SPRING[0-9]+$")], "a"),
        ([condition("Coupon", "string", "nregex", value="^SPRING")], ""),
        ([condition("Coupon", "string", "in", value=["SPRING10", "X"])], "a"),
        ([condition("Coupon", "string", "equals", value=None)], "b"),
        ([condition("Coupon", "existence", "is-set")], "a"),
        ([condition("Coupon", "existence", "not-set")], "b"),
        ([condition("Gift", "boolean", "equals", value=False)], "b"),
        ([condition("Categories", "list", "contains", value="Shoes")], "a"),
        ([condition("Categories", "list", "not-contains", value="Shoes")], "b"),
        ([condition("Categories", "list", "contains-starts-with", value="Ha")], "b"),
        ([condition("Categories", "list", "contains-ends-with", value="ale")], "a"),
        ([condition("Categories", "list", "not-contains-ends-with", value="ale")], "b"),
        ([condition("Categories", "list", "contains-substring", value="ho")], "a"),
        ([condition("Categories", "list", "not-contains-substring", value="ho")], "b"),
        ([condition("Gift", "boolean", "equals", value=True), condition("Tip", "numeric", "less-than", value=5)], ""),
    ],
)
def test_filters(api: Api, shop: Shop, conditions: list[dict[str, Any]], orders: str) -> None:
    value = {"a": 40.0, "b": 10.0, "": 0.0}[orders]
    picked = make(api, "value", group(api, "Placed Order", *conditions))
    assert figures(api, picked) == {"count": [len(orders), 0], "unique": [len(orders), 0], "sum_value": [value, 0]}


def test_a_campaign_is_credited_with_it(api: Api, shop: Shop) -> None:
    gifts = group(api, "Placed Order", condition("Gift", "boolean", "equals", value=True), value_property="Tip")
    for groups, value in (([group(api, "Placed Order")], 40.0), ([gifts], 5.0), ([group(api, "Bought in Store")], 0.0)):
        custom = make(api, "value", *groups, name=f"Worth {value}")
        reply = api.post(
            "/api/campaign-values-reports",
            "campaign-values-report",
            {
                "statistics": ["conversions", "conversion_uniques", "conversion_value"],
                "timeframe": {"start": "2026-03-01T00:00:00", "end": "2026-03-03T00:00:00"},
                "conversion_metric_id": custom,
            },
        )
        assert reply.status == 200, reply.json
        (row,) = reply.attributes["results"]
        times = 1 if value else 0
        assert row["statistics"] == {"conversions": times, "conversion_uniques": times, "conversion_value": value}


def test_revenue_by_a_custom_metric(api: Api, shop: Shop) -> None:
    gifts = group(api, "Placed Order", condition("Gift", "boolean", "equals", value=True))
    custom = make(api, "value", gifts, group(api, "Bought in Store"))
    period = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-03T00:00:00Z", "conversion_metric_id": custom}
    found = api.post("/api/revenue-reports", "revenue-report", period).attributes
    assert (found["total"], found["orders"], found["attributed"], found["attributed_orders"]) == (140, 2, 40, 1)
    assert found["total_series"] == [40, 100]


def test_reading_changing_and_deleting(api: Api, shop: Shop) -> None:
    custom = make(api, "value", group(api, "Placed Order"), group(api, "Bought in Store"))
    shown = api.get(f"/api/custom-metrics/{custom}", include="metrics")
    assert {one["attributes"]["name"] for one in shown.json["included"]} == {"Placed Order", "Bought in Store"}
    members = {metric_id(api, "Placed Order"), metric_id(api, "Bought in Store")}
    assert set(api.get(f"/api/custom-metrics/{custom}/metrics").ids) == members
    changed = api.patch(f"/api/custom-metrics/{custom}", "custom-metric", {"name": "Sales"})
    assert changed.status == 200
    assert changed.attributes["name"] == "Sales"
    assert changed.attributes["definition"] == shown.attributes["definition"]
    assert api.get("/api/custom-metrics").ids == [custom]
    assert api.delete(f"/api/custom-metrics/{custom}").status == 204
    assert api.get(f"/api/custom-metrics/{custom}").status == 404


def test_a_definition_comes_back_as_it_was_given(api: Api, shop: Shop) -> None:
    conditions = [
        condition("$value", "numeric", "greater-than", value=10),
        condition("Coupon", "string", "in", value=["A", "B"]),
        condition("Gift", "boolean", "equals", value=True),
        condition("Categories", "list", "contains", value="Shoes"),
        condition("Tip", "existence", "is-set"),
    ]
    given = group(api, "Placed Order", *conditions, value_property="Tip")
    custom = make(api, "value", given)
    shown = api.get(f"/api/custom-metrics/{custom}").attributes["definition"]
    assert shown == {"aggregation_method": "value", "metric_groups": [given]}
    assert api.patch(f"/api/custom-metrics/{custom}", "custom-metric", {"definition": shown}).status == 200


def test_two_with_one_name(api: Api, shop: Shop) -> None:
    make(api, "value", group(api, "Placed Order"))
    definition = {"aggregation_method": "count", "metric_groups": [group(api, "Placed Order")]}
    reply = api.post("/api/custom-metrics", "custom-metric", {"name": "All Sales", "definition": definition})
    assert reply.status == 400
    assert reply.error["source"]["pointer"] == "/data/attributes/name"
    other = make(api, "count", group(api, "Placed Order"), name="Orders")
    assert api.patch(f"/api/custom-metrics/{other}", "custom-metric", {"name": "All Sales"}).status == 400


GROUP = "/data/attributes/definition/metric_groups/0"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"metric_id": "nobody"}, f"{GROUP}/metric_id"),
        ({"value_property": ""}, f"{GROUP}/value_property"),
        ({"metric_filters": [condition("", "existence", "is-set")]}, f"{GROUP}/metric_filters/0/property"),
        ({"metric_filters": [condition("A", "date", "before")]}, f"{GROUP}/metric_filters/0/filter/type"),
        ({"metric_filters": [condition("A", "string", "in", value="x")]}, f"{GROUP}/metric_filters/0/filter/value"),
        (
            {"metric_filters": [condition("A", "string", "equals", value=["x"])]},
            f"{GROUP}/metric_filters/0/filter/value",
        ),
        ({"metric_filters": [condition("A", "string", "regex", value="(")]}, f"{GROUP}/metric_filters/0/filter/value"),
        ({"metric_filters": [condition("A", "string", "regex", value=None)]}, f"{GROUP}/metric_filters/0/filter/value"),
        (
            {"metric_filters": [condition("A", "numeric", "equals", value="5")]},
            f"{GROUP}/metric_filters/0/filter/value",
        ),
        ({"metric_filters": [condition("A", "numeric", "like", value=5)]}, f"{GROUP}/metric_filters/0/filter/operator"),
        ({"metric_filters": [condition("A", "existence", "is-set")] * 11}, f"{GROUP}/metric_filters"),
    ],
)
def test_what_cannot_be_defined(api: Api, shop: Shop, change: dict[str, Any], pointer: str) -> None:
    definition = {"aggregation_method": "count", "metric_groups": [group(api, "Placed Order") | change]}
    reply = api.post("/api/custom-metrics", "custom-metric", {"name": "Odd", "definition": definition})
    assert reply.status == 400
    assert reply.error["source"]["pointer"] == pointer
    assert api.get("/api/custom-metrics").ids == []


def test_charlie_knows_nothing_of_it(api: Api, charlies_api: Api, bobs_api: Api, shop: Shop) -> None:
    custom = make(api, "value", group(api, "Placed Order"))
    assert bobs_api.get(f"/api/custom-metrics/{custom}").status == 200
    assert charlies_api.get("/api/custom-metrics").ids == []
    assert charlies_api.get(f"/api/custom-metrics/{custom}").status == 404
    assert charlies_api.patch(f"/api/custom-metrics/{custom}", "custom-metric", {"name": "Mine"}).status == 404
    assert charlies_api.delete(f"/api/custom-metrics/{custom}").status == 404
    attributes = {"metric_id": custom, "measurements": ["count"], "filter": MARCH}
    assert charlies_api.post("/api/metric-aggregates", "metric-aggregate", attributes).status == 404
    theirs = {"aggregation_method": "count", "metric_groups": [group(api, "Placed Order")]}
    reply = charlies_api.post("/api/custom-metrics", "custom-metric", {"name": "Spy", "definition": theirs})
    assert reply.status == 400
    assert api.get(f"/api/custom-metrics/{custom}").attributes["name"] == "All Sales"
