"""Events and metrics: what a shop's owner reads of what the worker stored."""

from datetime import UTC, datetime, timedelta

import pytest

from cairn.api.conftest import Api
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    """Two customers; ann looked, ordered and looked again, ben ordered."""
    shop = Shop(scope, clickhouse)
    shop.accept(
        draft("Viewed Product", "ann@example.com", NOON),
        draft("Placed Order", "ann@example.com", NOON + timedelta(minutes=1), value=10.5, unique_id="o1"),
        draft("Viewed Product", "ann@example.com", NOON + timedelta(minutes=2)),
        draft("Placed Order", "ben@example.com", NOON + timedelta(minutes=3), value=20, unique_id="o2"),
    )
    shop.work()
    return shop


def metric_ids(api: Api) -> dict[str, str]:
    return {one["attributes"]["name"]: one["id"] for one in api.get("/api/metrics").data}


def test_events_come_newest_first_with_their_profile_and_metric(api: Api, shop: Shop) -> None:
    reply = api.get("/api/events", include="profile,metric")
    assert reply.status == 200, reply.json
    assert [one["attributes"]["timestamp"] - int(NOON.timestamp()) for one in reply.data] == [180, 120, 60, 0]
    newest = reply.data[0]
    assert newest["attributes"]["event_properties"] == {"$value": 20.0, "$event_id": "o2"}
    assert newest["attributes"]["uuid"] == newest["id"]
    assert newest["attributes"]["datetime"] == "2026-03-01T12:03:00+00:00"
    included = {(one["type"], one["id"]): one for one in reply.json["included"]}
    metric = included["metric", newest["relationships"]["metric"]["data"]["id"]]
    assert metric["attributes"]["name"] == "Placed Order"
    assert metric["attributes"]["integration"]["name"] == "API"


@pytest.mark.parametrize("sort", ["datetime", "-datetime", "timestamp", "-timestamp"])
@pytest.mark.parametrize("size", ["1", "3"])
def test_pages_show_each_event_once(api: Api, shop: Shop, sort: str, size: str) -> None:
    everything = api.get("/api/events", sort=sort).ids
    assert len(everything) == 4
    seen: list[str] = []
    query = {"sort": sort, "page[size]": size}
    while True:
        reply = api.call("GET", "/api/events", query=query)
        seen += reply.ids
        following = reply.json["links"]["next"]
        if following is None:
            break
        query["page[cursor]"] = following
    assert seen == everything


def test_events_of_one_metric_and_one_profile(api: Api, shop: Shop) -> None:
    orders = metric_ids(api)["Placed Order"]
    reply = api.get("/api/events", filter=f'equals(metric_id,"{orders}")')
    assert len(reply.ids) == 2
    ann = reply.data[1]["relationships"]["profile"]["data"]["id"]
    assert len(api.get("/api/events", filter=f'equals(profile_id,"{ann}")').ids) == 3
    both = f'equals(profile_id,"{ann}"),equals(metric_id,"{orders}")'
    assert len(api.get("/api/events", filter=both).ids) == 1
    assert api.get("/api/events", filter='equals(profile_id,"nobody")').ids == []


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        ("greater-than(datetime,2026-03-01T12:01:00Z)", 2),
        ("greater-or-equal(datetime,2026-03-01T12:01:00Z)", 3),
        ("less-than(datetime,2026-03-01T12:01:00Z)", 1),
        ("less-or-equal(datetime,2026-03-01T12:01:00Z)", 2),
        ("less-or-equal(datetime,2026-03-01T12:00:59.5Z)", 1),
        ("greater-than(timestamp,1772366460)", 2),
        ("less-than(timestamp,1772366460.5),has(profile)", 2),
        ("greater-than(timestamp,99999999999)", 0),
    ],
)
def test_events_in_a_time_range(api: Api, shop: Shop, filter: str, count: int) -> None:
    assert len(api.get("/api/events", filter=filter).ids) == count


def test_one_event_and_what_it_belongs_to(api: Api, shop: Shop) -> None:
    (event_id, *_) = api.get("/api/events").ids
    reply = api.get(f"/api/events/{event_id}", include="profile,metric,attributions")
    assert reply.data["id"] == event_id
    assert api.get(f"/api/events/{event_id}/metric").attributes["name"] == "Placed Order"
    assert api.get(f"/api/events/{event_id}/relationships/profile").data["type"] == "profile"


def test_charlie_sees_nothing_of_annas_events(charlies_api: Api, api: Api, shop: Shop) -> None:
    (event_id, *_) = api.get("/api/events").ids
    assert charlies_api.get("/api/events").ids == []
    assert charlies_api.get("/api/metrics").ids == []
    assert charlies_api.get(f"/api/events/{event_id}").status == 404
    orders = metric_ids(api)["Placed Order"]
    assert charlies_api.get(f"/api/metrics/{orders}").status == 404


@pytest.mark.parametrize("event_id", ["nothing", "018e0000-0000-7000-8000-000000000000", "1' OR 1=1"])
def test_an_event_that_never_was(api: Api, shop: Shop, event_id: str) -> None:
    assert api.call("GET", f"/api/events/{event_id}").status == 404


def test_metrics_of_one_integration(api: Api, shop: Shop) -> None:
    assert set(metric_ids(api)) == {"Viewed Product", "Placed Order", "Opened Email", "Clicked Email"}
    assert len(api.get("/api/metrics", filter='equals(integration.name,"API")').ids) == 2
    assert len(api.get("/api/metrics", filter='equals(integration.name,"Klaviyo")').ids) == 2
    assert api.get("/api/metrics", filter='equals(integration.category,"Shoes")').ids == []
