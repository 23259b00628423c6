"""Mails that ask somebody to confirm a subscription: made of the hosted pages' words, sent like all others.

Each text that is the same for all its readers (list, language, how often asked, look) is one source in the ledger.
"""

import hashlib
import logging
from base64 import b32encode
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec
from django.db import InterfaceError, OperationalError
from django.db.models import Min

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import ConfirmationsWanted
from cairn.domains.messaging import ledger
from cairn.domains.messaging.actions import call_off, prepare
from cairn.domains.messaging.contracts import CONFIRMATION, EMAIL, Content
from cairn.domains.messaging.models import Message, Source, State
from cairn.domains.messaging.sending import Sender
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope
from cairn.kernel.words.choosing import Words

log = logging.getLogger(__name__)

AWAY: Final = timedelta(seconds=10)
FAILED: Final = timedelta(minutes=1)
PAUSE: Final = timedelta(seconds=1)
LOOKED_AT: Final = 20
HTML: Final = """<!doctype html><html lang="{{ confirm.language }}"><head><style>
body { margin: 0; background: #f6f6f7 }
div { max-width: 480px; margin: auto; padding: 32px 24px; color: #1a1a1e; background: #fff; font: 16px/1.5 sans-serif }
img { max-height: 48px; border: 0 }
a { display: inline-block; padding: 10px 18px; text-decoration: none; border-radius: 6px }
.small { font-size: 13px; color: #5b5b66 }
</style></head><body><div>
{% if confirm.logo %}<p><img src="{{ confirm.logo }}" alt="{{ confirm.brand }}"></p>{% endif %}
<p>{{ confirm.text }}</p>
<p><a href="{{ confirm.link }}" style="background:{{ confirm.color }};color:{{ confirm.ink }}">
{{ confirm.button }}</a></p>
<p class="small">{{ confirm.note }}</p>
<p class="small">{{ confirm.brand }}</p>
</div></body></html>
"""
TEXT: Final = """{{ confirm.text }}

{{ confirm.link }}

{{ confirm.note }}

{{ confirm.brand }}
"""


def enqueue(scope: Scope, fact: ConfirmationsWanted, *, now: datetime) -> int:
    """Put the mails into the ledger; how many were new. Repeating it adds nothing."""
    content = content_of(scope, fact)
    source = name_of(content)
    prepare(scope, source=source, content=content, now=now)
    numbers = [-number for number in fact.numbers]
    added = ledger.enqueue(scope, source, "", numbers, [now] * len(numbers), now=now)
    Source.objects.within(scope).filter(id=source).update(due_at=now)
    return added


def name_of(content: Content) -> str:
    """The same text has the same source."""
    return "C" + b32encode(hashlib.sha256(msgspec.json.encode(content)).digest())[:24].decode()


def content_of(scope: Scope, fact: ConfirmationsWanted) -> Content:
    account = accounts.get_account(scope, scope.account_id)
    look = lists.hosted(scope.account_id)
    words = Words(fact.language)
    brand = look.brand if look else account.name
    sender = account.sender_email or f"no-reply@{urlsplit(wiring.settings().public_url).hostname}"
    about = {"list": fact.list_name or brand, "brand": brand}
    color = look.color if look else ""
    return Content(
        kind=CONFIRMATION,
        subject="{{ confirm.subject }}",
        from_email=sender,
        from_label=account.sender_name or brand,
        html=HTML,
        text=TEXT,
        track_clicks=False,
        track_opens=False,
        timezone=account.timezone,
        words={
            "subject": words("mail.subject" if fact.nth < 2 else "mail.subject_again", **about),
            "text": words("mail.text", **about),
            "button": words("mail.button"),
            "note": words("mail.note"),
            "brand": brand,
            "logo": look.settings.logo_url if look and look.settings.logo_url.startswith("http") else "",
            "color": color or "#1f5fd6",
            "ink": look.ink if look else "#ffffff",
            "language": words.language,
        },
    )


def run_due(sender: Sender, *, now: datetime) -> bool:
    """One step for each source with something due; False when there was nothing to do."""
    busy = False
    for row in Source.objects.filter(due_at__lte=now).order_by("due_at")[:LOOKED_AT]:
        scope = accounts.scope_of(row.account_id)
        try:
            busy |= step(scope, row, sender, now=now)
        except (Invalid, NotFound) as error:
            log.warning("confirmation %s of %s cannot be sent: %s", row.id, row.account_id, error.detail)
            call_off(scope, source=row.id, reason="not_renderable", now=now)
            look_again(row, None)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("confirmation %s of %s: a step failed", row.id, row.account_id)
            look_again(row, now + FAILED)
    if not busy:
        sender.land()
    return busy


def step(scope: Scope, row: Source, sender: Sender, *, now: datetime) -> bool:
    handed = sender.step(scope, row.id, now=now)
    if handed.away:
        look_again(row, now + AWAY)
        return False
    if handed.taken:
        return True
    rows = Message.objects.within(scope).filter(source=row.id, channel=EMAIL)
    if rows.filter(state=State.HANDED_OVER).exists():
        look_again(row, now + PAUSE)
    else:
        due = rows.filter(state=State.QUEUED).aggregate(first=Min("due_at"))["first"]
        look_again(row, max(due, now + PAUSE) if due else None)
    return False


def look_again(row: Source, at: datetime | None) -> None:
    """Unless more has come since."""
    Source.objects.filter(account_id=row.account_id, id=row.id, due_at=row.due_at).update(due_at=at)
