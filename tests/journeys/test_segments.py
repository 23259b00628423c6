"""A marketer builds segments by a template, by typing and by clicks; each is what the API says it is."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from cairn.kernel import clock
from tests.server import ROOT, Server, eventually, running

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CAIRN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
PEOPLE: dict[str, tuple[str, list[str], list[str]]] = {
    "ann": ("Porto", ["Tea"], ["Placed Order", "Placed Order"]),
    "bea": ("Porto", [], ["Started Checkout", "Placed Order"]),
    "cem": ("Lisbon", [], ["Started Checkout"]),
    "dan": ("Lisbon", ["Tea", "Coffee"], []),
    "eve": ("Braga", [], ["Placed Order", "Placed Order"]),
}
"""Where they live, what they like, and what they did in this order."""
DAYS = {"type": "date", "operator": "in-the-last", "quantity": 7, "unit": "day"}


def posted(api: httpx.Client, path: str, kind: str, attributes: dict[str, Any], **rest: Any) -> dict[str, Any]:
    reply = api.post(path, json={"data": {"type": kind, "attributes": attributes, **rest}})
    assert reply.status_code < 300, reply.text
    found: dict[str, Any] = reply.json()["data"] if reply.content else {}
    return found


def fill(api: httpx.Client) -> None:
    for name, (city, likes, _) in PEOPLE.items():
        person = {"email": f"{name}@example.com", "location": {"city": city}, "properties": {"Interests": likes}}
        posted(api, "/api/profiles", "profile", person)
    for name, (_, _, deeds) in PEOPLE.items():
        for hour, deed in enumerate(deeds):
            happened = {
                "properties": {"Step": hour},
                "time": (clock.now() - timedelta(days=1, hours=-hour)).isoformat(),
                "unique_id": f"{name}-{hour}",
                "metric": {"data": {"type": "metric", "attributes": {"name": deed}}},
                "profile": {"data": {"type": "profile", "attributes": {"email": f"{name}@example.com"}}},
            }
            posted(api, "/api/events", "event", happened)
    emails = [{"type": "profile", "attributes": {"email": "cem@example.com"}}]
    path, kind = "/api/profile-suppression-bulk-create-jobs", "profile-suppression-bulk-create-job"
    posted(api, path, kind, {"profiles": {"data": emails}})


def everything(metrics: dict[str, str], list_id: str) -> list[dict[str, Any]]:
    """A condition of each kind, with fields that nobody would choose by accident."""
    orders = metrics["Placed Order"]
    many = {"type": "numeric", "operator": "greater-than", "value": 0}
    return [
        {
            "type": "profile-metric",
            "metric_id": orders,
            "measurement": "sum",
            "measurement_filter": many,
            "timeframe_filter": {"type": "date", "operator": "anniversary-last", "quantity": 2, "unit": "week"},
            "metric_filters": [
                {"property": "Step", "filter": {"type": "list", "operator": "length-equals", "value": 3}}
            ],
        },
        {
            "type": "profile-metric-funnel",
            "steps": [
                {"metric_exists": True, "metric_id": metrics["Started Checkout"]},
                {"metric_exists": False, "metric_id": orders, "metric_filters": None},
            ],
            "timeframe_filter": DAYS,
            "completion_window_seconds": "DAYS_3",
        },
        {"type": "profile-group-membership", "is_member": True, "group_ids": [list_id], "timeframe_filter": DAYS},
        {
            "type": "profile-marketing-consent",
            "consent": {
                "channel": "sms",
                "can_receive_marketing": True,
                "consent_status": {
                    "subscription": "subscribed",
                    "filters": [{"field": "method", "method": "checkout"}],
                },
            },
        },
        {
            "type": "profile-permissions",
            "channel": "whatsapp_marketing",
            "permission": {"reachable_status": "implicitly_or_explicitly_reachable"},
        },
        {"type": "profile-property", "property": 'properties["Shoe size"]', "filter": many},
        {
            "type": "profile-property",
            "property": "location['city']",
            "filter": {"type": "string", "operator": "equals", "value": None},
        },
        {"type": "profile-region", "in_region": True, "region": "united_states"},
        {
            "type": "profile-predictive-analytics",
            "dimension": "channel_affinity",
            "measurement": "priority",
            "predicted_channel": "whatsapp",
            "filter": {"type": "numeric", "operator": "equals", "value": 2},
        },
    ]


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Server, dict[str, str]]]:
    with running(CAIRN_RATE_LIMITS="off") as server:
        account = server.create_account("anna@example.com")
        with server.api(account) as api:
            fill(api)
            eventually(lambda: len(names(api)) == 2, "the metrics")
            eventually(lambda: counted(api, {"condition_groups": [{"conditions": [suppressed()]}]}) == 1, "suppression")
        yield server, account


def suppressed() -> dict[str, Any]:
    status = {
        "subscription": "any",
        "filters": [{"field": "manual_suppression_date", "filter": {"type": "existence", "operator": "is-set"}}],
    }
    consent = {"channel": "email", "can_receive_marketing": False, "consent_status": status}
    return {"type": "profile-marketing-consent", "consent": consent}


def names(api: httpx.Client) -> dict[str, str]:
    found = {row["attributes"]["name"]: row["id"] for row in api.get("/api/metrics").json()["data"]}
    return {name: found[name] for name in ("Placed Order", "Started Checkout") if name in found}


def counted(api: httpx.Client, definition: dict[str, Any]) -> int:
    return int(
        posted(api, "/api/segment-previews", "segment-preview", {"definition": definition})["attributes"]["count"]
    )


def definition_of(api: httpx.Client, segment_id: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/api/segments/{segment_id}").json()["data"]["attributes"]["definition"]
    return found


def has(api: httpx.Client, segment_id: str, people: list[str]) -> bool:
    rows = api.get(f"/api/segments/{segment_id}/profiles").json()["data"]
    return sorted(row["attributes"]["email"].partition("@")[0] for row in rows) == people


@pytest.mark.browser
def test_segments_are_built_by_a_template_by_typing_and_by_clicks(shop: tuple[Server, dict[str, str]]) -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium: install one (apt-get install chromium), or name it by CAIRN_CHROMIUM")
    if not (ROOT / "web" / "dist" / "index.html").exists():
        pytest.fail("the web app is not built: run `make setup`")
    server, account = shop
    with server.api(account) as api:
        list_id = posted(api, "/api/lists", "list", {"name": "Newsletter"})["id"]
        made = {"condition_groups": [{"conditions": everything(names(api), list_id)}]}
        segment = posted(api, "/api/segments", "segment", {"name": "Made by the API", "definition": made})["id"]
        seen = walk(server, segment)
        assert (seen["failure"], seen["errors"]) == ("", [])
        assert "Needs the metric “Viewed Product”" in seen["lacking"]
        assert (seen["template"]["name"], seen["template"]["count"], seen["template"]["each"]) == (
            "Checkout abandonment",
            1,
            [1],
        )
        assert (seen["typed"]["count"], seen["typed"]["each"]) == (1, [2, 2, 2])
        assert (seen["clicked"]["count"], seen["clicked"]["each"]) == (2, [1, 2, 2])
        for way, people in {"template": ["cem"], "typed": ["ann"], "clicked": ["cem", "dan"]}.items():
            segment_id = seen[way]["id"]
            assert counted(api, definition_of(api, segment_id)) == seen[way]["count"], way
            eventually(partial(has, api, segment_id, people), f"what was built by {way}")
        assert (seen["refusal"], seen["marked"], seen["mended"]) == ("This is no regular expression (RE2).", "true", 1)
        assert seen["opened"] == counted(api, made)
        assert definition_of(api, segment) == made
        assert api.get(f"/api/segments/{segment}").json()["data"]["attributes"]["name"] == "Opened and saved"


def walk(server: Server, segment: str) -> dict[str, Any]:
    environ = {
        **os.environ,
        "CAIRN_URL": server.url,
        "CAIRN_EMAIL": "anna@example.com",
        "CAIRN_PASSWORD": "long enough",
        "CAIRN_SEGMENT": segment,
        "CAIRN_CHROMIUM": CHROMIUM,
    }
    done = subprocess.run(
        ["node", str(HERE / "segments.mjs")], env=environ, capture_output=True, text=True, timeout=240
    )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
