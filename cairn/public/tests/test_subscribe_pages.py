"""Hosted sign-up: what is typed is a wish, machines and the impatient are slowed down, and everybody gets an answer."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane
from cairn.infra.http.exchange import Reply
from cairn.infra.shared_counts import SharedCounts
from cairn.public.subscribe_pages import MOST_PER_ADDRESS, MOST_PER_VISITOR, WINDOW_SECONDS, SubscribePages
from cairn.public.tests.driving import commands, header, visit
from cairn.public.tests.test_consent_pages import FORM, HOSTED, MORE, NEWS, Told

PATH = "AnnaAA/News01"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def visits(log: MemoryLog) -> Told:
    told = Told(log)
    told.answers["page_of"] = HOSTED
    return told


@pytest.fixture
def pages(visits: Told, time: Clock) -> SubscribePages:
    return SubscribePages(visits, lambda: None, time)


def sign_up(pages: SubscribePages, query: str = "", **fields: str) -> Reply:
    return visit(pages.serve, PATH, "POST", urlencode(fields).encode(), query=query, content_type=FORM)


def said(log: MemoryLog) -> list[Any]:
    return [change for command in commands(log, Lane.CONSENT) for change in command["changes"]]


def test_a_page_per_list_in_its_shops_name(log: MemoryLog, pages: SubscribePages) -> None:
    shown = visit(pages.serve, PATH, accept_language="fr").body.decode()
    assert "<h1>S’abonner à Tea &amp; News</h1>" in shown and "Anna&#x27;s &lt;Tea&gt;" in shown
    assert '<html lang="fr">' in shown and "<script" not in shown and 'for="email"' in shown
    assert "color: #000000" in shown  # On yellow, black is read.
    assert not any(log.entries.values())


def test_signing_up_is_a_wish_with_its_proof(log: MemoryLog, pages: SubscribePages) -> None:
    reply = sign_up(pages, email=" Ann@Example.com ", first_name="Ann", query="lang=de")
    assert (reply.status, header(reply, "location")) == (303, f"/s/{PATH}/thanks?lang=de")
    (change,) = said(log)
    assert change["profile"] == {"email": "ann@example.com", "attributes": {"first_name": "Ann"}, "trusted": False}
    assert (change["method"], change["list_id"], change["language"]) == ("SUBSCRIBE_PAGE", "News01", "de")
    assert change["text"].startswith("Ich möchte E-Mails zu Tea & News von Anna's <Tea> erhalten.")
    assert change["ip"] == "192.0.2.1" and not change.get("confirmed")


def test_the_thanks_tell_whether_a_mail_comes(visits: Told, pages: SubscribePages) -> None:
    assert b"Please check your inbox" in visit(pages.serve, f"{PATH}/thanks").body
    visits.answers["page_of"] = replace(HOSTED, list=MORE)
    assert b"You are subscribed to More." in visit(pages.serve, f"{PATH}/thanks").body


@pytest.mark.parametrize("email", ["", "ann", 'ann"><b>@x', "a@b"])
def test_what_is_no_address_is_told_so_and_kept_in_the_field(log: MemoryLog, pages: SubscribePages, email: str) -> None:
    reply = sign_up(pages, email=email)
    assert (reply.status, b'role="alert"' in reply.body, b"<b>" in reply.body) == (400, True, False)
    assert said(log) == []


def test_a_machine_learns_nothing(log: MemoryLog, pages: SubscribePages) -> None:
    assert sign_up(pages, email="ann@example.com", website="https://spam.example").status == 303
    assert said(log) == []


def test_a_visitor_has_an_allowance(log: MemoryLog, pages: SubscribePages, time: Clock) -> None:
    answers = [sign_up(pages, email=f"a{number}@example.com").status for number in range(MOST_PER_VISITOR + 1)]
    assert (answers.count(303), answers[-1]) == (MOST_PER_VISITOR, 429)
    time.now += WINDOW_SECONDS
    assert sign_up(pages, email="later@example.com").status == 303


def test_an_address_has_an_allowance(log: MemoryLog, pages: SubscribePages) -> None:
    answers = [sign_up(pages, email="ann@example.com").status for _ in range(MOST_PER_ADDRESS + 1)]
    assert (answers.count(303), answers[-1], len(said(log))) == (MOST_PER_ADDRESS, 429, MOST_PER_ADDRESS)


def test_two_web_processes_give_one_allowance(visits: Told, time: Clock, tmp_path: Path) -> None:
    shares = [SharedCounts(tmp_path / "visits") for _ in range(2)]
    both = [SubscribePages(visits, partial(opened, share), time) for share in shares]
    answers = [sign_up(both[turn % 2], email="ann@example.com").status for turn in range(MOST_PER_ADDRESS + 2)]
    assert answers == [303] * MOST_PER_ADDRESS + [429, 429]
    by_others = [sign_up(both[turn % 2], email=f"b{turn}@example.com").status for turn in range(MOST_PER_VISITOR)]
    assert by_others.count(303) == MOST_PER_VISITOR - MOST_PER_ADDRESS - 2
    time.now += WINDOW_SECONDS
    assert [sign_up(pages, email="ann@example.com").status for pages in both] == [303, 303]
    for share in shares:
        share.close()


def opened(share: SharedCounts) -> SharedCounts:
    return share


def test_a_closed_page_takes_nobody(log: MemoryLog, visits: Told, pages: SubscribePages) -> None:
    visits.answers["page_of"] = replace(HOSTED, list=replace(NEWS, is_open=False))
    assert sign_up(pages, email="ann@example.com").status == 404
    visits.answers["page_of"] = None
    assert sign_up(pages, email="ann@example.com").status == 404
    assert said(log) == []


def test_a_wish_that_was_not_saved_is_not_thanked_for(log: MemoryLog, pages: SubscribePages) -> None:
    log.broken = True
    assert sign_up(pages, email="ann@example.com").status == 503
