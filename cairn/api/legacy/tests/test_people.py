"""People, exclusions and forgetting, as old clients know them."""

from typing import Any

import pytest

from cairn import wiring
from cairn.api.legacy.tests.conftest import Legacy
from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal

NOBODY = "There is no profile matching the given parameters."


@pytest.fixture
def ines(scope: Scope) -> str:
    patch = ProfilePatch(
        email="ines@studio.test",
        phone_number="+351912345678",
        external_id="cust-77",
        attributes={"first_name": "Ines", "last_name": "Prado"},
        location={"city": "Porto", "latitude": 41.1},
        properties={"Belt": "Blue"},
    )
    return actions.create(scope, patch, now=clock.now()).id


def test_a_person_shows_what_is_known_and_empty_texts(old: Legacy, ines: str) -> None:
    person = old.get(f"/api/v1/person/{ines}").json
    assert person.pop("created") == person.pop("updated")
    assert person == {
        "object": "person",
        "id": ines,
        "$email": "ines@studio.test",
        "email": "ines@studio.test",
        "$first_name": "Ines",
        "first_name": "Ines",
        "$last_name": "Prado",
        "last_name": "Prado",
        "$id": "cust-77",
        "$phone_number": "+351912345678",
        "$title": "",
        "$organization": "",
        "$image": "",
        "$locale": "",
        "$address1": "",
        "$address2": "",
        "$city": "Porto",
        "$region": "",
        "$country": "",
        "$zip": "",
        "$timezone": "",
        "$latitude": 41.1,
        "$longitude": "",
        "Belt": "Blue",
    }


def test_charlie_finds_nobody_of_annas(charlies_old: Legacy, ines: str) -> None:
    assert charlies_old.get(f"/api/v1/person/{ines}").status == 404
    assert charlies_old.form("PUT", f"/api/v1/person/{ines}", Belt="Black").status == 404
    assert charlies_old.get("/api/v2/people/search", email="ines@studio.test").status == 404
    assert charlies_old.get("/api/v1/people").json["data"] == []
    assert charlies_old.post("/api/v2/data-privacy/deletion-request", {"email": "ines@studio.test"}).status == 200


@pytest.mark.parametrize("place", ["query", "form"])
def test_a_person_is_changed_by_texts(old: Legacy, ines: str, place: str) -> None:
    changes = {
        "$city": "Braga",
        "Belt": "Black",
        "$unset": '["Gone"]',
        "id": "other",
        "object": "person",
        "created": "x",
    }
    reply = old.call("PUT", f"/api/v1/person/{ines}", **{place: changes})  # type: ignore[arg-type]
    assert reply.status == 200, reply.content
    assert (reply.json["id"], reply.json["$city"], reply.json["Belt"]) == (ines, "Braga", "Black")
    assert reply.json["$id"] == "cust-77"


@pytest.mark.parametrize("names", ['["Belt"]', "['Belt']", "Belt"])
def test_properties_are_removed_in_each_spelling(old: Legacy, ines: str, names: str) -> None:
    reply = old.call("PUT", f"/api/v1/person/{ines}", query={"$unset": names})
    assert "Belt" not in reply.json


def test_a_whole_person_may_be_sent_back(old: Legacy, ines: str) -> None:
    """One library reads a person and returns all of it."""
    person = old.get(f"/api/v1/person/{ines}").json
    reply = old.call("PUT", f"/api/v1/person/{ines}", query=person)
    assert reply.status == 200, reply.content
    for name in ("id", "$email", "$id", "$phone_number", "$city", "Belt", "$latitude"):
        assert str(reply.json[name]) == str(person[name]), name


def test_json_cannot_change_a_person(old: Legacy, ines: str) -> None:
    assert old.call("PUT", f"/api/v1/person/{ines}", body={"Belt": "Black"}).status == 400
    assert old.get(f"/api/v1/person/{ines}").json["Belt"] == "Blue"


def test_the_address_of_somebody_else_is_refused(old: Legacy, scope: Scope, ines: str) -> None:
    actions.create(scope, ProfilePatch(email="bo@studio.test"), now=clock.now())
    reply = old.form("PUT", f"/api/v1/person/{ines}", **{"$email": "bo@studio.test"})
    assert reply.status == 400
    assert "already exists" in reply.json["message"]


