"""Metric aggregates: counted by hand and by the API."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cairn.api.conftest import Answer, Api
from cairn.domains.events.contracts import CLICKED, OWN_SERVICE
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    return Shop(scope, clickhouse)


def metric_id(api: Api, name: str) -> str:
    return str(next(one["id"] for one in api.get("/api/metrics").data if one["attributes"]["name"] == name))


def ask(api: Api, name: str, *filters: str, **more: Any) -> Answer:
    attributes: dict[str, Any] = {
        "metric_id": metric_id(api, name),
        "measurements": ["count", "unique", "sum_value"],
        "filter": ["greater-or-equal(datetime,2026-03-20T00:00:00)", "less-than(datetime,2026-04-05T00:00:00)"],
    }
    attributes["filter"] = [*(more.pop("range", attributes["filter"])), *filters]
    return api.post("/api/metric-aggregates", "metric-aggregate", attributes | more)


def test_days_of_berlin_over_the_change_of_clocks(api: Api, shop: Shop) -> None:
    """Every order counted once, in the day that a clock in Berlin showed."""
    chance = random.Random(7)
    start = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)
    counts: defaultdict[str, int] = defaultdict(int)
    people: defaultdict[str, set[str]] = defaultdict(set)
    values: defaultdict[str, float] = defaultdict(float)
    for number in range(300):
        at = start + timedelta(seconds=chance.randrange(18 * 86_400))
        email = f"customer{chance.randrange(20)}@example.com"
        shop.accept(draft("Placed Order", email, at, value=number / 4, unique_id=f"o{number}"))
        day = at.astimezone(BERLIN).date().isoformat()
        if "2026-03-20" <= day < "2026-04-05":
            counts[day] += 1
            people[day].add(email)
            values[day] += number / 4
    shop.work()
    reply = ask(api, "Placed Order", timezone="Europe/Berlin", interval="day")
    assert reply.status == 200, reply.json
    dates = [date[:10] for date in reply.attributes["dates"]]
    assert dates[0] == "2026-03-20" and dates[-1] == "2026-04-04" and len(dates) == 16
    (group,) = reply.attributes["data"]
    assert group["dimensions"] == []
    assert group["measurements"]["count"] == [counts[day] for day in dates]
    assert group["measurements"]["unique"] == [len(people[day]) for day in dates]
    assert group["measurements"]["sum_value"] == pytest.approx([values[day] for day in dates])


@pytest.mark.parametrize(("interval", "buckets"), [("hour", 383), ("day", 16), ("week", 3), ("month", 2)])
def test_intervals_cover_the_range(api: Api, shop: Shop, interval: str, buckets: int) -> None:
    shop.accept(draft("Placed Order", "ann@example.com", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)))
    shop.work()
    reply = ask(api, "Placed Order", timezone="Europe/Berlin", interval=interval)
    assert len(reply.attributes["dates"]) == buckets
    assert sum(reply.attributes["data"][0]["measurements"]["count"]) == 1


def clicks(shop: Shop) -> None:
    for number in range(12):
        one = draft(CLICKED, f"c{number}@example.com", NOON, service=OWN_SERVICE, message=f"m{number % 3}")
        one.properties = {"URL": f"https://example.com/{number % 2}", "Bot Click": number == 0, "Subject": "Ünïcode 😀"}
        shop.accept(one)
    shop.work()


MARCH = ["greater-or-equal(datetime,2026-03-01T00:00:00)", "less-than(datetime,2026-03-02T00:00:00)"]


def test_groups_by_message_and_address(api: Api, shop: Shop) -> None:
    clicks(shop)
    reply = ask(api, CLICKED, by=["$message", "URL"], range=MARCH, sort="-count")
    groups = {tuple(one["dimensions"]): one["measurements"]["count"] for one in reply.attributes["data"]}
    assert groups == {(f"m{m}", f"https://example.com/{u}"): [2.0] for m in range(3) for u in range(2)}


def test_a_property_that_is_no_text_and_one_that_is_absent(api: Api, shop: Shop) -> None:
    clicks(shop)
    reply = ask(api, CLICKED, by=["Bot Click", "List"], range=MARCH, sort="count")
    assert [one["dimensions"] for one in reply.attributes["data"]] == [["true", ""], ["false", ""]]


def test_any_property_by_its_name(api: Api, shop: Shop) -> None:
    clicks(shop)
    reply = ask(api, CLICKED, by=["properties['URL']"], range=MARCH, sort="-count")
    groups = {one["dimensions"][0]: one["measurements"]["count"] for one in reply.attributes["data"]}
    assert groups == {f"https://example.com/{u}": [6.0] for u in range(2)}
    reply = ask(api, CLICKED, by=["properties['no \\'; such']"], range=MARCH)
    assert [one["dimensions"] for one in reply.attributes["data"]] == [[""]]


def test_a_filter_on_a_dimension(api: Api, shop: Shop) -> None:
    clicks(shop)
    reply = ask(api, CLICKED, 'equals($message,"m1")', range=MARCH)
    assert reply.attributes["data"][0]["measurements"]["count"] == [4.0]
    reply = ask(api, CLICKED, 'any($message,["m1","m2"]),equals(URL,"https://example.com/1")', range=MARCH)
    assert reply.attributes["data"][0]["measurements"]["count"] == [4.0]


def test_a_filter_on_a_dimension_whose_name_has_a_space(api: Api, shop: Shop) -> None:
    clicks(shop)
    for value, count in (("true", 1.0), ("false", 11.0), ('"true"', 1.0)):
        reply = ask(api, CLICKED, f"equals(Bot Click,{value})", range=MARCH)
        assert reply.status == 200, reply.json
        assert reply.attributes["data"][0]["measurements"]["count"] == [count]
    reply = ask(api, CLICKED, "equals(properties['URL'],\"https://example.com/1\")", range=MARCH)
    assert reply.attributes["data"][0]["measurements"]["count"] == [6.0]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"])
@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
def test_counts_by_quarters_are_those_of_the_events(api: Api, shop: Shop, zone: str, interval: str) -> None:
    """People are counted from the events themselves, counts alone from the roll-up: both say the same."""
    chance = random.Random(3)
    for number in range(60):
        at = datetime(2026, 3, 20, tzinfo=UTC) + timedelta(seconds=chance.randrange(16 * 86_400))
        shop.accept(draft("Placed Order", f"c{number % 9}@example.com", at, value=number, unique_id=str(number)))
    shop.work()
    whole = ask(api, "Placed Order", timezone=zone, interval=interval)
    quick = ask(api, "Placed Order", timezone=zone, interval=interval, measurements=["count", "sum_value"])
    assert quick.attributes["dates"] == whole.attributes["dates"]
    for measurement in ("count", "sum_value"):
        lines = [one.attributes["data"][0]["measurements"][measurement] for one in (quick, whole)]
        assert lines[0] == lines[1]
        assert sum(lines[0]) > 0


def test_pages_of_groups(api: Api, shop: Shop) -> None:
    clicks(shop)
    seen: list[str] = []
    more: dict[str, Any] = {}
    while True:
        reply = ask(api, CLICKED, by=["$message"], range=MARCH, page_size=2, sort="-$message", **more)
        seen += [one["dimensions"][0] for one in reply.attributes["data"]]
        if "next_page_cursor" not in reply.attributes:
            break
        more = {"page_cursor": reply.attributes["next_page_cursor"]}
    assert seen == ["m2", "m1", "m0"]


def test_what_a_message_earned(api: Api, shop: Shop) -> None:
    click = draft(CLICKED, "ann@example.com", NOON, service=OWN_SERVICE, message="spring")
    shop.accept(click, draft("Placed Order", "ann@example.com", NOON, value=5, unique_id="a"))
    shop.accept(draft("Placed Order", "ben@example.com", NOON, value=7, unique_id="b"))
    shop.work()
    reply = ask(api, "Placed Order", by=["$attributed_message"], range=MARCH)
    found = {one["dimensions"][0]: one["measurements"]["sum_value"] for one in reply.attributes["data"]}
    assert found == {"spring": [5.0], "": [7.0]}


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"timezone": "Factory"}, "/data/attributes/timezone"),
        ({"timezone": "europe/berlin'; DROP TABLE events"}, "/data/attributes/timezone"),
        ({"by": ["Password"]}, "/data/attributes/by/0"),
        ({"sort": "-Subject"}, "/data/attributes/sort"),
        ({"range": ["greater-or-equal(datetime,2026-03-01T00:00:00)"]}, "/data/attributes/filter"),
        ({"range": [MARCH[0], "less-than(datetime,2026-02-01T00:00:00)"]}, "/data/attributes/filter"),
        ({"range": [*MARCH, 'equals(secret,"x")']}, "/data/attributes/filter"),
        ({"measurements": ["median"]}, "/data/attributes/measurements/0"),
        ({"interval": "minute"}, "/data/attributes/interval"),
    ],
)
def test_what_cannot_be_asked(api: Api, shop: Shop, more: dict[str, Any], pointer: str) -> None:
    shop.accept(draft("Placed Order", "ann@example.com", NOON))
    shop.work()
    reply = ask(api, "Placed Order", **more)
    assert reply.status == 400
    assert reply.error["source"]["pointer"] == pointer


def test_charlie_cannot_count_annas_orders(api: Api, charlies_api: Api, shop: Shop) -> None:
    shop.accept(draft("Placed Order", "ann@example.com", NOON))
    shop.work()
    attributes = {"metric_id": metric_id(api, "Placed Order"), "measurements": ["count"], "filter": MARCH}
    assert charlies_api.post("/api/metric-aggregates", "metric-aggregate", attributes).status == 404


def test_texts_of_properties_are_what_was_sent(api: Api, shop: Shop) -> None:
    texts = ['a "quoted" one', "back\\slash", "tab\there", "https://example.com/a/b", "Ünïcode 😀", "null", ""]
    for number, text in enumerate(texts):
        one = draft("Viewed Page", f"c{number}@example.com", NOON)
        one.properties = {"Title": text}
        shop.accept(one)
    nothing = draft("Viewed Page", "nobody@example.com", NOON)
    nothing.properties = {"Title": None}
    shop.accept(nothing)
    shop.work()
    reply = ask(api, "Viewed Page", by=["properties['Title']"], range=MARCH)
    found = {one["dimensions"][0]: one["measurements"]["count"] for one in reply.attributes["data"]}
    assert found == {text: [1.0] for text in texts if text} | {"": [2.0]}
