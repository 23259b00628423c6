"""A power cut in the middle of a merge or a deletion: the next start ends it, and nothing is lost, doubled or back.

The worker stands still when the cut comes: what was asked for is committed, and nothing of what follows is done.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest

from tests.server import Server, eventually, running

HEALING = 120.0


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Server, dict[str, str]]]:
    # Looking on costs more requests than a shop's program would make.
    with running(CAIRN_RATE_LIMITS="off") as server:
        eventually(server.is_well, "all parts running", HEALING)
        yield server, server.create_account("people@example.com")


def order(api: httpx.Client, email: str, unique_id: str) -> None:
    profile = {"data": {"type": "profile", "attributes": {"email": email}}}
    metric = {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}}
    attributes = {"profile": profile, "metric": metric, "properties": {}, "unique_id": unique_id}
    post(api, "/api/events", {"type": "event", "attributes": attributes})


def post(api: httpx.Client, path: str, data: dict[str, Any]) -> None:
    answer = api.post(path, json={"data": data})
    assert answer.is_success, answer.text


def profile_of(api: httpx.Client, email: str) -> str:
    """The id of whoever has the address; empty for nobody."""
    rows = api.get("/api/profiles", params={"filter": f'equals(email,"{email}")'}).json()["data"]
    return str(rows[0]["id"]) if rows else ""


def orders_of(api: httpx.Client, profile_id: str) -> list[str]:
    asked = {"filter": f'equals(profile_id,"{profile_id}")', "page[size]": "200"}
    rows = api.get("/api/events", params=asked).json()["data"]
    return sorted(one for row in rows if (one := row["attributes"]["event_properties"].get("$event_id", ""))[:1] == "o")


def everybodys_orders(api: httpx.Client) -> list[str]:
    """Every row of the metric, whosesoever it is."""
    metrics = api.get("/api/metrics").json()["data"]
    (found,) = [one["id"] for one in metrics if one["attributes"]["name"] == "Placed Order"]
    asked = {"filter": f'equals(metric_id,"{found}")', "page[size]": "200"}
    rows = api.get("/api/events", params=asked).json()["data"]
    return sorted(row["attributes"]["event_properties"]["$event_id"] for row in rows)


def stand_still(server: Server) -> None:
    psutil.Process(server.state().processes["worker"]).suspend()


def restart(server: Server) -> None:
    server.kill()
    server.start()


def log_bytes(server: Server) -> bytes:
    return b"".join(path.read_bytes() for path in (server.folder / "log").rglob("*") if path.is_file()).lower()


def test_a_merge_that_is_cut_off_is_one_person_with_the_orders_of_both(shop: tuple[Server, dict[str, str]]) -> None:
    server, account = shop
    first, second = "first@example.com", "second@example.com"
    with server.api(account) as api:
        for number in range(3):
            order(api, first, f"o1{number}")
            order(api, second, f"o2{number}")
        kept = eventually(lambda: profile_of(api, first), "the first profile")
        gone = eventually(lambda: profile_of(api, second), "the second profile")
        eventually(lambda: len(orders_of(api, kept)) == len(orders_of(api, gone)) == 3, "the orders")
        stand_still(server)
        order(api, second, "o23")
        sources = {"profiles": {"data": [{"type": "profile", "id": gone}]}}
        post(api, "/api/profile-merge", {"type": "profile-merge", "id": kept, "relationships": sources})
        restart(server)
        order(api, second, "o24")
        expected = ["o10", "o11", "o12", "o20", "o21", "o22", "o23", "o24"]
        eventually(lambda: orders_of(api, kept) == expected, "the orders of both", HEALING)
        # Every process knows within a second whose rows are gone.
        eventually(lambda: everybodys_orders(api) == expected, "one row of each order")
        assert profile_of(api, second) == kept


def test_a_deletion_that_is_cut_off_ends_and_nobody_comes_back(shop: tuple[Server, dict[str, str]]) -> None:
    server, account = shop
    email = "gone@example.com"
    with server.api(account) as api:
        before = everybodys_orders(api)
        for number in range(3):
            order(api, email, f"o3{number}")
        gone = eventually(lambda: profile_of(api, email), "the profile")
        eventually(lambda: len(orders_of(api, gone)) == 3, "the orders")
        stand_still(server)
        order(api, email, "o33")
        person = {"data": {"type": "profile", "attributes": {"email": email}}}
        attributes = {"profile": person}
        post(api, "/api/data-privacy-deletion-jobs", {"type": "data-privacy-deletion-job", "attributes": attributes})
        restart(server)
        done = eventually(lambda: completed(api), "the end of the deletion", HEALING)
        assert done["report"]["ClickHouse"]["events"] == 3
        assert email.encode() not in log_bytes(server)
        assert api.get(f"/api/profiles/{gone}").status_code == 404
        eventually(lambda: everybodys_orders(api) == before, "the others' orders alone")
        order(api, email, "o39")
        new = eventually(lambda: profile_of(api, email), "somebody new")
        assert new != gone
        eventually(lambda: orders_of(api, new) == ["o39"], "the new order")


def completed(api: httpx.Client) -> dict[str, Any]:
    """What the deletion says of itself, once it is over."""
    (job,) = api.get("/api/data-privacy-deletion-jobs").json()["data"]
    attributes: dict[str, Any] = job["attributes"]
    return attributes if attributes["status"] == "complete" else {}
