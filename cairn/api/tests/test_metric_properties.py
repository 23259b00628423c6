"""Properties of a metric's events: types, share, examples, names."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.domains.segments import actions as segments
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    """Four orders: all with items and a tip, one of which is a text; one with a coupon."""
    shop = Shop(scope, clickhouse, now=NOON)
    for number in range(4):
        order = draft("Placed Order", f"c{number}@example.com", NOON + timedelta(minutes=number), value=number)
        order.properties = {
            "Items": ["Hat", f"Shoe {number}"],
            "Tip": "none" if number == 0 else number,
            "Gift": number == 1,
            "Address": {"city": "Boston"},
            "Paid on": "2026-03-01",
            'ünï "code"': None,
        }
        if number == 3:
            order.properties["Coupon"] = "SPRING"
        shop.accept(order)
    shop.accept(draft("Viewed Product", "c1@example.com", NOON))
    shop.work()
    return shop


def metric_id(api: Api, name: str) -> str:
    return str(next(one["id"] for one in api.get("/api/metrics").data if one["attributes"]["name"] == name))


def by_name(api: Api, **query: str) -> dict[str, dict[str, Any]]:
    reply = api.get(f"/api/metrics/{metric_id(api, 'Placed Order')}/metric-properties", **query)
    assert reply.status == 200, reply.json
    return {one["attributes"]["property"]: one for one in reply.data}


def sampled(api: Api) -> dict[str, dict[str, Any]]:
    query = {"additional-fields[metric-property]": "sample_values"}
    reply = api.call("GET", f"/api/metrics/{metric_id(api, 'Placed Order')}/metric-properties", query=query)
    return {one["attributes"]["property"]: one["attributes"] for one in reply.data}


def test_types_as_filters_speak_of_them(api: Api, shop: Shop) -> None:
    found = {name: one["attributes"]["inferred_type"] for name, one in by_name(api).items()}
    assert found == {
        "$value": "number",
        "Items": "list",
        "Tip": "number",
        "Gift": "boolean",
        "Address": "object",
        "Paid on": "text",
        'ünï "code"': "null",
        "Coupon": "text",
    }


def test_share_types_and_examples(api: Api, shop: Shop) -> None:
    found = sampled(api)
    assert {name: one["coverage"] for name, one in found.items() if one["coverage"] != 1} == {"Coupon": 0.25}
    assert found["Tip"]["types"] == {"number": 3, "text": 1}
    assert set(found["Tip"]["sample_values"]) == {"none", 1, 2, 3}
    assert found["Items"]["sample_values"][0] == "Hat"
    assert set(found["Items"]["sample_values"]) == {"Hat", "Shoe 0", "Shoe 1", "Shoe 2", "Shoe 3"}
    assert set(found["Gift"]["sample_values"]) == {True, False}
    assert found["Address"]["sample_values"] == []
    assert found["$value"]["label"] == "Value"
    assert found["Coupon"]["last_seen"] == "2026-03-01T12:03:00+00:00"
    assert "sample_values" not in by_name(api)["Tip"]["attributes"]


def test_one_by_its_id_with_its_metric(api: Api, shop: Shop) -> None:
    for name, one in by_name(api).items():
        reply = api.get(f"/api/metric-properties/{one['id']}", include="metric")
        assert reply.status == 200, reply.json
        assert reply.attributes["property"] == name
        assert reply.json["included"][0]["attributes"]["name"] == "Placed Order"
        assert api.get(f"/api/metric-properties/{one['id']}/metric").attributes["name"] == "Placed Order"


def test_what_is_inside(api: Api, shop: Shop) -> None:
    order = draft("Placed Order", "c1@example.com", NOON + timedelta(hours=1))
    order.properties = {"Items": [{"SKU": "A1", "Maker": {"Land": "NO"}}, {"SKU": "B2", "Price": 3.5}]}
    shop.accept(order)
    shop.work()
    query = {"additional-fields[metric-property]": "inside"}
    reply = api.call("GET", f"/api/metrics/{metric_id(api, 'Placed Order')}/metric-properties", query=query)
    found = {one["attributes"]["property"]: one["attributes"]["inside"] for one in reply.data}
    assert [(one["property"], one["inferred_type"], one["sample_values"]) for one in found["Address"]] == [
        ("Address['city']", "text", ["Boston"])
    ]
    assert [(one["property"], one["inferred_type"], set(one["sample_values"])) for one in found["Items"]] == [
        ("Items['SKU']", "list", {"A1", "B2"}),
        ("Items['Maker']", "list", set()),
        ("Items['Maker']['Land']", "list", {"NO"}),
        ("Items['Price']", "list", {3.5}),
    ]
    assert found["Tip"] == []


@pytest.mark.parametrize("wrong", ["x", "abc-", "abcdef-!!!", "-UA", "nobody-UA", "%F0%9F%98%80-UA"])
def test_ids_that_were_never_given(api: Api, shop: Shop, wrong: str) -> None:
    assert api.get(f"/api/metric-properties/{wrong}").status == 404


def test_a_property_that_no_event_has(api: Api, shop: Shop) -> None:
    coupon = by_name(api)["Coupon"]["id"]
    other = metric_id(api, "Viewed Product") + "-" + coupon.partition("-")[2]
    assert api.get(f"/api/metric-properties/{other}").status == 404


def test_a_name_to_show_and_hiding(api: Api, bobs_api: Api, shop: Shop) -> None:
    coupon = by_name(api)["Coupon"]["id"]
    path = f"/api/metric-properties/{coupon}"
    assert api.patch(path, "metric-property", {"label": "Voucher", "is_hidden": True}).status == 200
    shown = bobs_api.get(path).attributes
    assert (shown["label"], shown["property"], shown["is_hidden"]) == ("Voucher", "Coupon", True)
    assert bobs_api.patch(path, "metric-property", {"label": ""}).attributes["label"] == "Coupon"
    assert api.get(path).attributes["is_hidden"] is True


def test_segments_that_ask_for_it(api: Api, scope: Scope, shop: Shop) -> None:
    condition = {
        "type": "profile-metric",
        "metric_id": metric_id(api, "Placed Order"),
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": "greater-than", "value": 0},
        "timeframe_filter": {"type": "date", "operator": "alltime"},
        "metric_filters": [{"property": "Coupon", "filter": {"type": "existence", "operator": "is-set"}}],
    }
    definition = {"condition_groups": [{"conditions": [condition]}]}
    made = segments.create(scope, name="Savers", definition=definition, now=clock.now())
    query = {"additional-fields[metric-property]": "used_in"}
    reply = api.call("GET", f"/api/metric-properties/{by_name(api)['Coupon']['id']}", query=query)
    assert reply.attributes["used_in"] == [{"type": "segment", "id": made.id, "name": "Savers"}]
    reply = api.call("GET", f"/api/metric-properties/{by_name(api)['Tip']['id']}", query=query)
    assert reply.attributes["used_in"] == []


def test_charlie_sees_none_of_it(api: Api, charlies_api: Api, shop: Shop) -> None:
    coupon = by_name(api)["Coupon"]["id"]
    assert charlies_api.get(f"/api/metric-properties/{coupon}").status == 404
    assert charlies_api.patch(f"/api/metric-properties/{coupon}", "metric-property", {"label": "X"}).status == 404
    assert charlies_api.get(f"/api/metrics/{metric_id(api, 'Placed Order')}/metric-properties").status == 404
    assert api.get(f"/api/metric-properties/{coupon}").attributes["label"] == "Coupon"
