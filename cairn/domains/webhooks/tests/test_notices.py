"""Who is told, and when, that a webhook was disabled."""

import email
import email.policy
from collections.abc import Sequence
from datetime import timedelta

import pytest

from cairn import wiring
from cairn.domains.accounts import actions as accounts
from cairn.domains.webhooks import actions, notices
from cairn.domains.webhooks.tests.conftest import Post
from cairn.infra.mail.port import Accepted, Mail, Outcome, Reason, SendFailed, Witness
from tests.people import PASSWORD, Person


class Postman:
    """A provider that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.answer: Outcome = Accepted()

    def send(self, mails: Sequence[Mail], witness: Witness) -> list[Outcome]:
        self.mails += mails
        return [self.answer] * len(mails)

    def close(self) -> None:
        return None


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    postman = Postman()
    monkeypatch.setattr(wiring, "mailer", lambda keep: postman)
    return postman


def be_gone(post: Post) -> None:
    """The receiver wants no more."""
    post.receiver.status = 410
    post.order()
    post.send()
    assert not post.webhook.enabled


def test_everybody_of_the_account_is_told_once(post: Post, postman: Postman, charlie: Person) -> None:
    accounts.add_user(post.scope, email="bob@example.com", password=PASSWORD, now=post.now)
    be_gone(post)
    assert (notices.send_due(now=post.now), notices.send_due(now=post.now)) == (1, 0)
    assert [mail.recipients for mail in postman.mails] == [("anna@example.com",), ("bob@example.com",)]
    shown = email.message_from_bytes(postman.mails[0].content, policy=email.policy.default)
    assert shown["Subject"] == "The webhook “Shop” was disabled"
    assert (shown["From"], shown["Auto-Submitted"]) == ("Cairn <anna@example.com>", "auto-generated")
    assert shown["Message-ID"].startswith(f"<webhook-{post.webhook_id}-")
    body = shown.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "on 01 March 2026 at 12:00 UTC, because its receiver answered 410 Gone" in text
    assert f"/settings/webhooks/{post.webhook_id}" in text
    assert "0123456789abcdef" not in text, "what may be secret in the address is told to no mailbox"


def test_whoever_disables_it_by_hand_is_not_told(post: Post, postman: Postman) -> None:
    actions.change_webhook(post.scope, webhook_id=post.webhook_id, changes={"enabled": False}, now=post.now)
    assert notices.send_due(now=post.now) == 0 and postman.mails == []


def test_one_that_runs_again_is_not_told_of(post: Post, postman: Postman) -> None:
    be_gone(post)
    actions.change_webhook(post.scope, webhook_id=post.webhook_id, changes={"enabled": True}, now=post.now)
    assert notices.send_due(now=post.now) == 0 and postman.mails == []


def test_a_provider_that_is_away_is_asked_again_for_two_days(post: Post, postman: Postman) -> None:
    be_gone(post)
    postman.answer = SendFailed(Reason.UNREACHABLE, permanent=False)
    assert notices.send_due(now=post.now) == 0
    assert notices.send_due(now=post.now + timedelta(minutes=1)) == 0 and len(postman.mails) == 1
    postman.answer = Accepted()
    assert notices.send_due(now=post.now + notices.AGAIN) == 1 and len(postman.mails) == 2
    assert post.webhook.notice_due_at is None


def test_a_provider_that_stays_away_is_left_alone_after_two_days(post: Post, postman: Postman) -> None:
    be_gone(post)
    postman.answer = SendFailed(Reason.UNREACHABLE, permanent=False)
    assert notices.send_due(now=post.now + notices.GIVE_UP) == 0
    assert post.webhook.notice_due_at is None


def test_a_mailbox_that_is_gone_stops_nobody(post: Post, postman: Postman) -> None:
    be_gone(post)
    postman.answer = SendFailed(Reason.MAILBOX_UNKNOWN, permanent=True)
    assert notices.send_due(now=post.now) == 1
    assert post.webhook.notice_due_at is None
