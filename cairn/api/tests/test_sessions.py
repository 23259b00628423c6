"""Signing in with a browser."""

import pytest

from cairn.api.conftest import Answer, Api
from cairn.api.kernel.ratelimit import RateLimiter
from cairn.api.resources import sessions
from tests.people import Person


@pytest.fixture(autouse=True)
def fresh_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "PER_PERSON", RateLimiter(enforce=True))


@pytest.fixture
def browser(anna: Person) -> Api:
    return Api(None)


def sign_in(browser: Api, person: Person, password: str | None = None) -> Answer:
    return browser.post("/api/sessions", "session", {"email": person.email, "password": password or person.password})


def token(browser: Api) -> dict[str, str | None]:
    return {"X-CSRFToken": browser.client.cookies["cairn_csrf"].value}


def test_anna_signs_in_and_out(browser: Api, anna: Person) -> None:
    reply = sign_in(browser, anna)
    assert (reply.status, reply.attributes["account_id"]) == (201, anna.account_id)
    assert browser.get("/api/sessions/current").attributes["email"] == "anna@example.com"
    assert browser.get("/api/accounts").ids == [anna.account_id]
    assert browser.call("DELETE", "/api/sessions/current", headers=token(browser)).status == 204
    assert browser.get("/api/sessions/current").status == 401


def test_a_wrong_password_lets_nobody_in(browser: Api, anna: Person) -> None:
    reply = sign_in(browser, anna, "wrong horse battery")
    assert (reply.status, reply.error["code"]) == (401, "authentication_failed")
    assert browser.get("/api/accounts").status == 401


def test_guessing_is_slowed_down(browser: Api, anna: Person) -> None:
    statuses = [sign_in(browser, anna, f"wrong {number}").status for number in range(11)]
    assert 429 in statuses
    assert sign_in(browser, anna).status == 429


def test_a_write_from_another_site_is_refused(browser: Api, anna: Person) -> None:
    sign_in(browser, anna)
    assert browser.post("/api/tags", "tag", {"name": "Summer"}).status == 403
    assert browser.get("/api/tags").data == []
    body = {"data": {"type": "tag", "attributes": {"name": "Summer"}}}
    assert browser.call("POST", "/api/tags", body, headers=token(browser)).status == 201


def test_a_signed_in_page_needs_no_revision(browser: Api, anna: Person) -> None:
    sign_in(browser, anna)
    assert browser.call("GET", "/api/tags", headers={"revision": None}).status == 200
