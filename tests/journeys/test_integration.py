"""A shop's engineer sets up an integration in a real browser: key, webhook, link parameters, app."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cairn.domains.webhooks.tests.receiver import receiving
from tests.server import ROOT, running

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CAIRN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
EMAIL = "engineer@example.com"
PASSWORD = "long enough"


@pytest.mark.browser
def test_an_engineer_connects_a_shop_by_clicks() -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium: install one (apt-get install chromium), or name it by CAIRN_CHROMIUM")
    if not (ROOT / "web" / "dist" / "index.html").exists():
        pytest.fail("the web app is not built: run `make setup`")
    with receiving() as receiver, running(CAIRN_OUTGOING_ALLOW=f"127.0.0.1:{receiver.port}") as server:
        server.create_account(EMAIL)
        environ = {
            **os.environ,
            "CAIRN_URL": server.url,
            "CAIRN_EMAIL": EMAIL,
            "CAIRN_PASSWORD": PASSWORD,
            "CAIRN_RECEIVER": receiver.url,
            "CAIRN_CHROMIUM": CHROMIUM,
        }
        done = subprocess.run(
            ["node", str(HERE / "integration.mjs")], env=environ, capture_output=True, text=True, timeout=240
        )
        assert done.stdout, done.stderr
        seen = json.loads(done.stdout.strip().splitlines()[-1])
        assert (seen.pop("failure"), seen.pop("errors")) == ("", [])
        assert seen == {
            "reads": 200,
            "rotated": [200, 200],
            "delivered": 1,
            "kept": "letter",
            "state": "s1",
            "allowed": 200,
            "revoked": 401,
        }
        assert len(receiver.got) == 1 and receiver.got[0].is_signed_with("a key of sixteen or more letters")
