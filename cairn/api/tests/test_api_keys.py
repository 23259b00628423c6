"""Private keys: made, limited, disabled, deleted."""

from dataclasses import replace

from cairn.api.conftest import Api
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
