"""Lists, their members and subscribers, as clients of v2 know them."""

from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.api.legacy.tests.conftest import Legacy
from cairn.domains.lists import actions as lists
from cairn.domains.profiles import queries as profiles
from cairn.kernel import clock
from cairn.kernel.listing import Compare
from cairn.kernel.scope import Scope


@pytest.fixture
def news(scope: Scope) -> str:
    return lists.create_list(scope, name="Newsletter", now=clock.now()).id


@pytest.fixture
def doubly(scope: Scope) -> str:
    """A list that asks people to confirm."""
    return lists.create_list(scope, name="Careful", opt_in_process="double_opt_in", now=clock.now()).id


def number_of(scope: Scope, email: str) -> int:
    return profiles.numbers_found(scope, Compare("email", "equals", email))[0]


def consent_of(scope: Scope, email: str, channel: str = "email.marketing") -> str:
    number = number_of(scope, email)
    return profiles.standings(scope, [number])[number].consent(channel).consent


def emails(rows: list[dict[str, Any]]) -> list[str]:
    return [row["email"] for row in rows]


def test_lists_are_made_shown_renamed_and_deleted(old: Legacy, bobs_old: Legacy) -> None:
    made = old.post("/api/v2/lists", {"list_name": "News"})
    assert made.status == 200
    assert made.headers["Content-Type"].startswith("application/json")
    list_id = made.json["list_id"]
    assert bobs_old.get("/api/v2/lists").json == [{"list_id": list_id, "list_name": "News"}]
    renamed = old.form("PUT", f"/api/v2/list/{list_id}", list_name="Old news")
    assert (renamed.status, renamed.content) == (200, b"")
    shown = old.get(f"/api/v2/list/{list_id}").json
    assert shown.keys() == {"list_name", "folder_name", "created", "updated"}
    assert (shown["list_name"], shown["folder_name"]) == ("Old news", "")
    assert shown["created"].endswith("Z")
    assert old.call("DELETE", f"/api/v2/list/{list_id}").status == 200
    assert old.get("/api/v2/lists").json == []


def test_charlie_sees_nothing_of_annas_lists(charlies_old: Legacy, old: Legacy, news: str) -> None:
    assert charlies_old.get("/api/v2/lists").json == []
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/members?emails=a@b.test"), ("GET", "/exclusions/all")):
        assert charlies_old.call(method, f"/api/v2/list/{news}{path.partition('?')[0]}").status in (400, 404)
    assert charlies_old.get(f"/api/v2/group/{news}/members/all").status == 404
    added = charlies_old.post(f"/api/v2/list/{news}/members", {"profiles": [{"email": "eve@example.com"}]})
    assert added.status == 404
    assert old.get(f"/api/v2/group/{news}/members/all").json == {"records": []}


def test_members_are_added_without_consent(old: Legacy, scope: Scope, news: str) -> None:
    profiles_sent = [
        {"email": "Ann@Example.com", "$first_name": "Ann", "Belt": "Blue"},
        {"phone_number": "+1 500 555 0006", "$id": "c-7"},
    ]
    added = old.post(f"/api/v2/list/{news}/members", {"profiles": profiles_sent})
    assert added.status == 200
    assert [row.keys() for row in added.json] == [{"id", "email"}, {"id", "phone_number"}]
    assert added.json[0]["email"] == "ann@example.com"
    assert consent_of(scope, "ann@example.com") == "NEVER_SUBSCRIBED"
    person = old.get(f"/api/v1/person/{added.json[0]['id']}").json
    assert (person["$first_name"], person["Belt"]) == ("Ann", "Blue")
    again = old.post(f"/api/v2/list/{news}/members", {"profiles": profiles_sent})
    assert again.json == added.json
    assert len(old.get(f"/api/v2/group/{news}/members/all").json["records"]) == 2


def test_profiles_may_be_one_object(old: Legacy, news: str) -> None:
    added = old.post(f"/api/v2/list/{news}/members", {"profiles": {"email": "ann@example.com"}})
    assert emails(added.json) == ["ann@example.com"]


