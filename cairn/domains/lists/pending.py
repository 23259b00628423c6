"""Subscriptions that wait for a confirmation: who is asked, how often, and whose link was used.

A person is asked once per list and ten minutes, at most three times until the link of the newest mail expires. Whoever
is asked no more has the reason on the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import connection
from django.db.models import Count

from cairn.domains.lists.contracts import CONFIRMATIONS_WANTED, ConfirmationsWanted, ListInfo, Waiting
from cairn.domains.lists.models import PendingWish
from cairn.domains.profiles.contracts import ConsentChange
from cairn.infra.postgres import outbox
from cairn.kernel.scope import Scope
from cairn.kernel.words.choosing import choose

CONFIRM_WITHIN: Final = timedelta(hours=72)
ONCE_WITHIN: Final = timedelta(minutes=10)
MOST_MAILS: Final = 3
KEPT: Final = timedelta(days=7)
RECENTLY, ENOUGH = "asked_recently", "asked_enough"
NUMBERS = """
INSERT INTO lists_consentsettings AS mine (
    account_id, default_opt_in, unsubscribe_from, brand_name, brand_color, logo_url, privacy_url, sign_up_text,
    language, last_pending_number
) VALUES (%s, 'single_opt_in', 'all', '', '', '', '', '', '', %s)
ON CONFLICT (account_id) DO UPDATE SET last_pending_number = mine.last_pending_number + EXCLUDED.last_pending_number
RETURNING last_pending_number
"""
FIELDS: Final = (
    "number",
    "change",
    "language",
    "asked",
    "first_asked_at",
    "last_asked_at",
    "expires_at",
    "confirmed_at",
    "stopped",
)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish with the address that it waits for."""

    change: ConsentChange
    address: str

    @property
    def key(self) -> Key:
        return (self.change.list_id or "", self.address)


def ask(
    scope: Scope, changes: Sequence[ConsentChange], lists: Mapping[str, ListInfo], *, default: str, now: datetime
) -> int:
    """Ask people whether they want what somebody wished for them; how many mails that makes. In the caller's
    transaction, which holds the account's turn."""
    asked = {one.key: one for change in changes if (one := Asked(change, address_of(change))).address}
    if not asked:
        return 0
    known = {(row.list_id, row.address): row for row in rows_of(scope, asked)}
    rows = [renewed(scope, one, known.get(key), default, now) for key, one in asked.items()]
    fresh = [row for row in rows if not row.number]
    for number, row in enumerate(fresh, allot(scope, len(fresh))):
        row.number = number
    PendingWish.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "list_id", "address"], update_fields=FIELDS
    )
    mailed = [row for row in rows if not row.stopped]
    tell(scope, mailed, lists)
    return len(mailed)


def address_of(change: ConsentChange) -> str:
    return (change.profile.email or "").strip().lower()


def rows_of(scope: Scope, keys: Mapping[Key, Asked]) -> list[PendingWish]:
    addresses = [address for _, address in keys]
    found = PendingWish.objects.within(scope).filter(address__in=addresses).select_for_update()
    return [row for row in found if (row.list_id, row.address) in keys]


def renewed(scope: Scope, one: Asked, row: PendingWish | None, default: str, now: datetime) -> PendingWish:
    """The row after being asked again; `stopped` says why no mail goes out this time."""
    kept = msgspec.to_builtins(msgspec.structs.replace(one.change, at=None, confirmed=True))
    locale = str(one.change.profile.attributes.get("locale") or "")
    language = choose([one.change.language, locale, default])
    if row is None or row.expires_at <= now or row.confirmed_at is not None:
        list_id, address = one.key
        row = PendingWish(account_id=scope.account_id, list_id=list_id, address=address, number=0, first_asked_at=now)
    elif row.asked >= MOST_MAILS:
        row.stopped = ENOUGH
    elif now - row.last_asked_at < ONCE_WITHIN:
        row.stopped = RECENTLY
    else:
        row.stopped = ""
    row.change, row.language = kept, language
    if not row.stopped:
        row.asked, row.last_asked_at, row.expires_at = row.asked + 1, now, now + CONFIRM_WITHIN
    return row


