"""The reference: complete, consistent, and from here alone."""

import json
import re
from pathlib import Path

import pytest

from cairn.api import docs, reference, router
from cairn.api.conftest import Api


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
