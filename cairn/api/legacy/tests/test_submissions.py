"""What pages post: sign-ups for lists, and for variants that are sold out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from cairn.api.edge.tests.driving import COMPANY, Answer, Edge, answered, asked
from cairn.api.kernel.ratelimit import RateLimiter
from cairn.api.legacy.back_in_stock import BackInStock
from cairn.api.legacy.embedded_forms import EmbeddedForms, Lists
from cairn.infra.eventlog.port import Lane
from cairn.infra.http.addresses import Addresses
from cairn.infra.http.exchange import Reply, Request

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
SUBSCRIBE = "/ajax/subscriptions/subscribe"
HOSTED = "/subscriptions/subscribe"
WAIT = "/api/v1/catalog/subscribe"


def page(status: int, title: str, text: str, buttons: Sequence[tuple[dict[str, str], str, bool]]) -> Reply:
    """A page as far as these tests look at it."""
    inputs = "".join(
        f'<input name="{name}" value="{value}">' for fields, _, _ in buttons for name, value in fields.items()
    )
    return Reply(status, f"<h1>{title}</h1><p>{text}</p>{inputs}".encode())


@dataclass
class Shop:
    """The pages' endpoints over a log in memory; `subscribed` are the addresses that are in the list already."""

    edge: Edge
    subscribed: set[str] = field(default_factory=set)
    owners: dict[str, list[str]] = field(default_factory=lambda: {"NewsLL": [COMPANY], "TwiceL": [COMPANY, "Other1"]})
    away: bool = False

    def __post_init__(self) -> None:
        limiter = RateLimiter(enforce=True)
        lists = Lists(self.owners_of, lambda _a, _l, email: email in self.subscribed, ThreadPoolExecutor(1))
        self.forms = EmbeddedForms(self.edge.log, self.edge.keyring, lists, limiter, page, Addresses())
        self.waiting = BackInStock(self.edge.log, self.edge.keyring, limiter)

    def owners_of(self, list_id: str) -> list[str]:
        if self.away:
            raise ConnectionError("PostgreSQL is away")
        return self.owners.get(list_id, [])

    def form(self, path: str, **fields: Any) -> Answer:
        return self.send(path, urlencode(fields, doseq=True).encode(), FORM)

    def send(self, path: str, content: bytes, headers: dict[str, str], method: str = "POST") -> Answer:
        at = path.partition("?")[0]
        handlers: dict[str, Callable[[Request], Awaitable[Reply]]] = {
            SUBSCRIBE: self.forms.ajax,
            HOSTED: self.forms.hosted,
            WAIT: self.waiting.subscribe,
        }
        return answered(handlers[at], asked(method, path, content, headers))

    def changes(self) -> list[dict[str, Any]]:
        return [change for command in self.edge.commands(Lane.CONSENT) for change in command["changes"]]


@pytest.fixture
def shop(edge: Edge) -> Shop:
    return Shop(edge)


def body(answer: Answer) -> Any:
    return msgspec.json.decode(answer.body)


def test_a_form_subscribes_to_its_list(shop: Shop) -> None:
    reply = shop.form(
        SUBSCRIBE,
        **{
            "g": "NewsLL",
            "email": "ines@studio.test",
            "$fields": "$first_name, Favourite class ,Days,$source",
            "$list_fields": "Days",
            "$first_name": "Ines",
            "Favourite class": "Spin",
            "Days": ["Mon", "Tue"],
            "$source": "Footer",
            "Hidden": "not named",
        },
    )
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert body(reply) == {
        "success": True,
        "errors": [],
        "data": {"is_subscribed": False, "email": "ines@studio.test"},
    }
    assert shop.changes() == [
        {
            "profile": {
                "email": "ines@studio.test",
                "attributes": {"first_name": "Ines"},
                "properties": {"$source": "Footer", "Favourite class": "Spin", "Days": ["Mon", "Tue"]},
                "trusted": False,
            },
            "channel": "email.marketing",
            "consent": "SUBSCRIBED",
            "method": "FORM",
            "method_detail": "embedded form",
            "custom_source": "Footer",
            "list_id": "NewsLL",
            "ip": "192.0.2.1",
        }
    ]


def test_json_and_joined_lists_are_read(shop: Shop) -> None:
    content = {"g": "NewsLL", "email": "ines@studio.test", "$list_fields": "Days", "Days": "Mon, Tue"}
    assert shop.send(SUBSCRIBE, msgspec.json.encode(content), JSON).status == 200
    assert shop.changes()[0]["profile"]["properties"] == {"Days": ["Mon", "Tue"]}


def test_odd_consent_asks_for_both_channels(shop: Shop) -> None:
    shop.form(
        SUBSCRIBE,
        **{
            "g": "NewsLL",
            "email": "ines@studio.test",
            "$fields": "$phone_number,$consent",
            "$phone_number": "+351912345678",
            "$consent": "[sms, email]",
        },
    )
    assert [change["channel"] for change in shop.changes()] == ["email.marketing", "sms.marketing"]


