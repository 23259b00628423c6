"""What can be done with messages: prepare a source, add candidates, call off, test, receive."""

import dataclasses
import email
import email.policy
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.messaging import ledger, notices
from cairn.domains.messaging.composing import Composition, Site
from cairn.domains.messaging.contracts import Content, Notice
from cairn.domains.messaging.departures import forget as forget
from cairn.domains.messaging.models import InboxMessage, Message, Source, State
from cairn.domains.messaging.people import Recipient, recipient_of, stranger
from cairn.domains.profiles import queries as profiles
from cairn.infra.mail import mime
from cairn.infra.mail.port import Mail, SendFailed
from cairn.infra.mail.sink import Received
from cairn.kernel import clock, ids
from cairn.kernel.errors import Invalid, Unavailable
from cairn.kernel.scope import Scope

MOST_TEST_ADDRESSES: Final = 5
INBOX_KEPT: Final = 5000
PRUNED_AT: Final = "0"
"""Last letter of a batch's first id, one of 32: looking at each batch would cost more than keeping it."""


def site() -> Site:
    return Site(wiring.settings().public_url, wiring.secret_key())


def check(scope: Scope, content: Content) -> None:
    """Raises Invalid where this content could never be sent."""
    Composition(scope, "check", content, site())


def prepare(scope: Scope, *, source: str, content: Content, now: datetime) -> None:
    """Keeps what is sent as it is at this moment; a second call changes nothing. Raises Invalid."""
    check(scope, content)
    row = Source(
        account_id=scope.account_id,
        id=source,
        campaign_id=content.campaign_id,
        content=msgspec.to_builtins(content),
        created=now,
    )
    Source.objects.bulk_create([row], ignore_conflicts=True)


def enqueue(
    scope: Scope,
    *,
    source: str,
    campaign_id: str,
    numbers: Sequence[int],
    dues: Sequence[datetime] | None = None,
    now: datetime,
) -> int:
    """Adds candidates to the ledger, due now or at their own times; returns how many were new. Whether each may be sent
    to is decided later."""
    return ledger.enqueue(scope, source, campaign_id, numbers, dues or [now] * len(numbers), now=now)


def call_off(scope: Scope, *, source: str, reason: str, now: datetime) -> int:
    """Skips what is still queued; messages already in a sender's hand go out."""
    rows = Message.objects.within(scope).filter(source=source, state=State.QUEUED)
    return rows.update(state=State.SKIPPED, reason=reason, done_at=now)


def send_test(scope: Scope, *, content: Content, emails: Sequence[str], profile_id: str | None, now: datetime) -> None:
    """Sends the message as a profile (or a stranger) would get it to other addresses; nothing is recorded. Raises
    Invalid, NotFound, and Unavailable where the relay does not take it."""
    if not 1 <= len(emails) <= MOST_TEST_ADDRESSES:
        raise Invalid(f"Give 1 to {MOST_TEST_ADDRESSES} addresses.", pointer="/data/attributes/emails")
    for position, address in enumerate(emails):
        if not mime.is_address(address):
            raise Invalid(f"{address[:100]!r} is not an email address.", pointer=f"/data/attributes/emails/{position}")
    composition = Composition(scope, "test", content, site())
    who = recipient_of(profiles.get_profile(scope, profile_id)) if profile_id else stranger(emails[0])
    mails = [test_mail(composition, who, address, now) for address in emails]
    for outcome in wiring.mailer(keep_received).send(mails, lambda _: None):
        if isinstance(outcome, SendFailed):
            raise Unavailable(f"The mail provider did not take the message: {outcome.reason} {outcome.detail}")


def test_mail(composition: Composition, who: Recipient, address: str, now: datetime) -> Mail:
    """Shown with the profile's data, delivered to somebody else, without copies."""
    mail = composition.compose(dataclasses.replace(who, email=address), ids.ulid(), now=now).mail
    return Mail(mail.sender, (address,), mail.content)


def tell_people(scope: Scope, notice: Notice, *, now: datetime) -> int:
    """Mail a notice to everybody who works in the account; how many mailboxes took it. One that refuses for good is
    passed over. Raises Unavailable where the provider takes none now: whoever calls tries again later."""
    account = accounts.get_account(scope, scope.account_id)
    made_at = site().url
    sender = account.sender_email or f"no-reply@{urlsplit(made_at).hostname}"
    mails = [
        notices.mail_of(
            notice, to=one, sender=sender, account_id=scope.account_id, account=account.name, site=made_at, now=now
        )
        for one in accounts.emails_of_people(scope)
        if mime.is_address(one)
    ]
    outcomes = wiring.mailer(keep_received).send(mails, lambda _: None) if mails else []
    failed = [one for one in outcomes if isinstance(one, SendFailed)]
    for one in failed:
        if not one.permanent:
            raise Unavailable(f"The mail provider did not take the notice: {one.reason} {one.detail}")
    return len(mails) - len(failed)


def keep_received(received: Sequence[Received]) -> None:
    """Stores mails of the built-in inbox, each with the account that its headers name; others have no place."""
    now = clock.now()
    rows = [row for one in received for row in inbox_rows(one, now)]
    InboxMessage.objects.bulk_create(rows)
    if rows and rows[0].id[-1] in PRUNED_AT:
        for account_id in {row.account_id for row in rows}:
            prune_inbox(account_id)


def inbox_rows(received: Received, now: datetime) -> list[InboxMessage]:
    head = email.message_from_bytes(
        received.content.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n", policy=email.policy.default
    )
    account_id = str(head.get("X-Cairn-Account", ""))[:6]
    if not account_id:
        return []
    return [
        InboxMessage(
            account_id=account_id,
            id=ids.ulid(),
            to=address.lower(),
            sender=str(head.get("From", received.sender)).replace("\0", ""),
            subject=str(head.get("Subject", "")).replace("\0", ""),
            content=received.content,
            received_at=now,
        )
        for address in received.recipients
    ]


def delete_inbox_message(scope: Scope, message_id: str) -> None:
    """Raises NotFound."""
    InboxMessage.objects.of(scope, message_id)
    InboxMessage.objects.within(scope).filter(id=message_id).delete()


def clear_inbox(scope: Scope) -> None:
    InboxMessage.objects.within(scope).delete()


def prune_inbox(account_id: str) -> int:
    """Keeps the newest messages only, since an inbox for trying out must not fill the disk."""
    rows = InboxMessage.objects.filter(account_id=account_id)
    edge = rows.order_by("-received_at", "-id").values_list("received_at", flat=True)[INBOX_KEPT : INBOX_KEPT + 1]
    for oldest in edge:
        return rows.filter(received_at__lte=oldest).delete()[0]
    return 0
