"""Under load, whatever dies or stands still: each event answered with 202 is there once, and none twice."""

import json
import os
import signal
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.parse import quote

import psutil
import pytest

from tests.server import Server, eventually, running

HEALING = 60.0
CATCHING_UP = 120.0
CUSTOMERS = 50


class Till:
    """A shop's till: sends orders one after the other, and knows which were accepted."""

    def __init__(self, server: Server, account: dict[str, str], metric: str) -> None:
        self.server = server
        self.key = account["private_key"]
        self.metric = metric
        self.accepted: set[str] = set()
        self.sent = 0

    def order(self) -> bool:
        """Whether the order was accepted."""
        number, self.sent = self.sent, self.sent + 1
        unique_id = f"{self.metric}-{number}"
        attributes = {
            "properties": {"Number": number},
            "value": 1.5,
            "unique_id": unique_id,
            "metric": {"data": {"type": "metric", "attributes": {"name": self.metric}}},
            "profile": {
                "data": {"type": "profile", "attributes": {"email": f"c{number % CUSTOMERS}@{self.metric}.example.com"}}
            },
        }
        try:
            status = self.call("/api/events", {"data": {"type": "event", "attributes": attributes}})[0]
        except (URLError, OSError):
            return False
        if status == 202:
            self.accepted.add(unique_id)
        return status == 202

    def call(self, path: str, body: object = None) -> tuple[int, bytes]:
        content = None if body is None else json.dumps(body).encode()
        headers = {
            "Authorization": f"Klaviyo-API-Key {self.key}",
            "revision": "2026-07-15",
            "Content-Type": "application/json",
        }
        request = urllib.request.Request(f"{self.server.url}{path}", content, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()

    def stored(self) -> Counter[str]:
        """How often each order is there, by the API."""
        metrics = json.loads(self.call("/api/metrics")[1])["data"]
        found = [one["id"] for one in metrics if one["attributes"]["name"] == self.metric]
        if not found:
            return Counter()
        path = "/api/events?page[size]=1000&filter=" + quote(f'equals(metric_id,"{found[0]}")')
        counts: Counter[str] = Counter()
        while path:
            document = json.loads(self.call(path)[1])
            counts.update(one["attributes"]["event_properties"]["$event_id"] for one in document["data"])
            path = (document["links"]["next"] or "").removeprefix(self.server.url)
        return counts

    def has_everything(self) -> bool:
        try:
            return self.accepted <= self.stored().keys()
        except (URLError, OSError):
            return False


@contextmanager
def selling(till: Till) -> Iterator[None]:
    """Orders come in all the time."""
    stop = threading.Event()

    def sell() -> None:
        while not stop.is_set():
            till.order()

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        yield
    finally:
        stop.set()
        seller.join()


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Server, dict[str, str]]]:
    with running(CAIRN_RATE_LIMITS="off") as server:
        eventually(server.is_well, "all parts running", HEALING)
        yield server, server.create_account("till@example.com")


def at_least(till: Till, more: int) -> None:
    goal = len(till.accepted) + more
    eventually(lambda: len(till.accepted) >= goal, f"{more} more accepted orders", HEALING)


@pytest.mark.parametrize("name", ["worker", "clickhouse", "postgres", "web"])
def test_kill_under_load_loses_and_doubles_nothing(shop: tuple[Server, dict[str, str]], name: str) -> None:
    server, account = shop
    till = Till(server, account, f"kill-{name}")
    with selling(till):
        for _ in range(2):
            at_least(till, 100)
            victim = psutil.Process(server.state().processes[name])
            victim.kill()
            eventually(lambda victim=victim: server.state().processes.get(name) != victim.pid, "a new one", HEALING)
            eventually(server.is_well, f"healing of {name}", HEALING)
        at_least(till, 100)
    eventually(till.has_everything, "all that was accepted being there", CATCHING_UP)
    counts = till.stored()
    assert set(counts.values()) == {1}
    assert len(counts) <= till.sent


@contextmanager
def frozen(server: Server, *names: str) -> Iterator[None]:
    """Processes that stand still: their connections are open and answer nothing."""
    stopped: list[psutil.Process] = []
    for name in names:
        top = psutil.Process(server.state().processes[name])
        stopped += [top, *top.children(recursive=True)]
    for process in stopped:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(stopped):
            if process.is_running():
                process.resume()


def test_what_is_accepted_while_the_stores_stand_still_appears_afterwards(
    shop: tuple[Server, dict[str, str]],
) -> None:
    server, account = shop
    till = Till(server, account, "frozen-stores")
    assert till.order()
    with frozen(server, "postgres", "clickhouse"):
        for _ in range(50):
            assert till.order(), "an order was refused while the stores stood still"
    eventually(server.is_well, "healing", HEALING)
    eventually(till.has_everything, "all that was accepted being there", CATCHING_UP)
    assert till.stored() == Counter({f"frozen-stores-{number}": 1 for number in range(51)})


def test_killing_all_and_starting_again_loses_nothing(shop: tuple[Server, dict[str, str]]) -> None:
    server, account = shop
    till = Till(server, account, "kill-all")
    with selling(till):
        at_least(till, 200)
        server.kill()
    server.start()
    eventually(till.has_everything, "all that was accepted being there", CATCHING_UP)
    counts = till.stored()
    assert set(counts.values()) == {1}
