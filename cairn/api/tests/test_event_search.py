"""Searching the events of a metric or a person by what they say."""

from datetime import UTC, datetime, timedelta

import pytest

from cairn.api.conftest import Api
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    """Twelve orders of six people, three to a second; every third one is a hat."""
    shop = Shop(scope, clickhouse, now=NOON)
    for number in range(12):
        at = NOON + timedelta(seconds=number // 3)
        order = draft("Placed Order", f"c{number % 6}@example.com", at, value=number, unique_id=f"o{number}")
        order.properties = {
            "Items": ["Hat", "Socks"] if number % 3 == 0 else ["Shoes"],
            "Number": number,
            "City": "Köln" if number < 2 else "Bern",
        }
        shop.accept(order)
    shop.accept(draft("Viewed Product", "c1@example.com", NOON))
    shop.work()
    return shop


def metric_id(api: Api, name: str = "Placed Order") -> str:
    return str(next(one["id"] for one in api.get("/api/metrics").data if one["attributes"]["name"] == name))


def numbers(api: Api, *conditions: str, **query: str) -> list[int]:
    """The numbers of the orders found, page by page."""
    found: list[int] = []
    asked = {"filter": ",".join([f'equals(metric_id,"{metric_id(api)}")', *conditions]), **query}
    while True:
        reply = api.call("GET", "/api/event-search", query=asked)
        assert reply.status == 200, reply.json
        found += [one["attributes"]["event_properties"]["Number"] for one in reply.data]
        following = reply.json["links"]["next"]
        if following is None:
            return found
        asked["page[cursor]"] = following


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (['equals(property,"Items")', 'equals(value,"Hat")'], [0, 3, 6, 9]),
        (['equals(property,"Items")', 'contains(value,"HO")'], [1, 2, 4, 5, 7, 8, 10, 11]),
        (['equals(property,"Number")', 'equals(value,"7")'], [7]),
        (['equals(property,"Number")', 'any(value,["7","8"])'], [7, 8]),
        (['equals(property,"Number")', 'greater-than(value,"9")'], [10, 11]),
        (['equals(property,"Number")', 'less-than(value,"1.5")'], [0, 1]),
        (['equals(property,"City")', 'equals(value,"Köln")'], [0, 1]),
        (['equals(property,"Country")'], []),
        (['contains(text,"KÖLN")'], [0, 1]),
        (['contains(text,"o11")'], [11]),
        (['equals(property,"Items")', 'equals(value,"Hat")', "less-than(datetime,2026-03-01T12:00:02Z)"], [0, 3]),
    ],
)
def test_what_is_found(api: Api, shop: Shop, conditions: list[str], expected: list[int]) -> None:
    assert sorted(numbers(api, *conditions)) == expected


@pytest.mark.parametrize("sort", ["datetime", "-datetime"])
@pytest.mark.parametrize("size", ["1", "2", "5"])
def test_pages_show_each_once_though_many_share_a_second(api: Api, shop: Shop, sort: str, size: str) -> None:
    conditions = ['equals(property,"City")', 'equals(value,"Bern")']
    everything = numbers(api, *conditions, sort=sort)
    assert sorted(everything) == list(range(2, 12))
    assert numbers(api, *conditions, sort=sort, **{"page[size]": size}) == everything


def test_of_one_person(api: Api, shop: Shop) -> None:
    people = api.get("/api/profiles", filter='equals(email,"c0@example.com")')
    asked = f'equals(profile_id,"{people.ids[0]}"),contains(text,"hat")'
    reply = api.get("/api/event-search", filter=asked, include="profile,metric")
    assert [one["attributes"]["event_properties"]["Number"] for one in reply.data] == [6, 0]
    assert {one["type"] for one in reply.json["included"]} == {"profile", "metric"}


@pytest.mark.parametrize(
    "asked",
    [
        'equals(property,"Items")',
        'contains(text,"hat")',
        'equals(metric_id,"{metric}"),equals(value,"7")',
        'equals(metric_id,"{metric}"),equals(property,"Number"),greater-than(value,"many")',
        'equals(metric_id,"{metric}"),equals(property,"A"),equals(property,"B")',
    ],
)
def test_what_cannot_be_asked(api: Api, shop: Shop, asked: str) -> None:
    reply = api.get("/api/event-search", filter=asked.replace("{metric}", metric_id(api)))
    assert reply.status == 400
    assert reply.error["source"]["parameter"] == "filter"


def test_charlie_finds_nothing_of_annas(api: Api, charlies_api: Api, shop: Shop) -> None:
    asked = f'equals(metric_id,"{metric_id(api)}"),contains(text,"hat")'
    assert charlies_api.get("/api/event-search", filter=asked).ids == []
    assert len(api.get("/api/event-search", filter=asked).ids) == 4
