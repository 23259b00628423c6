"""Reports: revenue, audience, and what campaigns did."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.domains.events.contracts import BOUNCED, CLICKED, CLICKED_UNSUBSCRIBED, OPENED, OWN_SERVICE, RECEIVED
from cairn.domains.segments import actions as segments
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PERIOD = {"start": "2026-03-09T00:00:00Z", "end": "2026-03-12T00:00:00Z", "interval": "day"}


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse) -> Shop:
    """A campaign to ten people on March 10: eight got it, five opened, two clicked and ordered, one left."""
    shop = Shop(scope, clickhouse, now=NOON)
    for number in range(10):
        say(shop, RECEIVED if number < 8 else BOUNCED, number)
    for number in range(5):
        say(shop, OPENED, number, minutes=number)
    say(shop, OPENED, 4, minutes=20)
    for number in (0, 1):
        say(shop, CLICKED, number, minutes=30)
        order(shop, number, NOON + timedelta(hours=1), value=50.0 + number)
    say(shop, CLICKED, 2, minutes=31, bot=True)
    say(shop, CLICKED_UNSUBSCRIBED, 3, minutes=40)
    order(shop, 9, NOON - timedelta(days=1), value=20.0)
    order(shop, 9, NOON - timedelta(days=3), value=5.0)
    shop.work()
    return shop


def say(shop: Shop, metric: str, number: int, *, minutes: float = 0, bot: bool = False) -> None:
    at = NOON + timedelta(minutes=minutes)
    one = draft(metric, f"c{number}@example.com", at, service=OWN_SERVICE, message="spring")
    one.properties = {"Bot Click": True} if bot else {}
    shop.accept(one)


def order(shop: Shop, number: int, at: datetime, *, value: float) -> None:
    unique = f"{number}:{at}"
    shop.accept(draft("Placed Order", f"c{number}@example.com", at, value=value, unique_id=unique))


def order_metric(api: Api) -> str:
    return str(next(one["id"] for one in api.get("/api/metrics").data if one["attributes"]["name"] == "Placed Order"))


def test_revenue_with_what_was_earned_and_the_period_before(api: Api, shop: Shop) -> None:
    reply = api.post("/api/revenue-reports", "revenue-report", PERIOD)
    assert reply.status == 200, reply.json
    found = reply.attributes
    assert (found["total"], found["orders"]) == (121.0, 3)
    assert (found["attributed"], found["attributed_orders"]) == (101.0, 2)
    assert found["previous"] == {"total": 5.0, "attributed": 0.0, "orders": 1, "attributed_orders": 0}
    assert [date[:10] for date in found["dates"]] == ["2026-03-09", "2026-03-10", "2026-03-11"]
    assert found["total_series"] == [20.0, 101.0, 0.0]
    assert found["attributed_series"] == [0.0, 101.0, 0.0]
    assert found["currency"] == "USD"


def values(api: Api, **more: Any) -> Any:
    attributes = {
        "statistics": ["recipients", "delivered", "opens", "opens_unique", "open_rate", "clicks_unique", "bounced"],
        "timeframe": {"start": "2026-03-10T00:00:00", "end": "2026-03-11T00:00:00"},
        "conversion_metric_id": order_metric(api),
    }
    return api.post("/api/campaign-values-reports", "campaign-values-report", attributes | more)


def test_what_a_campaign_did(api: Api, shop: Shop) -> None:
    reply = values(api)
    assert reply.status == 200, reply.json
    (result,) = reply.attributes["results"]
    assert result["groupings"] == {"campaign_id": "", "campaign_message_id": "spring", "send_channel": "email"}
    assert result["statistics"] == {
        "recipients": 10.0,
        "delivered": 8.0,
        "opens": 6.0,
        "opens_unique": 5.0,
        "open_rate": 0.625,
        "clicks_unique": 2.0,
        "bounced": 2.0,
    }


def test_what_a_campaign_earned(api: Api, shop: Shop) -> None:
    names = ["conversions", "conversion_uniques", "conversion_value", "average_order_value", "unsubscribe_uniques"]
    (result,) = values(api, statistics=names).attributes["results"]
    assert list(result["statistics"].values()) == [2.0, 2.0, 101.0, 50.5, 1.0]


def test_filters_and_time_frames(api: Api, shop: Shop) -> None:
    assert len(values(api, filter='equals(send_channel,"email")').attributes["results"]) == 1
    assert values(api, filter='equals(campaign_id,"other")').attributes["results"] == []
    earlier = {"start": "2026-03-01T00:00:00", "end": "2026-03-10T00:00:00"}
    assert values(api, timeframe=earlier).attributes["results"] == []


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"timeframe": {"key": "last_eon"}}, "/data/attributes/timeframe/key"),
        ({"timeframe": {"start": "2020-01-01T00:00:00", "end": "2026-01-01T00:00:00"}}, "/data/attributes/timeframe"),
        ({"group_by": ["send_channel"]}, "/data/attributes/group_by"),
        ({"statistics": ["love"]}, "/data/attributes/statistics/0"),
    ],
)
def test_what_cannot_be_reported(api: Api, shop: Shop, more: dict[str, Any], pointer: str) -> None:
    reply = values(api, **more)
    assert reply.status == 400
    assert reply.error["source"]["pointer"] == pointer


def test_charlie_sees_none_of_it(api: Api, charlies_api: Api, shop: Shop) -> None:
    mine = charlies_api.post("/api/revenue-reports", "revenue-report", PERIOD)
    assert (mine.attributes["total"], mine.attributes["orders"]) == (0.0, 0)
    stolen = PERIOD | {"conversion_metric_id": order_metric(api)}
    assert charlies_api.post("/api/revenue-reports", "revenue-report", stolen).status == 404


def test_how_the_audience_grew(api: Api, shop: Shop) -> None:
    """All ten came with their first event, number nine three days earlier."""
    segments.tick(shop.scope, set(), now=clock.now())
    reply = api.post("/api/audience-reports", "audience-report", PERIOD)
    assert reply.status == 200, reply.json
    assert reply.attributes["profiles"] == [1, 10, 10]
    assert reply.attributes["new"] == [0, 9, 0]
    assert reply.attributes["subscribers"] == [0, 0, 0]
    assert reply.attributes["unsubscribed"] == [0, 0, 0]
