"""Mails that ask for a confirmation: through the ledger, over real SMTP, and never to whom they would annoy."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
from django.db import transaction

from cairn.domains.lists import actions as lists
from cairn.domains.lists import queries as listed
from cairn.domains.lists.contracts import CONFIRM, CONFIRMATIONS_WANTED, Confirmation, ConfirmationsWanted, ListInfo
from cairn.domains.lists.models import PendingWish
from cairn.domains.messaging import actions as messaging
from cairn.domains.messaging import confirmations
from cairn.domains.messaging.composing import Site
from cairn.domains.messaging.handlers import Sender
from cairn.domains.messaging.models import LastSent, Message, Source
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as people
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch, Reason, Traces
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.mail.journal import Seat
from cairn.infra.mail.sink import Received, Sink
from cairn.infra.mail.smtp import Relay, SmtpMailer
from cairn.infra.postgres import outbox
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope
from cairn.kernel.signing import unseal

NOW = clock.now()
KEY = "a secret for tests"


@pytest.fixture
def received() -> list[Received]:
    return []


@pytest.fixture
def sender(received: list[Received], tmp_path: Path) -> Iterator[Sender]:
    sink = Sink(received.extend).start()
    mailer = SmtpMailer(Relay.parse(sink.url))
    sender = Sender(mailer, Seat(tmp_path / "sending"), MemoryLog(), Site("https://cairn.example", KEY))
    yield sender
    sender.close()
    mailer.close()
    sink.stop()


@pytest.fixture
def news(scope: Scope) -> ListInfo:
    return lists.create_list(scope, name="Tea & <News>", opt_in_process="double_opt_in", now=NOW)


def sign_up(scope: Scope, target: ListInfo, email: str, language: str = "") -> None:
    change = ConsentChange(
        ProfilePatch(email=email), "email.marketing", "SUBSCRIBED", list_id=target.id, language=language, text="I agree"
    )
    with transaction.atomic():
        lists.change_consent(scope, [change], now=clock.now())


def deliver(scope: Scope, sender: Sender, *, later: timedelta = timedelta()) -> None:
    """What the worker does: facts into the ledger, and the ledger to the relay."""
    for fact in outbox.take(100, now=clock.now()):
        if fact.kind == CONFIRMATIONS_WANTED:
            wanted = msgspec.json.decode(fact.payload, type=ConfirmationsWanted)
            for _ in range(2):  # Facts come at least once.
                confirmations.enqueue(scope, wanted, now=clock.now())
        outbox.done([fact.id])
    while confirmations.run_due(sender, now=clock.now() + later):
        pass
    sender.land()


def mails(received: Sequence[Received]) -> list[EmailMessage]:
    return [message_from_bytes(one.content, policy=policy.default) for one in received]


def states() -> dict[str, str]:
    rows = Message.objects.values_list("email", "state", "reason")
    return {email: f"{state}:{reason}".rstrip(":") for email, state, reason in rows}


def test_whoever_signs_up_is_asked_in_their_language(
    scope: Scope, sender: Sender, received: list[Received], news: ListInfo
) -> None:
    sign_up(scope, news, "ann@example.com")
    sign_up(scope, news, "bea@example.com", "de")
    deliver(scope, sender)
    found = {str(mail["To"]): mail for mail in mails(received)}
    assert found["ann@example.com"]["Subject"] == "Please confirm your subscription to Tea & <News>"
    assert found["bea@example.com"]["Subject"] == "Bitte bestätigen Sie Ihre Anmeldung zu Tea & <News>"
    html = found["ann@example.com"].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Tea &amp; &lt;News&gt;" in html and "<News>" not in html
    assert "List-Unsubscribe" not in found["ann@example.com"] and "/t/o/" not in html and "/t/c/" not in html
    assert states() == {"ann@example.com": "accepted", "bea@example.com": "accepted"}
    assert (people.count(scope), LastSent.objects.count()) == (0, 0)
    assert not Source.objects.filter(due_at__isnull=False).exists()


def test_the_link_carries_the_wish_and_its_proof_stays_at_home(
    scope: Scope, sender: Sender, received: list[Received], news: ListInfo
) -> None:
    sign_up(scope, news, "ann@example.com")
    deliver(scope, sender)
    text = mails(received)[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    token = re.search(r"https://cairn\.example/c/([\w-]+)\?lang=en", text)
    assert token is not None
    carried = unseal(KEY, CONFIRM, token[1], Confirmation)
    assert (carried.account_id, carried.change.list_id, carried.change.text) == (scope.account_id, news.id, "")
    with transaction.atomic():
        (wish,) = lists.change_consent(scope, [carried.change], now=clock.now())
    assert wish.taken
    (line,) = people.list_history(scope, wish.id, Listing(PageRequest(10))).rows
    assert line.text == "I agree"  # It comes back with the confirmation.
    assert listed.memberships(scope, [wish.number])[wish.number][0].list_id == news.id


@pytest.mark.parametrize(
    ("what", "reason"), [("confirmed", "already_confirmed"), ("expired", "expired"), ("gone", "not_waiting")]
)
def test_who_needs_no_mail_any_more_gets_none(
    scope: Scope, sender: Sender, received: list[Received], news: ListInfo, what: str, reason: str
) -> None:
    sign_up(scope, news, "ann@example.com")
    rows = PendingWish.objects.filter(account_id=scope.account_id)
    if what == "confirmed":
        rows.update(confirmed_at=clock.now())
    elif what == "expired":
        rows.update(expires_at=clock.now() - timedelta(seconds=1))
    else:
        rows.delete()
    deliver(scope, sender)
    assert received == []
    assert [(row.state, row.reason) for row in Message.objects.all()] == [("skipped", reason)]


def test_a_mailbox_that_bounces_is_not_asked(
    scope: Scope, sender: Sender, received: list[Received], news: ListInfo
) -> None:
    ann = profiles.create(scope, ProfilePatch(email="ann@example.com"), now=NOW)
    profiles.suppress(scope, [ann.number], reason=Reason.HARD_BOUNCE, at=NOW, now=NOW)
    sign_up(scope, news, "ann@example.com")
    deliver(scope, sender)
    assert (received, states()) == ([], {"ann@example.com": "skipped:hard_bounce"})


def test_a_relay_that_is_away_is_tried_again(
    scope: Scope, received: list[Received], news: ListInfo, tmp_path: Path
) -> None:
    away = SmtpMailer(Relay.parse("smtp://127.0.0.1:9"))
    sender = Sender(away, Seat(tmp_path / "sending"), MemoryLog(), Site("https://cairn.example", KEY))
    sign_up(scope, news, "ann@example.com")
    deliver(scope, sender)
    assert states() == {"ann@example.com": "queued:provider_unreachable"}
    sink = Sink(received.extend).start()
    sender.mailer = SmtpMailer(Relay.parse(sink.url))
    deliver(scope, sender, later=timedelta(minutes=1))
    sender.close()
    sink.stop()
    assert states() == {"ann@example.com": "accepted"}


def test_who_is_forgotten_is_forgotten_by_the_ledger_too(
    scope: Scope, sender: Sender, received: list[Received], news: ListInfo
) -> None:
    for email in ("ann@example.com", "bea@example.com"):
        sign_up(scope, news, email)
    deliver(scope, sender)
    ann = profiles.create(scope, ProfilePatch(email="ann@example.com"), now=NOW)
    traces = Traces((ann.number,), (ann.id,), ("ann@example.com",))
    messaging.forget(scope, traces, now=NOW)
    assert sorted(Message.objects.values_list("email", "state")) == [("", "accepted"), ("bea@example.com", "accepted")]
    assert lists.forget_waiting(scope, traces.emails) == 1
