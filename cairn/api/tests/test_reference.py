"""The reference: complete, consistent, and from here alone."""

import json
import re
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from cairn.api import docs, reference, router
from cairn.api.conftest import Api
from cairn.cli.reference import main


def test_every_route_is_described_once(nobodys_api: Api) -> None:
    document = nobodys_api.get("/api/openapi.json").json
    described = {one["operationId"] for item in document["paths"].values() for one in item.values()}
    assert {route.id for route in router.table().routes} <= described
    assert "bulk_create_events" in described
    assert document["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere() -> None:
    text = reference.document().decode()
    schemas = json.loads(text)["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named <= schemas.keys()


def test_the_document_is_valid() -> None:
    problems = [
        f"{'/'.join(map(str, one.absolute_path))}: {one.message}"
        for one in OpenAPIV31SpecValidator(json.loads(reference.document())).iter_errors()
    ]
    assert problems == []


def test_a_postman_collection_has_every_operation(nobodys_api: Api) -> None:
    reply = nobodys_api.get("/api/postman.json")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="cairn.postman_collection.json"'
    found = reply.json
    assert found["info"]["schema"].endswith("/v2.1.0/collection.json")
    assert {one["key"]: one["value"] for one in found["variable"]} == {
        "host": "http://testserver",
        "private_key": "",
        "company_id": "",
        "revision": "2026-07-15",
    }
    requests = [one["request"] for folder in found["item"] for one in folder["item"]]
    described = sum(len(item) for item in json.loads(reference.document())["paths"].values())
    assert len(requests) == described
    for request in requests:
        assert request["url"]["raw"].startswith("{{host}}/"), request
        assert {f":{one['key']}" for one in request["url"]["variable"]} <= set(request["url"]["path"])


def test_examples_of_the_collection_are_taken(api: Api) -> None:
    """The bodies are not only well formed: those that need no other thing work as they are."""
    requests = {
        "/".join(one["request"]["url"]["path"]): one["request"]
        for folder in reference.collection("http://shop.example")["item"]
        for one in folder["item"]
        if one["request"]["method"] == "POST"
    }
    for path in ("api/profiles", "api/lists", "api/tags", "api/templates", "api/profile-import"):
        body = json.loads(requests[path]["body"]["raw"])
        reply = api.call("POST", f"/{path}", body)
        assert reply.status in (200, 201), (path, body, reply.json)


def test_the_command_prints_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out)["openapi"] == "3.1.0"
    assert main(["postman", "--host", "https://shop.example"]) == 0
    assert json.loads(capsys.readouterr().out)["variable"][0]["value"] == "https://shop.example"


def test_extensions_are_marked() -> None:
    paths = json.loads(reference.document())["paths"]
    assert paths["/api/api-keys"]["get"]["x-cairn-extension"] is True
    assert "x-cairn-extension" not in paths["/api/tags"]["get"]
    assert paths["/api/tags"]["get"]["x-scopes"] == ["tags:read"]
    assert paths["/api/tags"]["get"]["x-ratelimit"] == {"burst": "3/s", "steady": "60/m"}


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/docs/api", "text/html; charset=utf-8"),
        ("/docs/api/", "text/html; charset=utf-8"),
        ("/docs/api/reference.js", "text/javascript; charset=utf-8"),
        ("/docs/api/reference.css", "text/css; charset=utf-8"),
    ],
)
def test_the_page_is_served(nobodys_api: Api, address: str, kind: str) -> None:
    reply = nobodys_api.get(address)
    assert (reply.status, reply.headers["Content-Type"]) == (200, kind)
    assert nobodys_api.get("/docs/api/secrets.txt").status == 404


def test_the_page_loads_nothing_from_other_hosts() -> None:
    for file in Path(docs.__file__).parent.glob("*.*"):
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", file.read_text()), file.name