@pytest.mark.parametrize(
    "ask",
    [
        {"query": {"emails": "ann@example.com,nobody@example.com"}},
        {"query": {"emails": ["nobody@example.com", "ann@example.com"]}},
        {"query": {"emails[]": ["nobody@example.com", "ann@example.com"]}},
        {"body": {"emails": ["ANN@example.com", "nobody@example.com"]}},
        {"body": {"emails": ["ann@example.com"], "phone_numbers": ["+15005550001"], "push_tokens": ["none"]}},
    ],
)
def test_it_is_told_who_is_a_member(old: Legacy, news: str, ask: dict[str, Any]) -> None:
    old.post(f"/api/v2/list/{news}/members", {"profiles": [{"email": "ann@example.com"}]})
    old.post("/api/v2/lists", {"list_name": "Other"})
    found = old.call("GET", f"/api/v2/list/{news}/members", **ask)
    assert found.status == 200, found.content
    assert [row.keys() for row in found.json] == [{"id", "email", "created"}]
    posted = old.call("POST", f"/api/v2/list/{news}/get-members", **ask)
    assert posted.json == found.json


def test_too_many_cannot_be_asked_for(old: Legacy, news: str) -> None:
    many = [f"p{number}@example.com" for number in range(101)]
    reply = old.post(f"/api/v2/list/{news}/get-members", {"emails": many})
    assert reply.status == 400
    assert reply.json["detail"] == reply.json["message"] == "At most 100 people can be asked for at a time."
    assert old.get(f"/api/v2/list/{news}/members").status == 400


def test_members_are_removed_and_stay_people(old: Legacy, news: str) -> None:
    added = old.post(f"/api/v2/list/{news}/members", {"profiles": [{"email": "ann@example.com"}]}).json
    gone = old.call("DELETE", f"/api/v2/list/{news}/members", body={"emails": ["ann@example.com"]})
    assert (gone.status, gone.content) == (200, b"")
    assert old.get(f"/api/v2/group/{news}/members/all").json == {"records": []}
    assert old.get(f"/api/v1/person/{added[0]['id']}").status == 200


