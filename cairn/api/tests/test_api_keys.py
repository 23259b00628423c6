"""Private keys: made, limited, disabled, deleted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.api.kernel.callers import KEYS
from cairn.domains.accounts.models import ApiKey
from cairn.kernel import clock
from tests.people import Person


def with_key(anna: Person, private_key: str) -> Api:
    return Api(replace(anna, private_key=private_key))


def test_a_new_key_is_told_once(api: Api, anna: Person) -> None:
    made = api.post("/api/api-keys", "api-key", {"name": "Shop", "scopes": ["tags:read"]})
    assert made.status == 201
    private_key = made.attributes["private_key"]
    shown = api.get(f"/api/api-keys/{made.data['id']}").attributes
    assert (shown["scopes"], shown["status"]) == (["tags:read"], "active")
    assert "private_key" not in shown
    assert private_key not in api.get("/api/api-keys").content.decode()
    assert with_key(anna, private_key).get("/api/tags").status == 200


def test_a_key_does_what_its_scopes_say_and_no_more(api: Api, anna: Person) -> None:
    made = api.post("/api/api-keys", "api-key", {"name": "Shop", "scopes": ["tags:read", "credentials:write"]})
    limited = with_key(anna, made.attributes["private_key"])
    reply = limited.post("/api/tags", "tag", {"name": "Summer"})
    assert (reply.status, reply.error["code"]) == (403, "permission_denied")
    assert "tags:write" in reply.error["detail"]
    assert limited.post("/api/api-keys", "api-key", {"name": "More"}).status == 403
    assert api.get("/api/tags").data == []


def test_a_disabled_key_is_refused_at_once(api: Api, anna: Person) -> None:
    made = api.post("/api/api-keys", "api-key", {"name": "Shop"})
    shop = with_key(anna, made.attributes["private_key"])
    assert shop.get("/api/tags").status == 200
    address = f"/api/api-keys/{made.data['id']}"
    assert api.patch(address, "api-key", {"status": "disabled"}).attributes["status"] == "disabled"
    assert shop.get("/api/tags").status == 401
    assert api.patch(address, "api-key", {"status": "active"}).attributes["status"] == "active"
    assert shop.get("/api/tags").status == 200
    assert api.delete(address).status == 204
    assert shop.get("/api/tags").status == 401


def test_charlie_cannot_see_annas_keys(api: Api, charlies_api: Api) -> None:
    made = api.post("/api/api-keys", "api-key", {"name": "Shop"}).data["id"]
    assert charlies_api.get(f"/api/api-keys/{made}").status == 404
    assert charlies_api.delete(f"/api/api-keys/{made}").status == 404
    assert made not in charlies_api.get("/api/api-keys").ids


def test_a_read_only_key_reads_everything_and_writes_nothing(api: Api, anna: Person) -> None:
    made = api.post("/api/api-keys", "api-key", {"name": "Report", "scopes": ["read-only"]})
    assert made.attributes["scopes"] == ["read-only"]
    reader = with_key(anna, made.attributes["private_key"])
    assert [reader.get(path).status for path in ("/api/tags", "/api/lists", "/api/webhooks")] == [200, 200, 200]
    reply = reader.post("/api/tags", "tag", {"name": "Summer"})
    assert reply.status == 403
    assert "tags:write" in reply.error["detail"]


def test_a_rotated_key_goes_on_until_its_moment(api: Api, anna: Person) -> None:
    old = api.post("/api/api-keys", "api-key", {"name": "Shop", "scopes": ["tags:read"]})
    until = (clock.now() + timedelta(hours=2)).isoformat()
    new = api.post("/api/api-key-rotations", "api-key-rotation", {"key_id": old.data["id"], "old_until": until})
    assert (new.status, new.attributes["name"], new.attributes["scopes"]) == (201, "Shop", ["tags:read"])
    for key in (old, new):
        assert with_key(anna, key.attributes["private_key"]).get("/api/tags").status == 200
    shown = api.get(f"/api/api-keys/{old.data['id']}").attributes
    assert (shown["status"], shown["replaced_by"]) == ("active", new.data["id"])
    ApiKey.objects.filter(id=old.data["id"]).update(expires_at=clock.now())
    KEYS.forget()
    assert with_key(anna, old.attributes["private_key"]).get("/api/tags").status == 401
    assert with_key(anna, new.attributes["private_key"]).get("/api/tags").status == 200
    assert api.get(f"/api/api-keys/{old.data['id']}").attributes["status"] == "expired"
    again = api.post("/api/api-key-rotations", "api-key-rotation", {"key_id": old.data["id"]})
    assert again.status == 409


def test_who_has_little_cannot_get_more_by_rotating(api: Api, anna: Person) -> None:
    full = api.post("/api/api-keys", "api-key", {"name": "Full"}).data["id"]
    little = api.post("/api/api-keys", "api-key", {"name": "Little", "scopes": ["credentials:write"]})
    weak = with_key(anna, little.attributes["private_key"])
    assert weak.post("/api/api-key-rotations", "api-key-rotation", {"key_id": full}).status == 403
    assert weak.patch(f"/api/api-keys/{full}", "api-key", {"status": "disabled"}).status == 403


def test_a_key_of_an_office_works_from_there_only(api: Api, anna: Person) -> None:
    made = api.post("/api/api-keys", "api-key", {"name": "Office", "allowed_networks": ["203.0.113.7", "10.0.0.0/8"]})
    assert made.attributes["allowed_networks"] == ["203.0.113.7/32", "10.0.0.0/8"]
    reply = with_key(anna, made.attributes["private_key"]).get("/api/tags")
    assert (reply.status, "127.0.0.1" in reply.error["detail"]) == (403, True)
    address = f"/api/api-keys/{made.data['id']}"
    assert api.patch(address, "api-key", {"allowed_networks": ["127.0.0.0/8"]}).status == 200
    assert with_key(anna, made.attributes["private_key"]).get("/api/tags").status == 200


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"allowed_networks": ["10.0.0.0/8", "home"]}, "/data/attributes/allowed_networks/1"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/data/attributes/expires_at"),
        ({"expires_at": "2090-01-01T00:00:00"}, "/data/attributes/expires_at"),
        ({"scopes": ["tags:eat"]}, "/data/attributes/scopes"),
    ],
)
def test_what_is_wrong_with_a_key_is_named(api: Api, changes: dict[str, Any], pointer: str) -> None:
    reply = api.post("/api/api-keys", "api-key", {"name": "Shop", **changes})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, pointer)
    assert len(api.get("/api/api-keys").data) == 1


def test_a_use_is_noted_to_the_minute(api: Api, anna: Person) -> None:
    made = api.post("/api/api-keys", "api-key", {"name": "Shop"})
    address = f"/api/api-keys/{made.data['id']}"
    assert api.get(address).attributes["last_used"] is None
    with_key(anna, made.attributes["private_key"]).get("/api/tags")
    assert api.get(address).attributes["last_used"] is not None
