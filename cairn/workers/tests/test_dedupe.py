"""When is an event the same event? Profile, metric and unique id decide; without one, the second."""

import threading
from datetime import timedelta

from cairn.domains.events import actions as events
from cairn.domains.events import queries
from cairn.domains.events.contracts import OPENED, OWN_SERVICE
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.eventlog.port import Lane
from cairn.kernel import clock
from cairn.workers.facts import Dispatcher
from cairn.workers.scopes import Scopes
from cairn.workers.tests.conftest import NOON, Shop, draft
from cairn.workers.topics import FACTS

SECOND = timedelta(seconds=1)
ANN, BEN = "ann@example.com", "ben@example.com"


def test_the_first_of_two_with_one_unique_id_stays(shop: Shop) -> None:
    shop.accept(draft("Placed Order", ANN, NOON, value=1, unique_id="a"))
    shop.accept(draft("Placed Order", ANN, NOON + SECOND, value=2, unique_id="a"))
    shop.work()
    shop.accept(draft("Placed Order", ANN, NOON + 2 * SECOND, value=3, unique_id="a"), lane=Lane.BULK)
    shop.work()
    assert shop.rows("toFloat64(value)") == [(1.0,)]


def test_the_same_unique_id_of_another_metric_service_or_person_is_another_event(shop: Shop) -> None:
    shop.accept(
        draft("Placed Order", ANN, NOON, unique_id="a"),
        draft("Refunded Order", ANN, NOON, unique_id="a"),
        draft("Placed Order", ANN, NOON, unique_id="a", service="shopify"),
        draft("Placed Order", BEN, NOON, unique_id="a"),
    )
    shop.work()
    assert len(shop.rows()) == 4
    assert len(queries.all_metrics(shop.scope)) == 5  # Three of the shop, two that attribution looks for.


def test_without_unique_id_there_is_one_per_second(shop: Shop) -> None:
    shop.accept(draft("Viewed Product", ANN, NOON), draft("Viewed Product", ANN, NOON))
    shop.accept(draft("Viewed Product", ANN, NOON + SECOND))
    shop.work()
    assert len(shop.rows()) == 2


def test_an_event_without_time_has_the_time_it_was_accepted(shop: Shop) -> None:
    one = draft("Viewed Product", ANN, NOON)
    one.time = None
    shop.accept(one, at=NOON + SECOND)
    shop.work()
    assert shop.rows("toUnixTimestamp(ts)") == [(int((NOON + SECOND).timestamp()),)]


def test_ids_sort_by_time_and_survive_a_replay(shop: Shop) -> None:
    for number in range(5):
        shop.accept(draft("Viewed Product", ANN, NOON - number * SECOND))
    shop.work()
    ids = [row[0] for row in shop.rows("id")]
    assert sorted(ids, key=lambda one: one.int) == ids


def test_what_cannot_have_a_row_is_dropped_and_nothing_else(shop: Shop) -> None:
    shop.accept(
        draft("Placed Order", ANN, NOON, value=1e15, unique_id="absurd"),
        draft("Placed Order", ANN, NOON, value=-12.345678, unique_id="refund"),
        draft("Placed Order", ANN, NOON, value=999_999_999_999.0, unique_id="large"),
    )
    late = draft("Placed Order", ANN, NOON, unique_id="far future")
    late.time = 2**40
    shop.accept(late)
    shop.work()
    assert {str(value) for (value,) in shop.rows("value")} == {"-12.345678", "999999999999.000000"}


def test_reserved_names_in_properties_do_not_double(shop: Shop) -> None:
    one = draft("Placed Order", ANN, NOON, value=2.5, unique_id="a")
    one.properties = {"$value": "nonsense", "$extra": {"note": "kept"}}
    shop.accept(one)
    shop.work()
    ((properties,),) = shop.rows("properties")
    assert properties == '{"$value":2.5,"$extra":{"note":"kept"},"$event_id":"a"}'


def test_a_merge_brings_the_order_to_the_message_that_the_other_one_opened(shop: Shop) -> None:
    opened = draft(OPENED, BEN, NOON, service=OWN_SERVICE, message="spring")
    shop.accept(opened, draft("Placed Order", ANN, NOON + SECOND, unique_id="a"))
    shop.work()
    assert shop.credits() == {}
    merge(shop, ANN, BEN)
    assert shop.credits() == {"a": "spring"}


def merge(shop: Shop, destination: str, source: str) -> None:
    patches = [ProfilePatch(email=destination), ProfilePatch(email=source)]
    kept, gone = profiles.apply_patches(shop.scope, patches, now=NOON)
    profiles.merge(shop.scope, kept.id, gone.id, now=NOON)
    Dispatcher(FACTS, Scopes().find, clock.now, threading.Event()).dispatch()


def test_after_a_merge_one_person_has_the_events_of_both(shop: Shop) -> None:
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="a"), draft("Placed Order", BEN, NOON, unique_id="b"))
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="both"), draft("Placed Order", BEN, NOON, unique_id="both"))
    shop.work()
    merge(shop, ANN, BEN)
    assert len({row[0] for row in shop.rows("profile")}) == 1
    assert len(shop.rows()) == 3
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="b"))
    shop.work()
    assert len(shop.rows()) == 3


def test_moving_events_twice_is_moving_them_once(shop: Shop) -> None:
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="a"), draft("Placed Order", BEN, NOON, unique_id="b"))
    shop.work()
    first, second = (row[0] for row in shop.rows("profile"))
    for _ in range(2):
        events.move(shop.scope, source=second, destination=first)
    assert [row[0] for row in shop.rows("profile")] == [first, first]
    assert queries.last_event_dates(shop.scope, [first, second]).keys() == {first}
    assert profile_queries.ids_of(shop.scope, [first]).keys() == {first}
