"""Webhooks over the API: made, listed, changed, tried out, told again; the worker's part is its own."""

from typing import Any

import pytest

from cairn import wiring
from cairn.api.conftest import Answer, Api
from cairn.domains.webhooks import sending
from cairn.domains.webhooks.tests.receiver import Receiver, receiving
from cairn.infra.http.guard import Guard
from cairn.kernel import clock

OPENED = "event:klaviyo.opened_email"
CLICKED = "event:klaviyo.clicked_email"
ATTRIBUTES = {
    "name": "Shop",
    "endpoint_url": "https://shop.example.com/hooks/9f2c1d5e8a7b4c30?to=me",
    "secret_key": "0123456789abcdef",
}


def of(*topics: str) -> dict[str, Any]:
    return {"webhook-topics": {"data": [{"type": "webhook-topic", "id": topic} for topic in topics]}}


def make(api: Api, *topics: str, **changes: Any) -> Answer:
    return api.post("/api/webhooks", "webhook", ATTRIBUTES | changes, relationships=of(*topics or (OPENED,)))


def test_a_webhook_is_shown_without_secret_and_path(api: Api) -> None:
    made = make(api, OPENED, CLICKED, description="For the shop")
    assert made.status == 201
    assert made.attributes["endpoint_url"] == "https://shop.example.com/hooks/…?…"
    assert (made.attributes["enabled"], made.attributes["description"]) == (True, "For the shop")
    listed = api.get("/api/webhooks", include="webhook-topics")
    assert [one["id"] for one in listed.data[0]["relationships"]["webhook-topics"]["data"]] == [OPENED, CLICKED]
    assert sorted(one["id"] for one in listed.json["included"]) == sorted([OPENED, CLICKED])
    assert b"0123456789abcdef" not in made.content + listed.content
    assert b"9f2c" not in made.content + listed.content


def test_a_webhook_is_changed_disabled_and_deleted(api: Api) -> None:
    address = f"/api/webhooks/{make(api).data['id']}"
    changed = api.patch(address, "webhook", {"name": "New", "enabled": False}, relationships=of(CLICKED))
    assert (changed.attributes["name"], changed.attributes["enabled"]) == ("New", False)
    assert changed.data["relationships"]["webhook-topics"]["data"] == [{"type": "webhook-topic", "id": CLICKED}]
    health = api.call("GET", address, query={"additional-fields[webhook]": "health"}).attributes["health"]
    assert (health["disabled_reason"], health["failures"]) == ("by_hand", 0)
    assert api.delete(address).status == 204
    assert api.get(address).status == 404


@pytest.mark.parametrize(
    ("changes", "pointer", "word"),
    [
        ({"endpoint_url": "http://shop.example.com"}, "/data/attributes/endpoint_url", "https://"),
        ({"endpoint_url": "ftp://shop.example.com"}, "/data/attributes/endpoint_url", "http"),
        ({"endpoint_url": "https://user:word@shop.example.com"}, "/data/attributes/endpoint_url", "password"),
        ({"endpoint_url": "https://shop.example.com:22/"}, "/data/attributes/endpoint_url", "22"),
        ({"secret_key": "short"}, "/data/attributes/secret_key", "16"),
        ({"name": " "}, "/data/attributes/name", "name"),
    ],
)
def test_what_is_wrong_is_named(api: Api, changes: dict[str, Any], pointer: str, word: str) -> None:
    reply = make(api, **changes)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, pointer)
    assert word in reply.error["detail"]
    assert api.get("/api/webhooks").data == []


def test_an_unknown_kind_of_topic_is_refused(api: Api) -> None:
    reply = make(api, OPENED, "everything")
    assert (reply.status, reply.error["source"]["pointer"]) == (400, "/data/relationships/webhook-topics/data/1/id")
    assert make(api, "event:shopify.ordered_product").status == 201  # It may come.


def test_topics_are_the_well_known_and_the_accounts_own(api: Api) -> None:
    ids = api.get("/api/webhook-topics").ids
    assert {OPENED, "event:klaviyo.unsubscribed_from_sms_marketing", "segment:entered", "segment:left"} <= set(ids)
    assert api.get(f"/api/webhook-topics/{OPENED}").data["id"] == OPENED
    assert api.get("/api/webhook-topics/event:klaviyo.nothing").status == 404


def test_charlie_sees_and_touches_nothing_of_annas(api: Api, charlies_api: Api) -> None:
    webhook_id = make(api).data["id"]
    address = f"/api/webhooks/{webhook_id}"
    assert charlies_api.get("/api/webhooks").data == []
    assert charlies_api.get(address).status == 404
    assert charlies_api.patch(address, "webhook", {"enabled": False}).status == 404
    assert charlies_api.delete(address).status == 404
    linked = {"webhook": {"data": {"type": "webhook", "id": webhook_id}}}
    assert charlies_api.post("/api/webhook-deliveries", "webhook-delivery", relationships=linked).status == 404
    assert charlies_api.post("/api/webhook-redeliveries", "webhook-redelivery", relationships=linked).status == 404
    assert api.get(address).attributes["enabled"] is True


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Any:
    with receiving() as running:
        guard = Guard(allow=frozenset({("127.0.0.1", running.port)}))
        monkeypatch.setattr(wiring, "outgoing", lambda: guard)
        yield running


def work() -> None:
    """What the worker would send by now."""
    while (webhook := sending.take(now=clock.now())) is not None:
        sending.serve(webhook, wiring.outgoing(), wiring.vault(), clock.now)


def test_a_test_is_seen_through_to_its_reply(api: Api, receiver: Receiver) -> None:
    webhook_id = make(api, endpoint_url=receiver.url).data["id"]
    linked = {"webhook": {"data": {"type": "webhook", "id": webhook_id}}}
    queued = api.post("/api/webhook-deliveries", "webhook-delivery", relationships=linked)
    assert (queued.status, queued.attributes["state"], queued.attributes["topic"]) == (201, "queued", OPENED)
    work()
    shown = api.get(f"/api/webhook-deliveries/{queued.data['id']}").attributes
    assert (shown["state"], shown["last_status"], shown["is_test"]) == ("delivered", 200, True)
    assert [(one["status"], one["reply"]) for one in shown["log"]] == [(200, "thank you")]
    assert shown["payload"]["data"]["type"] == "event"
    assert receiver.got[0].is_signed_with("0123456789abcdef")


def test_what_failed_is_listed_and_told_again(api: Api, receiver: Receiver) -> None:
    receiver.status = 410
    webhook_id = make(api, endpoint_url=receiver.url).data["id"]
    linked = {"webhook": {"data": {"type": "webhook", "id": webhook_id}}}
    test_id = api.post("/api/webhook-deliveries", "webhook-delivery", relationships=linked).data["id"]
    work()
    failed = api.get("/api/webhook-deliveries", filter=f'equals(webhook_id,"{webhook_id}"),equals(state,"failed")')
    assert failed.ids == [test_id]
    assert "payload" not in failed.data[0]["attributes"]
    again = {"delivery_ids": [test_id]}
    refused = api.post("/api/webhook-redeliveries", "webhook-redelivery", again)
    assert (refused.status, "enable" in refused.error["detail"]) == (409, True)
    assert api.patch(f"/api/webhooks/{webhook_id}", "webhook", {"enabled": True}).status == 200
    receiver.status = 200
    assert api.post("/api/webhook-redeliveries", "webhook-redelivery", again).attributes == {"count": 1}
    work()
    assert api.get(f"/api/webhook-deliveries/{test_id}").attributes["state"] == "delivered"
    assert api.post("/api/webhook-redeliveries", "webhook-redelivery", {}).status == 400