def allot(scope: Scope, count: int) -> int:
    """The first of so many new numbers."""
    if not count:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [scope.account_id, count])
        return int(cursor.fetchone()[0]) - count + 1


def tell(scope: Scope, rows: Sequence[PendingWish], lists: Mapping[str, ListInfo]) -> None:
    """Messages are a later domain; they learn by facts, one per text that is the same for all its readers."""
    groups: dict[tuple[str, str, int], list[int]] = {}
    for row in rows:
        groups.setdefault((row.list_id, row.language, row.asked), []).append(row.number)
    facts = [
        ConfirmationsWanted(scope.account_id, list_id, shown_name(lists.get(list_id)), language, asked, numbers)
        for (list_id, language, asked), numbers in groups.items()
    ]
    outbox.send_all(CONFIRMATIONS_WANTED, facts)


def shown_name(target: ListInfo | None) -> str:
    return target.shown_name if target else ""


def use(scope: Scope, changes: Sequence[ConsentChange], *, now: datetime) -> list[ConsentChange | None]:
    """Mark the links of confirmed wishes as used, and give each its proof back; None for a link used before. One
    from before there were rows is believed."""
    keys = [(change.list_id or "", address_of(change)) for change in changes]
    addresses = [address for _, address in keys]
    rows = {
        (row.list_id, row.address): row
        for row in PendingWish.objects.within(scope).filter(address__in=addresses).select_for_update()
    }
    answers: list[ConsentChange | None] = []
    used = []
    for key, change in zip(keys, changes, strict=True):
        row = rows.get(key)
        if row is None or row.confirmed_at is not None:
            answers.append(change if row is None else None)
            continue
        answers.append(proved(change, row))
        row.confirmed_at = now
        used.append(row)
    if used:
        PendingWish.objects.bulk_update(used, ["confirmed_at"])
    return answers


def proved(change: ConsentChange, row: PendingWish) -> ConsentChange:
    """The wish with what was shown when it was made; from where it came stays as the confirmation says, if it does."""
    asked = msgspec.convert(row.change, ConsentChange)
    return msgspec.structs.replace(
        change,
        text=change.text or asked.text,
        ip=change.ip or asked.ip,
        user_agent=change.user_agent or asked.user_agent,
    )


def waiting(scope: Scope, numbers: Sequence[int]) -> dict[int, Waiting]:
    """The wishes behind numbers of the ledger; those that are gone are missing."""
    rows = PendingWish.objects.within(scope).filter(number__in=list(numbers))
    return {row.number: waiting_of(row) for row in rows}


def waiting_of(row: PendingWish) -> Waiting:
    return Waiting(
        number=row.number,
        list_id=row.list_id,
        email=row.address,
        change=msgspec.convert(row.change, ConsentChange),
        language=row.language,
        asked=row.asked,
        last_asked_at=row.last_asked_at,
        expires=row.expires_at,
        confirmed_at=row.confirmed_at,
        stopped=row.stopped,
    )


def find(account_id: str, list_id: str, email: str) -> Waiting | None:
    row = PendingWish.objects.filter(account_id=account_id, list_id=list_id, address=email.strip().lower()).first()
    return waiting_of(row) if row else None


def forget(scope: Scope, emails: Sequence[str]) -> int:
    """Whoever is to be forgotten is not asked, either."""
    wanted = [email.strip().lower() for email in emails]
    return int(PendingWish.objects.within(scope).filter(address__in=wanted).delete()[0])


def purge(*, now: datetime) -> int:
    """Rows are kept a week after their link expired, so that an old link is answered well, and no longer."""
    return int(PendingWish.objects.filter(expires_at__lt=now - KEPT).delete()[0])


def counts(scope: Scope, *, now: datetime) -> dict[str, int]:
    """How many wishes wait, by list."""
    rows = PendingWish.objects.within(scope).filter(confirmed_at=None, expires_at__gt=now)
    return dict(rows.values_list("list_id").annotate(waiting=Count("number")))
