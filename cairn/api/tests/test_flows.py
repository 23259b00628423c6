"""Flows over HTTP: made, read, filtered, tagged, changed, deleted, and found by what starts them."""

from typing import Any

import pytest

from cairn.api.conftest import Answer, Api
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.kernel.scope import Scope

pytestmark = pytest.mark.usefixtures("clickhouse")
WITH_DEFINITION = {"additional-fields[flow]": "definition"}


def new_list(api: Api, name: str = "News") -> str:
    return str(api.post("/api/lists", "list", {"name": name}).data["id"])


def new_template(api: Api) -> str:
    attributes = {"name": "Welcome", "editor_type": "CODE", "html": "<p>Hello {{ first_name }}</p>"}
    return str(api.post("/api/templates", "template", attributes).data["id"])


def new_metric(scope: Scope, name: str = "Placed Order", service: str = "api") -> str:
    number = events.resolve_metrics(scope, names=[(service, name)])[service, name]
    return next(one.id for one in event_queries.all_metrics(scope) if one.number == number)


def delay(name: str, following: str | None, hours: int = 4) -> dict[str, Any]:
    data = {"unit": "hours", "value": hours}
    return {"temporary_id": name, "type": "time-delay", "links": {"next": following}, "data": data}


def mail(name: str, following: str | None = None, **message: Any) -> dict[str, Any]:
    data = {"status": "draft", "message": {"name": f"Mail {name}", "subject_line": "Hi", **message}}
    return {"temporary_id": name, "type": "send-email", "links": {"next": following}, "data": data}


def split(name: str, yes: str | None, no: str | None) -> dict[str, Any]:
    half = {"condition_groups": [{"conditions": [{"type": "profile-sample", "percentage": 50}]}]}
    links = {"next_if_true": yes, "next_if_false": no}
    return {"temporary_id": name, "type": "conditional-split", "links": links, "data": {"profile_filter": half}}


