"""kill -9 in the middle of an import: each row counts once, whoever was at work when it happened."""

import csv
import io
import os
import signal
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from tests.server import Server, eventually, running

ROWS = 24_000
BAD = 7
HEALING = 120.0


def people() -> bytes:
    """Every 7th row names no address, and every 10th person stands in the file twice."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["Email", "First Name", "Number", "Email Marketing Consent", "Email Marketing Consent Timestamp"])
    for number in range(ROWS):
        person = number - 1 if number % 10 == 9 else number
        email = "nobody" if number % BAD == 0 else f"p{person}@example.com"
        rows.writerow([email, f"P{person}", person, "Subscribed", "2024-01-31T10:00:00Z"])
    return text.getvalue().encode()


def expected() -> tuple[int, int]:
    """How many people the file holds, and how many rows that name nobody."""
    refused = sum(1 for number in range(ROWS) if number % BAD == 0)
    found = {number - 1 if number % 10 == 9 else number for number in range(ROWS) if number % BAD != 0}
    return len(found), refused


def worker_of_jobs(server: Server) -> psutil.Process | None:
    for process in server.family():
        try:
            if "--jobs" in process.cmdline():
                return process
        except psutil.NoSuchProcess:
            continue
    return None


def attributes(api: httpx.Client, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/api/import-jobs/{job_id}").json()["data"]["attributes"]
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Looking on costs more requests than a shop's program would make.
    with running(CAIRN_RATE_LIMITS="off") as made:
        yield made


def test_a_killed_import_goes_on_and_counts_each_row_once(server: Server) -> None:
    account = server.create_account("imports@example.com")
    with server.api(account) as api:
        # The client of the tests speaks JSON:API; a form has a content type of its own.
        key = {"Authorization": f"Klaviyo-API-Key {account['private_key']}"}
        file = {"file": ("people.csv", people(), "text/csv")}
        address, kind = f"{server.url}/api/import-jobs", {"kind": "profiles"}
        job = httpx.post(address, data=kind, files=file, headers=key, timeout=60).json()["data"]
        place = f"/api/import-jobs/{job['id']}"
        change = {"data": {"type": "import-job", "id": job["id"], "attributes": {"status": "queued"}}}
        assert api.patch(place, json=change).status_code == 200
        kills = 0
        for _ in range(2):
            before = attributes(api, job["id"])["rows"]
            eventually(lambda at=before: attributes(api, job["id"])["rows"] > at, "a portion", HEALING)
            victim = worker_of_jobs(server)
            if victim is not None and attributes(api, job["id"])["status"] == "processing":
                os.kill(victim.pid, signal.SIGKILL)
                kills += 1
        assert kills > 0
        eventually(lambda: attributes(api, job["id"])["status"] == "complete", "the end of the import", HEALING)
        done = attributes(api, job["id"])
        created, refused = expected()
        counts = done["counts"]
        assert (counts["rows"], counts["created"], counts["refused"]) == (ROWS, created, refused)
        assert counts["updated"] + counts["unchanged"] == ROWS - refused - created
        errors = api.get(urlsplit(done["errors_url"]).path).text
        assert errors.count("is no email address") == refused
        assert stored(api) == created


def stored(api: httpx.Client) -> int:
    """How many profiles there are, as an export counts them."""
    asked = {"of": "profiles", "format": "csv", "columns": ["email"]}
    job = api.post("/api/export-jobs", json={"data": {"type": "export-job", "attributes": asked}}).json()["data"]
    place = f"/api/export-jobs/{job['id']}"
    eventually(lambda: api.get(place).json()["data"]["attributes"]["status"] == "complete", "the export", HEALING)
    text = api.get(urlsplit(api.get(place).json()["data"]["attributes"]["download_url"]).path).text
    return len(set(text.split()[1:]))
