"""The built-in inbox and the ledger over the API."""

from datetime import UTC, datetime

import pytest

from cairn.api.conftest import Api
from cairn.domains.messaging import actions, ledger
from cairn.domains.messaging.contracts import Content
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.mail.mime import Part, alternatives, encoded
from cairn.infra.mail.sink import Received
from cairn.kernel import clock
from tests.people import Person


def receive(person: Person, to: str, subject: str, *, account_id: str | None = None) -> None:
    headers = [
        ("From", "Shop <shop@example.com>"),
        ("To", to),
        ("Subject", encoded(subject)),
        ("X-Cairn-Account", account_id or person.account_id),
    ]
    raw = alternatives(headers, [Part("text/plain", "Hi"), Part("text/html", "<p>Hi</p>")], boundary="b")
    actions.keep_received([Received("shop@example.com", (to,), raw)])


def test_anna_reads_what_was_sent_to_an_address(api: Api, bobs_api: Api, anna: Person) -> None:
    receive(anna, "Ann@example.com", "Olá")
    receive(anna, "ben@example.com", "Other")
    reply = bobs_api.get("/api/inbox-messages", filter='equals(to,"ann@example.com")')
    (found,) = [one["attributes"] for one in reply.data]
    assert (found["to"], found["from"], found["subject"]) == ("ann@example.com", "Shop <shop@example.com>", "Olá")
    assert (found["html"].strip(), found["text"].strip()) == ("<p>Hi</p>", "Hi")
    assert found["headers"]["To"] == "Ann@example.com"
    assert len(api.get("/api/inbox-messages", filter='contains(subject,"oth")').ids) == 1
    assert len(api.get("/api/inbox-messages", sort="-received_at").ids) == 2


def test_the_inbox_is_emptied_one_by_one_or_all(api: Api, anna: Person) -> None:
    for number in range(3):
        receive(anna, f"p{number}@example.com", "x")
    first = api.get("/api/inbox-messages").ids[0]
    assert api.delete(f"/api/inbox-messages/{first}").status == 204
    assert len(api.get("/api/inbox-messages").ids) == 2
    assert api.delete("/api/inbox-messages").status == 204
    assert api.get("/api/inbox-messages").ids == []


def test_charlies_inbox_is_his_own(api: Api, charlies_api: Api, anna: Person) -> None:
    receive(anna, "ann@example.com", "x")
    (found,) = api.get("/api/inbox-messages").ids
    assert charlies_api.get("/api/inbox-messages").ids == []
    assert charlies_api.get(f"/api/inbox-messages/{found}").status == 404
    assert charlies_api.delete(f"/api/inbox-messages/{found}").status == 404
    assert charlies_api.delete("/api/inbox-messages").status == 204
    assert api.get("/api/inbox-messages").ids == [found]


def test_the_ledger_tells_each_messages_fate_to_its_account_only(api: Api, charlies_api: Api, anna: Person) -> None:
    person = profiles.create(anna.scope, ProfilePatch(email="ann@example.com"), now=clock.now())
    source, campaign, now = "M" * 26, "C" * 26, datetime(2026, 1, 1, tzinfo=UTC)
    content = Content(campaign_id=campaign, subject="x", from_email="a@b.example", html="<p>x</p>")
    actions.prepare(anna.scope, source=source, content=content, now=now)
    actions.enqueue(anna.scope, source=source, campaign_id=campaign, numbers=[person.number], now=now)
    assert actions.enqueue(anna.scope, source=source, campaign_id=campaign, numbers=[person.number], now=now) == 0
    (claimed,) = ledger.claim(anna.scope, source, after=0, seat="s", now=now, lease_until=now, most=10)
    assert ledger.claim(anna.scope, source, after=0, seat="t", now=now, lease_until=now, most=10) == []
    outcome = ledger.Settled(person.number, ledger.State.SKIPPED, "unsubscribe", "", person.id, "ann@example.com")
    assert ledger.settle(anna.scope, source, "t", [outcome], now=now) == 0  # Not in this seat's hand.
    assert ledger.settle(anna.scope, source, "s", [outcome], now=now) == 1
    (row,) = api.get("/api/messages", filter=f'equals(campaign_id,"{campaign}")').data
    assert row["id"] == claimed.id
    assert (row["attributes"]["state"], row["attributes"]["reason"]) == ("skipped", "unsubscribe")
    assert row["relationships"]["profile"]["data"]["id"] == person.id
    assert charlies_api.get("/api/messages", filter=f'equals(campaign_id,"{campaign}")').data == []
    assert charlies_api.get(f"/api/messages/{claimed.id}").status == 404


def test_the_inbox_keeps_the_newest(anna: Person, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "INBOX_KEPT", 2)
    for number in range(4):
        receive(anna, "ann@example.com", f"Mail {number}")
    actions.prune_inbox(anna.account_id)
    kept = api.get("/api/inbox-messages").data
    assert [one["attributes"]["subject"] for one in kept] == ["Mail 3", "Mail 2"]