def definition(trigger: dict[str, Any], *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    entry = actions[0]["temporary_id"] if actions else None
    return {"triggers": [trigger], "actions": list(actions), "entry_action_id": entry, **more}


def create(api: Api, given: dict[str, Any], name: str = "Welcome") -> Answer:
    return api.post("/api/flows", "flow", {"name": name, "definition": given})


def welcome(api: Api, name: str = "Welcome") -> Answer:
    """Wait, then a mail; who joins a list enters."""
    trigger = {"type": "list", "id": new_list(api, f"{name} list")}
    reply = create(api, definition(trigger, delay("wait", "mail"), mail("mail", template_id=new_template(api))), name)
    assert reply.status == 201, reply.json
    return reply


def action_ids(flow: Answer) -> list[str]:
    return [action["id"] for action in flow.attributes["definition"]["actions"]]


def stored(api: Api, flow: Answer) -> dict[str, Any]:
    found = api.get(f"/api/flows/{flow.data['id']}", **WITH_DEFINITION).attributes["definition"]
    assert isinstance(found, dict)
    return found


def test_a_flow_is_made_with_real_ids_and_read_back(api: Api, bobs_api: Api) -> None:
    made = welcome(api)
    said = made.attributes["definition"]
    wait, letter = said["actions"]
    assert made.attributes["status"] == "draft"
    assert made.attributes["trigger_type"] == "Added to List"
    assert made.attributes["archived"] is False
    assert said["entry_action_id"] == wait["id"]
    assert wait["links"] == {"next": letter["id"]}
    assert letter["links"] == {"next": None}
    assert [action["id"].isdecimal() for action in said["actions"]] == [True, True]
    assert not any("temporary_id" in action for action in said["actions"])
    assert len(letter["data"]["message"]["id"]) == 6
    assert letter["data"]["message"]["smart_sending_enabled"] is True
    flow_id = made.data["id"]
    assert len(flow_id) == 6
    assert "definition" not in bobs_api.get(f"/api/flows/{flow_id}").attributes
    assert bobs_api.get(f"/api/flows/{flow_id}", **WITH_DEFINITION).attributes["definition"] == said


def test_who_chooses_what_to_see_sees_no_more(api: Api) -> None:
    attributes = {"name": "Empty", "definition": definition({"type": "list", "id": None})}
    body = {"data": {"type": "flow", "attributes": attributes}}
    assert api.call("POST", "/api/flows", body, {"fields[flow]": "name"}).attributes == {"name": "Empty"}
    assert api.call("POST", "/api/flows", body).attributes["definition"]["actions"] == []


def test_the_parts_of_a_flow_lead_to_each_other(api: Api) -> None:
    made = welcome(api)
    flow_id, (wait, letter) = made.data["id"], action_ids(made)
    whole = api.get(f"/api/flows/{flow_id}", include="flow-actions,tags")
    assert [one["id"] for one in whole.json["included"]] == [wait, letter]
    assert api.get(f"/api/flows/{flow_id}/flow-actions").ids == [wait, letter]
    assert api.get(f"/api/flows/{flow_id}/relationships/flow-actions", sort="-id").ids == [letter, wait]
    action = api.get(f"/api/flow-actions/{letter}", include="flow,flow-messages")
    message_id = action.attributes["definition"]["data"]["message"]["id"]
    assert [(one["type"], one["id"]) for one in action.json["included"]] == [
        ("flow", flow_id),
        ("flow-message", message_id),
    ]
    assert api.get(f"/api/flow-actions/{letter}/flow").data["id"] == flow_id
    assert api.get(f"/api/flow-actions/{letter}/relationships/flow").data == {"type": "flow", "id": flow_id}
    assert api.get(f"/api/flow-actions/{letter}/flow-messages").ids == [message_id]
    assert api.get(f"/api/flow-actions/{wait}/relationships/flow-messages").ids == []
    message = api.get(f"/api/flow-messages/{message_id}", include="flow-action,template")
    assert message.attributes["channel"] == "Email"
    assert message.attributes["definition"] == action.attributes["definition"]["data"]["message"]
    assert [one["type"] for one in message.json["included"]] == ["flow-action", "template"]
    assert api.get(f"/api/flow-messages/{message_id}/flow-action").data["id"] == letter
    template_id = message.attributes["definition"]["template_id"]
    assert api.get(f"/api/flow-messages/{message_id}/template").data["id"] == template_id
    assert api.get(f"/api/flow-messages/{message_id}/relationships/template").data["id"] == template_id


def test_a_sparse_fieldset_reaches_into_definitions(api: Api) -> None:
    _, letter = action_ids(welcome(api))
    wanted = {"fields[flow-action]": "definition.data.message.subject_line"}
    shown = api.get(f"/api/flow-actions/{letter}", **wanted).attributes
    assert shown == {"definition": {"data": {"message": {"subject_line": "Hi"}}}}


def test_flows_in_pages_filtered_and_sorted(api: Api, scope: Scope) -> None:
    made = [welcome(api, name).data["id"] for name in ("Birthday", "Cart", "Welcome")]
    given = definition({"type": "metric", "id": new_metric(scope)}, delay("wait", None))
    made.append(create(api, given, "Thanks").data["id"])
    first = api.get("/api/flows", sort="name", **{"page[size]": "2"})
    assert first.ids == made[:2]
    assert api.call("GET", first.json["links"]["next"]).ids == [made[3], made[2]]
    assert api.get("/api/flows", filter='starts-with(name,"Ca")').ids == [made[1]]
    assert api.get("/api/flows", filter='equals(trigger_type,"Metric")').ids == [made[3]]
    assert api.get("/api/flows", filter=f'any(id,["{made[0]}","{made[2]}"])', sort="name").ids == [made[0], made[2]]
    assert api.get("/api/flows", filter='and(equals(status,"draft"),equals(archived,true))').ids == []
    assert api.get("/api/flows", **{"page[size]": "51"}).status == 400


def test_actions_and_messages_are_filtered(api: Api) -> None:
    made = welcome(api)
    wait, letter = action_ids(made)
    path = f"/api/flows/{made.data['id']}/flow-actions"
    assert api.get(path, filter='equals(action_type,"SEND_EMAIL")').ids == [letter]
    assert api.get(path, filter='any(action_type,["TIME_DELAY"])').ids == [wait]
    assert api.get(path, filter='equals(status,"draft")').ids == [letter]
    shown = [(one["attributes"]["action_type"], one["attributes"]["status"]) for one in api.get(path, sort="id").data]
    assert shown == [("TIME_DELAY", None), ("SEND_EMAIL", "draft")]
    assert len(api.get(f"/api/flow-actions/{letter}/flow-messages", filter='equals(name,"Mail mail")').ids) == 1
    assert api.get(f"/api/flow-actions/{letter}/flow-messages", filter='contains(name,"other")').ids == []


def test_what_starts_a_flow_leads_to_it(api: Api, scope: Scope) -> None:
    list_id, metric_id = new_list(api), new_metric(scope)
    member = {"type": "profile-group-membership", "is_member": True, "group_ids": [list_id]}
    given = {"name": "Fans", "definition": {"condition_groups": [{"conditions": [member]}]}}
    segment_id = api.post("/api/segments", "segment", given).data["id"]
    for kind, one in (("list", list_id), ("segment", segment_id), ("metric", metric_id)):
        flow = create(api, definition({"type": kind, "id": one}, delay("wait", None)))
        assert flow.attributes["trigger_type"] == ("Metric" if kind == "metric" else "Added to List")
        assert api.get(f"/api/{kind}s/{one}/flow-triggers").ids == [flow.data["id"]]
        assert api.get(f"/api/{kind}s/{one}/relationships/flow-triggers").ids == [flow.data["id"]]
        included = api.get(f"/api/{kind}s/{one}", include="flow-triggers").json["included"]
        assert [other["id"] for other in included] == [flow.data["id"]]


def test_flows_carry_tags_until_they_are_gone(api: Api) -> None:
    flow_id = welcome(api).data["id"]
    tag_id = api.post("/api/tags", "tag", {"name": "Summer"}).data["id"]
    path = f"/api/tags/{tag_id}/relationships/flows"
    assert api.link("POST", path, "flow", flow_id).status == 204
    assert api.get(path).ids == [flow_id]
    assert api.get(f"/api/flows/{flow_id}/tags").ids == [tag_id]
    assert api.get(f"/api/flows/{flow_id}/relationships/tags").ids == [tag_id]
    assert api.link("DELETE", path, "flow", flow_id).status == 204
    assert api.get(f"/api/flows/{flow_id}/tags").ids == []
    api.link("POST", path, "flow", flow_id)
    assert api.delete(f"/api/flows/{flow_id}").status == 204
    assert api.get(path).ids == []


def test_no_flow_runs_yet_and_none_pretends_to(api: Api) -> None:
    flow_id = welcome(api).data["id"]
    for status in ("live", "manual"):
        reply = api.patch(f"/api/flows/{flow_id}", "flow", {"status": status})
        assert (reply.status, reply.error["code"]) == (409, "does_not_run")
        assert reply.error["source"]["pointer"] == "/data/attributes/status"
    assert api.patch(f"/api/flows/{flow_id}", "flow", {"status": "paused"}).status == 400
    assert api.patch(f"/api/flows/{flow_id}", "flow", {"status": "draft"}).attributes["status"] == "draft"
    letter = mail("mail")
    letter["data"]["status"] = "live"
    reply = create(api, definition({"type": "list", "id": new_list(api)}, letter))
    assert (reply.status, reply.error["code"]) == (409, "does_not_run")
    assert reply.error["source"]["pointer"] == "/data/attributes/definition/actions/0/data/status"


def test_draft_is_given_to_every_action(api: Api) -> None:
    letter = mail("mail")
    letter["data"]["status"] = "disabled"
    made = create(api, definition({"type": "list", "id": new_list(api)}, letter))
    assert stored(api, made)["actions"][0]["data"]["status"] == "disabled"
    api.patch(f"/api/flows/{made.data['id']}", "flow", {"status": "draft"})
    assert stored(api, made)["actions"][0]["data"]["status"] == "draft"


def test_a_stranger_finds_nothing(api: Api, charlies_api: Api) -> None:
    made = welcome(api)
    flow_id, (_, letter) = made.data["id"], action_ids(made)
    message_id = made.attributes["definition"]["actions"][1]["data"]["message"]["id"]
    for path in (f"/api/flows/{flow_id}", f"/api/flow-actions/{letter}", f"/api/flow-messages/{message_id}"):
        assert charlies_api.get(path).status == 404
    assert charlies_api.get("/api/flows").ids == []
    assert charlies_api.get(f"/api/flows/{flow_id}/flow-actions").status == 404
    assert charlies_api.patch(f"/api/flows/{flow_id}", "flow", {"status": "draft"}).status == 404
    changed = {"definition": mail("x")}
    assert charlies_api.patch(f"/api/flow-actions/{letter}", "flow-action", changed).status == 404
    assert charlies_api.delete(f"/api/flow-actions/{letter}").status == 404
    assert charlies_api.delete(f"/api/flows/{flow_id}").status == 404
    tag_id = charlies_api.post("/api/tags", "tag", {"name": "Mine"}).data["id"]
    assert charlies_api.link("POST", f"/api/tags/{tag_id}/relationships/flows", "flow", flow_id).status == 404
    assert api.get(f"/api/flows/{flow_id}").status == 200
    assert stored(api, made) == made.attributes["definition"]


def test_what_is_named_must_be_the_accounts(api: Api, charlies_api: Api) -> None:
    own, theirs, template = new_list(api), new_list(charlies_api), new_template(charlies_api)
    root = "/data/attributes/definition"
    cases: list[tuple[dict[str, Any], str]] = [
        (definition({"type": "list", "id": theirs}), "/triggers/0/id"),
        (definition({"type": "segment", "id": own}), "/triggers/0/id"),
        (
            definition({"type": "list", "id": own}, delay("a", "b"), mail("b", template_id=template)),
            "/actions/1/data/message/template_id",
        ),
    ]
    for given, pointer in cases:
        reply = create(api, given)
        assert (reply.status, reply.error["source"]["pointer"]) == (400, root + pointer)
        assert "does not exist" in reply.error["detail"]
    assert api.get("/api/flows").ids == []


def test_messages_about_messages_start_no_flow(api: Api, scope: Scope) -> None:
    reply = create(api, definition({"type": "metric", "id": new_metric(scope, "Opened Email", "cairn")}))
    assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/attributes/definition/triggers/0/id")
    assert create(api, definition({"type": "metric", "id": new_metric(scope, "Opened Email")})).status == 201


def test_an_action_is_changed_and_keeps_its_ids_and_links(api: Api) -> None:
    made = welcome(api)
    wait, letter = action_ids(made)
    before = made.attributes["definition"]["actions"][1]["data"]["message"]
    changed = {"type": "send-email", "data": {"message": {"subject_line": "Hello", "name": "First"}}}
    reply = api.patch(f"/api/flow-actions/{letter}", "flow-action", {"definition": changed})
    assert reply.status == 200, reply.json
    message = reply.attributes["definition"]["data"]["message"]
    assert (message["id"], message["subject_line"]) == (before["id"], "Hello")
    assert api.get(f"/api/flow-messages/{before['id']}").attributes["definition"] == message
    assert api.get(f"/api/flow-messages/{before['id']}/template").data is None
    longer = {"id": wait, "type": "time-delay", "data": {"unit": "days", "value": 2, "delay_until_time": "09:00:00"}}
    reply = api.patch(f"/api/flow-actions/{wait}", "flow-action", {"definition": longer})
    assert reply.attributes["definition"]["links"] == {"next": letter}
    assert stored(api, made)["actions"][0] == reply.attributes["definition"]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"type": "send-email"}, "/type"),
        ({"type": "sing"}, "/type"),
        ({"type": "time-delay", "data": {"value": 1}, "id": "1"}, "/id"),
        ({"type": "time-delay", "data": {"value": 1}, "temporary_id": "x"}, "/temporary_id"),
        ({"type": "time-delay", "data": {"value": "1"}}, "/data/value"),
        ({"type": "time-delay", "data": {"value": 1}, "links": {"next": "7"}}, "/links/next"),
    ],
)
def test_a_change_that_cannot_be_taken_is_pointed_at(api: Api, changed: dict[str, Any], pointer: str) -> None:
    made = welcome(api)
    reply = api.patch(f"/api/flow-actions/{action_ids(made)[0]}", "flow-action", {"definition": changed})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"/data/attributes/definition{pointer}")
    assert stored(api, made) == made.attributes["definition"]


