"""Which message earned an order: at once, and again when an open or click comes late."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from cairn.domains.analytics import actions as analytics
from cairn.domains.events.contracts import CLICKED, OPENED, OWN_SERVICE, EventDraft
from cairn.workers.tests.conftest import NOON, Shop, draft

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANN = "ann@example.com"


def order(number: int, at: datetime = NOON, email: str = ANN) -> EventDraft:
    return draft("Placed Order", email, at, value=10.0, unique_id=f"order-{number}")


def touch(message: str, at: datetime, metric: str = OPENED, marks: Mapping[str, Any] | None = None) -> EventDraft:
    one = draft(metric, ANN, at, service=OWN_SERVICE, message=message, unique_id=f"{message}:{at.isoformat()}")
    one.properties = {"$message": message, "$campaign": f"campaign of {message}", **(marks or {})}
    return one


def test_an_order_after_an_open_is_credited_to_its_message(shop: Shop) -> None:
    shop.accept(touch("spring", NOON - HOUR), order(1))
    shop.work()
    assert shop.credits() == {"order-1": "spring"}
    ((campaign, channel, reason, value),) = shop.clickhouse.query(
        "SELECT campaign, channel, reason, toFloat64(value) FROM attributions FINAL"
    )
    assert (campaign, channel, reason, value) == ("campaign of spring", "email", "last_email_open", 10.0)


def test_a_later_batch_knows_the_open_of_an_earlier_one(shop: Shop) -> None:
    shop.accept(touch("spring", NOON - HOUR, CLICKED))
    shop.work()
    shop.accept(order(1))
    shop.work()
    assert shop.credits() == {"order-1": "spring"}


@pytest.mark.parametrize("mark", ["Bot Click", "Apple Privacy Open", "$transactional"])
def test_what_no_person_did_and_what_is_no_marketing_earns_nothing(shop: Shop, mark: str) -> None:
    shop.accept(touch("spring", NOON - HOUR, marks={mark: True}), order(1))
    shop.work()
    assert shop.credits() == {}


def test_looking_around_and_our_own_events_are_no_conversions(shop: Shop) -> None:
    shop.accept(touch("spring", NOON - HOUR), draft("Viewed Product", ANN, NOON, unique_id="look"))
    shop.accept(touch("summer", NOON))
    shop.work()
    assert shop.credits() == {}


def test_a_late_click_changes_the_credit(shop: Shop) -> None:
    shop.accept(touch("spring", NOON - 2 * HOUR), order(1))
    shop.work()
    assert shop.credits() == {"order-1": "spring"}
    shop.accept(touch("summer", NOON - HOUR, CLICKED), at=NOON + 4 * DAY)
    shop.work()
    assert shop.credits() == {"order-1": "summer"}


def test_a_click_that_is_known_after_five_days_changes_nothing(shop: Shop) -> None:
    shop.accept(order(1))
    shop.work()
    shop.accept(touch("summer", NOON - HOUR, CLICKED), at=NOON + 5 * DAY + HOUR)
    shop.work()
    assert shop.credits() == {}


def test_a_rebuild_gives_what_the_stream_gave(shop: Shop) -> None:
    """Also when it begins from nothing, and also where the stream was wrong."""
    for number in range(20):
        at = NOON + number * 7 * HOUR
        shop.accept(order(number, at), at=at)
        shop.accept(touch(f"message {number}", at - 3 * HOUR, CLICKED if number % 3 else OPENED), at=at + HOUR)
        shop.accept(touch("machine", at - HOUR, CLICKED, {"Bot Click": True}), at=at)
        shop.work()
    streamed = shop.credits()
    assert len(streamed) == 20
    shop.clickhouse.command("TRUNCATE TABLE attributions")
    span = {"since": NOON - DAY, "until": NOON + 30 * DAY}
    assert analytics.rebuild(shop.scope, **span, now=NOON + 30 * DAY) == 20
    assert shop.credits() == streamed
    shop.clickhouse.command("ALTER TABLE attributions UPDATE touch = generateUUIDv4(), message = 'wrong' WHERE 1")
    assert analytics.rebuild(shop.scope, **span, now=NOON + 31 * DAY) == 20
    assert shop.credits() == streamed
