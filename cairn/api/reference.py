"""The API's reference: /api/openapi.json and /api/postman.json for machines, /docs/api for people."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse

from cairn.api import postman, router
from cairn.api.client import push_tokens
from cairn.api.client.operations import OPERATIONS as CLIENT_OPERATIONS
from cairn.api.edge import consent_body, event_body, profile_body
from cairn.api.edge.gate import Rules
from cairn.api.edge.operations import OPERATIONS as SERVER_OPERATIONS
from cairn.api.kernel import openapi

PAGE = Path(__file__).parent / "docs"
FILES = {"": "index.html", "reference.css": "reference.css", "reference.js": "reference.js"}
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-ancestors 'none'"
)

# What the hot paths take, by operation.
HOT_BODIES: Mapping[str, type[msgspec.Struct]] = {
    "create_event": event_body.SingleBody,
    "bulk_create_events": event_body.JobBody,
    "bulk_subscribe_profiles": consent_body.SubscribeBody,
    "bulk_unsubscribe_profiles": consent_body.UnsubscribeBody,
    "create_client_event": event_body.SingleBody,
    "bulk_create_client_events": event_body.GroupBody,
    "create_client_profile": profile_body.ProfileDocument,
    "create_client_subscription": consent_body.ClientBody,
    "create_client_push_token": push_tokens.RegisterDocument,
    "unregister_client_push_token": push_tokens.UnregisterDocument,
}


def tag(path: str) -> str:
    if path.startswith("/client/"):
        return "Client"
    return "Events" if "event" in path else "Profiles"


def hot(path: str, operation: Rules) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": "revision", "in": "header", "required": True, "schema": {"type": "string"}}
    ]
    if operation.public:
        company = {"name": "company_id", "in": "query", "required": True, "schema": {"type": "string"}}
        parameters.append({**company, "description": "The account's public key"})
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": openapi.titled(operation.name),
        "description": "Accepted is kept: the answer comes when the request is on disk.",
        "tags": [tag(path)],
        "parameters": parameters,
        "responses": {"202": {"description": "Accepted"}, "4XX": openapi.ERRORS, "5XX": openapi.ERRORS},
        "x-scopes": sorted(operation.scopes),
        "x-ratelimit": openapi.limits(operation.limit),
    }
    return {**described, "security": []} if operation.public else described


@cache
def document() -> bytes:
    paths = {path: {"post": hot(path, one.rules)} for path, one in (SERVER_OPERATIONS | CLIENT_OPERATIONS).items()}
    return msgspec.json.encode(openapi.document(router.table(), version=release(), paths=paths, bodies=HOT_BODIES))


def release() -> str:
    try:
        return version("cairn")
    except PackageNotFoundError:
        return "from a checkout"


def openapi_json(_: HttpRequest) -> HttpResponse:
    reply = HttpResponse(document(), content_type="application/json")
    reply.headers["Cache-Control"] = "no-cache"
    return reply


def postman_json(request: HttpRequest) -> HttpResponse:
    """A collection whose host is the one that was asked."""
    found = msgspec.json.encode(collection(request.build_absolute_uri("/").rstrip("/")))
    reply = HttpResponse(found, content_type="application/json")
    reply.headers["Cache-Control"] = "no-cache"
    reply.headers["Content-Disposition"] = 'attachment; filename="cairn.postman_collection.json"'
    return reply


def collection(host: str) -> dict[str, Any]:
    return postman.collection(msgspec.json.decode(document()), host=host)


def page(_: HttpRequest, name: str = "") -> HttpResponse:
    if name not in FILES:
        raise Http404
    file = PAGE / FILES[name]
    reply = HttpResponse(file.read_bytes(), content_type=KINDS[file.suffix])
    reply.headers["Content-Security-Policy"] = POLICY
    reply.headers["Cache-Control"] = "no-cache"
    return reply
