"""Profiles over HTTP."""

from typing import Any

import pytest

from cairn.api.conftest import Answer, Api

ANN = {
    "email": "ann@example.com",
    "phone_number": "+15005550006",
    "external_id": "7",
    "first_name": "Ann",
    "last_name": "Lee",
    "organization": "Lee Ltd",
    "title": "Dr",
    "locale": "en-US",
    "image": "https://example.com/a.png",
    "location": {"city": "Rome", "country": "Italy", "latitude": 41.9, "timezone": "Europe/Rome"},
    "properties": {"vip": True, "colors": ["red"], "age": 41},
}


def make(api: Api, **attributes: Any) -> str:
    reply = api.post("/api/profiles", "profile", attributes)
    assert reply.status == 201, reply.json
    return str(reply.data["id"])


def merge(api: Api, source: str, *, into: str) -> Answer:
    others = {"profiles": {"data": [{"type": "profile", "id": source}]}}
    document = {"data": {"type": "profile-merge", "id": into, "relationships": others}}
    return api.call("POST", "/api/profile-merge", document)


def subscribed(api: Api, profile_id: str) -> dict[str, Any]:
    reply = api.get(f"/api/profiles/{profile_id}", **{"additional-fields[profile]": "subscriptions"})
    found = reply.attributes["subscriptions"]
    assert isinstance(found, dict)
    return found


def test_a_new_profile_reads_back(api: Api, bobs_api: Api, clickhouse: object) -> None:
    profile_id = make(api, **ANN)
    shown = bobs_api.get(f"/api/profiles/{profile_id}").attributes
    assert {name: shown[name] for name in ANN if name != "location"} == {
        k: v for k, v in ANN.items() if k != "location"
    }
    assert shown["location"] == {
        **dict.fromkeys(("address1", "address2", "region", "zip", "longitude", "ip")),
        **ANN["location"],  # type: ignore[dict-item]
    }
    assert shown["last_event_date"] is None
    assert "subscriptions" not in shown


def test_a_taken_identifier_is_a_conflict(api: Api, clickhouse: object) -> None:
    ann = make(api, email="ann@example.com")
    reply = api.post("/api/profiles", "profile", {"email": "ANN@example.com", "first_name": "Other"})
    assert (reply.status, reply.error["code"]) == (409, "duplicate_profile")
    assert reply.error["meta"] == {"duplicate_profile_id": ann}
    assert reply.error["source"] == {"pointer": "/data/attributes"}
    assert api.get(f"/api/profiles/{ann}").attributes["first_name"] is None


def test_nobody_is_refused(api: Api) -> None:
    assert api.post("/api/profiles", "profile", {"first_name": "Ann"}).status == 400
    assert api.post("/api/profile-import", "profile", {"first_name": "Ann"}).status == 400


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"email": "no address"}, "/data/attributes/email"),
        ({"email": "a@example.com", "phone_number": "123"}, "/data/attributes/phone_number"),
        ({"email": "a@example.com", "first_name": 5}, "/data/attributes/first_name"),
        ({"email": "a@example.com", "first_name": "a\0b"}, "/data/attributes/first_name"),
        ({"email": "a@example.com", "properties": {"x": "\0"}}, "/data/attributes/properties/x"),
    ],
)
def test_wrong_input_is_named(api: Api, attributes: dict[str, Any], pointer: str) -> None:
    reply = api.post("/api/profiles", "profile", attributes)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, pointer)
    assert api.get("/api/profiles").data == []


def test_null_clears_and_absent_leaves(api: Api, clickhouse: object) -> None:
    profile_id = make(api, **ANN)
    reply = api.patch(
        f"/api/profiles/{profile_id}",
        "profile",
        {"title": None, "phone_number": None, "location": {"city": None}, "properties": {"age": None}},
        meta={"patch_properties": {"append": {"colors": "blue"}, "unset": "vip"}},
    )
    assert reply.status == 200
    shown = reply.attributes
    assert (shown["title"], shown["phone_number"], shown["first_name"]) == (None, None, "Ann")
    assert shown["location"]["city"] is None
    assert shown["location"]["country"] == "Italy"
    assert shown["properties"] == {"colors": ["red", "blue"], "age": None}
    assert api.post("/api/profiles", "profile", {"phone_number": "+15005550006"}).status == 201


