"""Lists and segments by the first version's words."""

import json
from typing import Any

import pytest

from cairn.api.legacy.tests.conftest import Legacy
from cairn.domains.lists import actions as lists
from cairn.domains.profiles import queries as profiles
from cairn.kernel import clock
from cairn.kernel.listing import Compare
from cairn.kernel.scope import Scope


@pytest.fixture
def news(scope: Scope) -> str:
    return lists.create_list(scope, name="Newsletter", now=clock.now()).id


def consent_of(scope: Scope, email: str) -> str:
    number = profiles.numbers_found(scope, Compare("email", "equals", email))[0]
    return profiles.standings(scope, [number])[number].consent("email.marketing").consent


def test_a_list_is_made_renamed_and_deleted(old: Legacy) -> None:
    made = old.form("POST", "/api/v1/lists", name="News", list_type="standard").json
    assert made.keys() == {"object", "id", "name", "list_type", "folder", "person_count", "created", "updated"}
    path = f"/api/v1/list/{made['id']}"
    assert old.form("PUT", path, name="Old news").json["name"] == "Old news"
    assert old.get(path).json["name"] == "Old news"
    listed = old.get("/api/v1/lists").json
    assert [(one["name"], one["list_type"], one["person_count"]) for one in listed["data"]] == [("Old news", "list", 0)]
    assert old.get("/api/v1/lists", type="segment").json["data"] == []
    assert old.call("DELETE", path).json["id"] == made["id"]
    assert old.get(path).status == 404


def test_a_member_is_added_with_and_without_consent(old: Legacy, scope: Scope, news: str) -> None:
    path = f"/api/v1/list/{news}/members"
    properties = json.dumps({"$first_name": "Ann"})
    added = old.form("POST", path, email="ann@example.com", properties=properties, confirm_optin="false").json
    assert (added["person"]["$first_name"], added["list"]["person_count"], added["already_member"]) == ("Ann", 1, False)
    assert consent_of(scope, "ann@example.com") == "NEVER_SUBSCRIBED"
    again = old.form("POST", path, email="ann@example.com").json
    assert again["already_member"] is True
    assert consent_of(scope, "ann@example.com") == "SUBSCRIBED"
    found = old.get(path, email="ann@example.com,nobody@example.com").json
    assert [one["$email"] for one in found["data"]] == ["ann@example.com"]


def test_batches_come_and_go(old: Legacy, news: str) -> None:
    path = f"/api/v1/list/{news}/members/batch"
    people: list[dict[str, Any]] = [{"email": f"p{number}@example.com", "properties": {}} for number in range(150)]
    added = old.form("POST", path, batch=json.dumps(people), confirm_optin="0")
    assert added.json == {"num_added": 150}
    gone = old.form("DELETE", path, batch=json.dumps([{"email": one["email"]} for one in people[:120]]))
    assert gone.json == {"num_removed": 120}
    assert old.get(f"/api/v1/list/{news}").json["person_count"] == 30
    assert old.form("POST", path, batch="nonsense").status == 400
    assert old.form("POST", path, batch=json.dumps([{"email": "nobody"}])).status == 400


def test_an_excluded_member_leaves(old: Legacy, scope: Scope, news: str) -> None:
    old.form("POST", f"/api/v1/list/{news}/members", email="ann@example.com")
    path = f"/api/v1/list/{news}/members/exclude"
    assert old.form("POST", path, email="ann@example.com").json == {"already_excluded": False, "num_excluded": 1}
    assert old.form("POST", path, email="ann@example.com").json == {"already_excluded": True, "num_excluded": 0}
    assert consent_of(scope, "ann@example.com") == "UNSUBSCRIBED"
    assert old.get(f"/api/v1/list/{news}").json["person_count"] == 0


def test_exclusions_of_a_list_are_those_of_its_members(old: Legacy, news: str) -> None:
    old.form("POST", f"/api/v1/list/{news}/members", email="ann@example.com")
    old.form("POST", "/api/v1/people/exclusions", email="ann@example.com")
    old.form("POST", "/api/v1/people/exclusions", email="stranger@example.com")
    found = old.get(f"/api/v1/list/{news}/exclusions").json
    assert (found["total"], [one["email"] for one in found["data"]]) == (1, ["ann@example.com"])
    assert old.get(f"/api/v1/list/{news}/exclusions", reason="bounced").json["total"] == 0


def test_unknown_lists_are_told(old: Legacy, charlies_old: Legacy, news: str) -> None:
    assert old.get("/api/v1/segment/ZZZZZZ/members", email="a@b.test").status == 404
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/exclusions")):
        assert charlies_old.call(method, f"/api/v1/list/{news}{path}").status == 404
    assert charlies_old.form("POST", f"/api/v1/list/{news}/members", email="eve@example.com").status == 404
    assert old.get(f"/api/v1/list/{news}").json["person_count"] == 0
