"""Properties of profiles: what there are, where they are used, and how they are renamed and deleted."""

import threading
from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.domains.lists import actions as lists
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.properties import jobs
from cairn.domains.segments import actions as segments
from cairn.domains.templates import actions as templates
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers.facts import Dispatcher
from cairn.workers.scopes import Scopes
from cairn.workers.topics import FACTS
from tests.people import Person

PEOPLE: dict[str, dict[str, Any]] = {
    "ann@example.com": {"Size": 38, "Born": "1990-05-04", "Tags": ["vip", "sale"]},
    "ben@example.com": {"Size": "XL", "Shoe size": 44, "Tags": ["sale"]},
    "cid@example.com": {"Size": None, "Shoe size": None},
    "dan@example.com": {},
}


@pytest.fixture(autouse=True)
def shop(scope: Scope, clickhouse: ClickHouse) -> None:
    for email, properties in PEOPLE.items():
        profiles.upsert_now(scope, ProfilePatch(email=email, properties=properties), now=clock.now())
    copied(scope)


def copied(scope: Scope) -> None:
    """Profiles reach ClickHouse with the segments' next tick."""
    segments.tick(scope, set(), now=clock.now())


def list_of(person: Person) -> str:
    return lists.create_list(person.scope, name="Everybody", now=clock.now()).id


def work() -> int:
    """The worker, until there are no facts left."""
    dispatcher = Dispatcher(FACTS, Scopes().find, clock.now, threading.Event())
    rounds = 0
    while dispatcher.dispatch():
        rounds += 1
    return rounds


def listed(api: Api) -> dict[str, dict[str, Any]]:
    reply = api.call(
        "GET", "/api/profile-properties", query={"additional-fields[profile-property]": "sample_values,used_in"}
    )
    assert reply.status == 200, reply.json
    return {one["attributes"]["property"]: {"id": one["id"], **one["attributes"]} for one in reply.data}


def stored(scope: Scope) -> dict[str, Any]:
    numbers = profile_queries.all_numbers(scope)
    found = profile_queries.profiles_by_numbers(scope, numbers)
    return {one.email or "": one.properties for one in found.values()}


def start(api: Api, action: str, name: str, **more: str) -> Any:
    return api.post("/api/profile-property-jobs", "profile-property-job", {"action": action, "property": name, **more})


def test_what_there_is(api: Api) -> None:
    found = listed(api)
    assert list(found) == ["Size", "Shoe size", "Tags", "Born"]
    assert {name: one["inferred_type"] for name, one in found.items()} == {
        "Size": "number",
        "Shoe size": "number",
        "Tags": "list",
        "Born": "date",
    }
    assert {name: one["coverage"] for name, one in found.items()} == {
        "Size": 0.75,
        "Shoe size": 0.5,
        "Tags": 0.5,
        "Born": 0.25,
    }
    assert found["Size"]["types"] == {"number": 1, "text": 1, "null": 1}
    assert found["Tags"]["sample_values"] == ["sale", "vip"]


def test_what_is_inside(api: Api, scope: Scope) -> None:
    home = {"city": "Oslo", "since": "2020-01-01", "door": {"code": 7}, "it's": None}
    pets = [{"kind": "cat", "toys": ["ball", "mouse"]}, {"kind": "dog"}, "none"]
    person = ProfilePatch(email="eve@example.com", properties={"Home": home, "Pets": pets, "Size": 1})
    profiles.upsert_now(scope, person, now=clock.now())
    copied(scope)
    reply = api.call("GET", "/api/profile-properties", query={"additional-fields[profile-property]": "inside"})
    found = {one["attributes"]["property"]: one["attributes"]["inside"] for one in reply.data}
    assert {one["property"]: (one["inferred_type"], one["sample_values"]) for one in found["Home"]} == {
        "Home['city']": ("text", ["Oslo"]),
        "Home['since']": ("date", ["2020-01-01"]),
        "Home['door']": ("object", []),
        "Home['door']['code']": ("number", [7]),
        "Home['it's']": ("null", []),
    }
    assert {one["property"]: (one["inferred_type"], set(one["sample_values"])) for one in found["Pets"]} == {
        "Pets['kind']": ("list", {"cat", "dog"}),
        "Pets['toys']": ("list", {"ball", "mouse"}),
    }
    assert found["Size"] == found["Tags"] == []


def test_where_it_is_used(api: Api, scope: Scope) -> None:
    for name, asked in (("Small", "properties['Size']"), ("Deep", "properties['Size']['waist']")):
        condition = {
            "type": "profile-property",
            "property": asked,
            "filter": {"type": "numeric", "operator": "equals", "value": 38},
        }
        segments.create(
            scope, name=name, definition={"condition_groups": [{"conditions": [condition]}]}, now=clock.now()
        )
    for name, html in (("A", "{{ person.Size }}"), ("B", "{{ person|lookup:'Shoe size' }}"), ("C", "person.Sizes")):
        templates.create_template(scope, name=name, editor_type="CODE", html=html, now=clock.now())
    found = listed(api)
    assert [(use["type"], use["name"]) for use in found["Size"]["used_in"]] == [
        ("segment", "Deep"),
        ("segment", "Small"),
        ("template", "A"),
    ]
    assert [(use["type"], use["name"]) for use in found["Shoe size"]["used_in"]] == [("template", "B")]
    assert found["Tags"]["used_in"] == []


def test_a_name_to_show_and_hiding(api: Api, scope: Scope) -> None:
    path = f"/api/profile-properties/{listed(api)['Born']['id']}"
    assert api.patch(path, "profile-property", {"label": "Birthday", "is_hidden": True}).status == 200
    shown = api.get(path).attributes
    assert (shown["label"], shown["property"], shown["is_hidden"]) == ("Birthday", "Born", True)
    assert stored(scope)["ann@example.com"]["Born"] == "1990-05-04"


