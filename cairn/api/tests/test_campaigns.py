"""Campaigns over the API: drafted, shown, sent, called off."""

from typing import Any

from cairn.api.conftest import Answer, Api
from cairn.domains.lists import actions as lists
from cairn.kernel import clock
from tests.people import Person

HTML = "<html><body><p>Hi {{ first_name }}</p>{% unsubscribe %}</body></html>"


def list_of(person: Person) -> str:
    return lists.create_list(person.scope, name="Newsletter", now=clock.now()).id


def campaign(api: Api, list_id: str, **more: Any) -> Answer:
    content = {"subject": "Hello", "preview_text": "Look", "from_email": "shop@example.com", "from_label": "Shop"}
    definition = {"channel": "email", "label": "One", "content": content}
    message = {"type": "campaign-message", "attributes": {"definition": definition}}
    attributes = {"name": "Spring", "audiences": {"included": [list_id]}, "campaign-messages": {"data": [message]}}
    return api.post("/api/campaigns", "campaign", {**attributes, **more})


def ready(api: Api, list_id: str, **more: Any) -> str:
    """The id of a campaign that has a template."""
    made = campaign(api, list_id, **more)
    template = api.post("/api/templates", "template", {"name": "T", "editor_type": "CODE", "html": HTML})
    message_id = made.data["relationships"]["campaign-messages"]["data"][0]["id"]
    body = {
        "data": {
            "type": "campaign-message",
            "id": message_id,
            "relationships": {"template": {"data": {"type": "template", "id": template.data["id"]}}},
        }
    }
    assert api.call("POST", "/api/campaign-message-assign-template", body).status == 200
    return str(made.data["id"])


def send(api: Api, campaign_id: str) -> Answer:
    return api.call("POST", "/api/campaign-send-jobs", {"data": {"type": "campaign-send-job", "id": campaign_id}})


def test_a_new_campaign_is_a_draft(api: Api, anna: Person) -> None:
    made = campaign(api, list_of(anna))
    assert made.status == 201
    assert made.attributes["status"] == "Draft"
    assert made.attributes["send_strategy"] == {"method": "immediate"}
    assert made.attributes["send_options"] == {"use_smart_sending": True}


def test_a_list_of_nobody_is_named_in_the_error(api: Api, anna: Person) -> None:
    reply = campaign(api, "ZZZZZZ")
    assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/attributes/audiences/included/0")


def test_bob_lists_annas_campaigns_by_channel(api: Api, bobs_api: Api, anna: Person) -> None:
    made = campaign(api, list_of(anna))
    found = bobs_api.get("/api/campaigns", filter='equals(messages.channel,"email")', include="campaign-messages")
    assert found.ids == [made.data["id"]]
    assert [one["type"] for one in found.json["included"]] == ["campaign-message"]
    assert bobs_api.get("/api/campaigns").status == 400


def test_a_campaign_without_template_is_not_sent(api: Api, anna: Person) -> None:
    made = campaign(api, list_of(anna))
    assert send(api, made.data["id"]).status == 400
    assert api.get(f"/api/campaigns/{made.data['id']}").attributes["status"] == "Draft"


def test_a_scheduled_campaign_can_be_reverted_and_cancelled(api: Api, anna: Person) -> None:
    strategy = {"method": "static", "datetime": "2099-01-01T10:00:00+00:00"}
    campaign_id = ready(api, list_of(anna), send_strategy=strategy)
    job = f"/api/campaign-send-jobs/{campaign_id}"
    assert send(api, campaign_id).attributes["status"] == "queued"
    assert api.get(f"/api/campaigns/{campaign_id}").attributes["status"] == "Scheduled"
    assert api.patch(job, "campaign-send-job", {"action": "revert"}).status == 204
    assert api.get(f"/api/campaigns/{campaign_id}").attributes["status"] == "Draft"
    assert send(api, campaign_id).status == 202
    assert api.patch(job, "campaign-send-job", {"action": "cancel"}).status == 204
    assert api.get(job).attributes["status"] == "cancelled"
    assert send(api, campaign_id).status == 409


def test_a_clone_is_a_draft_with_its_own_template(api: Api, anna: Person) -> None:
    campaign_id = ready(api, list_of(anna))
    body = {"data": {"type": "campaign", "id": campaign_id, "attributes": {"new_name": "Summer"}}}
    copy = api.call("POST", "/api/campaign-clone", body)
    assert (copy.status, copy.attributes["name"], copy.attributes["status"]) == (201, "Summer", "Draft")
    messages = [api.get(f"/api/campaigns/{one}/campaign-messages").data[0] for one in (campaign_id, copy.data["id"])]
    templates = {one["relationships"]["template"]["data"]["id"] for one in messages}
    assert len(templates) == 2


def test_the_message_is_previewed_for_a_stranger(api: Api, anna: Person) -> None:
    campaign_id = ready(api, list_of(anna))
    message_id = api.get(f"/api/campaigns/{campaign_id}/campaign-messages").ids[0]
    reply = api.post("/api/campaign-previews", "campaign-preview", {"campaign_message_id": message_id})
    assert reply.status == 200
    assert (reply.attributes["subject"], reply.attributes["errors"]) == ("Hello", [])
    assert "#unsubscribe" in reply.attributes["html"]


def test_subject_code_that_fails_is_refused_when_saved(api: Api, anna: Person) -> None:
    campaign_id = ready(api, list_of(anna))
    message_id = api.get(f"/api/campaigns/{campaign_id}/campaign-messages").ids[0]
    definition = {"channel": "email", "content": {"subject": "{{ first_name|shout }}"}}
    reply = api.patch(f"/api/campaign-messages/{message_id}", "campaign-message", {"definition": definition})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/attributes/definition/content/subject")


def test_charlie_reaches_none_of_it(api: Api, charlies_api: Api, anna: Person, charlie: Person) -> None:
    campaign_id = ready(api, list_of(anna))
    message_id = api.get(f"/api/campaigns/{campaign_id}/campaign-messages").ids[0]
    for path in (
        f"/api/campaigns/{campaign_id}",
        f"/api/campaigns/{campaign_id}/campaign-messages",
        f"/api/campaigns/{campaign_id}/tags",
        f"/api/campaign-messages/{message_id}",
        f"/api/campaign-messages/{message_id}/template",
        f"/api/campaign-send-jobs/{campaign_id}",
        f"/api/campaign-recipient-estimations/{campaign_id}",
    ):
        assert charlies_api.get(path).status == 404, path
    assert send(charlies_api, campaign_id).status == 404
    assert charlies_api.delete(f"/api/campaigns/{campaign_id}").status == 404
    assert (
        campaign(charlies_api, api.get(f"/api/campaigns/{campaign_id}").attributes["audiences"]["included"][0]).status
        == 400
    )
    assert api.get(f"/api/campaigns/{campaign_id}").attributes["status"] == "Draft"