def test_actions_can_be_put_in_another_order_one_by_one(api: Api) -> None:
    given = definition(
        {"type": "list", "id": new_list(api)}, delay("a", "b", 1), delay("b", "c", 2), delay("c", None, 3)
    )
    made = create(api, given)
    a, b, c = action_ids(made)

    def lead(one: str, to: str | None) -> Answer:
        wait = {"type": "time-delay", "data": {"unit": "hours", "value": 1}, "links": {"next": to}}
        return api.patch(f"/api/flow-actions/{one}", "flow-action", {"definition": wait})

    circle = lead(c, a)
    assert (circle.status, circle.error["source"]["pointer"]) == (400, "/data/attributes/definition/links/next")
    assert [lead(a, c).status, lead(b, None).status, lead(c, b).status] == [200, 200, 200]
    assert [action["links"]["next"] for action in stored(api, made)["actions"]] == [c, None, b]


def test_a_deleted_action_is_bridged(api: Api) -> None:
    given = definition(
        {"type": "list", "id": new_list(api)}, split("s", "a", "b"), delay("a", "b"), mail("b", "c"), delay("c", None)
    )
    made = create(api, given)
    s, a, b, c = action_ids(made)
    assert api.delete(f"/api/flow-actions/{b}").status == 204
    assert api.get(f"/api/flow-actions/{b}").status == 404
    left = stored(api, made)["actions"]
    assert [action["id"] for action in left] == [s, a, c]
    assert left[0]["links"] == {"next_if_true": a, "next_if_false": c}
    assert left[1]["links"] == {"next": c}
    refused = api.delete(f"/api/flow-actions/{s}")
    assert (refused.status, refused.error["code"]) == (409, "ways_differ")
    assert api.delete(f"/api/flow-actions/{a}").status == 204
    assert api.delete(f"/api/flow-actions/{s}").status == 204
    assert stored(api, made)["entry_action_id"] == c
    assert api.delete(f"/api/flow-actions/{c}").status == 204
    assert (stored(api, made)["entry_action_id"], stored(api, made)["actions"]) == (None, [])


