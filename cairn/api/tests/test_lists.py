"""Lists over HTTP."""

from cairn.api.conftest import Api


def make(api: Api, name: str = "News") -> str:
    reply = api.post("/api/lists", "list", {"name": name})
    assert reply.status == 201, reply.json
    return str(reply.data["id"])


def person(api: Api, email: str) -> str:
    return str(api.post("/api/profiles", "profile", {"email": email}).data["id"])


def test_a_list_is_made_renamed_and_deleted(api: Api, bobs_api: Api) -> None:
    list_id = make(api)
    assert len(list_id) == 6
    assert bobs_api.get(f"/api/lists/{list_id}").attributes["opt_in_process"] == "single_opt_in"
    changed = bobs_api.patch(
        f"/api/lists/{list_id}", "list", {"name": "Neuigkeiten", "opt_in_process": "double_opt_in"}
    )
    assert (changed.attributes["name"], changed.attributes["opt_in_process"]) == ("Neuigkeiten", "double_opt_in")
    assert api.delete(f"/api/lists/{list_id}").status == 204
    assert api.get(f"/api/lists/{list_id}").status == 404


def test_members_join_and_leave_without_any_consent(api: Api, clickhouse: object) -> None:
    list_id, ann, bob = make(api), person(api, "ann@example.com"), person(api, "bob@example.com")
    members = f"/api/lists/{list_id}/relationships/profiles"
    assert api.link("POST", members, "profile", ann, bob).status == 204
    assert api.link("POST", members, "profile", ann).status == 204
    assert sorted(api.get(members).ids) == sorted([ann, bob])
    found = api.get(f"/api/lists/{list_id}/profiles", filter='equals(email,"ann@example.com")')
    assert found.ids == [ann]
    assert found.data[0]["attributes"]["joined_group_at"]
    assert api.get(f"/api/profiles/{ann}/lists").ids == [list_id]
    counted = api.get(f"/api/lists/{list_id}", **{"additional-fields[list]": "profile_count"})
    assert counted.attributes["profile_count"] == 2
    shown = api.get(f"/api/profiles/{ann}", **{"additional-fields[profile]": "subscriptions"}).attributes
    assert shown["subscriptions"]["email"]["marketing"]["consent"] == "NEVER_SUBSCRIBED"
    assert api.link("DELETE", members, "profile", ann).status == 204
    assert api.get(members).ids == [bob]


def test_pages_of_members_in_the_order_of_joining(api: Api, clickhouse: object) -> None:
    list_id = make(api)
    people = [person(api, f"{n}@example.com") for n in range(5)]
    members = f"/api/lists/{list_id}/relationships/profiles"
    for one in people:
        api.link("POST", members, "profile", one)
    seen: list[str] = []
    reply = api.get(members, sort="joined_group_at", **{"page[size]": "2"})
    while True:
        seen += reply.ids
        link = reply.json["links"]["next"]
        if not link:
            break
        reply = api.call("GET", link.replace("http://127.0.0.1:8000", ""))
    assert seen == people


def test_a_deleted_list_keeps_its_people(api: Api, clickhouse: object) -> None:
    list_id, ann = make(api), person(api, "ann@example.com")
    api.link("POST", f"/api/lists/{list_id}/relationships/profiles", "profile", ann)
    api.delete(f"/api/lists/{list_id}")
    assert api.get(f"/api/profiles/{ann}").status == 200
    assert api.get(f"/api/profiles/{ann}/lists").ids == []


def test_charlie_cannot_touch_annas_list(api: Api, charlies_api: Api, clickhouse: object) -> None:
    list_id, ann, theirs = make(api), person(api, "ann@example.com"), person(charlies_api, "c@example.com")
    members = f"/api/lists/{list_id}/relationships/profiles"
    own = make(charlies_api)
    replies = [
        charlies_api.get(f"/api/lists/{list_id}"),
        charlies_api.get(f"/api/lists/{list_id}/profiles"),
        charlies_api.patch(f"/api/lists/{list_id}", "list", {"name": "X"}),
        charlies_api.delete(f"/api/lists/{list_id}"),
        charlies_api.link("POST", members, "profile", theirs),
        charlies_api.link("DELETE", members, "profile", theirs),
        charlies_api.link("POST", f"/api/lists/{own}/relationships/profiles", "profile", ann),
    ]
    assert [reply.status for reply in replies] == [404] * len(replies)
    assert api.get(f"/api/lists/{list_id}").attributes["name"] == "News"
    assert api.get(members).ids == []
    assert charlies_api.get("/api/lists").ids == [own]


def test_a_name_is_needed(api: Api) -> None:
    for attributes in ({}, {"name": ""}, {"name": 5}, {"name": "x" * 256}):
        reply = api.post("/api/lists", "list", attributes)
        assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/attributes/name")
