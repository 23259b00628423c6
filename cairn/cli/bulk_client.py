"""Sends events to a running Cairn through its public bulk ingest, as any shop's own program would."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import msgspec

from cairn.domains.events.contracts import EventDraft
from cairn.kernel.errors import CairnError

REVISION = "2026-07-15"
ATTEMPTS = 8
RETRIED = frozenset({429, 500, 502, 503, 504})


def profile_document(draft: EventDraft) -> dict[str, Any]:
    patch = draft.profile
    named = {"email": patch.email, "phone_number": patch.phone_number, "external_id": patch.external_id}
    attributes: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    attributes.update(patch.attributes)
    if patch.location:
        attributes["location"] = patch.location
    if patch.properties:
        attributes["properties"] = patch.properties
    return {"data": {"type": "profile", "attributes": attributes}}


def event_document(draft: EventDraft) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "metric": {"data": {"type": "metric", "attributes": {"name": draft.metric}}},
        "properties": draft.properties,
    }
    if draft.time is not None:
        attributes["time"] = datetime.fromtimestamp(draft.time, UTC).isoformat()
    for name, value in (("value", draft.value), ("value_currency", draft.currency), ("unique_id", draft.unique_id)):
        if value is not None:
            attributes[name] = value
    return {"type": "event", "attributes": attributes}


def bulk_document(drafts: Sequence[EventDraft]) -> dict[str, Any]:
    """The body of one bulk request: neighbouring events of one person share that person's entry."""
    groups: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    for draft in drafts:
        person = profile_document(draft)
        if not groups or groups[-1][0] != person:
            groups.append((person, []))
        groups[-1][1].append(event_document(draft))
    entries = [
        {"type": "event-bulk-create", "attributes": {"profile": person, "events": {"data": events}}}
        for person, events in groups
    ]
    attributes = {"events-bulk-create": {"data": entries}}
    return {"data": {"type": "event-bulk-create-job", "attributes": attributes}}


class BulkClient:
    """One kept connection. Waits and tries again where the server asks for it."""

    def __init__(self, base_url: str, private_key: str) -> None:
        parts = urlsplit(base_url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self.connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=60)
        self.headers = {
            "authorization": f"Klaviyo-API-Key {private_key}",
            "revision": REVISION,
            "content-type": "application/vnd.api+json",
        }

    def send(self, drafts: Sequence[EventDraft]) -> None:
        """Returns once the server has accepted all of them. Raises CairnError with the server's words."""
        self.post("/api/event-bulk-create-jobs", bulk_document(drafts))

    def post(self, path: str, document: dict[str, Any]) -> Any:
        body = msgspec.json.encode(document)
        problem = ""
        for attempt in range(ATTEMPTS):
            try:
                self.connection.request("POST", path, body, self.headers)
                answer = self.connection.getresponse()
                text = answer.read()
            except (OSError, HTTPException) as failure:
                self.connection.close()
                problem, pause = str(failure), 0.5 * 2**attempt
            else:
                if answer.status < 300:
                    return json.loads(text) if text else None
                problem = explain(text) or f"HTTP {answer.status}"
                if answer.status not in RETRIED:
                    break
                pause = float(answer.headers.get("retry-after") or 0.5 * 2**attempt)
            time.sleep(min(pause, 30))
        raise CairnError(f"The server did not take the events: {problem}")


def explain(text: bytes) -> str:
    try:
        errors = json.loads(text)["errors"]
        return "; ".join(f"{error['detail']} ({error.get('source', {}).get('pointer', '')})" for error in errors)
    except (ValueError, KeyError, TypeError):
        return text[:200].decode(errors="replace")
