from typing import Any

import pytest

from cairn.api.edge.tests.driving import COMPANY, Edge
from cairn.api.edge.tests.test_events import event, group, profile
from cairn.infra.eventlog.port import Lane

PUBLIC = f"?company_id={COMPANY}"
KEYLESS = {"headers": {"authorization": None}}


def test_an_event_from_a_browser_changes_nobodys_identity(edge: Edge) -> None:
    reply = edge.post(f"/client/events{PUBLIC}", event(), **KEYLESS)
    assert (reply.status, reply.body) == (202, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert edge.commands()[0]["events"][0]["profile"] == {"email": "ann@example.com", "trusted": False}


def test_a_browser_cannot_speak_for_another_service(edge: Edge) -> None:
    metric = {"data": {"type": "metric", "attributes": {"name": "Opened Email", "service": "cairn"}}}
    edge.post(f"/client/events{PUBLIC}", event(metric=metric), **KEYLESS)
    assert "service" not in edge.commands()[0]["events"][0]


def test_many_events_of_one_visitor_are_one_entry(edge: Edge) -> None:
    body = {"data": group(event(unique_id="1"), event(unique_id="2"))}
    assert edge.post(f"/client/event-bulk-create{PUBLIC}", body, **KEYLESS).status == 202
    assert [item["unique_id"] for item in edge.commands(Lane.BULK)[0]["events"]] == ["1", "2"]


def test_a_profile_is_upserted_with_its_nulls(edge: Edge) -> None:
    body = profile(email="ann@example.com", first_name=None)
    assert edge.post(f"/client/profiles{PUBLIC}", body, **KEYLESS).status == 202
    assert edge.records()[0].kind == "profiles.upsert"
    (given,) = edge.commands()[0]["profiles"]
    assert given == {"email": "ann@example.com", "attributes": {"first_name": None}, "trusted": False}


def test_a_profile_of_more_than_100_kb_is_refused(edge: Edge) -> None:
    body = profile(email="a@b.co", properties={"Long": "x" * 102_400})
    reply = edge.post(f"/client/profiles{PUBLIC}", body, **KEYLESS)
    assert (reply.status, reply.error["detail"]) == (400, "The request body is larger than 100 KB.")


def subscription(attributes: dict[str, Any], list_id: str = "NewsLL") -> dict[str, Any]:
    return {
        "data": {
            "type": "subscription",
            "attributes": {"profile": {"data": {"type": "profile", "attributes": attributes}}},
            "relationships": {"list": {"data": {"type": "list", "id": list_id}}},
        }
    }


def test_without_channels_every_address_is_subscribed(edge: Edge) -> None:
    body = subscription({"email": "ann@example.com", "phone_number": "+12025550143", "first_name": "Ann"})
    assert edge.post(f"/client/subscriptions{PUBLIC}", body, **KEYLESS).status == 202
    changes = edge.commands(Lane.CONSENT)[0]["changes"]
    assert [change["channel"] for change in changes] == ["email.marketing", "sms.marketing"]
    assert changes[0]["list_id"] == "NewsLL"
    assert changes[0]["profile"]["attributes"] == {"first_name": "Ann"}
    assert changes[0]["profile"]["trusted"] is False


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (subscription({"first_name": "Ann"}), 400, "/data/attributes/profile/data/attributes"),
        (subscription({"email": "nobody"}), 400, "/data/attributes/profile/data/attributes/email"),
        (subscription({"email": "a@b.co"}, "OtheRR"), 404, "/data/relationships/list/data/id"),
        ({"data": {"type": "subscription", "attributes": {}}}, 400, "/data/attributes/profile"),
    ],
)
def test_what_is_wrong_is_pointed_at(edge: Edge, body: dict[str, Any], status: int, pointer: str) -> None:
    reply = edge.post(f"/client/subscriptions{PUBLIC}", body, **KEYLESS)
    assert (reply.status, reply.pointer) == (status, pointer)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert edge.nothing_accepted()


@pytest.mark.parametrize("query", ["", "?company_id=", "?company_id=nobody", "?company_id=%00"])
def test_without_a_company_nothing_is_taken(edge: Edge, query: str) -> None:
    reply = edge.post(f"/client/events{query}", event(), **KEYLESS)
    assert (reply.status, reply.error["source"]) == (400, {"parameter": "company_id"})
    assert edge.nothing_accepted()


def test_a_beacon_is_taken(edge: Edge) -> None:
    headers = {"authorization": None, "content-type": "text/plain;charset=UTF-8"}
    assert edge.post(f"/client/events{PUBLIC}", event(), headers=headers).status == 202
