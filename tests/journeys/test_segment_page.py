"""A marketer gets to know a segment in a real browser: growth, people, past, overlap; what is needed is not deleted."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server import ROOT, eventually, running

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CAIRN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
EMAIL = "marketer@example.com"
PEOPLE = {"ann": "Boston", "bea": "Boston", "cem": "Boston", "dan": "Bonn"}
SPENT = {"bea": 120.0, "dan": 300.0}


def post(api: httpx.Client, type_: str, attributes: dict[str, Any], path: str = "") -> dict[str, Any]:
    reply = api.post(path or f"/api/{type_}s", json={"data": {"type": type_, "attributes": attributes}})
    assert reply.status_code in (201, 202), reply.text
    found: dict[str, Any] = reply.json()["data"] if reply.content else {}
    return found


def happen(api: httpx.Client, name: str, metric: str, value: float, **properties: Any) -> None:
    who = {"data": {"type": "profile", "attributes": {"email": f"{name}@example.com"}}}
    what = {"data": {"type": "metric", "attributes": {"name": metric}}}
    post(api, "event", {"profile": who, "metric": what, "value": value, "properties": properties})


def open_shop(api: httpx.Client) -> None:
    """Three people in Boston, of whom one moves away; two who bought something."""
    ids = {}
    for name, city in PEOPLE.items():
        place = {"city": city, "country": "United States" if city == "Boston" else "Germany"}
        ids[name] = post(api, "profile", {"email": f"{name}@example.com", "location": place})["id"]
    for name, value in SPENT.items():
        happen(api, name, "Placed Order", value)
        happen(api, name, "Ordered Product", value, ProductName="Lamp", Quantity=2)
    eventually(lambda: "Placed Order" in metrics(api), "the orders")
    boston = {"type": "string", "operator": "equals", "value": "Boston"}
    make(api, "Bostonians", {"type": "profile-property", "property": "location['city']", "filter": boston}, 3)
    atleast = {"type": "numeric", "operator": "greater-than-or-equal", "value": 100}
    spent = {"type": "profile-metric", "metric_id": metrics(api)["Placed Order"], "measurement": "sum"}
    always = {"type": "date", "operator": "alltime"}
    bostonians = segment(api, "Bostonians")
    make(api, "Spenders", {**spent, "measurement_filter": atleast, "timeframe_filter": always}, 2)
    moved = {"type": "profile", "id": ids["cem"], "attributes": {"location": {"city": "Bonn"}}}
    assert api.patch(f"/api/profiles/{ids['cem']}", json={"data": moved}).status_code == 200
    eventually(lambda: size(api, bostonians) == 2, "the exit")


def metrics(api: httpx.Client) -> dict[str, str]:
    return {row["attributes"]["name"]: row["id"] for row in api.get("/api/metrics").json()["data"]}


def make(api: httpx.Client, name: str, condition: dict[str, Any], members: int) -> None:
    post(api, "segment", {"name": name, "definition": {"condition_groups": [{"conditions": [condition]}]}})
    eventually(lambda: size(api, segment(api, name)) == members, f"the segment {name}")


def segment(api: httpx.Client, name: str) -> str:
    rows = api.get("/api/segments").json()["data"]
    return next(str(row["id"]) for row in rows if row["attributes"]["name"] == name)


def size(api: httpx.Client, segment_id: str) -> int:
    return len(api.get(f"/api/segments/{segment_id}/profiles").json()["data"])


@pytest.mark.browser
def test_a_marketer_gets_to_know_a_segment() -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium: install one (apt-get install chromium), or name it by CAIRN_CHROMIUM")
    if not (ROOT / "web" / "dist" / "index.html").exists():
        pytest.fail("the web app is not built: run `make setup`")
    with running(CAIRN_RATE_LIMITS="off") as server:
        with server.api(server.create_account(EMAIL)) as api:
            open_shop(api)
        environ = {
            **os.environ,
            "CAIRN_URL": server.url,
            "CAIRN_EMAIL": EMAIL,
            "CAIRN_PASSWORD": "long enough",
            "CAIRN_CHROMIUM": CHROMIUM,
        }
        done = subprocess.run(
            ["node", str(HERE / "segment_page.mjs")], env=environ, capture_output=True, text=True, timeout=240
        )
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert (seen["failure"], seen["errors"]) == ("", []), seen
    assert seen["country"] == ["United", "States", "2", "100%"]
    assert seen["product"] == ["Lamp", "1", "2", "$120.00"]
    assert seen["buyers"].split("\n")[:4] == ["Spent in all", "$120.00", "Buyers", "1"]
    assert seen["size"] == "2"
    assert seen["found"] == ["bea@example.com"]
    assert seen["past"].startswith("2 members on ")
    assert seen["left"] == ["cem@example.com"]
    assert seen["exported"] == 3
    assert seen["cell"] == ["1", "50%"]
    assert seen["parts"] == ["1", "1", "1"]
    assert seen["campaign"] == "/campaigns"
