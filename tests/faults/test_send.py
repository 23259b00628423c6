"""A campaign on its way while its worker is killed: everybody gets it, and nobody twice whom the worker knew of."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import psutil
import pytest

from cairn.infra.mail.sink import Received, Sink
from tests.server import Server, eventually, running

PEOPLE = 1_500
CONNECTIONS = 4
HTML = (
    "<html><body><p>Hi {{ first_name }}</p><a href='https://shop.example.com'>Shop</a>{% unsubscribe %}</body></html>"
)


class Post:
    """Counts mails per recipient."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()

    def keep(self, received: list[Received] | tuple[Received, ...]) -> None:
        self.got.update(address for one in received for address in one.recipients)


class Shop:
    """Calls the API with a key."""

    def __init__(self, server: Server, private_key: str) -> None:
        self.server, self.private_key = server, private_key

    def call(self, method: str, path: str, data: object = None) -> dict[str, Any]:
        headers = {
            "Authorization": f"Klaviyo-API-Key {self.private_key}",
            "revision": "2026-07-15",
            "Content-Type": "application/vnd.api+json",
        }
        body = None if data is None else json.dumps({"data": data}).encode()
        with urlopen(Request(self.server.url + path, body, headers, method=method), timeout=30) as reply:
            content = reply.read()
        found: dict[str, Any] = json.loads(content)["data"] if content else {}
        return found

    def list_of_people(self) -> str:
        list_id: str = self.call("POST", "/api/lists", {"type": "list", "attributes": {"name": "All"}})["id"]
        people = [
            {"type": "profile", "attributes": {"email": f"p{number:04d}@example.com", "first_name": "Ann"}}
            for number in range(PEOPLE)
        ]
        job = {
            "type": "profile-bulk-import-job",
            "attributes": {"profiles": {"data": people}},
            "relationships": {"lists": {"data": [{"type": "list", "id": list_id}]}},
        }
        self.call("POST", "/api/profile-bulk-import-jobs", job)
        path = f"/api/lists/{list_id}?additional-fields[list]=profile_count"
        eventually(lambda: self.call("GET", path)["attributes"]["profile_count"] == PEOPLE, "the import", seconds=60)
        return list_id

    def send(self, list_id: str) -> str:
        content = {"subject": "Hello", "from_email": "shop@example.com", "from_label": "Shop"}
        message = {"type": "campaign-message", "attributes": {"definition": {"channel": "email", "content": content}}}
        attributes = {
            "name": "All",
            "audiences": {"included": [list_id]},
            "campaign-messages": {"data": [message]},
        }
        made = self.call("POST", "/api/campaigns", {"type": "campaign", "attributes": attributes})
        template = self.call(
            "POST",
            "/api/templates",
            {"type": "template", "attributes": {"name": "T", "editor_type": "CODE", "html": HTML}},
        )
        assign = {
            "type": "campaign-message",
            "id": made["relationships"]["campaign-messages"]["data"][0]["id"],
            "relationships": {"template": {"data": {"type": "template", "id": template["id"]}}},
        }
        self.call("POST", "/api/campaign-message-assign-template", assign)
        self.call("POST", "/api/campaign-send-jobs", {"type": "campaign-send-job", "id": made["id"]})
        return str(made["id"])


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def server(post: Post) -> Iterator[Server]:
    sink = Sink(post.keep).start()
    try:
        with running(CAIRN_SMTP_URL=f"{sink.url}&connections={CONNECTIONS}", CAIRN_RATE_LIMITS="off") as made:
            yield made
    finally:
        sink.stop()


def test_a_worker_killed_half_way_forgets_nobody(server: Server, post: Post) -> None:
    eventually(server.is_well, "all parts running")
    shop = Shop(server, server.create_account("anna@example.com")["private_key"])
    campaign_id = shop.send(shop.list_of_people())
    eventually(lambda: post.got.total() >= PEOPLE // 3, "a third of the mails", seconds=60)
    psutil.Process(server.state().processes["sender-1"]).kill()
    path = f"/api/campaigns/{campaign_id}"
    eventually(lambda: shop.call("GET", path)["attributes"]["status"] == "Sent", "the end", seconds=90)
    assert len(post.got) == PEOPLE
    # In flight at the kill: one message on each connection.
    assert post.got.total() - PEOPLE <= CONNECTIONS
    progress = shop.call("GET", path)["attributes"]["progress"]
    assert (progress["recipients"], progress["sent"], progress["failed"]) == (PEOPLE, PEOPLE, 0)
