from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cairn.domains.events.contracts import EventDraft
from cairn.domains.integrations.demo_shop.catalog import products
from cairn.domains.integrations.demo_shop.customers import customers
from cairn.domains.integrations.demo_shop.history import PastSend, Shop, past_year
from cairn.domains.integrations.demo_shop.trickle import Trickle

NOW = datetime(2026, 5, 1, tzinfo=UTC)
START = NOW - timedelta(days=365)
SEND = PastSend(NOW - timedelta(days=20), "01CAMPAIGN", "Letter", "01MESSAGE", "Hello", "Camp")


def shop() -> Shop:
    return Shop(seed=7, start=START, base_url="http://shop.example")


def test_the_same_seed_tells_the_same_year() -> None:
    first, second = (past_year(shop(), [SEND], until=NOW) for _ in range(2))
    assert first == second


def test_the_year_has_everything_a_marketer_looks_for() -> None:
    happenings = past_year(shop(), [SEND], until=NOW)
    counts = Counter(what.metric if isinstance(what, EventDraft) else "consent" for _, _, what in happenings)
    assert len(products(7)) == 200
    assert len(customers(7)) == 5000
    for metric in ("Viewed Product", "Added to Cart", "Started Checkout", "Placed Order", "Ordered Product"):
        assert counts[metric] > 1000, metric
    assert counts["Refunded Order"] > 20
    assert counts["consent"] > 1500
    assert counts["Received Email"] > counts["Opened Email"] > counts["Clicked Email"] > 20


def test_everybody_read_a_subject_with_their_own_name() -> None:
    send = replace(SEND, subject="{{ first_name|default:'Hello' }}, warm feet")
    told = [what for _, _, what in past_year(shop(), [send], until=NOW) if isinstance(what, EventDraft)]
    names = {customer.email: customer.first_name for customer in customers(7)}
    read = {(what.profile.email or "", what.properties["Subject"]) for what in told if what.metric == "Received Email"}
    assert len(read) > 20
    assert read == {(email, f"{names[email] or 'Hello'}, warm feet") for email, _ in read}


def test_the_year_is_told_in_order_and_ends_now() -> None:
    moments = [at for at, _, _ in past_year(shop(), [SEND], until=NOW)]
    assert moments == sorted(moments)
    assert moments[0] >= START
    assert moments[-1] < NOW


def test_the_trickle_hands_out_each_visit_once_and_never_early() -> None:
    trickle = Trickle(shop(), now=NOW)
    later = NOW + timedelta(minutes=3)
    happened = trickle.due(later)
    assert len(happened) > 50
    assert all(draft.time is not None and draft.time <= later.timestamp() for draft in happened)
    assert trickle.due(later) == []
