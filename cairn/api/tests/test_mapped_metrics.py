"""Mapped metrics: what stands for revenue, and what reports make of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.api.conftest import Answer, Api
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ROLES = [
    "added_to_cart",
    "cancelled_sales",
    "ordered_product",
    "refunded_sales",
    "revenue",
    "started_checkout",
    "viewed_product",
]


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    """Orders of 10 in the web shop, of 20 in another one, of 100 in the branch."""
    shop = Shop(scope, clickhouse, now=NOON)
    for place, (name, service, value) in enumerate(
        [("Placed Order", "api", 10), ("Placed Order", "shopify", 20), ("Bought in Store", "api", 100)]
    ):
        at = NOON + timedelta(minutes=place)
        shop.accept(draft(name, "ann@example.com", at, value=value, service=service, unique_id=str(place)))
        shop.work()
    return shop


def metric_id(api: Api, name: str, service: str = "api") -> str:
    return str(
        next(
            one["id"]
            for one in api.get("/api/metrics").data
            if (one["attributes"]["name"], one["attributes"]["integration"]["key"]) == (name, service)
        )
    )


def choose(api: Api, role: str, **links: Any) -> Answer:
    body = {"data": {"type": "mapped-metric", "id": role, "relationships": {k: {"data": v} for k, v in links.items()}}}
    return api.call("PATCH", f"/api/mapped-metrics/{role}", body)


def total(api: Api) -> float:
    period = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00Z"}
    found: float = api.post("/api/revenue-reports", "revenue-report", period).attributes["total"]
    return found


def test_the_usual_name_decides_until_somebody_does(api: Api, shop: Shop) -> None:
    reply = api.get("/api/mapped-metrics", include="metric")
    assert reply.ids == ROLES
    revenue = reply.data[4]
    assert revenue["attributes"]["is_automatic"] is True
    assert revenue["relationships"]["metric"]["data"] == {"type": "metric", "id": metric_id(api, "Placed Order")}
    assert "data" not in revenue["relationships"]["custom-metric"]
    assert "data" not in reply.data[0]["relationships"]["metric"]
    assert total(api) == 30


def test_revenue_is_what_was_chosen(api: Api, shop: Shop) -> None:
    store = metric_id(api, "Bought in Store")
    reply = choose(api, "revenue", metric={"type": "metric", "id": store})
    assert reply.status == 200, reply.json
    assert reply.attributes["is_automatic"] is False
    assert api.get("/api/mapped-metrics/revenue/metric").data["id"] == store
    assert api.get("/api/mapped-metrics/revenue/relationships/metric").data == {"type": "metric", "id": store}
    assert total(api) == 100


@pytest.mark.parametrize("nobody", [None, {"type": "metric", "id": None}])
def test_null_unsets(api: Api, shop: Shop, nobody: Any) -> None:
    choose(api, "revenue", metric={"type": "metric", "id": metric_id(api, "Bought in Store")})
    reply = choose(api, "revenue", metric=nobody)
    assert reply.status == 200, reply.json
    assert reply.attributes["is_automatic"] is True
    assert total(api) == 30


def custom(api: Api, method: str, *metrics: str) -> str:
    definition = {"aggregation_method": method, "metric_groups": [{"metric_id": one} for one in metrics]}
    reply = api.post("/api/custom-metrics", "custom-metric", {"name": f"By {method}", "definition": definition})
    return str(reply.data["id"])


def test_a_custom_metric_adds_up_two_shops(api: Api, shop: Shop) -> None:
    both = custom(api, "value", metric_id(api, "Placed Order"), metric_id(api, "Bought in Store"))
    assert choose(api, "revenue", **{"custom-metric": {"type": "custom-metric", "id": both}}).status == 200
    assert total(api) == 110
    assert api.get("/api/mapped-metrics/revenue/custom-metric").data["id"] == both
    assert api.get("/api/mapped-metrics/revenue/metric").data is None
    definition = {"aggregation_method": "count", "metric_groups": [{"metric_id": metric_id(api, "Placed Order")}]}
    assert api.patch(f"/api/custom-metrics/{both}", "custom-metric", {"definition": definition}).status == 400
    api.delete(f"/api/custom-metrics/{both}")
    assert total(api) == 30


def test_sales_need_values(api: Api, shop: Shop) -> None:
    counting = custom(api, "count", metric_id(api, "Placed Order"))
    link = {"custom-metric": {"type": "custom-metric", "id": counting}}
    assert choose(api, "revenue", **link).status == 400
    assert choose(api, "viewed_product", **link).status == 200


def test_one_metric_has_one_role(api: Api, shop: Shop) -> None:
    store = {"type": "metric", "id": metric_id(api, "Bought in Store")}
    assert choose(api, "revenue", metric=store).status == 200
    assert choose(api, "revenue", metric=store).status == 200
    reply = choose(api, "ordered_product", metric=store)
    assert reply.status == 400
    assert reply.error["source"]["pointer"] == "/data/relationships/metric/data/id"


def test_not_both_at_once(api: Api, shop: Shop) -> None:
    links = {
        "metric": {"type": "metric", "id": metric_id(api, "Bought in Store")},
        "custom-metric": {"type": "custom-metric", "id": custom(api, "value", metric_id(api, "Placed Order"))},
    }
    assert choose(api, "revenue", **links).status == 400


def test_roles_that_do_not_exist(api: Api, shop: Shop) -> None:
    assert api.get("/api/mapped-metrics/profit").status == 404
    assert choose(api, "profit", metric=None).status == 404


def test_charlie_can_neither_see_nor_map_annas_metrics(api: Api, charlies_api: Api, shop: Shop) -> None:
    store = {"type": "metric", "id": metric_id(api, "Bought in Store")}
    assert choose(charlies_api, "revenue", metric=store).status == 404
    choose(api, "revenue", metric=store)
    assert charlies_api.get("/api/mapped-metrics/revenue/metric").data is None
    assert total(charlies_api) == 0
