"""Consent and suppression: two layers, each with its own history.

The wish with the later time holds, and of two at the same moment the opt-out, so that the order in which they are
processed does not matter. An opt-in belongs to the address it was given for; an opt-out to the person. Subscribing
lifts what the person or the shop did before, never what a mailbox said (bounces, invalid addresses).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from cairn.domains.profiles import store
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    NEVER_SUBSCRIBED,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    Reason,
    Resolved,
    Wish,
)
from cairn.kernel.scope import Scope

SMS: Final = ("sms.marketing", "sms.transactional")
CHANNELS: Final = frozenset(
    {
        EMAIL_MARKETING,
        "email.open_tracking",
        *SMS,
        "mobile_push.marketing",
        "whatsapp.marketing",
        "whatsapp.transactional",
        "whatsapp.conversational",
    }
)
LIFTED: Final = frozenset({Reason.UNSUBSCRIBE, Reason.SPAM_COMPLAINT, Reason.USER_SUPPRESSED})
SUPPRESSED = "SUPPRESSED"
LOAD = """
SELECT p.number, p.email, p.phone_number,
    (SELECT json_agg(json_build_array(channel, consent, at, address)) FROM profiles_consent c
        WHERE c.account_id = p.account_id AND c.number = p.number),
    (SELECT json_agg(json_build_array(reason, at)) FROM profiles_suppression s
        WHERE s.account_id = p.account_id AND s.number = p.number AND s.list_id = '')
FROM profiles_profile p WHERE p.account_id = %s AND p.number = ANY(%s)
"""
LIFT = """
DELETE FROM profiles_suppression s USING unnest(%s::bigint[], %s::text[]) AS gone(number, reason)
WHERE s.account_id = %s AND s.number = gone.number AND s.reason = gone.reason AND s.list_id = ''
"""


@dataclass(slots=True)
class Held:
    """One channel's newest wish, as stored."""

    consent: str
    at: datetime
    address: str


@dataclass(slots=True)
class Holder:
    """One person's consent and suppressions, as a batch sees them."""

    number: int
    email: str
    phone: str
    consents: dict[str, Held] = field(default_factory=dict)
    suppressions: dict[str, datetime] = field(default_factory=dict)

    def address(self, channel: str) -> str:
        return self.email if channel.startswith("email.") else self.phone if not channel.startswith("mobile") else ""


@dataclass(slots=True)
class Ledger:
    """What a batch changes: newest rows, additions and removals, and lines of history."""

    consents: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    added: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    lifted: set[tuple[int, str]] = field(default_factory=set)
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def numbers(self) -> set[int]:
        keys: Iterable[tuple[int, str]] = (*self.consents, *self.added, *self.lifted)
        return {number for number, _ in keys}

    def suppress(self, holder: Holder, reason: str, at: datetime) -> None:
        holder.suppressions[reason] = at
        self.lifted.discard((holder.number, reason))
        self.added[(holder.number, reason)] = {
            "number": holder.number,
            "reason": reason,
            "at": at,
            "address": holder.email,
        }

    def lift(self, holder: Holder, reason: str) -> None:
        del holder.suppressions[reason]
        self.added.pop((holder.number, reason), None)
        self.lifted.add((holder.number, reason))

    def note(self, number: int, channel: str, before: str, after: str, at: datetime, change: Mapping[str, str]) -> None:
        line = {"number": number, "channel": channel, "before": before, "after": after, "at": at}
        self.history.append({**line, **change})


def moment(text: str | None, now: datetime) -> datetime:
    """When a wish was made: never in the future, and always with a time zone."""
    if text is None:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return now
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)


def decide(ledger: Ledger, holder: Holder, change: ConsentChange, at: datetime, source: str) -> tuple[bool, bool]:
    """Whether the change is taken, and whether it made a difference."""
    if change.channel not in CHANNELS or not (holder.address(change.channel) or change.channel.startswith("mobile")):
        return False, False
    if change.consent == SUBSCRIBED:
        taken, fresh = subscribe(ledger, holder, change, at, source)
    else:
        taken, fresh = unsubscribe(ledger, holder, change, at, source)
    return taken, fresh


def subscribe(ledger: Ledger, holder: Holder, change: ConsentChange, at: datetime, source: str) -> tuple[bool, bool]:
    old = holder.consents.get(change.channel)
    if old is not None and old.consent == UNSUBSCRIBED and at <= old.at:
        return False, False
    fresh = put(ledger, holder, change, change.channel, at, source)
    if change.channel == SMS[0]:
        put(ledger, holder, change, SMS[1], at, source)
    if change.channel == EMAIL_MARKETING:
        for reason in [reason for reason, since in holder.suppressions.items() if reason in LIFTED and since < at]:
            ledger.lift(holder, reason)
            fresh = fresh or reason == Reason.USER_SUPPRESSED
    return True, fresh


