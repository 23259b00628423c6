"""Values to build conditions with, over HTTP, and previews that know which segment is edited."""

from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.domains.segments import actions as segments
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope

pytestmark = pytest.mark.usefixtures("clickhouse")


def person(api: Api, name: str, city: str = "", **properties: Any) -> str:
    attributes = {"email": f"{name}@example.com", "location": {"city": city}, "properties": properties}
    reply = api.post("/api/profiles", "profile", attributes)
    assert reply.status == 201, reply.json
    return str(reply.data["id"])


def values(api: Api, **asked: str) -> list[tuple[str, str, int]]:
    reply = api.post("/api/segment-values", "segment-values", asked)
    assert reply.status == 200, reply.json
    return [(one["property"], one["value"], one["profiles"]) for one in reply.attributes["values"]]


@pytest.fixture
def shop(clickhouse: ClickHouse, api: Api, scope: Scope) -> None:
    person(api, "ann", "Porto", Likes=["Port wine", "Tea"], Shoe=38)
    person(api, "bea", "Porto", Likes=["Tea", "Tea"], Shoe=44)
    person(api, "cem", "Portland", Likes="tea", Shoe=38)
    person(api, "dan", "", Diet="no Porto")
    segments.tick(scope, set(), now=clock.now())


@pytest.mark.usefixtures("shop")
def test_the_values_of_a_property_are_counted_by_profiles(api: Api, charlies_api: Api) -> None:
    city = "location['city']"
    assert values(api, property=city) == [(city, "Porto", 2), (city, "Portland", 1)]
    assert values(api, property=city, search="LAND") == [(city, "Portland", 1)]
    likes = "properties['Likes']"
    assert values(api, property=likes) == [(likes, "Tea", 2), (likes, "Port wine", 1), (likes, "tea", 1)]
    assert values(api, property="properties['Shoe']") == [
        ("properties['Shoe']", "38", 2),
        ("properties['Shoe']", "44", 1),
    ]
    assert values(api, property="created") == []
    assert values(charlies_api, property=city) == []


@pytest.mark.usefixtures("shop")
def test_a_value_is_found_in_whatever_property_has_it(api: Api, charlies_api: Api) -> None:
    assert values(api, search="porto") == [("location['city']", "Porto", 2), ("properties['Diet']", "no Porto", 1)]
    assert values(api, search="port") == [
        ("location['city']", "Porto", 2),
        ("properties['Likes']", "Port wine", 1),
        ("location['city']", "Portland", 1),
        ("properties['Diet']", "no Porto", 1),
    ]
    assert values(api, search="ann@") == []
    assert values(charlies_api, search="porto") == []


def test_what_is_no_property_and_no_search_are_refused(api: Api) -> None:
    wrong = api.post("/api/segment-values", "segment-values", {"property": "shoe"})
    assert (wrong.status, wrong.json["errors"][0]["source"]["pointer"]) == (400, "/data/attributes/property")
    empty = api.post("/api/segment-values", "segment-values", {"search": " "})
    assert (empty.status, empty.json["errors"][0]["source"]["pointer"]) == (400, "/data/attributes/search")


def within(segment_id: str) -> dict[str, Any]:
    condition = {"type": "profile-group-membership", "is_member": True, "group_ids": [segment_id]}
    return {"condition_groups": [{"conditions": [condition]}]}


def test_a_preview_of_an_edited_segment_refuses_a_circle_before_it_is_saved(api: Api, charlies_api: Api) -> None:
    filter_ = {"type": "existence", "operator": "is-set"}
    given = {
        "condition_groups": [{"conditions": [{"type": "profile-property", "property": "email", "filter": filter_}]}]
    }
    first = api.post("/api/segments", "segment", {"name": "First", "definition": given}).data["id"]
    second = api.post("/api/segments", "segment", {"name": "Second", "definition": within(first)}).data["id"]
    asked = {"definition": within(second), "segment_id": first}
    refused = api.post("/api/segment-previews", "segment-preview", asked)
    (error,) = refused.json["errors"]
    assert refused.status == 400
    assert error["source"]["pointer"] == "/data/attributes/definition/condition_groups/0/conditions/0/group_ids/0"
    assert error["detail"] == "Segments cannot refer to themselves: “First” → “Second” → “First”."
    assert api.post("/api/segment-previews", "segment-preview", {"definition": within(second)}).status == 200
    assert charlies_api.post("/api/segment-previews", "segment-preview", {**asked, "definition": given}).status == 404
