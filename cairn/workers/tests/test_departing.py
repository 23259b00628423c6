"""People who are merged or deleted while their events are on the way: each event is there once, or gone for good."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from cairn.domains.events import actions as events
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.clickhouse.client import ClickHouse, ClickHouseError
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers.batches import Batch, apply
from cairn.workers.facts import Dispatcher, FactTopic
from cairn.workers.pipeline import Parts, Pipeline
from cairn.workers.reading import Cursor
from cairn.workers.scopes import Scopes
from cairn.workers.tests.conftest import NOON, Crash, Shop, draft
from cairn.workers.topics import COMMANDS, FACTS

ANN, BEN = "ann@example.com", "ben@example.com"
LATER = timedelta(seconds=31)


@pytest.fixture
def both(shop: Shop) -> Shop:
    """Ann and Ben have an order each."""
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="a"), draft("Placed Order", BEN, NOON, unique_id="b"))
    shop.work()
    return shop


def merge(shop: Shop) -> int:
    """Merge Ben into Ann; her number."""
    patches = [ProfilePatch(email=ANN), ProfilePatch(email=BEN)]
    kept, gone = profiles.apply_patches(shop.scope, patches, now=NOON)
    profiles.merge(shop.scope, kept.id, gone.id, now=NOON)
    return kept.number


def dispatch(after: timedelta = timedelta(0)) -> int:
    return Dispatcher(FACTS, Scopes().find, lambda: clock.now() + after, threading.Event()).dispatch()


def sweep() -> None:
    events.sweep(now=clock.now())


def applied(shop: Shop) -> Callable[[], None]:
    """What was accepted is applied to the profiles; the result stores its events."""
    parts = Parts(shop.log, COMMANDS, Scopes().find, lambda: shop.now)
    from_here = Cursor(shop.log, {})
    batch = Batch(from_here.read(), shop.now)
    apply(batch, COMMANDS, parts.find_scope)
    pipeline = Pipeline(parts, threading.Event(), lambda _: None)
    return lambda: pipeline.store(batch)


def orders(shop: Shop) -> list[tuple[int, str]]:
    return shop.rows("profile, JSONExtractString(properties, '$event_id')")


def test_an_event_that_is_stored_after_its_person_was_merged_is_the_others(both: Shop) -> None:
    both.accept(draft("Placed Order", BEN, NOON + LATER, unique_id="late"))
    store = applied(both)
    ann = merge(both)
    dispatch()
    store()
    sweep()
    dispatch(LATER)
    sweep()
    assert sorted(orders(both)) == [(ann, "a"), (ann, "b"), (ann, "late")]


def test_an_event_that_is_stored_after_its_person_was_deleted_is_nobodys(both: Shop) -> None:
    both.accept(draft("Placed Order", BEN, NOON + LATER, unique_id="late"))
    store = applied(both)
    profiles.leave(both.scope, ProfilePatch(email=BEN), at=clock.now())
    dispatch()
    sweep()
    store()
    assert [name for _, name in orders(both)] == ["a"]


@pytest.mark.parametrize("step", ["profiles", "events", "attribution"])
@pytest.mark.parametrize("moved_first", [True, False])
def test_a_batch_that_is_redone_after_a_merge_doubles_and_loses_nothing(
    both: Shop, step: str, moved_first: bool
) -> None:
    both.accept(draft("Placed Order", BEN, NOON + LATER, unique_id="c"))
    both.accept(draft("Placed Order", ANN, NOON + LATER, unique_id="d"))
    with pytest.raises(Crash):
        both.work(crash_after=step)
    ann = merge(both)
    if moved_first:
        dispatch()
        sweep()
    both.work()
    dispatch()
    dispatch(LATER)
    sweep()
    assert sorted(orders(both)) == [(ann, name) for name in "abcd"]


def test_a_move_that_is_cut_off_after_the_copy_is_made_once(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = merge(both)
    with monkeypatch.context() as patched:
        patched.setattr(events, "erase", lambda *_, **__: (_ for _ in ()).throw(Crash("copied")))
        with pytest.raises(Crash):
            events.move(both.scope, source=ann + 1, destination=ann)
    dispatch()
    assert sorted(orders(both)) == [(ann, "a"), (ann, "b")]


def test_a_merge_into_somebody_who_was_deleted_since_brings_nothing_back(both: Shop) -> None:
    merge(both)
    profiles.leave(both.scope, ProfilePatch(email=ANN), at=clock.now())
    dispatch()
    dispatch(LATER)
    sweep()
    assert orders(both) == []


def test_whoever_moves_events_waits_for_whoever_stores_them(scope: Scope, clickhouse: ClickHouse) -> None:
    order: list[str] = []

    def move() -> None:
        with events.turn(scope):
            order.append("moved")
        connection.close()

    mover = threading.Thread(target=move)
    with events.turn(scope):
        mover.start()
        deadline = time.monotonic() + 10
        while not waiting():
            assert time.monotonic() < deadline and mover.is_alive()
        order.append("stored")
    mover.join()
    assert order == ["stored", "moved"]


def waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database AS base ON base.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_a_fact_that_fails_comes_again_soon_and_once_more_after_that(both: Shop) -> None:
    merge(both)
    heard: list[str] = []

    def handler(_: Scope, fact: object) -> None:
        heard.append(type(fact).__name__)
        if len(heard) == 1:
            raise ClickHouseError("no memory for this")

    merged = FACTS["profiles.merged"]
    topics = {"profiles.merged": FactTopic(merged.fact, [handler], merged.once_more)}
    begun = clock.now()
    times = (0, 4, 6, 30, 37, 600)
    taken = [
        Dispatcher(topics, Scopes().find, partial(moment, begun, after), threading.Event()).dispatch()
        for after in times
    ]
    assert taken == [1, 0, 1, 0, 1, 0]
    assert heard == ["ProfilesMerged"] * 3


def moment(begun: datetime, after: int) -> datetime:
    return begun + timedelta(seconds=after)
