from pathlib import Path
from typing import Any

import pytest

from cairn.api.edge.keyring import digest_of
from cairn.api.edge.tests.driving import ANNAS_KEY, COMPANY, WEAK_KEY, Edge
from cairn.api.edge.tests.test_events import SINGLE, event
from cairn.domains.accounts.contracts import APP, AccountFacts, KeyFacts


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"authorization": None}, 401, "not_authenticated"),
        ({"authorization": "Basic x"}, 401, "not_authenticated"),
        ({"authorization": "Bearer x"}, 401, "authentication_failed"),
        ({"authorization": f"Bearer {ANNAS_KEY}"}, 401, "authentication_failed"),
        ({"authorization": "Klaviyo-API-Key"}, 401, "not_authenticated"),
        ({"authorization": "Klaviyo-API-Key pk_unknown"}, 401, "authentication_failed"),
        ({"authorization": f"Klaviyo-API-Key {WEAK_KEY}"}, 403, "permission_denied"),
        ({"revision": None}, 400, "invalid"),
        ({"revision": "soon"}, 400, "invalid"),
        ({"revision": "2001-01-01"}, 400, "invalid"),
        ({"revision": "2999-01-15"}, 400, "invalid"),
        ({"content-type": "text/csv"}, 415, "unsupported_media_type"),
        ({"content-type": None}, 415, "unsupported_media_type"),
    ],
)
def test_who_does_not_pass_is_told_why(edge: Edge, headers: dict[str, Any], status: int, code: str) -> None:
    reply = edge.post(SINGLE, event(), headers=headers)
    assert (reply.status, reply.error["code"], reply.error["status"]) == (status, code, status)
    assert reply.headers["content-type"] == "application/vnd.api+json"
    assert {"id", "title", "detail", "source"} <= set(reply.error)
    assert edge.nothing_accepted()


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json"},
        {"content-type": "application/vnd.api+json; charset=utf-8"},
        {"revision": "2023-02-22"},
        {"revision": "2026-07-15.pre"},
        {"authorization": "klaviyo-api-key pk_annas"},
    ],
)
def test_what_clients_really_send_passes(edge: Edge, headers: dict[str, str]) -> None:
    assert edge.post(SINGLE, event(), headers=headers).status == 202


def test_other_methods_are_named(edge: Edge) -> None:
    reply = edge.call("DELETE", SINGLE)
    assert (reply.status, reply.error["code"], reply.headers["allow"]) == (405, "method_not_allowed", "POST")


def test_a_signed_in_browser_passes_and_another_one_does_not(edge: Edge) -> None:
    signed_in = {"authorization": None, "cookie": "a=b; cairn_session=annas"}
    assert edge.post(SINGLE, event(), headers=signed_in).status == 202
    assert edge.post(SINGLE, event(), headers=signed_in | {"cookie": "cairn_session=charlies"}).status == 401
    assert len(edge.records()) == 1


def test_limits_are_told_with_every_answer(edge: Edge) -> None:
    first, second = edge.post(SINGLE, event()), edge.post(SINGLE, event())
    assert first.headers["ratelimit-limit"] == "350, 350;w=1, 3500;w=60"
    assert int(first.headers["ratelimit-remaining"]) - int(second.headers["ratelimit-remaining"]) in (1, -3499)
    assert 0 < int(first.headers["ratelimit-reset"]) <= 60
    assert "ratelimit-limit" in edge.post(SINGLE, {}).headers


def test_too_many_requests_wait(tmp_path: Path) -> None:
    edge = Edge(tmp_path, enforce=True)
    edge.accounts.accounts_known = [AccountFacts(COMPANY, 7, {"create_event": {"burst": 1000, "steady": 3}})]
    replies = [edge.post(SINGLE, event()) for _ in range(4)]
    # A minute may begin among the four.
    assert [reply.status for reply in replies[:3]] == [202, 202, 202]
    if replies[3].status == 429:
        assert replies[3].error["code"] == "throttled"
        assert 1 <= int(replies[3].headers["retry-after"]) <= 60
        assert "ratelimit-limit" not in replies[3].headers
        assert len(edge.records()) == 3
    assert edge.post("/client/events?company_id=" + COMPANY, event()).status == 202


def test_another_accounts_number_is_not_taken_from_the_request(edge: Edge) -> None:
    edge.accounts.accounts_known.append(AccountFacts("CharLI", 9))
    edge.post(SINGLE + "?company_id=CharLI", event())
    assert [record.account_id for record in edge.records()] == [COMPANY]


OFFICE = KeyFacts(digest_of("pk_office"), "k8", COMPANY, ("full",), networks=("203.0.113.0/24", "2001:db8::/32"))
APP_TOKEN = KeyFacts(digest_of("cat_app"), "app1:grant1", COMPANY, ("events:write",), APP, expires=2**40)


@pytest.mark.parametrize(
    ("client", "status"), [("203.0.113.9:5000", 202), ("[2001:db8::1]:5000", 202), ("198.51.100.1:5000", 403)]
)
def test_a_key_of_some_networks_works_from_there_only(edge: Edge, client: str, status: int) -> None:
    edge.accounts.keys_known.append(OFFICE)
    reply = edge.post(SINGLE, event(), headers={"authorization": "Klaviyo-API-Key pk_office"}, client=client)
    assert reply.status == status
    if status == 403:
        assert "198.51.100.1" in reply.error["detail"]
        assert edge.nothing_accepted()


def test_an_expired_key_is_refused_before_any_reload(edge: Edge) -> None:
    edge.accounts.keys_known.append(KeyFacts(digest_of("pk_old"), "k9", COMPANY, ("full",), expires=1_000))
    reply = edge.post(SINGLE, event(), headers={"authorization": "Klaviyo-API-Key pk_old"})
    assert (reply.status, reply.error["code"]) == (401, "authentication_failed")


def test_an_apps_token_comes_as_bearer_and_has_a_limit_of_its_own(tmp_path: Path) -> None:
    edge = Edge(tmp_path, enforce=True)
    edge.accounts.keys_known.append(APP_TOKEN)
    edge.accounts.accounts_known[0] = AccountFacts(COMPANY, 7, {"create_event": {"burst": 1, "steady": 1}})
    token = {"authorization": "Bearer cat_app"}
    assert edge.post(SINGLE, event(), headers=token).status == 202
    assert edge.post(SINGLE, event(), headers=token).status == 429
    assert edge.post(SINGLE, event()).status == 202  # The account's own keys share another.
    assert edge.post(SINGLE, event(), headers={"authorization": "Klaviyo-API-Key cat_app"}).status == 401
