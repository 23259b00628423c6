"""Links of mails: opening one changes nothing, its buttons do what they say, and nobody is left without an answer."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from cairn.domains.lists.contracts import (
    CONFIRM,
    Confirmation,
    ConsentSettings,
    Hosted,
    ListInfo,
    Offered,
    Preferences,
    Waiting,
)
from cairn.domains.messaging.contracts import PREFERENCES, UNSUBSCRIBE
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane
from cairn.infra.http.addresses import Addresses
from cairn.infra.http.exchange import Reply
from cairn.kernel import clock
from cairn.kernel.signing import seal
from cairn.public.consent_pages import ConsentPages
from cairn.public.tests.driving import LINK, SECRET, commands, header, token, visit
from cairn.public.visits import Visits

FORM = "application/x-www-form-urlencoded"
NOW = clock.now()
NEWS = ListInfo("News01", "news (internal)", "double_opt_in", NOW, NOW, "Tea & News", "Once a month", True, True)
MORE = ListInfo("More01", "More", "single_opt_in", NOW, NOW, in_preferences=True)
HOSTED = Hosted(ConsentSettings("AnnaAA", brand_color="#ffd400"), "Anna's <Tea>", "en-US", "https://tea.example", NEWS)
SEEN = Preferences(
    HOSTED, "ann@example.com", "+15005550006", "", True, ["sms.marketing"], [Offered(NEWS, True), Offered(MORE, False)]
)


class Told(Visits):
    """Visits whose questions are answered here; what is missing has no answer, as while PostgreSQL is away."""

    def __init__(self, log: MemoryLog) -> None:
        super().__init__(log, ThreadPoolExecutor(1), Addresses(), "https://cairn.example")
        self.answers: dict[str, Any] = {}

    async def ask(self, question: Any, *names: str, fresh: bool = False) -> Any:
        return self.answers.get(question.__name__)


@pytest.fixture
def visits(log: MemoryLog) -> Told:
    return Told(log)


@pytest.fixture
def pages(visits: Told) -> ConsentPages:
    return ConsentPages(visits, SECRET)


def listed(purpose: str, **more: Any) -> str:
    return seal(SECRET, purpose, msgspec.structs.replace(LINK, list_id="News01", **more))


def post(page: Any, given: str, *pairs: tuple[str, str], **headers: str) -> Reply:
    return visit(page, given, "POST", urlencode(pairs).encode(), content_type=FORM, **headers)


def said(log: MemoryLog) -> Sequence[dict[str, Any]]:
    return [change for command in commands(log, Lane.CONSENT) for change in command["changes"]]


def test_opening_the_link_changes_nothing(log: MemoryLog, pages: ConsentPages) -> None:
    for method in ("GET", "HEAD"):
        for page, purpose in ((pages.unsubscribe, UNSUBSCRIBE), (pages.preferences, PREFERENCES)):
            reply = visit(page, token(purpose), method)
            assert reply.status == 200
            assert b'<form method="post" action="?lang=en">' in reply.body
    assert not any(log.entries.values())


def test_the_page_runs_nothing_and_is_framed_by_nobody(pages: ConsentPages) -> None:
    reply = visit(pages.unsubscribe, token(UNSUBSCRIBE))
    policy = header(reply, "content-security-policy")
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert b"<script" not in reply.body


@pytest.mark.parametrize(
    ("body", "kind", "method"),
    [
        (b"List-Unsubscribe=One-Click", FORM, "ONE_CLICK_UNSUBSCRIBE"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            "ONE_CLICK_UNSUBSCRIBE",
        ),
        (b"from=all", FORM, "UNSUBSCRIBE_PAGE"),
        (b"", FORM, "UNSUBSCRIBE_PAGE"),
    ],
)
def test_the_button_and_one_click_unsubscribe_while_the_database_is_away(
    log: MemoryLog, pages: ConsentPages, body: bytes, kind: str, method: str
) -> None:
    reply = visit(pages.unsubscribe, token(UNSUBSCRIBE), "POST", body, content_type=kind, user_agent="Firefox")
    assert reply.status == 200
    assert b"You are unsubscribed" in reply.body
    (change,) = said(log)
    assert (change["profile"], change["channel"]) == ({"id": "01PROFILE"}, "email.marketing")
    assert (change["consent"], change["method"], change["method_detail"]) == ("UNSUBSCRIBED", method, "01MESSAGE")
    assert (change["ip"], change["user_agent"]) == ("192.0.2.1", "Firefox")
    (event,) = commands(log, Lane.LIVE)[0]["events"]
    assert (event["metric"], event["message"]) == ("Clicked and Unsubscribed from Email", "01MESSAGE")
    assert event["unique_id"] == "01DELIVERY:unsubscribed"


def test_whoever_got_a_message_to_one_list_may_leave_only_that(
    log: MemoryLog, visits: Told, pages: ConsentPages
) -> None:
    visits.answers["hosted"] = HOSTED
    shown = visit(pages.unsubscribe, listed(UNSUBSCRIBE)).body.decode()
    assert "Unsubscribe from Tea &amp; News" in shown and "Unsubscribe from everything" in shown
    reply = post(pages.unsubscribe, listed(UNSUBSCRIBE), ("from", "list"))
    assert "no more emails about Tea &amp; News" in reply.body.decode()
    (change,) = said(log)
    assert (change["list_id"], change["list_only"]) == ("News01", True)
    assert change["text"].startswith("You will get no more emails about Tea & News.")


@pytest.mark.parametrize(("narrow", "only"), [(False, False), (True, True)])
def test_one_click_leaves_the_list_only_where_the_account_says_so(
    log: MemoryLog, pages: ConsentPages, narrow: bool, only: bool
) -> None:
    post(pages.unsubscribe, listed(UNSUBSCRIBE, narrow=narrow), ("List-Unsubscribe", "One-Click"))
    (change,) = said(log)
    assert (change.get("list_only", False), change.get("list_id")) == (only, "News01" if only else None)


def test_a_link_of_an_older_version_works(log: MemoryLog, pages: ConsentPages) -> None:
    old = seal(SECRET, UNSUBSCRIBE, ["AnnaAA", 7, "01PROFILE", "01DELIVERY", "01MESSAGE", "01CAMPAIGN", 1, ""])
    assert post(pages.unsubscribe, old).status == 200
    assert said(log)[0]["consent"] == "UNSUBSCRIBED"


def test_a_wish_that_could_not_be_saved_is_not_confirmed(log: MemoryLog, pages: ConsentPages) -> None:
    log.broken = True
    reply = post(pages.unsubscribe, token(UNSUBSCRIBE), ("from", "all"))
    assert reply.status == 503
    assert b"Please try again" in reply.body


def test_a_damaged_link_unsubscribes_nobody(log: MemoryLog, pages: ConsentPages) -> None:
    for damaged in ("x", token(PREFERENCES)):
        assert post(pages.unsubscribe, damaged, ("from", "all")).status == 404
    assert not any(log.entries.values())


@pytest.mark.parametrize("wish", ["SUBSCRIBED", "UNSUBSCRIBED"])
def test_without_the_database_a_preference_can_be_said_by_two_buttons(
    log: MemoryLog, pages: ConsentPages, wish: str
) -> None:
    assert b"Send me emails" in visit(pages.preferences, token(PREFERENCES)).body
    reply = post(pages.preferences, token(PREFERENCES), ("email", wish))
    assert (reply.status, b"Your choice is saved" in reply.body) == (200, True)
    (change,) = said(log)
    assert (change["consent"], change["method"]) == (wish, "PREFERENCE_PAGE")


def test_preferences_show_what_there_is_to_choose(visits: Told, pages: ConsentPages) -> None:
    visits.answers["of"] = SEEN
    shown = visit(pages.preferences, token(PREFERENCES)).body.decode()
    assert 'value="list:News01" checked' in shown and 'value="list:More01">' in shown
    assert 'value="sms.marketing" checked' in shown and "+15005550006" in shown
    assert "Once a month" in shown and "news (internal)" not in shown
    assert "Anna&#x27;s &lt;Tea&gt;" in shown and "#ffd400" in shown


def test_only_what_was_changed_is_a_wish(log: MemoryLog, visits: Told, pages: ConsentPages) -> None:
    visits.answers["of"] = SEEN
    was = [("was", "email.marketing"), ("was", "sms.marketing"), ("was", "list:News01")]
    post(pages.preferences, token(PREFERENCES), *was, ("save", "yes"), *(("now", value) for _, value in was))
    assert said(log) == []
    now = [("now", "email.marketing"), ("now", "list:More01"), ("now", "list:Hidden")]
    post(pages.preferences, token(PREFERENCES), *was, ("save", "yes"), *now)
    changes = {(one["channel"], one.get("list_id")): (one["consent"], one.get("list_only", False)) for one in said(log)}
    assert changes == {
        ("email.marketing", "News01"): ("UNSUBSCRIBED", True),
        ("email.marketing", "More01"): ("SUBSCRIBED", False),
        ("sms.marketing", None): ("UNSUBSCRIBED", False),
    }
    (event,) = commands(log, Lane.LIVE)[0]["events"]
    assert event["metric"] == "Updated Email Preferences"


def test_who_leaves_all_mails_joins_no_list_by_the_same_form(log: MemoryLog, visits: Told, pages: ConsentPages) -> None:
    visits.answers["of"] = SEEN
    post(pages.preferences, token(PREFERENCES), ("was", "email.marketing"), ("save", "yes"), ("now", "list:More01"))
    assert [(one["channel"], one["consent"]) for one in said(log)] == [("email.marketing", "UNSUBSCRIBED")]


def test_a_mail_proves_nothing_of_a_telephone(log: MemoryLog, visits: Told, pages: ConsentPages) -> None:
    visits.answers["of"] = SEEN
    post(pages.preferences, token(PREFERENCES), ("save", "yes"), ("now", "sms.marketing"))
    assert said(log) == []


def test_no_choice_changes_nothing(log: MemoryLog, pages: ConsentPages) -> None:
    assert post(pages.preferences, token(PREFERENCES), ("email", "x")).status == 400
    assert not any(log.entries.values())


@pytest.mark.parametrize(
    ("query", "accepted", "locale", "title"),
    [
        ("", "", "", "Your preferences"),
        ("", "fr-CH, en;q=0.5", "", "Vos préférences"),
        ("", "fr-CH", "de-DE", "Ihre Einstellungen"),
        ("lang=nl", "fr", "de-DE", "Uw voorkeuren"),
        ("lang=xx", "tlh, es;q=0.2, pt;q=0.7", "", "As suas preferências"),
    ],
)
def test_the_language_is_the_readers(
    visits: Told, pages: ConsentPages, query: str, accepted: str, locale: str, title: str
) -> None:
    visits.answers["of"] = replaced(locale)
    shown = visit(pages.preferences, token(PREFERENCES), query=query, accept_language=accepted).body.decode()
    assert f"<h1>{title}</h1>" in shown


def replaced(locale: str) -> Preferences:
    return Preferences(HOSTED, SEEN.email, SEEN.phone_number, locale, True, [], [])


def confirmation(expires: int) -> str:
    change = ConsentChange(ProfilePatch(email="ann@example.com"), "email.marketing", "SUBSCRIBED", list_id="News01")
    return seal(SECRET, CONFIRM, Confirmation("AnnaAA", expires, change))


def test_a_confirmation_takes_a_press_of_the_button(log: MemoryLog, pages: ConsentPages) -> None:
    waiting = confirmation(int(time.time()) + 60)
    assert visit(pages.confirm, waiting, "GET").status == 200
    assert not any(log.entries.values())
    assert b"You are subscribed" in post(pages.confirm, waiting, ("confirm", "yes")).body
    (change,) = said(log)
    assert (change["profile"], change["list_id"]) == ({"email": "ann@example.com"}, "News01")
    assert (change["confirmed"], change["ip"]) == (True, "192.0.2.1")


def test_a_confirmation_that_is_too_old_or_damaged_changes_nothing(
    log: MemoryLog, visits: Told, pages: ConsentPages
) -> None:
    visits.answers["hosted"] = HOSTED
    old = post(pages.confirm, confirmation(int(time.time()) - 1))
    assert (old.status, b"/s/AnnaAA/News01?lang=en" in old.body) == (410, True)
    assert post(pages.confirm, confirmation(int(time.time()) + 60)[:-2]).status == 404
    assert not any(log.entries.values())


def test_who_has_confirmed_is_told_so(log: MemoryLog, visits: Told, pages: ConsentPages) -> None:
    change = ConsentChange(ProfilePatch(email="ann@example.com"), "email.marketing", "SUBSCRIBED")
    visits.answers["find"] = Waiting(1, "News01", "ann@example.com", change, "en", 1, NOW, NOW, NOW, "")
    reply = post(pages.confirm, confirmation(int(time.time()) + 60), ("confirm", "yes"))
    assert b"You have confirmed already" in reply.body
    assert not any(log.entries.values())