def test_import_makes_and_updates(api: Api, clickhouse: object) -> None:
    first = api.post("/api/profile-import", "profile", {"email": "ann@example.com", "first_name": "A"})
    second = api.post("/api/profile-import", "profile", {"email": "ann@example.com", "first_name": "Ann"})
    assert (first.status, second.status) == (201, 200)
    assert first.data["id"] == second.data["id"]
    assert second.attributes["first_name"] == "Ann"


def test_import_of_two_peoples_identifiers_is_a_conflict(api: Api, clickhouse: object) -> None:
    make(api, email="ann@example.com")
    phone = make(api, phone_number="+15005550006")
    both = {"email": "ann@example.com", "phone_number": "+15005550006"}
    reply = api.post("/api/profile-import", "profile", both)
    assert (reply.status, reply.error["meta"]["duplicate_profile_id"]) == (409, phone)


def test_merge_moves_everything_and_ends_the_source(api: Api, clickhouse: object) -> None:
    ann, other = (
        make(api, email="ann@example.com", first_name="Ann"),
        make(api, phone_number="+15005550006", title="Dr"),
    )
    reply = merge(api, other, into=ann)
    assert (reply.status, reply.data["id"]) == (201, ann)
    shown = api.get(f"/api/profiles/{ann}").attributes
    assert (shown["phone_number"], shown["title"], shown["first_name"]) == ("+15005550006", "Dr", "Ann")


def test_a_merged_profile_is_gone_and_names_its_successor(api: Api, charlies_api: Api, clickhouse: object) -> None:
    first, second, last = (make(api, email=f"{name}@example.com") for name in ("first", "second", "last"))
    merge(api, first, into=second)
    merge(api, second, into=last)
    for gone in (first, second):
        for path in (f"/api/profiles/{gone}", f"/api/profiles/{gone}/lists"):
            reply = api.get(path)
            assert (reply.status, reply.error["meta"]) == (404, {"merged_into": last})
            assert f"merged into {last}" in reply.error["detail"]
    stranger = charlies_api.get(f"/api/profiles/{first}")
    assert (stranger.status, stranger.error["meta"]) == (404, {})
    assert api.get(f"/api/profiles/{last}").status == 200


def test_what_comes_by_a_merged_profiles_id_reaches_its_successor(api: Api, clickhouse: object) -> None:
    ann, other = make(api, email="ann@example.com"), make(api, email="other@example.com")
    weekly = str(api.post("/api/lists", "list", {"name": "Weekly"}).data["id"])
    merge(api, other, into=ann)
    assert api.patch(f"/api/profiles/{other}", "profile", {"first_name": "Ann"}).data["id"] == ann
    assert api.link("POST", f"/api/lists/{weekly}/relationships/profiles", "profile", other).status == 204
    assert api.get(f"/api/lists/{weekly}/relationships/profiles").ids == [ann]
    for asked in (f'equals(id,"{other}")', f'any(id,["{other}","{ann}"])'):
        assert api.get("/api/profiles", filter=asked).ids == [ann]
    found = api.get("/api/profile-identifiers", filter=f'equals(profile_id,"{other}")')
    assert "email:other@example.com" in found.ids


def test_second_addresses(api: Api, clickhouse: object) -> None:
    ann = make(api, email="ann@example.com")
    added = {"patch_identifiers": {"append": {"email": ["second@example.com"]}}}
    assert api.patch(f"/api/profiles/{ann}", "profile", {}, meta=added).status == 200
    assert api.get("/api/profiles", filter='equals(email,"Second@example.com")').ids == [ann]
    wrong = {"patch_identifiers": {"append": {"email": ["a@example.com", "no address"]}}}
    reply = api.patch(f"/api/profiles/{ann}", "profile", {}, meta=wrong)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/meta/patch_identifiers/append/email/1")
    own = {"patch_identifiers": {"unappend": {"email": "ann@example.com"}}}
    assert api.patch(f"/api/profiles/{ann}", "profile", {}, meta=own).status == 400
    gone = {"patch_identifiers": {"unappend": {"email": "second@example.com"}}}
    assert api.patch(f"/api/profiles/{ann}", "profile", {}, meta=gone).status == 200
    assert api.get("/api/profiles", filter='equals(email,"second@example.com")').ids == []