def test_people_come_in_pages_by_number(old: Legacy, scope: Scope) -> None:
    for number in range(5):
        actions.create(scope, ProfilePatch(email=f"p{number}@studio.test"), now=clock.now())
    first = old.get("/api/v1/people", count=2).json
    assert {name: first[name] for name in first if name != "data"} == {
        "object": "$list",
        "page": 0,
        "start": 0,
        "end": 1,
        "total": 5,
        "page_size": 2,
    }
    last = old.get("/api/v1/people", count=2, page=2).json
    assert (last["start"], last["end"], [one["email"] for one in last["data"]]) == (4, 4, ["p4@studio.test"])
    assert "object" not in last["data"][0]
    assert "$email" not in last["data"][0]
    beyond = old.get("/api/v1/people", count=2, page=9).json
    assert beyond["data"] == []
    assert beyond["end"] >= beyond["total"] - 1


@pytest.mark.parametrize("query", [{"count": 0}, {"count": 1001}, {"page": -1}, {"page": "two"}])
def test_absurd_pages_are_refused(old: Legacy, query: dict[str, Any]) -> None:
    assert old.get("/api/v1/people", **query).status == 400


@pytest.mark.parametrize(
    "by", [{"email": "INES@studio.test"}, {"phone_number": "+351912345678"}, {"external_id": "cust-77"}]
)
def test_a_person_is_found_from_every_place(old: Legacy, ines: str, by: dict[str, str]) -> None:
    path = "/api/v2/people/search"
    assert old.call("GET", path, query=by).json == {"id": ines}
    assert old.call("GET", path, form=by).json == {"id": ines}
    assert old.call("GET", path, body=by).json == {"id": ines}


def test_nobody_is_told_in_the_words_that_clients_compare(old: Legacy, ines: str) -> None:
    reply = old.get("/api/v2/people/search", email="nobody@studio.test")
    assert (reply.status, reply.json["detail"]) == (404, NOBODY)
    assert old.get("/api/v2/people/search").status == 400
    both = {"email": "ines@studio.test", "external_id": "cust-77"}
    assert old.get("/api/v2/people/search", **both).status == 400


def test_a_links_token_is_exchanged_for_a_person(old: Legacy, scope: Scope, ines: str) -> None:
    token = seal(wiring.secret_key(), "kx", (scope.account_id, ines))
    assert old.post("/api/v2/people/exchange", {"exchange_id": token}).json == {"id": ines}
    assert old.post("/api/v2/people/exchange", {"exchange_id": "made.up"}).status == 404
    assert old.post("/api/v2/people/exchange", {}).status == 400


def test_exclusions_are_added_once_and_listed(old: Legacy, scope: Scope) -> None:
    path = "/api/v1/people/exclusions"
    first = old.form("POST", path, email="Old@studio.test")
    assert first.json == {"already_excluded": False, "num_excluded": 1}
    assert old.form("POST", path, email="old@studio.test").json == {"already_excluded": True, "num_excluded": 0}
    listed = old.get(path).json
    assert (listed["total"], listed["page_size"]) == (1, 500)
    timestamp = listed["data"][0].pop("timestamp")
    assert len(timestamp) == 19
    assert listed["data"] == [{"object": "exclusion", "email": "old@studio.test", "reason": "manually_excluded"}]
    assert old.get(path, reason="bounced").json["data"] == []
    assert old.get("/api/v2/people/exclusions", reason="manually_excluded").json["total"] == 1
    assert old.get(path, reason="whatever").status == 400
    assert old.form("POST", path, email="nobody").status == 400


def test_forgetting_answers_with_a_sentence(old: Legacy, scope: Scope, ines: str, clickhouse: ClickHouse) -> None:
    path = "/api/v2/data-privacy/deletion-request"
    reply = old.post(path, {"email": "ines@studio.test"})
    assert (reply.status, reply.json) == (200, "Submitted new deletion task for customer.")
    assert queries.count(scope) == 0
    assert old.post(path, {"person_id": ines}).status == 200, "nobody is no error"
    assert old.post(path, {}).status == 400
    assert old.post(path, {"email": "a@b.test", "phone_number": "+15005550006"}).status == 400
    assert old.post(path, {"email": "nonsense"}).status == 400
