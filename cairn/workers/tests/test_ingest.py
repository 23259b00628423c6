"""From the log into profiles and events: once, whatever happens in between."""

from datetime import timedelta

import pytest

from cairn.workers.models import LogPosition
from cairn.workers.tests.conftest import NOON, Crash, Shop, draft

STEPS = ["profiles", "events", "attribution"]


def a_morning(shop: Shop) -> None:
    """Three customers, orders, a mail that was clicked, a repeat."""
    for number in range(3):
        email = f"customer{number}@example.com"
        shop.accept(draft("Viewed Product", email, NOON))
        shop.accept(draft("Placed Order", email, NOON, value=10.25 + number, unique_id=f"order-{number}"))
    shop.accept(
        draft("Placed Order", "customer0@example.com", NOON + timedelta(hours=1), value=99, unique_id="order-0")
    )


def test_an_event_becomes_a_row_with_its_value_and_properties(shop: Shop) -> None:
    one = draft("Placed Order", "ann@example.com", NOON, value=10.25, unique_id="order-1", currency="EUR")
    one.properties = {"Items": [{"Name": "Mug"}], "Größe": "ü😀"}
    shop.accept(one)
    shop.work()
    rows = shop.rows("toString(value), currency, properties, toUnixTimestamp(ts)")
    assert rows == [
        (
            "10.25",
            "EUR",
            '{"Items":[{"Name":"Mug"}],"Größe":"ü😀","$value":10.25,"$value_currency":"EUR","$event_id":"order-1"}',
            int(NOON.timestamp()),
        )
    ]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_after_any_step_leaves_the_same_as_none(shop: Shop, step: str) -> None:
    a_morning(shop)
    with pytest.raises(Crash):
        shop.work(crash_after=step)
    shop.work()
    assert len(shop.rows()) == 6
    assert len({row[2] for row in shop.rows()}) == 6
    assert len(shop.ticked) == 3


def test_repeating_the_log_from_its_start_doubles_nothing(shop: Shop) -> None:
    a_morning(shop)
    shop.work()
    before = shop.rows()
    LogPosition.objects.update(done=0)
    shop.work()
    assert shop.rows() == before
