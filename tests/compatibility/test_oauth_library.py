"""A standard OAuth client library lives an app's life: asked, allowed, refreshed, revoked."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from requests_oauthlib import OAuth2Session

from tests.server import Server, eventually

REDIRECT = "http://localhost:3999/callback"
SCOPE = ["lists:read", "lists:write"]
PASSWORD = "long enough"
EMAIL = "oauth@example.com"


@pytest.fixture(scope="module")
def account(server: Server) -> dict[str, str]:
    return server.create_account(EMAIL)


@pytest.fixture(scope="module")
def app(server: Server, account: dict[str, str]) -> dict[str, str]:
    attributes = {"name": "Reports", "redirect_uris": [REDIRECT], "scopes": SCOPE}
    made = server.api(account).post("/api/oauth-apps", json={"data": {"type": "oauth-app", "attributes": attributes}})
    assert made.status_code == 201, made.text
    data = made.json()["data"]
    return {"id": data["id"], "secret": data["attributes"]["client_secret"]}


class Person:
    """Somebody at the consent screen, whose page talks to the API as this does."""

    def __init__(self, server: Server) -> None:
        self.browser = httpx.Client(base_url=server.url, timeout=30)
        self.send("session", {"email": EMAIL, "password": PASSWORD}, "/api/sessions")

    def send(self, kind: str, attributes: dict[str, Any], path: str) -> dict[str, Any]:
        headers = {"x-csrftoken": self.browser.cookies.get("cairn_csrf") or "", "content-type": "application/json"}
        reply = self.browser.post(path, json={"data": {"type": kind, "attributes": attributes}}, headers=headers)
        assert reply.status_code in (200, 201), reply.text
        found: dict[str, Any] = reply.json()["data"]["attributes"]
        return found

    def allows(self, link: str) -> str:
        asked = dict(parse_qsl(urlsplit(link).query))
        return str(self.send("oauth-consent", {**asked, "decision": "allow"}, "/api/oauth-consents")["redirect_to"])


def endpoints(server: Server) -> dict[str, str]:
    found: dict[str, str] = httpx.get(f"{server.url}/.well-known/oauth-authorization-server").json()
    return found


def test_an_app_lives_by_a_standard_library(
    server: Server, account: dict[str, str], app: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # The test's server has no certificate.
    at = endpoints(server)
    session = OAuth2Session(app["id"], redirect_uri=REDIRECT, scope=SCOPE, pkce="S256")
    link, state = session.authorization_url(at["authorization_endpoint"])
    page = httpx.get(link)
    assert page.status_code in (200, 503) and re.match("text/", page.headers["content-type"])
    returned = Person(server).allows(link)
    assert dict(parse_qsl(urlsplit(returned).query))["state"] == state
    token = session.fetch_token(at["token_endpoint"], authorization_response=returned, client_secret=app["secret"])
    assert token["token_type"] == "Bearer" and sorted(token["scope"]) == SCOPE

    headers = {"revision": "2026-07-15"}
    made = session.post(
        f"{server.url}/api/lists",
        json={"data": {"type": "list", "attributes": {"name": "By the app"}}},
        headers=headers,
    )
    assert made.status_code == 201
    assert session.get(f"{server.url}/api/profiles", headers=headers).status_code == 403
    event = {"data": {"type": "event", "attributes": {}}}
    assert session.post(f"{server.url}/api/events", json=event, headers=headers).status_code == 403  # A hot path.

    refreshed = session.refresh_token(
        at["token_endpoint"], refresh_token=token["refresh_token"], auth=(app["id"], app["secret"])
    )
    assert refreshed["access_token"] != token["access_token"]
    assert session.get(f"{server.url}/api/lists", headers=headers).status_code == 200

    gone = httpx.post(
        at["revocation_endpoint"], data={"token": refreshed["refresh_token"]}, auth=(app["id"], app["secret"])
    )
    assert gone.status_code == 200
    bearer = {**headers, "authorization": f"Bearer {refreshed['access_token']}", "content-type": "application/json"}

    def is_refused_everywhere() -> bool:
        """Each web process forgets within seconds what it knew."""
        replies = [httpx.get(f"{server.url}/api/lists", headers=bearer) for _ in range(6)]
        replies += [httpx.post(f"{server.url}/api/events", json=event, headers=bearer) for _ in range(6)]
        return {reply.status_code for reply in replies} == {401}

    eventually(is_refused_everywhere, "the end of a revoked token", seconds=20)
    assert server.api(account).get("/api/oauth-grants").json()["data"] == []
