"""Templates over the API."""

import pytest

from cairn.api.conftest import Answer, Api

HTML = "<p>Hi {{ first_name }}{% if missing %}!{% endif %}</p>"


def template(api: Api, **attributes: object) -> Answer:
    return api.post("/api/templates", "template", {"name": "T", "editor_type": "CODE", "html": HTML, **attributes})


def test_a_template_is_made_shown_changed_and_deleted(api: Api, bobs_api: Api) -> None:
    made = template(api, text="Hi")
    assert made.status == 201
    path = f"/api/templates/{made.data['id']}"
    assert bobs_api.get(path).attributes["html"] == HTML
    assert "definition" not in bobs_api.get(path).attributes
    assert api.patch(path, "template", {"html": "<p>New</p>", "text": None}).attributes["text"] is None
    assert api.delete(path).status == 204
    assert api.get(path).status == 404


@pytest.mark.parametrize("field", ["html", "text", "amp"])
def test_code_that_fails_is_refused_with_its_place(api: Api, field: str) -> None:
    reply = template(api, **{field: "a\n{{ x|shout }}"})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"/data/attributes/{field}")
    assert reply.error["detail"] == "Unknown filter 'shout' (line 2). Check its spelling, or remove it."
    assert api.get("/api/templates").ids == []


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"editor_type": "SIMPLE"}, "editor_type"),
        ({"html": None}, "html"),
        ({"definition": {"a": 1}}, "definition"),
        ({"editor_type": "SYSTEM_DRAGGABLE"}, "definition"),
        ({"editor_type": "SYSTEM_DRAGGABLE", "definition": {"a": 1}}, "html"),
        ({"name": " "}, "name"),
    ],
)
def test_each_editor_wants_its_own_source(api: Api, attributes: dict[str, object], pointer: str) -> None:
    reply = template(api, **attributes)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"/data/attributes/{pointer}")


def render(api: Api, template_id: str, context: dict[str, object]) -> Answer:
    data = {"type": "template", "id": template_id, "attributes": {"context": context}}
    return api.call("POST", "/api/template-render", {"data": data})


def test_rendering_fills_in_and_escapes(api: Api) -> None:
    template_id = template(api, text="Hi {{ first_name }}").data["id"]
    reply = render(api, template_id, {"first_name": "<b>Ann"})
    assert reply.status == 201
    assert reply.attributes["html"] == "<p>Hi &lt;b&gt;Ann</p>"
    assert reply.attributes["text"] == "Hi <b>Ann"


def test_a_clone_has_its_own_name_and_life(api: Api) -> None:
    made = template(api)
    data = {"type": "template", "id": made.data["id"], "attributes": {"name": "Copy"}}
    copy = api.call("POST", "/api/template-clone", {"data": data})
    assert (copy.status, copy.attributes["name"], copy.attributes["html"]) == (201, "Copy", HTML)
    api.delete(f"/api/templates/{made.data['id']}")
    assert api.get("/api/templates").ids == [copy.data["id"]]


def test_charlie_sees_and_changes_nothing(api: Api, charlies_api: Api) -> None:
    template_id = template(api).data["id"]
    path = f"/api/templates/{template_id}"
    assert charlies_api.get(path).status == 404
    assert charlies_api.patch(path, "template", {"name": "Mine"}).status == 404
    assert charlies_api.delete(path).status == 404
    assert render(charlies_api, template_id, {}).status == 404
    assert charlies_api.get("/api/templates").ids == []
    assert api.get(path).attributes["name"] == "T"


def test_shared_blocks_are_kept_and_their_code_is_checked(api: Api, charlies_api: Api) -> None:
    definition = {"content_type": "block", "type": "html", "data": {"content": "<p>{{ x }}</p>", "display_options": {}}}
    path = "/api/template-universal-content"
    made = api.post(path, "template-universal-content", {"name": "Footer", "definition": definition})
    assert made.status == 201
    assert api.get(path, filter='equals(definition.type,"html")').ids == [made.data["id"]]
    assert charlies_api.get(f"{path}/{made.data['id']}").status == 404
    bad = {**definition, "data": {"content": "{{ x|shout }}"}}
    reply = api.patch(f"{path}/{made.data['id']}", "template-universal-content", {"definition": bad})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/attributes/definition/data/content")
    special = {**definition, "type": "coupon"}
    assert api.post(path, "template-universal-content", {"name": "C", "definition": special}).status == 400
