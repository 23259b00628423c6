"""What messaging does in the worker: it sends, and where a list has double opt-in it asks an address's owner first."""

from html import escape
from typing import Final
from urllib.parse import urlsplit

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.lists.contracts import ConfirmationWanted
from cairn.domains.messaging.actions import keep_received
from cairn.domains.messaging.departures import profiles_merged as profiles_merged
from cairn.domains.messaging.sending import Sender as Sender
from cairn.infra.mail import mime
from cairn.infra.mail.port import Mail, SendFailed
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope

SUBJECT: Final = "Please confirm your subscription"
TEXT: Final = """Please confirm that you want to get “{name}” at this address:

{link}

The link works for three days. If you did not ask for this, do nothing, and you will get nothing.
"""
HTML: Final = """<!doctype html><html><body style="font: 16px/1.5 sans-serif">
<p>Please confirm that you want to get “{name}” at this address.</p>
<p><a href="{link}" style="background: #1f5fd6; color: #fff; padding: 10px 18px; text-decoration: none">Confirm</a></p>
<p>The link works for three days. If you did not ask for this, do nothing, and you will get nothing.</p>
</body></html>
"""


class NotTaken(Exception):
    """The provider did not take the mail; the fact comes again."""


def send_confirmation(scope: Scope, fact: ConfirmationWanted) -> None:
    """Ask. An address that can take no mail is asked nothing. Raises NotTaken."""
    if not mime.is_address(fact.email):
        return
    for outcome in wiring.mailer(keep_received).send([confirmation_mail(scope, fact)], lambda _: None):
        if isinstance(outcome, SendFailed) and not outcome.permanent:
            raise NotTaken(f"{outcome.reason} {outcome.detail}")


def confirmation_mail(scope: Scope, fact: ConfirmationWanted) -> Mail:
    account = accounts.get_account(scope, scope.account_id)
    base = wiring.settings().public_url
    sender = account.sender_email or f"no-reply@{urlsplit(base).hostname}"
    link = f"{base}/c/{fact.token}"
    letter = ids.ulid()
    headers = [
        ("From", mime.mailbox(account.sender_name or account.name, sender)),
        ("To", mime.mailbox("", fact.email)),
        ("Subject", mime.encoded(SUBJECT)),
        ("Date", mime.date_header(clock.now())),
        ("Message-ID", f"<{letter}@{sender.rpartition('@')[2]}>"),
        ("X-Cairn-Account", scope.account_id),
    ]
    parts = (
        mime.Part("text/plain", TEXT.format(name=fact.list_name, link=link)),
        mime.Part("text/html", HTML.format(name=escape(fact.list_name), link=escape(link))),
    )
    return Mail(sender, (fact.email,), mime.alternatives(headers, parts, boundary=f"cairn-{letter}"))