def unsubscribe(ledger: Ledger, holder: Holder, change: ConsentChange, at: datetime, source: str) -> tuple[bool, bool]:
    old = holder.consents.get(change.channel)
    if old is not None and old.consent == SUBSCRIBED and at < old.at:
        return False, False
    fresh = put(ledger, holder, change, change.channel, at, source)
    for other in SMS if change.channel in SMS else ():
        if other != change.channel:
            put(ledger, holder, change, other, at, source)
    if change.channel == EMAIL_MARKETING:
        complaint = change.method == Reason.SPAM_COMPLAINT
        ledger.suppress(holder, Reason.SPAM_COMPLAINT if complaint else Reason.UNSUBSCRIBE, at)
    return True, fresh


def put(ledger: Ledger, holder: Holder, change: ConsentChange, channel: str, at: datetime, source: str) -> bool:
    """Note the newest wish; whether it differs from the one before."""
    old = holder.consents.get(channel)
    address = holder.address(channel)
    if old is not None:
        same = old.consent == change.consent and old.address == address
        out_first = old.consent == UNSUBSCRIBED and at == old.at
        if at < old.at or out_first or (same and at == old.at):
            return False
    before = effective(old, address)
    holder.consents[channel] = Held(change.consent, at, address)
    how = {"method": change.method, "method_detail": change.method_detail}
    ledger.consents[(holder.number, channel)] = {
        "number": holder.number,
        "channel": channel,
        "consent": change.consent,
        "at": at,
        "address": address,
        "custom_source": change.custom_source,
        "double_optin": change.confirmed,
        **how,
    }
    if before == change.consent:
        return False
    ledger.note(holder.number, channel, before, change.consent, at, {**how, "source": change.custom_source or source})
    return True


def effective(held: Held | None, address: str) -> str:
    """The consent that counts: an opt-in for another address is none."""
    if held is None or (held.consent == SUBSCRIBED and held.address != address):
        return NEVER_SUBSCRIBED
    return held.consent


def load(scope: Scope, numbers: Iterable[int]) -> dict[int, Holder]:
    with connection.cursor() as cursor:
        cursor.execute(LOAD, [scope.account_id, sorted(set(numbers))])
        return {row[0]: holder_of(row) for row in cursor.fetchall()}


def holder_of(row: tuple[Any, ...]) -> Holder:
    number, email, phone, consents, suppressions = row
    holder = Holder(number, email or "", phone or "")
    for channel, consent, at, address in store.from_json(consents):
        holder.consents[channel] = Held(consent, datetime.fromisoformat(at), address)
    for reason, at in store.from_json(suppressions):
        holder.suppressions[reason] = datetime.fromisoformat(at)
    return holder


def save(scope: Scope, ledger: Ledger, *, now: datetime) -> None:
    common: dict[str, str | datetime] = {"account_id": scope.account_id, "now": now}
    statements = (
        ("put_consents", list(ledger.consents.values())),
        ("put_suppressions", list(ledger.added.values())),
        ("put_history", ledger.history),
    )
    with connection.cursor() as cursor:
        for name, rows in statements:
            if rows:
                cursor.execute(store.statement(name), {**common, "rows": store.as_json(rows)})
        if ledger.lifted:
            numbers, reasons = zip(*sorted(ledger.lifted), strict=True)
            cursor.execute(LIFT, [list(numbers), list(reasons), scope.account_id])
    store.touch(scope, ledger.numbers)


def record(scope: Scope, found: Sequence[Resolved], changes: Sequence[ConsentChange], *, now: datetime) -> list[Wish]:
    """Write the wishes of people who are known by now, in order. The caller holds the lock."""
    holders = load(scope, (person.number for person in found))
    ledger = Ledger()
    wishes = []
    for person, change in zip(found, changes, strict=True):
        holder = holders.get(person.number)
        at = moment(change.at, now)
        taken, fresh = decide(ledger, holder, change, at, scope.actor) if holder else (False, False)
        wishes.append(Wish(person.number, person.id, taken, fresh, at))
    save(scope, ledger, now=now)
    return wishes


def suppress(scope: Scope, numbers: Iterable[int], reason: str, *, at: datetime, now: datetime) -> set[int]:
    """Suppress people for a reason; those for whom that was new. The caller holds the lock."""
    ledger = Ledger()
    fresh = set()
    for holder in load(scope, numbers).values():
        if reason not in holder.suppressions:
            fresh.add(holder.number)
            how = {"method": reason, "method_detail": "", "source": scope.actor}
            ledger.note(holder.number, EMAIL_MARKETING, "", SUPPRESSED, at, how)
        ledger.suppress(holder, reason, max(at, holder.suppressions.get(reason, at)))
    save(scope, ledger, now=now)
    return fresh


def unsuppress(scope: Scope, numbers: Iterable[int], *, at: datetime, now: datetime) -> set[int]:
    """Lift manual suppressions, and nothing else."""
    ledger = Ledger()
    for holder in load(scope, numbers).values():
        since = holder.suppressions.get(Reason.USER_SUPPRESSED)
        if since is not None and since <= at:
            ledger.lift(holder, Reason.USER_SUPPRESSED)
            how = {"method": "USER_SUPPRESSED", "method_detail": "", "source": scope.actor}
            ledger.note(holder.number, EMAIL_MARKETING, SUPPRESSED, "", at, how)
    save(scope, ledger, now=now)
    return ledger.numbers
