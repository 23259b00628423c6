"""The story of the README, told by a real browser: watch, segment, send, read, click, order, see it counted."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import PATIENCE, ROOT, Server, eventually, running

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CAIRN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""


@pytest.fixture(scope="module")
def demo() -> Iterator[Server]:
    with running(first=True, CAIRN_DEMO="on", CAIRN_RATE_LIMITS="off") as made:
        yield made


def login(demo: Server) -> dict[str, str]:
    kept = demo.folder / "secrets" / "demo_shop.json"
    eventually(lambda: kept.exists() and kept.read_text(), "the demo shop's login")
    facts: dict[str, str] = json.loads(kept.read_text())
    return facts


def events_stored(demo: Server, account: dict[str, str]) -> bool:
    with demo.api(account) as api:
        segments = api.get("/api/segments").json()["data"]
    return bool(segments) and not any(lane["behind"] > 5 for lane in demo.health()["log"].values())


@pytest.mark.browser
def test_a_newcomer_sees_an_order_counted_for_a_campaign(demo: Server) -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium: install one (apt-get install chromium), or name it by CAIRN_CHROMIUM")
    if not (ROOT / "web" / "dist" / "index.html").exists():
        pytest.fail("the web app is not built: run `make setup`")
    account = login(demo)
    eventually(lambda: events_stored(demo, account), "the demo shop's year", 2 * PATIENCE)
    environ = {
        **os.environ,
        "CAIRN_URL": demo.url,
        "CAIRN_EMAIL": account["email"],
        "CAIRN_PASSWORD": account["password"],
        "CAIRN_KEY": account["private_key"],
        "CAIRN_CHROMIUM": CHROMIUM,
    }
    done = subprocess.run(
        ["node", str(HERE / "first_light.mjs")], env=environ, capture_output=True, text=True, timeout=240
    )
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert (seen["failure"], seen["errors"]) == ("", [])
    for step in ("live", "sample", "member", "counted", "preview", "sent", "ordered", "home"):
        assert seen[step] is True, step
    assert seen["orders"] == 1
    assert seen["landed"] == "/demo-shop/products/LL-1004"
