"""Whoever sends webhooks is killed in the middle of a delivery, again and again: nothing is lost, and nothing is kept
twice."""

import threading
from collections import Counter
from collections.abc import Iterator

import httpx
import psutil
import pytest

from cairn.domains.webhooks.tests.receiver import Receiver, receiving
from tests.server import Server, eventually, running

EVENTS = 120
SECRET = "a key of sixteen or more letters"
TOPIC = "event:api.ordered_by_phone"
LEASE = "3"
"""Seconds; a receiver that hangs longer is asked by the next sender, too, which at least once allows."""
SENDERS = ("sender-1", "sender-2")


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running_receiver:
        yield running_receiver


@pytest.fixture(scope="module")
def server(receiver: Receiver) -> Iterator[Server]:
    with running(
        CAIRN_RATE_LIMITS="off", CAIRN_WEBHOOK_LEASE=LEASE, CAIRN_OUTGOING_ALLOW=f"127.0.0.1:{receiver.port}"
    ) as made:
        yield made


def create_webhook(api: httpx.Client, url: str) -> str:
    attributes = {"name": "Shop", "endpoint_url": url, "secret_key": SECRET}
    topics = {"webhook-topics": {"data": [{"type": "webhook-topic", "id": TOPIC}]}}
    body = {"data": {"type": "webhook", "attributes": attributes, "relationships": topics}}
    made = api.post("/api/webhooks", json=body)
    assert made.status_code == 201, made.text
    webhook_id: str = made.json()["data"]["id"]
    return webhook_id


def order(api: httpx.Client, number: int) -> None:
    attributes = {
        "metric": {"data": {"type": "metric", "attributes": {"name": "Ordered by Phone"}}},
        "profile": {"data": {"type": "profile", "attributes": {"email": f"ann{number % 7}@example.com"}}},
        "properties": {"number": number},
        "unique_id": f"order-{number}",
    }
    assert api.post("/api/events", json={"data": {"type": "event", "attributes": attributes}}).status_code == 202


def kill_senders(server: Server) -> None:
    processes = server.state().processes
    for name in SENDERS:
        if name in processes and psutil.pid_exists(processes[name]):
            psutil.Process(processes[name]).kill()


def deliveries(api: httpx.Client, webhook_id: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    url = f'/api/webhook-deliveries?filter=equals(webhook_id,"{webhook_id}")&page[size]=100'
    while url:
        page = api.get(url).json()
        found += [one["attributes"] for one in page["data"]]
        url = page["links"]["next"] or ""
    return found


@pytest.mark.slow
def test_killed_senders_lose_no_delivery_and_keep_none_twice(server: Server, receiver: Receiver) -> None:
    api = server.api(server.create_account("hooks@example.com"))
    webhook_id = create_webhook(api, receiver.url)
    receiver.hold = threading.Event()
    for number in range(EVENTS):
        order(api, number)
    for _ in range(2):
        before = len(receiver.got)
        eventually(lambda before=before: len(receiver.got) > before, "a request that hangs", seconds=120)
        kill_senders(server)
    receiver.hold.set()
    receiver.hold = None

    def all_delivered() -> bool:
        states = Counter(one["state"] for one in deliveries(api, webhook_id))
        return states == {"delivered": EVENTS}

    # Whoever follows a dead sender waits until its lease is over.
    eventually(all_delivered, "every delivery", seconds=120)
    numbers = Counter(
        item["payload"]["data"]["attributes"]["event_properties"]["number"]
        for got in receiver.got
        for item in got.document["data"]
    )
    assert sorted(numbers) == list(range(EVENTS))
    kept = Counter(one["external_id"] for one in deliveries(api, webhook_id))
    assert len(kept) == EVENTS and set(kept.values()) == {1}
    assert all(got.is_signed_with(SECRET) for got in receiver.got)
