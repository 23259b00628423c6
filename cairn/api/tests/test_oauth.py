"""Apps: registered, allowed by a person, exchanged for tokens that rotate, revoked."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from cairn.api.conftest import Answer, Api
from cairn.api.kernel.callers import KEYS
from cairn.domains.accounts.models import User
from cairn.kernel import clock
from tests.people import Person

REDIRECT = "https://app.example.com/callback?from=cairn"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM = "application/x-www-form-urlencoded"


@dataclass
class App:
    """An app of Charlie's, and a person's browser."""

    id: str
    secret: str
    browser: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def sign_in(self, person: Person) -> None:
        """Past the form, whose attempts are few."""
        self.browser.force_login(User.objects.get(id=person.user_id))
        assert self.browser.get("/api/sessions/current").status_code == 200  # It gives the token against forgery.

    def consent(self, decision: str, **changes: str) -> Answer:
        question = {
            "client_id": self.id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": "tags:read lists:read",
            "state": "xyz",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "decision": decision,
            **changes,
        }
        body = {"data": {"type": "oauth-consent", "attributes": question}}
        token = self.browser.cookies["cairn_csrf"].value if "cairn_csrf" in self.browser.cookies else ""
        reply = self.browser.post(
            "/api/oauth-consents", json.dumps(body), content_type="application/json", headers={"X-CSRFToken": token}
        )
        return Answer(reply.status_code, dict(reply.headers), reply.content)

    def code(self) -> str:
        parameters = parse_qs(urlsplit(str(self.consent("allow").attributes["redirect_to"])).query)
        assert (parameters["state"], parameters["from"]) == (["xyz"], ["cairn"])
        return parameters["code"][0]

    def post(self, path: str, secret: str | None = None, **form: str) -> tuple[int, dict[str, Any]]:
        basic = base64.b64encode(f"{self.id}:{secret or self.secret}".encode()).decode()
        reply = Client().post(path, urlencode(form), content_type=FORM, headers={"Authorization": f"Basic {basic}"})
        return reply.status_code, reply.json()

    def exchange(self, code: str, **changes: str) -> tuple[int, dict[str, Any]]:
        form = {"code": code, "code_verifier": VERIFIER, "redirect_uri": REDIRECT, **changes}
        return self.post("/oauth/token", grant_type="authorization_code", **form)

    def refresh(self, token: str) -> tuple[int, dict[str, Any]]:
        return self.post("/oauth/token", grant_type="refresh_token", refresh_token=token)


@pytest.fixture
def app(charlies_api: Api, anna: Person) -> App:
    """Charlie's app, in the browser of Anna, who is signed in."""
    attributes = {
        "name": "Lantern reports",
        "website_url": "https://app.example.com",
        "redirect_uris": [REDIRECT, "http://localhost:3000/cb"],
        "scopes": ["lists:read", "tags:read", "tags:write"],
    }
    made = charlies_api.post("/api/oauth-apps", "oauth-app", attributes)
    assert made.status == 201
    app = App(made.data["id"], made.attributes["client_secret"])
    app.sign_in(anna)
    return app


def asks(token: str, path: str, method: str = "GET", body: Mapping[str, Any] | None = None) -> int:
    KEYS.forget()
    headers = {"Authorization": f"Bearer {token}", "revision": "2026-07-15"}
    content = json.dumps(body) if body else ""
    return Client().generic(method, path, content, content_type="application/json", headers=headers).status_code


