"""What every operation of the API has in common, seen over HTTP."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from cairn.api.conftest import Api
from cairn.domains.accounts.models import Account
from cairn.domains.tags import actions
from cairn.kernel.scope import Scope
from tests.people import Person


def test_a_trailing_slash_makes_no_difference(api: Api) -> None:
    assert api.get("/api/accounts/").ids == api.get("/api/accounts").ids
    assert api.call("POST", "/api/tags/", {"data": {"type": "tag", "attributes": {"name": "x"}}}).status == 201


def test_an_unknown_address_is_not_found(api: Api) -> None:
    for address in ("/api/nothing", "/api/tags/x/nothing", "/api/", "/api/tags/a/b/c/d", "/api/tags/%00"):
        reply = api.get(address)
        assert (reply.status, reply.error["code"]) == (404, "not_found"), address


def test_another_method_is_named(api: Api) -> None:
    reply = api.call("PUT", "/api/tags", {})
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("given", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
def test_another_media_type_is_refused(api: Api, given: str) -> None:
    reply = api.call("POST", "/api/tags", raw=b"{}", content_type=given)
    assert (reply.status, reply.error["code"]) == (415, "unsupported_media_type")


def test_plain_json_is_taken(api: Api) -> None:
    raw = b'{"data":{"type":"tag","attributes":{"name":"x"}}}'
    assert api.call("POST", "/api/tags", raw=raw, content_type="application/json; charset=utf-8").status == 201


def test_a_huge_body_is_refused(api: Api) -> None:
    raw = b'{"data":{"type":"tag","attributes":{"name":"' + b"x" * 5_300_000 + b'"}}}'
    reply = api.call("POST", "/api/tags", raw=raw)
    assert (reply.status, reply.error["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("revision", [None, "soon", "2001-01-01", "2999-12-31"])
def test_a_key_needs_a_known_revision(api: Api, revision: str | None) -> None:
    assert api.call("GET", "/api/tags", headers={"revision": revision}).status == 400


def test_our_own_operations_need_none(api: Api) -> None:
    assert api.call("GET", "/api/api-keys", headers={"revision": None}).status == 200


@pytest.mark.parametrize("header", ["Bearer x", "Klaviyo-API-Key", "Klaviyo-API-Key pk_unknown", "Basic YTpi"])
def test_a_wrong_key_is_refused(nobodys_api: Api, header: str) -> None:
    assert nobodys_api.call("GET", "/api/tags", headers={"Authorization": header}).status == 401


def test_too_many_requests_wait(api: Api, rate_limits: None) -> None:
    replies = [api.get("/api/accounts") for _ in range(16)]
    refused = next(reply for reply in replies if reply.status == 429)
    assert (refused.error["code"], refused.error["title"]) == ("throttled", "Request was throttled.")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "RateLimit-Limit" not in refused.headers


def test_an_account_can_have_its_own_limits(api: Api, anna: Person) -> None:
    Account.objects.filter(id=anna.account_id).update(rate_limits={"get_accounts": {"burst": 7, "steady": 70}})
    assert api.get("/api/accounts").headers["RateLimit-Limit"] == "7, 7;w=1, 70;w=60"
    assert api.get("/api/tags").headers["RateLimit-Limit"] == "3, 3;w=1, 60;w=60"


def test_the_request_id_is_the_first_errors_id(api: Api) -> None:
    reply = api.get("/api/tags/absent")
    assert reply.error["id"] == reply.headers["X-Request-Id"]
    assert reply.error["status"] == 404


def test_a_database_that_is_away_is_no_fault_of_the_caller(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("cairn.api.kernel.view.perform", away)
    reply = api.get("/api/tags")
    assert (reply.status, reply.error["code"], reply.headers["Retry-After"]) == (503, "unavailable", "2")


def test_a_mistake_of_ours_tells_nothing_but_an_id(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("cairn.api.kernel.view.perform", broken)
    reply = api.get("/api/tags")
    assert (reply.status, reply.error["code"]) == (500, "error")
    assert b"secret" not in reply.content


def test_a_cursor_belongs_to_its_listing(api: Api, scope: Scope) -> None:
    for name in "abc":
        actions.create_tag(scope, name=name)
    link = api.get("/api/tags", **{"page[size]": "1", "sort": "name"}).json["links"]["next"]
    cursor = link.split("page%5Bcursor%5D=")[1].split("&")[0]
    assert api.get("/api/tags", **{"page[cursor]": cursor, "sort": "name", "page[size]": "1"}).status == 200
    assert api.get("/api/tags", **{"page[cursor]": link, "sort": "name", "page[size]": "1"}).status == 200
    assert api.get("/api/tags", **{"page[cursor]": cursor, "sort": "-name"}).status == 400
    assert api.get("/api/tag-groups", **{"page[cursor]": cursor, "sort": "name"}).status == 400


def test_a_page_stays_right_while_rows_come_and_go(scope: Scope, api: Api) -> None:
    made = {name: actions.create_tag(scope, name=name).id for name in "bdfh"}
    first = api.get("/api/tags", **{"page[size]": "2", "sort": "name"})
    actions.create_tag(scope, name="a")
    actions.delete_tag(scope, tag_id=made["d"])
    rest = api.call("GET", first.json["links"]["next"].removeprefix("http://127.0.0.1:8000"))
    assert [one["attributes"]["name"] for one in rest.data] == ["f", "h"]


def test_includes_are_asked_for_once_per_page(
    api: Api, scope: Scope, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        actions.create_tag(scope, name=f"Tag {number}")
    api.get("/api/accounts")  # From here on the key is known.
    with django_assert_num_queries(2):
        reply = api.get("/api/tags", include="tag-group")
    assert len(reply.data) == 20
    assert [one["type"] for one in reply.json["included"]] == ["tag-group"]


def test_using_a_key_is_noted(api: Api, anna: Person) -> None:
    before = datetime.now(UTC)
    api.get("/api/accounts")
    (key,) = api.get("/api/api-keys").data
    assert datetime.fromisoformat(key["attributes"]["last_used"]) >= before


def test_a_listing_without_rows_has_no_neighbours(api: Api) -> None:
    reply = api.get("/api/tags")
    assert (reply.data, reply.json["links"]["next"], reply.json["links"]["prev"]) == ([], None, None)