def test_a_deleted_flow_leaves_nothing(api: Api) -> None:
    made = welcome(api)
    _, letter = action_ids(made)
    message_id = made.attributes["definition"]["actions"][1]["data"]["message"]["id"]
    assert api.delete(f"/api/flows/{made.data['id']}").status == 204
    for path in (f"flows/{made.data['id']}", f"flow-actions/{letter}", f"flow-messages/{message_id}"):
        assert api.get(f"/api/{path}").status == 404


def test_a_deleted_list_leaves_its_flow_without_a_trigger(api: Api) -> None:
    made = welcome(api)
    list_id = made.attributes["definition"]["triggers"][0]["id"]
    assert api.delete(f"/api/lists/{list_id}").status == 204
    assert api.get(f"/api/flows/{made.data['id']}").attributes["trigger_type"] == "Unconfigured"
    assert stored(api, made)["triggers"] == [{"type": "list", "id": None}]


def test_a_template_in_a_flow_is_not_deleted(api: Api) -> None:
    made = welcome(api)
    template_id = made.attributes["definition"]["actions"][1]["data"]["message"]["template_id"]
    refused = api.delete(f"/api/templates/{template_id}")
    assert (refused.status, refused.error["code"]) == (409, "in_use")
    assert "“Welcome”" in refused.error["detail"]
    api.delete(f"/api/flows/{made.data['id']}")
    assert api.delete(f"/api/templates/{template_id}").status == 204


def test_a_segment_in_a_flow_is_not_deleted(api: Api) -> None:
    member = {"type": "profile-group-membership", "is_member": True, "group_ids": [new_list(api)]}
    named = {"name": "Fans", "definition": {"condition_groups": [{"conditions": [member]}]}}
    segment_id = api.post("/api/segments", "segment", named).data["id"]
    asks = {"condition_groups": [{"conditions": [{**member, "group_ids": [segment_id]}]}]}
    given = definition({"type": "list", "id": new_list(api)}, delay("a", None), profile_filter=asks)
    flow_id = create(api, given).data["id"]
    refused = api.delete(f"/api/segments/{segment_id}")
    assert (refused.status, refused.error["code"]) == (409, "in_use")
    uses = api.get(f"/api/segment-usages/{segment_id}").attributes["used_in"]
    assert [(use["type"], use["id"]) for use in uses] == [("flow", flow_id)]
    api.delete(f"/api/flows/{flow_id}")
    assert api.delete(f"/api/segments/{segment_id}").status == 204