def test_a_person_allows_an_app_which_then_does_that_and_no_more(app: App, api: Api) -> None:
    asked = app.consent("ask").attributes
    assert (asked["app_name"], asked["publisher"], asked["is_own"]) == ("Lantern reports", "Charlie's shop", False)
    assert (asked["scopes"], asked["redirect_to"]) == (["lists:read", "tags:read"], None)
    status, tokens = app.exchange(app.code())
    assert status == 200
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, "lists:read tags:read")
    access = tokens["access_token"]
    assert asks(access, "/api/tags") == 200
    assert asks(access, "/api/profiles") == 403
    assert asks(access, "/api/tags", "POST", {"data": {"type": "tag", "attributes": {"name": "x"}}}) == 403
    (grant,) = api.get("/api/oauth-grants").data
    assert (grant["attributes"]["app_name"], grant["attributes"]["user"]) == ("Lantern reports", "anna@example.com")
    assert grant["attributes"]["last_used"] is not None


def test_a_no_is_told_to_the_app(app: App) -> None:
    told = parse_qs(urlsplit(app.consent("deny").attributes["redirect_to"]).query)
    assert (told["error"], told["state"]) == (["access_denied"], ["xyz"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "tags:read profiles:read"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_a_mistake_of_the_app_is_told_to_it_and_no_code_is_given(app: App, changes: dict[str, str], error: str) -> None:
    for decision in ("ask", "allow"):
        told = parse_qs(urlsplit(app.consent(decision, **changes).attributes["redirect_to"]).query)
        assert told["error"] == [error] and "code" not in told


@pytest.mark.parametrize("changes", [{"client_id": "nobody"}, {"redirect_uri": REDIRECT + "/"}])
def test_nobody_is_redirected_to_an_address_that_is_not_registered(app: App, changes: dict[str, str]) -> None:
    assert app.consent("allow", **changes).status == 404


def test_a_stranger_to_the_web_app_is_asked_nothing(app: App) -> None:
    app.browser.logout()
    assert app.consent("allow").status == 401


def test_a_code_works_once_and_its_second_use_ends_what_came_of_it(app: App, api: Api) -> None:
    code = app.code()
    status, tokens = app.exchange(code)
    assert status == 200
    status, refusal = app.exchange(code)
    assert (status, refusal["error"]) == (400, "invalid_grant")
    assert asks(tokens["access_token"], "/api/tags") == 401
    assert app.refresh(tokens["refresh_token"])[0] == 400
    assert api.get("/api/oauth-grants").data == []


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "w" * 43}, {"code_verifier": "short"}, {"redirect_uri": "http://localhost:3000/cb"}]
)
def test_a_stolen_code_is_worth_nothing(app: App, changes: dict[str, str]) -> None:
    code = app.code()
    status, refusal = app.exchange(code, **changes)
    assert (status, refusal["error"]) == (400, "invalid_grant")
    assert app.exchange(code)[0] == 200  # Its owner can still use it.


