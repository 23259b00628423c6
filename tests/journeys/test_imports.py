"""A marketer brings the shop's people in a file, mends nothing by hand that the screen can say, and gets them back."""

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server import ROOT, running

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CAIRN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
PEOPLE = (
    "E-Mail;Vorname;Telefon;Shoe;Email Marketing Consent\n"
    "ann@example.com;Ann;030 901820;38;Subscribed\n"
    "ben@example.com;Jörg;;44;Unsubscribed\n"
    "nobody;;;12;\n"
)


@pytest.mark.browser
def test_a_file_of_people_is_mapped_rehearsed_imported_and_exported_again(tmp_path: Path) -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium: install one (apt-get install chromium), or name it by CAIRN_CHROMIUM")
    if not (ROOT / "web" / "dist" / "index.html").exists():
        pytest.fail("the web app is not built: run `make setup`")
    file = tmp_path / "people.csv"
    file.write_bytes(PEOPLE.encode("cp1252"))
    with running() as server:
        server.create_account("anna@example.com")
        environ = {
            **os.environ,
            "CAIRN_URL": server.url,
            "CAIRN_EMAIL": "anna@example.com",
            "CAIRN_PASSWORD": "long enough",
            "CAIRN_FILE": str(file),
            "CAIRN_CHROMIUM": CHROMIUM,
        }
        done = subprocess.run(
            ["node", str(HERE / "imports.mjs")], env=environ, capture_output=True, text=True, timeout=240
        )
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert (seen["failure"], seen["errors"]) == ("", [])
    assert (seen["guessed"], seen["preview"]) == ("Email address", 2)
    assert seen["found"].split("\n") == ["profiles created", "2", "rows refused", "1"]
    assert seen["result"] == seen["found"]
    header, refused = csv.reader(io.StringIO(seen["refused"]))
    assert (header[-1], refused[-1]) == ("Import error", "E-Mail: 'nobody' is no email address.")
    (ann,) = csv.DictReader(io.StringIO(seen["exported"].removeprefix("\ufeff")))
    assert (ann["Email"], ann["Phone Number"], ann["Shoe size"]) == ("ann@example.com", "+4930901820", "38")
    assert ann["Email Marketing Consent"] == "SUBSCRIBED"
    assert seen["move"] is True
