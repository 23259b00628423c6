"""Tags and what they are on."""

from collections.abc import Sequence

import pytest

from cairn.api.conftest import Api
from cairn.domains.tags import actions, queries
from cairn.kernel.errors import Conflict
from cairn.kernel.scope import Scope


def make_tag(api: Api, name: str) -> str:
    reply = api.post("/api/tags", "tag", {"name": name})
    assert reply.status == 201, reply.json
    return str(reply.data["id"])


def test_a_tag_goes_to_the_default_group(api: Api) -> None:
    tag_id = make_tag(api, "Summer")
    reply = api.get(f"/api/tags/{tag_id}", include="tag-group")
    assert reply.attributes == {"name": "Summer"}
    (group,) = reply.json["included"]
    assert group["attributes"] == {"name": "Default Tag Group", "exclusive": False, "default": True}
    assert reply.data["relationships"]["tag-group"]["data"] == {"type": "tag-group", "id": group["id"]}


def test_a_tag_is_renamed_and_deleted(api: Api) -> None:
    tag_id = make_tag(api, "Summer")
    assert api.patch(f"/api/tags/{tag_id}", "tag", {"name": "Winter"}).status == 204
    assert api.get(f"/api/tags/{tag_id}").attributes == {"name": "Winter"}
    assert api.delete(f"/api/tags/{tag_id}").status == 204
    assert api.get(f"/api/tags/{tag_id}").status == 404


def test_charlie_cannot_touch_annas_tag(api: Api, charlies_api: Api) -> None:
    tag_id = make_tag(api, "Summer")
    assert charlies_api.get(f"/api/tags/{tag_id}").status == 404
    assert charlies_api.patch(f"/api/tags/{tag_id}", "tag", {"name": "Mine"}).status == 404
    assert charlies_api.delete(f"/api/tags/{tag_id}").status == 404
    assert charlies_api.get("/api/tags").data == []
    assert api.get(f"/api/tags/{tag_id}").attributes == {"name": "Summer"}


def test_a_name_is_given_once(api: Api) -> None:
    make_tag(api, "Summer")
    reply = api.post("/api/tags", "tag", {"name": "Summer"})
    assert (reply.status, reply.error["code"]) == (409, "duplicate")
    assert reply.error["source"] == {"pointer": "/data/attributes/name"}


def test_pages_of_two_show_every_tag_once_forwards_and_back(api: Api) -> None:
    for name in "edcba":
        make_tag(api, name)
    pages = []
    link: str | None = "/api/tags?sort=-name&page%5Bsize%5D=2"
    while link:
        reply = api.call("GET", link.removeprefix("http://127.0.0.1:8000"))
        pages.append([one["attributes"]["name"] for one in reply.data])
        previous, link = reply.json["links"]["prev"], reply.json["links"]["next"]
    assert pages == [["e", "d"], ["c", "b"], ["a"]]
    back = api.call("GET", previous.removeprefix("http://127.0.0.1:8000"))
    assert [one["attributes"]["name"] for one in back.data] == ["c", "b"]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ('contains(name,"umm")', ["Summer"]),
        ('equals(name,"Winter")', ["Winter"]),
        ("starts-with(name,'w')", ["Winter"]),
        ('ends-with(name,"er")', ["Summer", "Winter"]),
        ('or(equals(name,"Winter"),equals(name,"Summer"))', ["Summer", "Winter"]),
        ('not(equals(name,"Winter"))', ["Summer"]),
        ('equals(name,["Winter","Spring"])', ["Winter"]),
    ],
)
def test_tags_are_filtered_by_name(api: Api, written: str, names: list[str]) -> None:
    make_tag(api, "Summer")
    make_tag(api, "Winter")
    reply = api.get("/api/tags", filter=written, sort="name")
    assert [one["attributes"]["name"] for one in reply.data] == names


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("filter", "equals("),
        ("filter", 'equals(color,"red")'),
        ("filter", 'less-than(name,"x")'),
        ("filter", "equals(name,Summer)"),
        ("sort", "color"),
        ("include", "lists"),
        ("page[size]", "51"),
        ("page[size]", "0"),
        ("page[cursor]", "made-up"),
        ("fields[tag]", "color"),
    ],
)
def test_a_bad_parameter_is_named(api: Api, parameter: str, value: str) -> None:
    reply = api.get("/api/tags", **{parameter: value})
    assert reply.status == 400
    assert reply.error["source"] == {"parameter": parameter}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"data": {"type": "tags", "attributes": {"name": "x"}}}, "/data/type"),
        ({"data": {"type": "tag", "attributes": {}}}, "/data/attributes/name"),
        ({"data": {"type": "tag", "attributes": {"name": 3}}}, "/data/attributes/name"),
        ({"data": {"type": "tag", "attributes": {"name": ""}}}, "/data/attributes/name"),
        ({"data": {"type": "tag", "attributes": {"name": "a\0b"}}}, "/data/attributes/name"),
        ({"data": []}, "/data"),
        ([], "/data"),
        (
            {"data": {"type": "tag", "attributes": {"name": "x"}, "relationships": {"tag-group": {"data": "x"}}}},
            "/data/relationships/tag-group/data",
        ),
    ],
)
def test_a_bad_body_is_pointed_at(api: Api, body: object, pointer: str) -> None:
    reply = api.call("POST", "/api/tags", body)
    assert (reply.status, reply.error["source"]) == (400, {"pointer": pointer})
    assert api.get("/api/tags").data == []


