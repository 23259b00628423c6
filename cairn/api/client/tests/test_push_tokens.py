"""Apps register their devices by public key: accepted is kept, and the worker does the rest."""

from typing import Any

import pytest

from cairn.api.edge.tests.driving import COMPANY, Edge

PUBLIC = f"?company_id={COMPANY}"
KEYLESS: dict[str, Any] = {"headers": {"authorization": None}}
ANN = {"data": {"type": "profile", "attributes": {"email": "ann@example.com"}}}


def registration(**changes: Any) -> dict[str, Any]:
    attributes = {"token": "device-1", "platform": "ios", "vendor": "APNs", "profile": ANN, **changes}
    return {"data": {"type": "push-token", "attributes": attributes}}


def test_a_device_is_on_the_log_before_the_app_hears_yes(edge: Edge) -> None:
    metadata = {"device_id": "d1", "os_name": "iOS", "app_id": "com.example.shop"}
    body = registration(enablement_status="EPHEMERAL", background="AVAILABLE", device_metadata=metadata)
    reply = edge.post(f"/client/push-tokens{PUBLIC}", body, **KEYLESS)
    assert (reply.status, reply.body) == (202, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert edge.records()[0].kind == "profiles.register_push_token"
    (command,) = edge.commands()
    assert command["profile"] == {"email": "ann@example.com", "trusted": False}
    assert command["device"] == {
        "token": "device-1",
        "platform": "ios",
        "vendor": "apns",
        "enablement_status": "AUTHORIZED",
        "background": "AVAILABLE",
        "metadata": metadata,
    }


def test_a_device_is_taken_back(edge: Edge) -> None:
    attributes = {"token": "device-1", "platform": "android", "vendor": "FCM", "profile": ANN}
    body = {"data": {"type": "push-token-unregister", "attributes": attributes}}
    assert edge.post(f"/client/push-token-unregister{PUBLIC}", body, **KEYLESS).status == 202
    assert edge.records()[0].kind == "profiles.unregister_push_token"
    assert edge.commands() == [{"token": "device-1", "platform": "android"}]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"token": ""}, "/data/attributes/token"),
        ({"platform": "palm"}, "/data/attributes/platform"),
        ({"vendor": "post"}, "/data/attributes/vendor"),
        ({"enablement_status": "MAYBE"}, "/data/attributes/enablement_status"),
        ({"profile": {"data": {"type": "profile", "attributes": {}}}}, "/data/attributes/profile/data/attributes"),
        (
            {"profile": {"data": {"type": "profile", "attributes": {"email": "nobody"}}}},
            "/data/attributes/profile/data/attributes/email",
        ),
        (
            {"profile": {"data": {"type": "profile", "attributes": {"phone_number": "12"}}}},
            "/data/attributes/profile/data/attributes/phone_number",
        ),
    ],
)
def test_what_is_wrong_is_named(edge: Edge, changes: dict[str, Any], pointer: str) -> None:
    reply = edge.post(f"/client/push-tokens{PUBLIC}", registration(**changes), **KEYLESS)
    assert (reply.status, reply.pointer) == (400, pointer)
    assert edge.nothing_accepted()


def test_an_app_without_company_is_refused(edge: Edge) -> None:
    assert edge.post("/client/push-tokens", registration(), **KEYLESS).status == 400
    assert edge.nothing_accepted()