def test_filters_and_search(api: Api, clickhouse: object) -> None:
    ann = make(api, email="ann@example.com", first_name="Ann", last_name="Lee")
    bea = make(api, email="bea@example.com", first_name="Beá", external_id="x;DROP TABLE")
    assert api.get("/api/profiles", filter='equals(email,"ANN@example.com")').ids == [ann]
    assert api.get("/api/profiles", filter='any(email,["bea@example.com","none@example.com"])').ids == [bea]
    assert api.get("/api/profiles", filter=f'equals(id,"{bea}")').ids == [bea]
    assert api.get("/api/profiles", filter='equals(external_id,"x;DROP TABLE")').ids == [bea]
    assert api.get("/api/profiles", filter='contains(search,"lee ann")').ids == [ann]
    assert api.get("/api/profiles", filter='contains(search,"EXAMPLE")').ids == [ann, bea]
    assert api.get("/api/profiles", filter='contains(search,"\' OR 1=1 --")').ids == []
    assert api.get("/api/profiles", sort="-email").ids == [bea, ann]
    assert api.get("/api/profiles", filter="greater-than(created,2000-01-01T00:00:00Z)").ids == [ann, bea]


def test_letters_of_all_scripts_stay(api: Api, clickhouse: object) -> None:
    name = "\u200fעבד ال👩‍🚀ه"
    profile_id = make(api, email="ann@example.com", first_name=name)
    assert api.get(f"/api/profiles/{profile_id}").attributes["first_name"] == name


def test_charlie_sees_and_changes_nothing(api: Api, charlies_api: Api, clickhouse: object) -> None:
    ann = make(api, **ANN)
    theirs = make(charlies_api, email="ann@example.com")
    replies: list[Answer] = [
        charlies_api.get(f"/api/profiles/{ann}"),
        charlies_api.patch(f"/api/profiles/{ann}", "profile", {"first_name": "X"}),
        charlies_api.get(f"/api/profiles/{ann}/lists"),
        charlies_api.get(f"/api/profiles/{ann}/relationships/segments"),
        charlies_api.get("/api/profile-consents", filter=f'equals(profile_id,"{ann}")'),
        charlies_api.post("/api/profile-import", "profile", {"first_name": "X"}, id=ann),
    ]
    for destination, source in ((ann, theirs), (theirs, ann)):
        linked = {"profiles": {"data": [{"type": "profile", "id": source}]}}
        body = {"data": {"type": "profile-merge", "id": destination, "relationships": linked}}
        replies.append(charlies_api.call("POST", "/api/profile-merge", body))
    assert [reply.status for reply in replies] == [404] * len(replies)
    assert charlies_api.get("/api/profiles").ids == [theirs]
    assert api.get(f"/api/profiles/{ann}").attributes["first_name"] == "Ann"


def test_nobody_without_a_key(nobodys_api: Api) -> None:
    assert nobodys_api.get("/api/profiles").status == 401


def test_a_fresh_profile_may_get_email_and_nothing_else(api: Api, clickhouse: object) -> None:
    shown = subscribed(api, make(api, email="ann@example.com"))
    assert shown["email"]["marketing"]["can_receive_email_marketing"] is True
    assert shown["email"]["marketing"]["consent"] == "NEVER_SUBSCRIBED"
    assert shown["sms"]["marketing"]["can_receive_sms_marketing"] is False
    assert shown["whatsapp"]["marketing"]["can_receive"] is False


def test_a_forgotten_person_is_gone_and_may_come_back_as_a_stranger(
    api: Api, charlies_api: Api, clickhouse: object
) -> None:
    ann = make(api, email="ann@example.com", first_name="Ann")

    def forget(by: Api, attributes: dict[str, Any], **more: Any) -> int:
        person = {"data": {"type": "profile", "attributes": attributes, **more}}
        return by.post("/api/data-privacy-deletion-jobs", "data-privacy-deletion-job", {"profile": person}).status

    assert forget(charlies_api, {}, id=ann) == 202
    assert forget(charlies_api, {"email": "ann@example.com"}) == 202
    assert forget(api, {"email": "ann@example.com"}, id=ann) == 400
    assert api.get(f"/api/profiles/{ann}").status == 200
    assert forget(api, {"email": "Ann@example.com"}) == 202
    assert api.get(f"/api/profiles/{ann}").status == 404
    assert api.get("/api/profiles").data == []
    again = make(api, email="ann@example.com")
    assert again != ann
    assert api.get(f"/api/profiles/{again}").attributes["first_name"] is None