def test_a_group_takes_its_tags_along(api: Api) -> None:
    group = api.post("/api/tag-groups", "tag-group", {"name": "Seasons", "exclusive": True})
    assert (group.status, group.attributes) == (201, {"name": "Seasons", "exclusive": True, "default": False})
    group_id = group.data["id"]
    linkage = {"tag-group": {"data": {"type": "tag-group", "id": group_id}}}
    tag_id = api.post("/api/tags", "tag", {"name": "Summer"}, relationships=linkage).data["id"]
    assert api.get(f"/api/tag-groups/{group_id}/tags").ids == [tag_id]
    assert api.get(f"/api/tag-groups/{group_id}/relationships/tags").data == [{"type": "tag", "id": tag_id}]
    assert api.get(f"/api/tags/{tag_id}/relationships/tag-group").data == {"type": "tag-group", "id": group_id}
    assert api.delete(f"/api/tag-groups/{group_id}").status == 204
    assert api.get(f"/api/tags/{tag_id}").status == 404


def test_the_default_group_stays(api: Api) -> None:
    (group,) = api.get("/api/tag-groups", filter="equals(default,true)").data
    assert api.delete(f"/api/tag-groups/{group['id']}").status == 409
    assert api.get("/api/tag-groups").ids == [group["id"]]


def on(scope: Scope, *object_ids: str) -> dict[str, Sequence[str]]:
    return dict(queries.tag_ids_on(scope, "list", object_ids))


def test_a_thing_carries_tags_until_they_are_taken_off_or_it_is_gone(scope: Scope) -> None:
    summer, winter = (actions.create_tag(scope, name=name).id for name in ("Summer", "Winter"))
    actions.put_on(scope, tag_id=summer, object_type="list", object_ids=["A", "B"])
    actions.put_on(scope, tag_id=summer, object_type="list", object_ids=["A"])
    actions.put_on(scope, tag_id=winter, object_type="list", object_ids=["B"])
    assert on(scope, "A", "B") == {"A": [summer], "B": sorted([summer, winter])}
    actions.take_off(scope, tag_id=summer, object_type="list", object_ids=["A"])
    actions.forget(scope, object_type="list", object_ids=["B"])
    assert on(scope, "A", "B") == {}


def test_of_an_exclusive_group_a_thing_carries_one(scope: Scope) -> None:
    group = actions.create_group(scope, name="Seasons", exclusive=True)
    summer, winter = (actions.create_tag(scope, name=name, group_id=group.id).id for name in ("Summer", "Winter"))
    actions.put_on(scope, tag_id=summer, object_type="list", object_ids=["A"])
    with pytest.raises(Conflict):
        actions.put_on(scope, tag_id=winter, object_type="list", object_ids=["A"])
    assert on(scope, "A") == {"A": [summer]}


def test_a_tag_cannot_be_put_on_what_does_not_exist(api: Api) -> None:
    tag_id = make_tag(api, "Summer")
    reply = api.link("POST", f"/api/tags/{tag_id}/relationships/flows", "flow", "Abc123")
    assert (reply.status, reply.error["code"]) == (404, "not_found")
    assert api.get(f"/api/tags/{tag_id}/relationships/flows").data == []
