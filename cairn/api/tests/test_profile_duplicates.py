"""Possible duplicates: found, decided, and what a profile is found by."""

from datetime import timedelta
from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.domains.profiles import actions
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel import clock
from cairn.kernel.scope import Scope

NOW = clock.now()
PLACE = {"address1": "Main Street 5", "zip": "10115"}


def make(api: Api, **attributes: Any) -> str:
    return str(api.post("/api/profiles", "profile", attributes).data["id"])


PAIRS = [
    ("same_mailbox", {"email": "ann.lee@gmail.com"}, {"email": "annlee+shop@googlemail.com"}),
    ("same_mailbox", {"email": "ann@example.com"}, {"email": "ann+news@example.com"}),
    ("same_external_id", {"external_id": "AB 12"}, {"external_id": "ab12"}),
    (
        "same_name_and_address",
        {"email": "a@example.com", "first_name": "Ann", "last_name": "Lee", "location": PLACE},
        {"email": "b@example.com", "first_name": "ANN", "last_name": "lee", "location": {**PLACE, "zip": "10 115"}},
    ),
    ("similar_email", {"email": "annlee@example.com"}, {"email": "ann.lee@example.com"}),
]


@pytest.mark.parametrize(("reason", "first", "second"), PAIRS)
def test_found_by_reason(
    api: Api, scope: Scope, clickhouse: object, reason: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    older, newer = make(api, **first), make(api, **second)
    make(api, email="somebody@example.org", first_name="Ann", last_name="Lee")
    actions.search_duplicates(scope, now=NOW)
    (row,) = api.get("/api/profile-duplicates", include="profiles").data
    assert (row["attributes"]["reason"], row["attributes"]["status"]) == (reason, "open")
    assert [one["id"] for one in row["relationships"]["profiles"]["data"]] == [older, newer]


def test_a_number_that_another_system_wrote_with_its_zero(api: Api, scope: Scope, clickhouse: object) -> None:
    older = actions.create(scope, ProfilePatch(phone_number="+491512345678"), now=NOW).id
    newer = actions.create(scope, ProfilePatch(phone_number="+4901512345678"), now=NOW).id
    actions.search_duplicates(scope, now=NOW)
    (row,) = api.get("/api/profile-duplicates", filter=f'equals(profile_id,"{newer}")').data
    assert row["attributes"]["reason"] == "same_phone"
    assert [one["id"] for one in row["relationships"]["profiles"]["data"]] == [older, newer]


def test_what_is_dismissed_stays_so_until_it_is_opened_again(api: Api, scope: Scope, clickhouse: object) -> None:
    make(api, email="ann@example.com"), make(api, email="ann+2@example.com")
    actions.search_duplicates(scope, now=NOW)
    row = api.get("/api/profile-duplicates").ids[0]
    assert api.patch(f"/api/profile-duplicates/{row}", "profile-duplicate", {"status": "dismissed"}).status == 200
    actions.search_duplicates(scope, now=NOW + timedelta(hours=2))
    assert api.get("/api/profile-duplicates", filter='equals(status,"open")').ids == []
    reply = api.patch(f"/api/profile-duplicates/{row}", "profile-duplicate", {"status": "open"})
    assert (reply.status, reply.attributes["decided"]) == (200, None)


def test_merging_keeps_the_one_that_is_asked_for(api: Api, scope: Scope, clickhouse: object) -> None:
    older, newer = make(api, email="ann@example.com"), make(api, email="ann+2@example.com")
    actions.search_duplicates(scope, now=NOW)
    row = api.get("/api/profile-duplicates").ids[0]
    wrong = api.patch(f"/api/profile-duplicates/{row}", "profile-duplicate", {"status": "merged", "keep": "x"})
    assert (wrong.status, wrong.error["source"]["pointer"]) == (400, "/data/attributes/keep")
    merged = api.patch(f"/api/profile-duplicates/{row}", "profile-duplicate", {"status": "merged", "keep": newer})
    assert (merged.status, merged.attributes["status"]) == (200, "merged")
    assert api.get(f"/api/profiles/{older}").error["meta"] == {"merged_into": newer}
    assert api.get("/api/profile-duplicates").ids == []
    (entry,) = api.get("/api/profile-merges", filter=f'equals(profile_id,"{newer}")').data
    assert (entry["attributes"]["source_id"], entry["attributes"]["how"]) == (older, "duplicate: same_mailbox")
    found = api.get("/api/profile-identifiers", filter=f'equals(profile_id,"{newer}")').data
    assert [(one["attributes"]["kind"], one["attributes"]["value"]) for one in found] == [
        ("email", "ann+2@example.com"),
        ("email", "ann@example.com"),
        ("merged", older),
    ]


def test_a_rule_merges_what_leaves_no_doubt(api: Api, scope: Scope, clickhouse: object) -> None:
    older, newer = make(api, email="ann@example.com"), make(api, email="ann+2@example.com")
    make(api, email="cem.x@example.com"), make(api, email="cemx@example.com")
    refused = api.patch("/api/duplicate-searches/current", "duplicate-search", {"automatic": ["similar_email"]})
    assert (refused.status, refused.error["source"]["pointer"]) == (400, "/data/attributes/automatic/0")
    rules = api.patch("/api/duplicate-searches/current", "duplicate-search", {"automatic": ["same_mailbox"]})
    assert rules.attributes["automatic"] == ["same_mailbox"]
    assert actions.duplicates_are_due(scope, now=NOW)
    assert actions.search_duplicates(scope, now=NOW).merged == 1
    assert api.get(f"/api/profiles/{newer}").error["meta"] == {"merged_into": older}
    assert api.get("/api/duplicate-searches/current").attributes["open"] == {"similar_email": 1}
    assert not actions.duplicates_are_due(scope, now=NOW)


def test_charlie_sees_and_decides_nothing(api: Api, charlies_api: Api, scope: Scope, clickhouse: object) -> None:
    make(api, email="ann@example.com"), make(api, email="ann+2@example.com")
    actions.search_duplicates(scope, now=NOW)
    row = api.get("/api/profile-duplicates").ids[0]
    assert charlies_api.get("/api/profile-duplicates").ids == []
    reply = charlies_api.patch(f"/api/profile-duplicates/{row}", "profile-duplicate", {"status": "dismissed"})
    assert reply.status == 404
    assert api.get(f"/api/profile-duplicates/{row}").attributes["status"] == "open"