def test_renaming_moves_values_and_keeps_what_is_there(api: Api, scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    """By batches of one, as a large shop's job goes."""
    monkeypatch.setattr(jobs, "BATCH", 1)
    api.patch(f"/api/profile-properties/{listed(api)['Size']['id']}", "profile-property", {"label": "Dress size"})
    reply = start(api, "rename", "Size", new_name="Shoe size")
    assert reply.status == 202, reply.json
    assert (reply.attributes["status"], reply.attributes["progress"]) == ("queued", 0)
    assert work() >= len(PEOPLE)
    done = api.get(f"/api/profile-property-jobs/{reply.data['id']}").attributes
    assert (done["status"], done["changed"], done["progress"]) == ("complete", 3, 1)
    assert stored(scope) == {
        "ann@example.com": {"Shoe size": 38, "Born": "1990-05-04", "Tags": ["vip", "sale"]},
        "ben@example.com": {"Shoe size": 44, "Tags": ["sale"]},
        "cid@example.com": {"Shoe size": None},
        "dan@example.com": {},
    }
    copied(scope)
    found = listed(api)
    assert "Size" not in found
    assert found["Shoe size"]["seen"] == 3
    assert found["Shoe size"]["label"] == "Dress size"


def test_deleting(api: Api, scope: Scope) -> None:
    job = start(api, "delete", "Tags")
    work()
    assert api.get(f"/api/profile-property-jobs/{job.data['id']}").attributes["changed"] == 2
    assert all("Tags" not in properties for properties in stored(scope).values())
    assert stored(scope)["ann@example.com"] == {"Size": 38, "Born": "1990-05-04"}
    copied(scope)
    assert "Tags" not in listed(api)
    assert api.get("/api/profile-property-jobs").ids == [job.data["id"]]


def test_doing_a_batch_again_changes_nothing(api: Api, scope: Scope) -> None:
    job = start(api, "rename", "Born", new_name="Birthday")
    work()
    jobs.work(scope, job.data["id"], now=clock.now())
    assert api.get(f"/api/profile-property-jobs/{job.data['id']}").attributes["changed"] == 1
    assert stored(scope)["ann@example.com"]["Birthday"] == "1990-05-04"


def test_two_jobs_do_not_fight_over_one_property(api: Api) -> None:
    assert start(api, "rename", "Size", new_name="Shoe size").status == 202
    assert start(api, "delete", "Shoe size").status == 409
    assert start(api, "delete", "Tags").status == 202
    work()
    assert start(api, "delete", "Shoe size").status == 202


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"action": "rename", "property": "Size"}, "new_name"),
        ({"action": "rename", "property": "Size", "new_name": "Size"}, "new_name"),
        ({"action": "rename", "property": "Size", "new_name": "$source"}, "new_name"),
        ({"action": "rename", "property": "Size", "new_name": "x" * 256}, "new_name"),
        ({"action": "delete", "property": "$consent"}, "property"),
        ({"action": "delete", "property": ""}, "property"),
        ({"action": "burn", "property": "Size"}, "action"),
    ],
)
def test_what_cannot_be_asked(api: Api, scope: Scope, body: dict[str, Any], pointer: str) -> None:
    reply = api.post("/api/profile-property-jobs", "profile-property-job", body)
    assert reply.status == 400
    assert reply.error["source"]["pointer"] == f"/data/attributes/{pointer}"
    assert stored(scope)["ann@example.com"] == PEOPLE["ann@example.com"]


def test_charlie_neither_sees_nor_changes_annas(api: Api, charlies_api: Api, scope: Scope) -> None:
    assert listed(charlies_api) == {}
    path = f"/api/profile-properties/{listed(api)['Size']['id']}"
    assert charlies_api.patch(path, "profile-property", {"label": "X"}).status == 404
    job = start(charlies_api, "delete", "Size")
    work()
    assert api.get(f"/api/profile-property-jobs/{job.data['id']}").status == 404
    assert stored(scope)["ann@example.com"] == PEOPLE["ann@example.com"]


def test_campaigns_that_show_it(api: Api, anna: Person) -> None:
    """By the subject, or by the message's own copy of a template."""
    list_id = list_of(anna)
    template = api.post(
        "/api/templates",
        "template",
        {"name": "T", "editor_type": "CODE", "html": "<p>{{ person.Size }} {% unsubscribe %}</p>"},
    )
    definition = {
        "channel": "email",
        "content": {"subject": "For {{ person|lookup:'Shoe size' }}", "from_email": "a@example.com"},
    }
    message = {"type": "campaign-message", "attributes": {"definition": definition}}
    attributes = {"name": "Spring", "audiences": {"included": [list_id]}, "campaign-messages": {"data": [message]}}
    made = api.post("/api/campaigns", "campaign", attributes)
    assert made.status == 201, made.json
    link = {"template": {"data": {"type": "template", "id": template.data["id"]}}}
    message_id = made.data["relationships"]["campaign-messages"]["data"][0]["id"]
    body = {"data": {"type": "campaign-message", "id": message_id, "relationships": link}}
    assert api.call("POST", "/api/campaign-message-assign-template", body).status == 200
    found = listed(api)
    uses = {name: [(use["type"], use["name"]) for use in one["used_in"]] for name, one in found.items()}
    assert uses == {
        "Size": [("campaign", "Spring"), ("template", "T")],
        "Shoe size": [("campaign", "Spring")],
        "Tags": [],
        "Born": [],
    }
