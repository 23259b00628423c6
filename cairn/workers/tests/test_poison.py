"""One bad entry never stops the queue, and leaves a trace."""

import threading

import msgspec
import pytest
from django.db import OperationalError

from cairn.domains.events.contracts import RecordEvents
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel.clock import millis
from cairn.kernel.errors import Unavailable
from cairn.kernel.scope import Scope
from cairn.workers.models import DeadLetter
from cairn.workers.stopping import Patience, Stopped
from cairn.workers.tests.conftest import NOON, Shop, draft
from tests.people import Person

ANN = "ann@example.com"


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("events.record", b"not json", "It cannot be read"),
        ("events.record", b'{"events": 5}', "It cannot be read"),
        ("events.record", b'{"events":[{"metric":"\\ud800","profile":{}}]}', "It cannot be read"),
        ("events.forget", b"{}", "There is no handler of events.forget."),
        ("events.record", b'{"events":[{"metric":"","profile":{"email":"ann@example.com"}}]}', "cannot be called"),
        (
            "events.record",
            b'{"events":[{"metric":"a\\u0000b","profile":{"email":"ann@example.com"}}]}',
            "cannot be called",
        ),
    ],
)
def test_a_bad_entry_is_put_aside_and_its_neighbours_go_on(shop: Shop, kind: str, body: bytes, reason: str) -> None:
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="before"))
    shop.accept_raw(kind, body)
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="behind"))
    shop.work()
    assert len(shop.rows()) == 2
    letter = DeadLetter.objects.get()
    assert reason in letter.reason
    assert bytes(letter.body) == body
    assert (letter.kind, letter.account_id, letter.offset) == (kind, shop.scope.account_id, 2)


def test_an_account_that_is_gone(shop: Shop) -> None:
    shop.log.append_now(Lane.LIVE, [Record("GONE00", "events.record", b'{"events":[]}', 0)])
    shop.accept(draft("Placed Order", ANN, NOON))
    shop.work()
    assert len(shop.rows()) == 1
    assert DeadLetter.objects.get().reason == "There is no account GONE00."


def test_an_event_of_nobody_is_no_event(shop: Shop) -> None:
    nobody = draft("Placed Order", ANN, NOON)
    nobody.profile.email = None
    shop.accept(nobody, draft("Placed Order", ANN, NOON))
    shop.work()
    assert len(shop.rows()) == 1


def test_accounts_in_one_batch_stay_apart(shop: Shop, charlie: Person) -> None:
    """The same customer of two shops is two profiles."""
    theirs = RecordEvents([draft("Placed Order", ANN, NOON, unique_id="a", value=2)])
    shop.accept(draft("Placed Order", ANN, NOON, unique_id="a", value=1))
    record = Record(charlie.account_id, "events.record", msgspec.json.encode(theirs), millis(NOON))
    shop.log.append_now(Lane.LIVE, [record])
    shop.work()
    other = Shop(Scope(charlie.account_id, charlie.scope.account_number), shop.clickhouse)
    assert shop.rows("toFloat64(value)") == [(1.0,)]
    assert other.rows("toFloat64(value)") == [(2.0,)]


@pytest.mark.parametrize("away", [OperationalError("gone"), Unavailable("gone")])
def test_while_a_store_is_away_the_worker_tries_again(db: None, away: Exception) -> None:
    tries: list[bool] = []

    def attempt(is_retry: bool) -> str:
        tries.append(is_retry)
        if len(tries) < 3:
            raise away
        return "done"

    assert Patience(threading.Event()).keep_trying("a test", attempt) == "done"
    assert tries == [False, True, True]


def test_a_worker_that_is_stopped_waits_for_no_store(db: None) -> None:
    stop = threading.Event()
    stop.set()

    def attempt(is_retry: bool) -> None:
        raise Unavailable("gone")

    with pytest.raises(Stopped):
        Patience(stop).keep_trying("a test", attempt)
