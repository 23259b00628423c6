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

    def metric_ids(self) -> dict[str, str]:
        """Ids of the account's metrics by name."""
        return {metric["attributes"]["name"]: metric["id"] for metric in self.call("GET", "/api/metrics")["data"]}

    def measure(self, metric_id: str | None, windows: Sequence[tuple[datetime, datetime]]) -> dict[str, float]:
        """Count and sum of a metric's events over all windows; zero for a metric that is not there yet."""
        sums = {"count": 0.0, "sum_value": 0.0}
        for since, until in windows if metric_id else ():
            asked = {
                "metric_id": metric_id,
                "measurements": list(sums),
                "interval": "month",
                "filter": [
                    f"greater-or-equal(datetime,{since.isoformat()})",
                    f"less-than(datetime,{until.isoformat()})",
                ],
            }
            document = {"data": {"type": "metric-aggregate", "attributes": asked}}
            for row in self.post("/api/metric-aggregates", document)["data"]["attributes"]["data"]:
                for name in sums:
                    sums[name] += sum(row["measurements"][name])
        return sums

    def people_with(self, metric_id: str | None) -> int:
        """How many profiles have at least one event of the metric."""
        if metric_id is None:
            return 0
        condition = {
            "type": "profile-metric",
            "metric_id": metric_id,
            "measurement": "count",
            "measurement_filter": {"type": "numeric", "operator": "greater-than-or-equal", "value": 1},
            "timeframe_filter": {"type": "date", "operator": "alltime"},
        }
        definition = {"condition_groups": [{"conditions": [condition]}]}
        document = {"data": {"type": "segment-preview", "attributes": {"definition": definition}}}
        return int(self.post("/api/segment-previews", document)["data"]["attributes"]["count"])

    def post(self, path: str, document: dict[str, Any]) -> Any:
        return self.call("POST", path, msgspec.json.encode(document))

    def call(self, method: str, path: str, body: bytes | None = None) -> Any:
        """The answer's document. Tries again where that can help. Raises CairnError with the server's words."""
        problem = ""
        for attempt in range(ATTEMPTS):
            try:
                self.connection.request(method, path, body, self.headers)
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
        raise CairnError(f"The server refused {method} {path}: {problem}")


def explain(text: bytes) -> str:
    try:
        errors = json.loads(text)["errors"]
        return "; ".join(f"{error['detail']} ({error.get('source', {}).get('pointer', '')})" for error in errors)
    except (ValueError, KeyError, TypeError):
        return text[:200].decode(errors="replace")
