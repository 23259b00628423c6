"""Bringing in a large shop: a CSV file of profiles with consent, then memberships by the API.

    .venv/bin/python bench/imports.py [--rows 1000000] [--members 1000000]

A real server with real stores imports the file; the time runs from the upload until the search of profiles finds the
last person, and some who came shortly before. Beside it, in the same run, the same rows go into copies of the tables by
plain COPY, from text that is ready. Then the people join a list, 1,000 a call (`POST
/api/lists/ID/relationships/profiles`), and another by bulk import jobs; beside it, INSERT by the thousand into a copy
of the table. The last line is JSON.
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from server import ROOT, Server, started

sys.path.insert(0, str(ROOT))
from cairn.cli import job_client
from cairn.cli.bulk_client import BulkClient
from cairn.infra.supervisor.folder import read_state

PER_CALL = 1_000
PER_JOB = 10_000
BEHIND = (20_000, 6_000, 1)
TABLES = ("profiles_profile", "profiles_identifier", "profiles_consent", "profiles_consenthistory")
HEADER = (
    "Email,First Name,Last Name,City,Country,Customer ID,Tier,Orders,Email Marketing Consent,"
    "Email Marketing Consent Timestamp"
)


def write_file(path: Path, rows: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for number in range(rows):
            writer.writerow(
                [
                    f"person{number}@example.com",
                    f"First{number % 997}",
                    f"Last{number % 4999}",
                    ("Berlin", "Paris", "London", "Madrid")[number % 4],
                    ("Germany", "France", "United Kingdom", "Spain")[number % 4],
                    f"C{number:07d}",
                    ("gold", "silver", "bronze")[number % 3],
                    number % 40,
                    "Subscribed" if number % 4 else "Unsubscribed",
                    f"2023-0{number % 9 + 1}-11 10:00:00",
                ]
            )


def import_file(client: BulkClient, file: Path, rows: int) -> float:
    """Seconds from the upload until the search finds the last person, and some who came shortly before."""
    began = time.monotonic()
    job = job_client.upload(client, "/api/import-jobs", {"kind": "profiles"}, file)
    job = job_client.change(client, job, {"status": "queued"})
    job = job_client.watch(client, job, told)
    if job["attributes"]["status"] != "complete" or job["attributes"]["counts"]["created"] != rows:
        raise SystemExit(f"The import went wrong: {job['attributes']}")
    for behind in BEHIND:
        wanted = quote(f'contains(search,"person{max(rows - behind, 0)}@")')
        while not client.call("GET", f"/api/profiles?filter={wanted}")["data"]:
            time.sleep(0.05)
    return time.monotonic() - began


def told(attributes: Any) -> str:
    return f"  {attributes['status']:<10} {attributes['rows']:>9,} rows"


@contextmanager
def database(server: Server) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    state = read_state(server.data_dir) if server.data_dir else None
    if state is None:
        raise SystemExit("The server does not say where its stores are.")
    with psycopg.connect(state.database_url, autocommit=True) as connection:
        yield connection


def raw_copy(connection: "psycopg.Connection[tuple[Any, ...]]", folder: Path) -> float:
    """Seconds of plain COPY of the same rows into tables with the same indexes."""
    total = 0.0
    for table in TABLES:
        text = folder / table
        with text.open("wb") as out, connection.cursor().copy(f"COPY {table} TO STDOUT") as rows:
            for piece in rows:
                out.write(piece)
        connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
        began = time.monotonic()
        with text.open("rb") as source, connection.cursor().copy(f"COPY raw_{table} FROM STDIN") as copy:
            while piece := source.read(1 << 20):
                copy.write(piece)
        total += time.monotonic() - began
        text.unlink()
    return total


def make_list(client: BulkClient, name: str) -> str:
    document = {"data": {"type": "list", "attributes": {"name": name}}}
    return str(client.post("/api/lists", document)["data"]["id"])


def add_by_calls(client: BulkClient, list_id: str, ids: list[str]) -> float:
    began = time.monotonic()
    for first in range(0, len(ids), PER_CALL):
        data = [{"type": "profile", "id": profile_id} for profile_id in ids[first : first + PER_CALL]]
        client.post(f"/api/lists/{list_id}/relationships/profiles", {"data": data})
    return time.monotonic() - began


def add_by_jobs(client: BulkClient, list_id: str, count: int) -> float:
    """Seconds until all jobs are complete."""
    began = time.monotonic()
    links = {"lists": {"data": [{"type": "list", "id": list_id}]}}
    job: dict[str, Any] = {}
    for first in range(0, count, PER_JOB):
        people = [
            {"type": "profile", "attributes": {"email": f"person{number}@example.com"}}
            for number in range(first, min(first + PER_JOB, count))
        ]
        attributes = {"profiles": {"data": people}}
        document = {"type": "profile-bulk-import-job", "attributes": attributes, "relationships": links}
        job = client.post("/api/profile-bulk-import-jobs", {"data": document})["data"]
    while (
        client.call("GET", f"/api/profile-bulk-import-jobs/{job['id']}")["data"]["attributes"]["status"] != "complete"
    ):
        time.sleep(0.1)
    return time.monotonic() - began


def raw_members(connection: "psycopg.Connection[tuple[Any, ...]]", list_id: str, count: int) -> float:
    """Seconds of INSERT by the thousand of the same memberships."""
    rows = connection.execute(
        "SELECT account_id, number FROM lists_listmember WHERE list_id = %s LIMIT %s", [list_id, count]
    ).fetchall()
    connection.execute("CREATE TABLE raw_member (LIKE lists_listmember INCLUDING ALL)")
    began = time.monotonic()
    for first in range(0, len(rows), PER_CALL):
        part = rows[first : first + PER_CALL]
        connection.execute(
            "INSERT INTO raw_member (account_id, list_id, number, joined_at)"
            " SELECT %s, %s, unnest(%s::bigint[]), now() ON CONFLICT DO NOTHING",
            [part[0][0], list_id, [number for _, number in part]],
        )
    return time.monotonic() - began


def member_count(connection: "psycopg.Connection[tuple[Any, ...]]", list_id: str) -> int:
    row = connection.execute("SELECT count(*) FROM lists_listmember WHERE list_id = %s", [list_id]).fetchone()
    return int(row[0]) if row else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.imports")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--members", type=int, default=0, help="how many join a list; as many as there are rows")
    options = parser.parse_args()
    members = min(options.members or options.rows, options.rows)
    with tempfile.TemporaryDirectory() as folder, started(rate_limits="off") as server:
        file = Path(folder) / "people.csv"
        write_file(file, options.rows)
        client = BulkClient(server.base_url, server.private_key)
        say("importing", seconds := import_file(client, file, options.rows), options.rows)
        with database(server) as connection:
            say("the same rows by COPY", copied := raw_copy(connection, Path(folder)), options.rows)
            ids = [row[0] for row in connection.execute("SELECT id FROM profiles_profile ORDER BY number").fetchall()]
            calls = make_list(client, "By calls")
            say("joining by calls", by_calls := add_by_calls(client, calls, ids[:members]), members)
            jobs = make_list(client, "By jobs")
            say("joining by jobs", by_jobs := add_by_jobs(client, jobs, members), members)
            say("the same by INSERT", inserted := raw_members(connection, calls, members), members)
            if (found := (member_count(connection, calls), member_count(connection, jobs))) != (members, members):
                raise SystemExit(f"The lists have {found} members.")
    results = {
        "bench": "imports",
        "rows": options.rows,
        "import_seconds": round(seconds, 1),
        "copy_seconds": round(copied, 1),
        "members": members,
        "add_by_calls_seconds": round(by_calls, 1),
        "add_by_jobs_seconds": round(by_jobs, 1),
        "insert_seconds": round(inserted, 1),
    }
    print(json.dumps(results))
    return 0


def say(what: str, seconds: float, rows: int) -> None:
    print(f"{what:<24} {seconds:>8.1f} s {rows / seconds:>12,.0f} rows/s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
