"""Keys, errors and limits: what all calls of the old API have in common."""

import pytest

from cairn.api.conftest import Api
from cairn.api.legacy.tests.conftest import FORM, Legacy
from cairn.domains.accounts import actions as accounts
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from tests.people import Person

NO_KEY = "You must specify an API key to make requests."
WRONG_KEY = "The API key specified is invalid."


def test_a_key_may_stand_anywhere(old: Legacy, anna: Person) -> None:
    key = anna.private_key
    path = "/api/v2/lists"
    assert old.call("GET", path, query={"api_key": key}, keyless=True).status == 200
    assert old.call("GET", path, body={"api_key": key}, keyless=True).status == 200
    assert old.call("GET", path, headers={"api-key": key}, keyless=True).status == 200
    assert old.call("POST", path, form={"api_key": key, "list_name": "A"}, keyless=True).status == 200
    both = old.call("GET", path, query={"api_key": key}, body={"api_key": key}, keyless=True)
    assert both.status == 200


def test_a_form_that_calls_itself_json_is_read(old: Legacy, anna: Person) -> None:
    reply = old.client.generic(
        "POST", "/api/v2/lists", f"api_key={anna.private_key}&list_name=News".encode(), content_type="application/json"
    )
    assert reply.status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/metrics", "/api/v2/lists"])
def test_a_missing_or_wrong_key_is_answered_in_the_words_that_clients_know(old: Legacy, path: str) -> None:
    missing = old.call("GET", path, keyless=True)
    assert missing.status == 403
    assert (missing.json["status"], missing.json["message"]) == (403, NO_KEY)
    wrong = old.call("GET", path, key="pk_wrong")
    assert (wrong.status, wrong.json["message"]) == (403, WRONG_KEY)


def test_a_key_that_may_only_read_cannot_write(old: Legacy, scope: Scope) -> None:
    weak = accounts.create_key(scope, name="Weak", scopes=["lists:read"], now=clock.now()).private_key
    assert old.call("GET", "/api/v2/lists", key=weak).status == 200
    refused = old.call("POST", "/api/v2/lists", body={"list_name": "A"}, key=weak)
    assert refused.status == 401
    assert "lists:write" in refused.json["message"]
    assert old.get("/api/v2/lists").json == []


def test_errors_of_the_first_version_have_a_message_alone(old: Legacy) -> None:
    reply = old.get("/api/v1/person/nobody")
    assert reply.status == 404
    assert reply.json.keys() == {"status", "message"}
    assert reply.headers["Content-Type"] == "application/json"


def test_slashes_at_the_end_make_no_difference(old: Legacy) -> None:
    assert old.get("/api/v2/lists/").status == 200


def test_an_unknown_address_and_a_wrong_method(old: Legacy) -> None:
    assert old.get("/api/v1/nothing").status == 404
    assert old.get("/api/v2/").status == 404
    wrong = old.post("/api/v2/list/ZZZZZZ", {})
    assert wrong.status == 405
    assert wrong.headers["Allow"] == "DELETE, GET, PUT"


def test_a_broken_body_is_told(old: Legacy, anna: Person) -> None:
    path = f"/api/v2/lists?api_key={anna.private_key}"
    for content in (b"{broken", b"[1]", b"\xff\xfe", b"nothing"):
        reply = old.client.generic("POST", path, content, content_type="application/json")
        assert reply.status_code == 400, content
    assert old.client.generic("POST", path, b"a=b", content_type=FORM).status_code == 400


def test_limits_are_told_in_the_old_words(old: Legacy, api: Api, rate_limits: None) -> None:
    replies = [old.post("/api/v2/lists", {"list_name": f"L{number}"}) for number in range(11)]
    refused = next(reply for reply in replies if reply.status == 429)
    wait = refused.headers["Retry-After"]
    detail = f"Request was throttled. Expected available in {wait}.0 seconds."
    assert refused.json == {"status": 429, "message": detail, "detail": detail}
    assert api.get("/api/lists").status == 200, "today's API counts for itself"


def test_no_revision_is_asked_for_and_none_harms(old: Legacy) -> None:
    assert old.call("GET", "/api/v2/lists", headers={"revision": "nonsense"}).status == 200
