import time

import pytest

from cairn.domains.lists.contracts import CONFIRM, Confirmation
from cairn.domains.messaging.contracts import PREFERENCES, UNSUBSCRIBE
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane
from cairn.kernel.signing import seal
from cairn.public.consent_pages import ConsentPages
from cairn.public.tests.driving import SECRET, commands, header, token, visit

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def pages(log: MemoryLog) -> ConsentPages:
    return ConsentPages(log, SECRET)


def test_opening_the_link_changes_nothing(log: MemoryLog, pages: ConsentPages) -> None:
    for method in ("GET", "HEAD"):
        reply = visit(pages.unsubscribe, token(UNSUBSCRIBE), method)
        assert reply.status == 200
        assert b'<form method="post">' in reply.body and b"Unsubscribe</button>" in reply.body
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
        (b"confirm=yes", FORM, "UNSUBSCRIBE_PAGE"),
        (b"", FORM, "UNSUBSCRIBE_PAGE"),
    ],
)
def test_the_button_and_one_click_unsubscribe(
    log: MemoryLog, pages: ConsentPages, body: bytes, kind: str, method: str
) -> None:
    reply = visit(pages.unsubscribe, token(UNSUBSCRIBE), "POST", body, content_type=kind)
    assert reply.status == 200
    assert b"You are unsubscribed" in reply.body
    (change,) = commands(log, Lane.CONSENT)[0]["changes"]
    assert (change["profile"], change["channel"]) == ({"id": "01PROFILE"}, "email.marketing")
    assert (change["consent"], change["method"], change["method_detail"]) == ("UNSUBSCRIBED", method, "01MESSAGE")
    (event,) = commands(log, Lane.LIVE)[0]["events"]
    assert (event["metric"], event["message"]) == ("Clicked and Unsubscribed from Email", "01MESSAGE")
    assert event["unique_id"] == "01DELIVERY:unsubscribed"


def test_a_wish_that_could_not_be_saved_is_not_confirmed(log: MemoryLog, pages: ConsentPages) -> None:
    log.broken = True
    reply = visit(pages.unsubscribe, token(UNSUBSCRIBE), "POST", b"confirm=yes", content_type=FORM)
    assert reply.status == 503
    assert b"Please try again" in reply.body


def test_a_damaged_link_unsubscribes_nobody(log: MemoryLog, pages: ConsentPages) -> None:
    for damaged in ("x", token(PREFERENCES)):
        assert visit(pages.unsubscribe, damaged, "POST", b"confirm=yes", content_type=FORM).status == 404
    assert not any(log.entries.values())


@pytest.mark.parametrize("wish", ["SUBSCRIBED", "UNSUBSCRIBED"])
def test_a_preference_is_saved(log: MemoryLog, pages: ConsentPages, wish: str) -> None:
    assert b"Send me emails" in visit(pages.preferences, token(PREFERENCES)).body
    reply = visit(pages.preferences, token(PREFERENCES), "POST", f"email={wish}".encode(), content_type=FORM)
    assert (reply.status, b"Your choice is saved" in reply.body) == (200, True)
    (change,) = commands(log, Lane.CONSENT)[0]["changes"]
    assert (change["consent"], change["method"]) == (wish, "PREFERENCE_PAGE")


def test_no_choice_changes_nothing(log: MemoryLog, pages: ConsentPages) -> None:
    assert visit(pages.preferences, token(PREFERENCES), "POST", b"email=x", content_type=FORM).status == 400
    assert not any(log.entries.values())


def confirmation(expires: int) -> str:
    change = ConsentChange(ProfilePatch(email="ann@example.com"), "email.marketing", "SUBSCRIBED", list_id="News01")
    return seal(SECRET, CONFIRM, Confirmation("Acc001", expires, change))


def test_a_confirmation_takes_a_press_of_the_button(log: MemoryLog, pages: ConsentPages) -> None:
    waiting = confirmation(int(time.time()) + 60)
    assert visit(pages.confirm, waiting, "GET").status == 200
    assert not any(log.entries.values())
    assert b"You are subscribed" in visit(pages.confirm, waiting, "POST", b"confirm=yes", content_type=FORM).body
    (change,) = commands(log, Lane.CONSENT)[0]["changes"]
    assert (change["profile"], change["list_id"]) == ({"email": "ann@example.com"}, "News01")


def test_a_confirmation_that_is_too_old_or_damaged_changes_nothing(log: MemoryLog, pages: ConsentPages) -> None:
    assert visit(pages.confirm, confirmation(int(time.time()) - 1), "POST", b"", content_type=FORM).status == 410
    assert visit(pages.confirm, confirmation(int(time.time()) + 60)[:-2], "POST", b"", content_type=FORM).status == 404
    assert not any(log.entries.values())
