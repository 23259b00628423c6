"""Segments learn of every change, and a broken one stops nobody."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from cairn.domains.profiles import queries as profiles
from cairn.infra.eventlog.port import Lane
from cairn.kernel.scope import Scope
from cairn.workers import positions
from cairn.workers.batches import Batch
from cairn.workers.reacting import Reactor, Tick
from cairn.workers.share import Share
from cairn.workers.tests.conftest import NOON, Shop, draft


def reactor(shop: Shop, tick: Tick) -> Reactor:
    return Reactor(lambda *_: None, tick, lambda: [shop.scope], shop.log, lambda: NOON, threading.Event())


def stored(shop: Shop, *numbers: int) -> Batch:
    """A batch of one entry that changed these profiles."""
    shop.accept(draft("Placed Order", "ann@example.com", NOON))
    entries = shop.log.read(Lane.LIVE, {}, 10)
    positions.advance(positions.furthest(entries))
    return Batch(entries, NOON, {shop.scope: Share(changed=set(numbers))})


def done() -> list[int]:
    return [standing.done for standing in positions.load().values()]


def test_batches_that_wait_are_one_tick_and_then_done(shop: Shop) -> None:
    ticks: list[set[int]] = []
    one = reactor(shop, lambda scope, changed, now: ticks.append(changed))
    one.take(stored(shop, 1, 2))
    one.take(stored(shop, 2, 3))
    assert done() == [0]
    one.react()
    assert ticks == [{1, 2, 3}]
    assert done() == [2]


def test_time_passes_also_where_nothing_changed(shop: Shop) -> None:
    ticks: list[set[int]] = []
    reactor(shop, lambda scope, changed, now: ticks.append(changed)).react()
    assert ticks == [set()]


def test_what_a_broken_tick_did_not_take_is_left_for_the_next(shop: Shop) -> None:
    def tick(scope: Scope, changed: set[int], now: datetime) -> None:
        raise ZeroDivisionError

    one = reactor(shop, tick)
    one.take(stored(shop, 7))
    one.react()
    assert profiles.touched(shop.scope, 10, datetime.now(UTC))[1] == {7}
    assert done() == [1]


@pytest.mark.django_db(transaction=True)
def test_a_tick_without_a_store_is_tried_again_before_anything_is_done(shop: Shop) -> None:
    tries: list[set[int]] = []

    def tick(scope: Scope, changed: set[int], now: datetime) -> None:
        tries.append(changed)
        if len(tries) < 2:
            assert done() == [0]
            raise OperationalError("gone")

    one = reactor(shop, tick)
    one.take(stored(shop, 7))
    one.react()
    assert tries == [{7}, {7}]
    assert done() == [1]