def test_all_members_come_in_batches(old: Legacy, news: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.api.legacy.members.BATCH", 2)
    sent = [{"email": f"p{number}@example.com"} for number in range(5)]
    old.post(f"/api/v2/list/{news}/members", {"profiles": sent})
    seen: list[str] = []
    query: dict[str, Any] = {}
    while True:
        reply = old.call("GET", f"/api/v2/group/{news}/members/all", query=query).json
        seen += emails(reply["records"])
        if "marker" not in reply:
            break
        assert isinstance(reply["marker"], int)
        query = {"marker": reply["marker"]}
    assert seen == [f"p{number}@example.com" for number in range(5)]


def test_subscribing_to_an_open_list_counts_at_once(old: Legacy, scope: Scope, news: str) -> None:
    sent = {"profiles": [{"email": "ann@example.com", "$source": "Footer", "$consent": ["email"]}]}
    subscribed = old.post(f"/api/v2/list/{news}/subscribe", sent)
    assert subscribed.status == 200
    assert emails(subscribed.json) == ["ann@example.com"]
    assert consent_of(scope, "ann@example.com") == "SUBSCRIBED"
    found = old.call("GET", f"/api/v2/list/{news}/subscribe", body={"emails": ["ann@example.com"]}).json
    assert emails(found) == ["ann@example.com"]


def test_a_careful_list_asks_first(old: Legacy, scope: Scope, doubly: str) -> None:
    subscribed = old.post(f"/api/v2/list/{doubly}/subscribe", {"profiles": [{"email": "ann@example.com"}]})
    assert (subscribed.status, subscribed.json) == (200, [])
    assert old.get(f"/api/v2/group/{doubly}/members/all").json == {"records": []}
    assert profiles.count(scope) == 0


@pytest.mark.parametrize(
    ("profile", "email", "sms"),
    [
        ({"sms_consent": True}, "SUBSCRIBED", "SUBSCRIBED"),
        ({"sms_consent": True, "$consent": ["sms"]}, "NEVER_SUBSCRIBED", "SUBSCRIBED"),
        ({"$consent": "[sms, email]"}, "SUBSCRIBED", "SUBSCRIBED"),
        ({}, "SUBSCRIBED", "NEVER_SUBSCRIBED"),
    ],
)
def test_channels_are_those_consented_to(
    old: Legacy, scope: Scope, news: str, profile: dict[str, Any], email: str, sms: str
) -> None:
    sent = {"profiles": [{"email": "ann@example.com", "phone_number": "+15005550006", **profile}]}
    assert old.post(f"/api/v2/list/{news}/subscribe", sent).status == 200
    assert consent_of(scope, "ann@example.com") == email
    assert consent_of(scope, "ann@example.com", "sms.marketing") == sms
    person = profiles.profiles_by_numbers(scope, [number_of(scope, "ann@example.com")])
    assert "sms_consent" not in next(iter(person.values())).properties


def test_a_number_alone_needs_consent(old: Legacy, news: str) -> None:
    refused = old.post(f"/api/v2/list/{news}/subscribe", {"profiles": [{"phone_number": "+15005550006"}]})
    assert refused.status == 400
    assert "sms_consent" in refused.json["detail"]


def test_unsubscribing_leaves_the_list_and_is_an_exclusion(old: Legacy, scope: Scope, news: str) -> None:
    old.post(f"/api/v2/list/{news}/subscribe", {"profiles": [{"email": "ann@example.com"}]})
    gone = old.call("DELETE", f"/api/v2/list/{news}/subscribe", body={"emails": ["ann@example.com"]})
    assert (gone.status, gone.content) == (200, b"")
    assert consent_of(scope, "ann@example.com") == "UNSUBSCRIBED"
    assert old.get(f"/api/v2/list/{news}/members", emails="ann@example.com").json == []
    excluded = old.get("/api/v1/people/exclusions").json
    assert [(row["email"], row["reason"]) for row in excluded["data"]] == [("ann@example.com", "unsubscribed")]


def test_a_suppressed_member_is_no_subscriber(old: Legacy, news: str) -> None:
    old.post(
        f"/api/v2/list/{news}/subscribe", {"profiles": [{"email": "ann@example.com"}, {"email": "bo@example.com"}]}
    )
    old.form("POST", "/api/v1/people/exclusions", email="bo@example.com")
    asked = {"emails": ["ann@example.com", "bo@example.com"]}
    found = old.post(f"/api/v2/list/{news}/get-list-subscriptions", asked).json
    assert emails(found) == ["ann@example.com"]
    kept_out = old.get(f"/api/v2/list/{news}/exclusions/all").json
    assert [(row["email"], row["reason"]) for row in kept_out["records"]] == [("bo@example.com", "Manually Excluded")]
    assert "marker" not in kept_out


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"profiles": []},
        {"profiles": "ann@example.com"},
        {"profiles": [{"email": "nobody"}]},
        {"profiles": [{"first_name": "Ann"}]},
        {"profiles": [{"phone_number": "12"}]},
        {"profiles": [{"push_token": "unknown"}]},
        {"profiles": [{"email": "a@b.test", "Note": "a\0b"}]},
        {"profiles": [{"email": f"p{number}@example.com"} for number in range(101)]},
    ],
)
@pytest.mark.parametrize("verb", ["members", "subscribe"])
def test_what_cannot_be_taken_is_said_in_both_words(old: Legacy, news: str, verb: str, body: object) -> None:
    reply = old.post(f"/api/v2/list/{news}/{verb}", body)
    assert reply.status == 400
    assert reply.json["detail"] == reply.json["message"] != ""
    assert old.get(f"/api/v2/group/{news}/members/all").json == {"records": []}


def test_an_unknown_list_is_told_in_both_words(old: Legacy) -> None:
    reply = old.get("/api/v2/list/ZZZZZZ")
    assert reply.status == 404
    assert reply.json == {"status": 404, "message": reply.json["detail"], "detail": reply.json["detail"]}
    assert old.get("/api/v2/list/{}/exclusions/all").status == 404


def test_the_new_api_shows_what_the_old_one_wrote(old: Legacy, api: Api, news: str) -> None:
    old.post(f"/api/v2/list/{news}/members", {"profiles": [{"email": "ann@example.com", "$city": "Porto"}]})
    members = api.get(f"/api/lists/{news}/profiles")
    assert members.data[0]["attributes"]["location"]["city"] == "Porto"