def test_a_code_is_good_for_five_minutes(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    code = app.code()
    turn(monkeypatch, timedelta(minutes=5, seconds=1))
    assert app.exchange(code)[1]["error"] == "invalid_grant"


def turn(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    begin: datetime = clock.now()
    monkeypatch.setattr(clock, "now", lambda: begin + by)


def test_tokens_rotate_and_the_old_ones_end(app: App, monkeypatch: pytest.MonkeyPatch, api: Api) -> None:
    _, first = app.exchange(app.code())
    turn(monkeypatch, timedelta(minutes=61))
    assert asks(first["access_token"], "/api/tags") == 401
    status, second = app.refresh(first["refresh_token"])
    assert status == 200 and second["refresh_token"] != first["refresh_token"]
    assert asks(second["access_token"], "/api/tags") == 200
    turn(monkeypatch, timedelta(minutes=1))
    status, refusal = app.refresh(first["refresh_token"])
    assert (status, refusal["error"]) == (400, "invalid_grant")
    assert asks(second["access_token"], "/api/tags") == 401
    assert app.refresh(second["refresh_token"])[0] == 400
    assert api.get("/api/oauth-grants").data == []


def test_an_answer_that_was_lost_may_be_asked_for_again_at_once(app: App) -> None:
    _, first = app.exchange(app.code())
    _, lost = app.refresh(first["refresh_token"])
    status, second = app.refresh(first["refresh_token"])
    assert status == 200
    assert asks(second["access_token"], "/api/tags") == 200
    assert asks(lost["access_token"], "/api/tags") == 401
    assert app.refresh(second["refresh_token"])[0] == 200
    assert app.refresh(first["refresh_token"])[0] == 400  # The new one is in use: whoever comes now stole it.


def test_who_is_not_the_app_gets_nothing(app: App) -> None:
    code = app.code()
    form = {"code": code, "code_verifier": VERIFIER, "redirect_uri": REDIRECT}
    status, refusal = app.post("/oauth/token", secret="guessed", grant_type="authorization_code", **form)
    assert (status, refusal["error"]) == (401, "invalid_client")
    reply = Client().post("/oauth/token", urlencode({**form, "grant_type": "authorization_code"}), content_type=FORM)
    assert (reply.status_code, reply.headers["WWW-Authenticate"]) == (401, 'Basic realm="Cairn"')
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_account_ends_an_apps_access(app: App, api: Api, charlies_api: Api) -> None:
    _, tokens = app.exchange(app.code())
    (grant,) = api.get("/api/oauth-grants").ids
    assert charlies_api.delete(f"/api/oauth-grants/{grant}").status == 404
    assert asks(tokens["access_token"], "/api/tags") == 200
    assert api.delete(f"/api/oauth-grants/{grant}").status == 204
    assert asks(tokens["access_token"], "/api/tags") == 401
    assert app.refresh(tokens["refresh_token"])[0] == 400


def test_the_app_ends_its_own_access(app: App, api: Api) -> None:
    _, tokens = app.exchange(app.code())
    assert app.post("/oauth/revoke", token=tokens["refresh_token"]) == (200, {})
    assert asks(tokens["access_token"], "/api/tags") == 401
    assert app.post("/oauth/revoke", token="unknown") == (200, {})
    assert api.get("/api/oauth-grants").data == []


def test_an_access_token_is_no_private_key(app: App) -> None:
    _, tokens = app.exchange(app.code())
    headers = {"Authorization": f"Klaviyo-API-Key {tokens['access_token']}", "revision": "2026-07-15"}
    assert Client().get("/api/tags", headers=headers).status_code == 401


def test_an_app_is_charlies_to_change_and_nobody_elses(app: App, api: Api, charlies_api: Api) -> None:
    address = f"/api/oauth-apps/{app.id}"
    assert api.get(address).status == 404
    assert api.patch(address, "oauth-app", {"name": "Mine"}).status == 404
    assert api.delete(address).status == 404
    shown = charlies_api.get(address)
    assert "client_secret" not in shown.attributes and app.secret.encode() not in shown.content
    renewed = charlies_api.post("/api/oauth-app-secrets", "oauth-app-secret", {"app_id": app.id})
    code = app.code()
    assert app.exchange(code)[1]["error"] == "invalid_client"
    app.secret = renewed.attributes["client_secret"]
    _, tokens = app.exchange(code)
    assert charlies_api.delete(address).status == 204
    assert asks(tokens["access_token"], "/api/tags") == 401


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("http://app.example.com/cb", "https://"),
        ("https://app.example.com/cb#part", "fragment"),
        ("javascript:alert(1)", "valid"),
        ("/cb", "valid"),
    ],
)
def test_a_redirect_leads_only_where_a_code_is_safe(api: Api, uri: str, word: str) -> None:
    attributes = {"name": "App", "redirect_uris": ["https://ok.example.com", uri], "scopes": ["tags:read"]}
    reply = api.post("/api/oauth-apps", "oauth-app", attributes)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/attributes/redirect_uris/1")
    assert word in reply.error["detail"]


def test_libraries_find_everything_by_themselves(db: None) -> None:
    found = Client().get("/.well-known/oauth-authorization-server").json()
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["token_endpoint"] == f"{found['issuer']}/oauth/token"
    assert "profiles:read" in found["scopes_supported"]
