"""Metrics, timelines and exports, as old clients page through them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.api.legacy.tests.conftest import Legacy
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AT = int(NOON.timestamp())


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    shop = Shop(scope, clickhouse)
    shop.accept(
        draft("Booked Class", "ann@example.com", NOON, value=10, unique_id="b1", properties=level("Beginner", 2)),
        draft("Booked Class", "ben@example.com", NOON + timedelta(minutes=1), value=5, properties=level("Expert", 1)),
        draft("Booked Class", "ann@example.com", NOON + timedelta(days=1), properties=level("Beginner", 3)),
        draft("Viewed Class", "ann@example.com", NOON + timedelta(days=2)),
    )
    shop.work()
    return shop


def level(name: str, places: int) -> dict[str, Any]:
    return {"Level": name, "Places": places}


def metric_id(old: Legacy, name: str) -> str:
    found: str = next(one["id"] for one in old.get("/api/v1/metrics").json["data"] if one["name"] == name)
    return found


def person_id(old: Legacy, email: str) -> str:
    found: str = old.get("/api/v2/people/search", email=email).json["id"]
    return found


def times(reply: dict[str, Any]) -> list[int]:
    return [one["timestamp"] - AT for one in reply["data"]]


def test_metrics_come_in_an_envelope(old: Legacy, shop: Shop) -> None:
    everything = old.get("/api/v1/metrics").json
    metric = next(one for one in everything["data"] if one["name"] == "Booked Class")
    assert metric.keys() == {"object", "id", "name", "integration", "created", "updated"}
    assert metric["integration"]["name"] == "API"
    second = old.get("/api/v1/metrics", count=1, page=1).json
    assert (second["page"], second["start"], second["end"], second["page_size"]) == (1, 1, 1, 1)
    assert (second["total"], second["data"]) == (everything["total"], everything["data"][1:2])
    assert old.get("/api/v1/metrics", count=101).status == 400


def test_a_timeline_shows_whole_events(old: Legacy, shop: Shop) -> None:
    reply = old.get("/api/v1/metrics/timeline").json
    assert (reply["object"], reply["count"], reply["next"]) == ("$list", 4, None)
    assert times(reply) == [172_800, 86_400, 60, 0]
    first = reply["data"][-1]
    assert first["statistic_id"] == metric_id(old, "Booked Class")
    assert (first["event_name"], first["datetime"]) == ("Booked Class", "2026-03-01 12:00:00+00:00")
    assert first["event_properties"] == {"Level": "Beginner", "Places": 2, "$value": 10.0, "$event_id": "b1"}
    assert first["person"]["$email"] == "ann@example.com"
    assert first["person"]["object"] == "person"


def test_timelines_of_a_metric_a_person_and_both(old: Legacy, shop: Shop) -> None:
    booked, ann = metric_id(old, "Booked Class"), person_id(old, "ann@example.com")
    assert times(old.get(f"/api/v1/metric/{booked}/timeline").json) == [86_400, 60, 0]
    assert times(old.get(f"/api/v1/person/{ann}/metrics/timeline").json) == [172_800, 86_400, 0]
    assert times(old.get(f"/api/v1/person/{ann}/metric/{booked}/timeline").json) == [86_400, 0]
    assert old.get("/api/v1/metric/ZZZZZZ/timeline").status == 404
    assert old.get("/api/v1/person/nobody/metrics/timeline").status == 404


def test_charlie_sees_no_timeline_of_anna(charlies_old: Legacy, old: Legacy, shop: Shop) -> None:
    assert charlies_old.get("/api/v1/metrics/timeline").json["data"] == []
    assert charlies_old.get(f"/api/v1/metric/{metric_id(old, 'Booked Class')}/timeline").status == 404


@pytest.mark.parametrize(("sort", "expected"), [("asc", [86_400, 172_800]), ("desc", [0])])
def test_since_a_time_is_strict(old: Legacy, shop: Shop, sort: str, expected: list[int]) -> None:
    reply = old.get("/api/v1/metrics/timeline", since=AT + 60, sort=sort).json
    assert times(reply) == expected


def test_without_since_the_newest_come_first(old: Legacy, shop: Shop) -> None:
    assert times(old.get("/api/v1/metrics/timeline", sort="asc").json) == [172_800, 86_400, 60, 0]


@pytest.mark.parametrize("sort", ["asc", "desc"])
def test_batches_show_each_event_once(old: Legacy, shop: Shop, sort: str) -> None:
    seen: list[int] = []
    since: Any = AT - 1 if sort == "asc" else AT + 10**6
    while True:
        reply = old.get("/api/v1/metrics/timeline", since=since, sort=sort, count=1).json
        seen += times(reply)
        if not reply["next"]:
            break
        since = reply["next"]
    assert seen == ([0, 60, 86_400, 172_800] if sort == "asc" else [172_800, 86_400, 60, 0])


def test_since_an_event(old: Legacy, shop: Shop) -> None:
    newest = old.get("/api/v1/metrics/timeline", count=1).json["data"][0]["uuid"]
    assert times(old.get("/api/v1/metrics/timeline", since=newest).json) == [86_400, 60, 0]


@pytest.mark.parametrize("query", [{"since": "yesterday"}, {"sort": "up"}, {"count": 0}, {"since": "1-zz"}])
def test_absurd_timelines_are_refused(old: Legacy, shop: Shop, query: dict[str, Any]) -> None:
    assert old.get("/api/v1/metrics/timeline", **query).status == 400


def exported(old: Legacy, **query: Any) -> dict[str, Any]:
    path = f"/api/v1/metric/{metric_id(old, 'Booked Class')}/export"
    reply = old.get(path, start_date="2026-03-01", end_date="2026-03-02", **query)
    assert reply.status == 200, reply.content
    found: dict[str, Any] = reply.json
    return found


def figures(report: dict[str, Any]) -> dict[str, list[float]]:
    return {one["segment"]: [day["values"][0] for day in one["data"]] for one in report["results"]}


@pytest.mark.parametrize(
    ("measurement", "expected"),
    [("count", [2, 1]), ("unique", [2, 1]), ("value", [15, 0]), ('["sum","Places"]', [3, 3])],
)
def test_figures_by_day(old: Legacy, shop: Shop, measurement: str, expected: list[float]) -> None:
    report = exported(old, measurement=measurement)
    assert figures(report) == {"$everyone": expected}
    assert (report["metric"]["name"], report["unit"], report["measurement"]) == ("Booked Class", "day", measurement)
    assert [day["date"] for day in report["results"][0]["data"]] == ["2026-03-01 00:00:00", "2026-03-02 00:00:00"]


def test_figures_cut_by_a_property(old: Legacy, shop: Shop) -> None:
    assert figures(exported(old, by="Level")) == {"Beginner": [1, 1], "Expert": [1, 0]}
    assert figures(exported(old, by="Level", count=1)) == {"Beginner": [1, 1]}
    assert figures(exported(old, by="Level", measurement='["sum","Places"]')) == {"Beginner": [2, 3], "Expert": [1, 0]}


def test_figures_of_one_value(old: Legacy, shop: Shop) -> None:
    assert figures(exported(old, where='[["Level","=","Expert"]]')) == {"$everyone": [1, 0]}
    assert figures(exported(old, where='[["Places","=",3]]')) == {"$everyone": [0, 1]}


def test_the_last_month_without_dates(old: Legacy, shop: Shop) -> None:
    report = old.get(f"/api/v1/metric/{metric_id(old, 'Booked Class')}/export", unit="week").json
    assert report["start_date"] < report["end_date"]
    assert len(report["results"][0]["data"]) >= 5


@pytest.mark.parametrize(
    "query",
    [
        {"by": "Level", "where": '[["Level","=","Expert"]]'},
        {"start_date": "2026-03-01"},
        {"start_date": "2026-03-01", "end_date": "2026-05-01"},
        {"start_date": "2026-03-02", "end_date": "2026-03-01"},
        {"start_date": "soon", "end_date": "later"},
        {"unit": "hour"},
        {"measurement": "sum"},
        {"measurement": '["sum"]'},
        {"where": "Level=Expert"},
        {"where": '[["Level",">","Expert"]]'},
        {"by": "x" * 300},
        {"count": 1001},
    ],
)
def test_absurd_exports_are_refused(old: Legacy, shop: Shop, query: dict[str, Any]) -> None:
    reply = old.get(f"/api/v1/metric/{metric_id(old, 'Booked Class')}/export", **query)
    assert reply.status == 400, reply.content
    assert reply.json["message"]
