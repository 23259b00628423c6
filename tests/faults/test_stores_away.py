"""Both stores are stopped for a while: events are accepted, links in messages lead on, and nothing is lost."""

import http.client
import json
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from cairn.domains.messaging.contracts import CLICK, MessageLink
from cairn.infra.clickhouse.embedded import EmbeddedClickHouse
from cairn.infra.postgres.embedded import EmbeddedPostgres
from cairn.kernel.signing import seal
from tests.server import Server, eventually

SECRET = "a secret for this test"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Shop:
    """An account of a server, used over HTTP as a shop's own program would."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.account = server.create_account("away@example.com")

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and document of a request."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.server.url}{path}", method=method, data=content)
        request.add_header("Authorization", f"Klaviyo-API-Key {self.account['private_key']}")
        request.add_header("revision", "2026-07-15")
        request.add_header("Content-Type", "application/vnd.api+json")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except HTTPError as refusal:
            return refusal.code, None

    def order(self, number: int) -> int:
        attributes = {
            "properties": {"number": number},
            "unique_id": f"order-{number}",
            "metric": {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}},
            "profile": {"data": {"type": "profile", "attributes": {"email": f"buyer{number % 7}@example.com"}}},
        }
        return self.call("POST", "/api/events", {"data": {"type": "event", "attributes": attributes}})[0]

    def click(self, profile_id: str) -> tuple[int, str]:
        """Status and target of a link in a message."""
        link = MessageLink(
            account_id=self.account["account_id"],
            account_number=1,
            profile_id=profile_id,
            delivery="01JZ0000000000000000000000",
            message="01JZ0000000000000000000001",
            campaign="01JZ0000000000000000000002",
            sent=int(time.time()),
            url="https://shop.example.com/sale",
        )
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        connection.request("GET", f"/t/c/{seal(SECRET, CLICK, link)}", headers={"User-Agent": BROWSER})
        answer = connection.getresponse()
        return answer.status, answer.headers["Location"] or ""

    def first_profile(self) -> str:
        """The id of a profile; empty while there is none to be read."""
        status, document = self.call("GET", "/api/profiles?page[size]=1")
        return document["data"][0]["id"] if status == 200 and document["data"] else ""

    def stored(self) -> Counter[object]:
        """Numbers of stored orders, and None for each click; empty while events cannot be read."""
        status, document = self.call("GET", "/api/events?page[size]=200")
        if status != 200:
            return Counter()
        return Counter(row["attributes"]["event_properties"].get("number") for row in document["data"])


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cairn-faults-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.fixture
def postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(folder / "postgres", durable=False)
    made.start()
    yield made
    made.stop(immediately=True)


@pytest.fixture
def clickhouse(folder: Path) -> Iterator[EmbeddedClickHouse]:
    made = EmbeddedClickHouse(folder / "clickhouse", durable=False)
    made.launch()
    made.wait().close()
    yield made
    made.stop(immediately=True)


@pytest.fixture
def shop(folder: Path, postgres: EmbeddedPostgres, clickhouse: EmbeddedClickHouse) -> Iterator[Shop]:
    environ = {
        "CAIRN_DATABASE_URL": postgres.url(),
        "CAIRN_CLICKHOUSE_URL": clickhouse.url(),
        "CAIRN_SECRET_KEY": SECRET,
        "CAIRN_RATE_LIMITS": "off",
    }
    server = Server(folder / "data", environ=environ)
    try:
        server.start()
        yield Shop(server)
    finally:
        server.kill()


def test_orders_and_clicks_go_on_without_stores_and_appear_afterwards(
    shop: Shop, postgres: EmbeddedPostgres, clickhouse: EmbeddedClickHouse
) -> None:
    eventually(lambda: shop.order(0) == 202, "the first order")
    profile_id = eventually(shop.first_profile, "the first profile")
    postgres.stop()
    clickhouse.stop()
    assert [shop.order(number) for number in range(1, 41)] == [202] * 40
    status, target = shop.click(profile_id)
    assert status == 302
    assert target.startswith("https://shop.example.com/sale?_kx=")
    health = shop.server.health()
    assert (health["status"], health["degraded"]) == ("degraded", ["postgres", "clickhouse", "worker"])
    postgres.start()
    clickhouse.launch()
    clickhouse.wait().close()
    eventually(lambda: shop.stored().total() >= 42, "all orders and the click")
    assert shop.stored() == Counter([None, *range(41)])


def test_a_server_that_starts_without_stores_accepts_for_those_it_knows(
    shop: Shop, postgres: EmbeddedPostgres, clickhouse: EmbeddedClickHouse
) -> None:
    eventually(lambda: shop.order(0) == 202, "the first order")
    eventually(lambda: shop.stored().total() == 1, "the first order stored")
    shop.server.interrupt()
    postgres.stop()
    clickhouse.stop()
    shop.server.start()
    assert [shop.order(number) for number in range(1, 11)] == [202] * 10
    postgres.start()
    clickhouse.launch()
    clickhouse.wait().close()
    eventually(lambda: shop.stored().total() >= 11, "all orders")
    assert shop.stored() == Counter(range(11))