def test_somebody_who_is_in_the_list_is_told_so(shop: Shop) -> None:
    shop.subscribed.add("ines@studio.test")
    reply = shop.form(SUBSCRIBE, g="NewsLL", email="ines@studio.test")
    assert reply.status == 400
    assert body(reply)["success"] is False
    assert body(reply)["errors"] == ["ines@studio.test is already subscribed."]
    assert shop.edge.nothing_accepted()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"g": "Nobody", "email": "ines@studio.test"}, 404),
        ({"g": "", "email": "ines@studio.test"}, 400),
        ({"g": "NewsLL", "email": "ines"}, 400),
        ({"g": "NewsLL"}, 400),
        ({"g": "TwiceL", "email": "ines@studio.test"}, 400),
        ({"g": "NewsLL", "a": "Other1", "email": "ines@studio.test"}, 404),
        ({"g": "NewsLL", "email": "ines@studio.test", "$fields": "Note", "Note": "a\0b"}, 400),
    ],
)
def test_what_cannot_be_taken_is_said(shop: Shop, fields: dict[str, str], status: int) -> None:
    reply = shop.form(SUBSCRIBE, **fields)
    assert reply.status == status
    assert body(reply)["success"] is False
    assert len(body(reply)["errors"]) == 1
    assert shop.edge.nothing_accepted()


def test_a_list_id_that_is_there_twice_needs_the_account(shop: Shop) -> None:
    assert shop.form(SUBSCRIBE, g="TwiceL", a=COMPANY, email="ines@studio.test").status == 200
    assert shop.edge.records(Lane.CONSENT)[0].account_id == COMPANY


def test_a_known_form_works_while_postgres_is_away(shop: Shop) -> None:
    shop.form(SUBSCRIBE, g="NewsLL", email="one@studio.test")
    shop.away = True
    assert shop.form(SUBSCRIBE, g="NewsLL", email="two@studio.test").status == 200
    reply = shop.form(SUBSCRIBE, g="TwiceL", email="two@studio.test")
    assert (reply.status, reply.headers["retry-after"]) == (503, "2")


def test_a_log_that_refuses_is_not_hidden(shop: Shop) -> None:
    shop.edge.log.broken = True
    assert shop.form(SUBSCRIBE, g="NewsLL", email="one@studio.test").status == 503
    assert shop.form(WAIT, a=COMPANY, email="one@studio.test", variant="v", platform="api").status == 503


def test_the_page_asks_before_it_subscribes(shop: Shop) -> None:
    asking = shop.send(f"{HOSTED}?g=NewsLL&email=ines%40studio.test", b"", {}, "GET")
    assert asking.status == 200
    assert b'name="confirm"' in asking.body
    assert shop.edge.nothing_accepted()
    done = shop.form(HOSTED, g="NewsLL", email="ines@studio.test", confirm="yes")
    assert done.status == 200
    assert [change["profile"]["email"] for change in shop.changes()] == ["ines@studio.test"]
    assert shop.send(f"{HOSTED}?g=NewsLL&email=x", b"", {}, "GET").status == 400


def test_waiting_for_a_variant_is_an_event(shop: Shop) -> None:
    reply = shop.form(
        WAIT, a=COMPANY, email="ines@studio.test", variant="v-1", platform="shopify", product="p-1", store="2"
    )
    assert reply.status == 200
    assert body(reply) == {"email": "ines@studio.test", "success": True}
    event = shop.edge.commands()[0]["events"][0]
    assert event.pop("unique_id").startswith("shopify:v-1:")
    assert event == {
        "metric": "Subscribed to Back in Stock",
        "profile": {"email": "ines@studio.test", "trusted": False},
        "properties": {"VariantId": "v-1", "ProductID": "p-1", "Platform": "shopify", "Store": "2"},
    }
    assert not shop.edge.commands(Lane.CONSENT)


def test_the_newsletter_may_be_ordered_with_it(shop: Shop) -> None:
    content = {
        "a": COMPANY,
        "email": "ines@studio.test",
        "variant": 17,
        "platform": "shopify",
        "subscribe_for_newsletter": True,
        "g": "NewsLL",
    }
    assert shop.send(WAIT, msgspec.json.encode(content), JSON).status == 200
    assert [change["list_id"] for change in shop.changes()] == ["NewsLL"]
    assert len(shop.edge.commands()) == 1


@pytest.mark.parametrize(
    "changes",
    [{"a": "WrongG"}, {"email": "ines"}, {"variant": ""}, {"platform": "etsy"}, {"variant": "v" * 501}],
)
def test_a_wrong_wait_is_refused(shop: Shop, changes: dict[str, str]) -> None:
    fields = {"a": COMPANY, "email": "ines@studio.test", "variant": "v", "platform": "api"} | changes
    reply = shop.form(WAIT, **fields)
    assert (reply.status, body(reply)["success"]) == (400, False)
    assert shop.edge.nothing_accepted()


def test_only_posts_are_taken(shop: Shop) -> None:
    for path in (SUBSCRIBE, WAIT):
        reply = shop.send(path, b"", {}, "GET")
        assert (reply.status, reply.headers["allow"]) == (405, "POST")


def test_a_submission_that_is_too_long_is_refused(shop: Shop) -> None:
    assert shop.form(SUBSCRIBE, g="NewsLL", email="a@b.test", note="x" * 70_000).status == 400


def test_bursts_are_slowed(shop: Shop) -> None:
    shop.edge.accounts.accounts_known[0] = msgspec.structs.replace(
        shop.edge.accounts.accounts_known[0], rate_limits={"*": {"burst": 1, "steady": 1}}
    )
    asyncio.run(shop.edge.keyring.reload())
    fields = {"g": "NewsLL", "email": "a@b.test"}
    replies = [shop.form(SUBSCRIBE, **fields) for _ in range(3)]
    assert replies[-1].status == 429
    assert int(replies[-1].headers["retry-after"]) > 0
