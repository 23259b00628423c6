"""Consent and suppression: a batch of wishes, taken by the rules of `consent_states`, each with its line of history.

The wish with the later time holds, and of two at the same moment the stricter, so that the order in which they are
processed does not matter. An opt-in belongs to the address it was given for; an opt-out to the person. An opt-in for
another address of the same person makes that one the address that is written to, unless the shown one has its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import connection

from cairn.domains.profiles import consent_states as states
from cairn.domains.profiles import identity, store, touching
from cairn.domains.profiles.consent_states import Trigger
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    NEVER_SUBSCRIBED,
    SUBSCRIBED,
    ConsentChange,
    Outcome,
    Reason,
    Resolved,
    Wish,
)
from cairn.infra.postgres import outbox
from cairn.kernel.scope import Scope

SUPPRESSED = "SUPPRESSED"
BOUNCED_FACT = "profiles.bounced"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OF_MAILBOX = frozenset({Reason.HARD_BOUNCE, Reason.INVALID_EMAIL})
LOAD = """
SELECT p.number, p.email, p.phone_number,
    (SELECT json_agg(json_build_array(channel, consent, at, address, opted_in_at)) FROM profiles_consent c
        WHERE c.account_id = p.account_id AND c.number = p.number),
    (SELECT json_agg(json_build_array(reason, at, lifted_at, address)) FROM profiles_suppression s
        WHERE s.account_id = p.account_id AND s.number = p.number AND s.list_id = ''),
    (SELECT json_agg(value) FROM profiles_identifier i
        WHERE i.account_id = p.account_id AND i.number = p.number AND i.kind = 'email')
FROM profiles_profile p WHERE p.account_id = %s AND p.number = ANY(%s)
"""
SHOW = """
UPDATE profiles_profile SET email = %s, updated = %s WHERE account_id = %s AND number = %s
"""
OPT_IN = """
UPDATE profiles_consent SET opted_in_at = greatest(opted_in_at, %s)
WHERE account_id = %s AND number = %s AND channel = %s
"""


class Held(msgspec.Struct, gc=False):
    """One channel's newest wish, as stored, and when the newest opt-in was, whatever came after it."""

    consent: str
    at: datetime
    address: str
    opted_in_at: datetime | None = None


class Stop(msgspec.Struct, gc=False):
    """A suppression: when it was put, and when it was lifted."""

    at: datetime
    lifted_at: datetime | None = None
    address: str = ""

    @property
    def holds(self) -> bool:
        return states.in_force(self.at, self.lifted_at)


class Holder(msgspec.Struct, gc=False):
    """One person's consent and suppressions, as a batch sees them."""

    number: int
    email: str
    phone: str
    consents: dict[str, Held] = {}
    stops: dict[str, Stop] = {}
    emails: frozenset[str] = frozenset()

    def address(self, channel: str) -> str:
        return address_of(channel, self.email, self.phone)

    def reachable(self, channel: str) -> bool:
        return bool(self.address(channel)) or channel.startswith("mobile")

    def opted_in_at(self, channel: str) -> datetime | None:
        held = self.consents.get(channel)
        return held.opted_in_at if held else None


def address_of(channel: str, email: str, phone: str) -> str:
    """The address that a channel writes to; apps have none."""
    return email if channel.startswith("email.") else phone if not channel.startswith("mobile") else ""


class Cause(msgspec.Struct, frozen=True, gc=False):
    """By what means something changed, as the history tells it."""

    method: str
    method_detail: str = ""
    source: str = ""
    list_id: str = ""
    text: str = ""
    ip: str = ""
    user_agent: str = ""


def cause_of(change: ConsentChange, actor: str) -> Cause:
    return Cause(
        change.method,
        change.method_detail,
        change.custom_source or change.actor or actor,
        change.list_id or "",
        change.text,
        change.ip[:45],
        change.user_agent[:500],
    )


@dataclass(slots=True)
class Ledger:
    """What a batch changes: newest rows, and lines of history."""

    consents: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    stops: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    opt_ins: dict[tuple[int, str], datetime] = field(default_factory=dict)
    shown: dict[int, str] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.consents or self.stops or self.opt_ins or self.shown or self.history)

    @property
    def numbers(self) -> set[int]:
        keys: Iterable[tuple[int, str]] = (*self.consents, *self.stops)
        return {number for number, _ in keys}

    def put(self, holder: Holder, reason: str, at: datetime, detail: str = "") -> bool:
        """Suppress as of a moment; whether that made a difference."""
        stop = holder.stops.get(reason)
        if stop is not None and reason in OF_MAILBOX and stop.address != holder.email:
            stop = None
        # A subscription that is later than a late suppression has lifted it, before it came.
        lifted_at = holder.opted_in_at(EMAIL_MARKETING) if reason in states.BY_PEOPLE else None
        if stop is None:
            holder.stops[reason] = stop = Stop(at, lifted_at, holder.email)
            changed = stop.holds
        else:
            before = stop.holds
            stop.at = max(at, stop.at)
            changed = stop.holds and not before
        self._keep(holder, reason, stop, detail)
        return changed

    def lift(self, holder: Holder, reason: str, at: datetime) -> bool:
        """Lift as of a moment; whether that made a difference."""
        stop = holder.stops.get(reason)
        if stop is None:
            return False
        before = stop.holds
        stop.lifted_at = max(at, stop.lifted_at or at)
        self._keep(holder, reason, stop, "")
        return before and not stop.holds

    def opt_in(self, holder: Holder, channel: str, at: datetime) -> None:
        """An opt-in that does not hold any more still lifts suppressions older than it, should they come later yet."""
        held = holder.consents[channel]
        held.opted_in_at = self.opt_ins[(holder.number, channel)] = max(at, held.opted_in_at or at)

    def _keep(self, holder: Holder, reason: str, stop: Stop, detail: str) -> None:
        key = (holder.number, reason)
        detail = detail or self.stops.get(key, {}).get("detail", "")
        self.stops[key] = {
            "number": holder.number,
            "reason": reason,
            "at": stop.at,
            "lifted_at": stop.lifted_at,
            "address": holder.email,
            "detail": detail,
        }

    def note(
        self, number: int, channel: str, before: str, after: str, at: datetime, cause: Cause, outcome: str = ""
    ) -> None:
        self.history.append(
            {
                "number": number,
                "channel": channel,
                "before": before,
                "after": after,
                "at": at,
                "outcome": outcome or Outcome.TAKEN,
                "method": cause.method,
                "method_detail": cause.method_detail,
                "source": cause.source,
                "list_id": cause.list_id,
                "text": cause.text,
                "ip": cause.ip,
                "user_agent": cause.user_agent,
            }
        )


def moment(text: str | None, now: datetime) -> datetime:
    """When a wish was made: never in the future, and always with a time zone."""
    if text is None:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return now
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)


def decide(ledger: Ledger, holder: Holder, change: ConsentChange, at: datetime, actor: str) -> tuple[Outcome, bool]:
    """What becomes of a wish, and whether it made a difference. What is not taken is told in the history, too."""
    channel = change.channel
    if channel not in states.CHANNELS:
        return Outcome.UNKNOWN_CHANNEL, False
    cause = cause_of(change, actor)
    if not holder.reachable(channel):
        before = effective(holder.consents.get(channel), "")
        ledger.note(holder.number, channel, before, before, at, cause, Outcome.NO_ADDRESS)
        return Outcome.NO_ADDRESS, False
    if change.consent == SUBSCRIBED and not settle_address(ledger, holder, change, at):
        before = effective(holder.consents.get(channel), holder.address(channel))
        ledger.note(holder.number, channel, before, before, at, cause, Outcome.OTHER_ADDRESS)
        return Outcome.OTHER_ADDRESS, False
    outcome = weigh(ledger, holder, change, channel, at, cause)
    # Each channel by its own time: what is late for one may be news for another.
    for other in states.implied(channel, change.consent):
        weigh(ledger, holder, change, other, at, cause)
    fresh = outcome == Outcome.TAKEN
    rule = states.rule(channel, trigger_of(change))
    if rule.puts and outcome != Outcome.LATE:
        ledger.put(holder, rule.puts, at)
    for reason in rule.lifts:
        fresh |= ledger.lift(holder, reason, at) and reason == Reason.USER_SUPPRESSED and outcome != Outcome.LATE
    return outcome, fresh


def settle_address(ledger: Ledger, holder: Holder, change: ConsentChange, at: datetime) -> bool:
    """Whether an opt-in is for the address that the person is written to, which it may become by it."""
    if change.channel.startswith("mobile"):
        return True
    if not change.channel.startswith("email."):
        given = identity.clean_phone(change.profile.phone_number)
        return given in (None, holder.phone)
    email = identity.clean_email(change.profile.email)
    if email in (None, holder.email):
        return True
    known = holder.consents.get(change.channel)
    holds = known is None or states.holds_against(SUBSCRIBED, at, known=known.consent, known_at=known.at)
    if email is None or email not in holder.emails or not holds:
        return False
    if effective(known, holder.email) == SUBSCRIBED or change.channel != EMAIL_MARKETING:
        return False
    holder.email = ledger.shown[holder.number] = email
    return True


def trigger_of(change: ConsentChange) -> Trigger:
    complaint = change.method == Reason.SPAM_COMPLAINT
    return states.trigger_of(change.consent, confirmed=change.confirmed, complaint=complaint)


def weigh(ledger: Ledger, holder: Holder, change: ConsentChange, channel: str, at: datetime, cause: Cause) -> Outcome:
    """The wish against the one that the channel holds."""
    known = holder.consents.get(channel)
    # An opt-in for another address stands against no opt-out.
    beside = known is not None and known.consent == SUBSCRIBED and known.address != holder.address(channel)
    if (
        known is None
        or (beside and change.consent != SUBSCRIBED)
        or states.holds_against(change.consent, at, known=known.consent, known_at=known.at)
    ):
        return Outcome.TAKEN if put(ledger, holder, change, channel, at, cause) else Outcome.REPEATED
    if known.consent == change.consent:
        return Outcome.REPEATED
    if change.consent == SUBSCRIBED:
        ledger.opt_in(holder, channel, at)
    before = effective(known, holder.address(channel))
    ledger.note(holder.number, channel, before, before, at, cause, Outcome.LATE)
    return Outcome.LATE


def put(ledger: Ledger, holder: Holder, change: ConsentChange, channel: str, at: datetime, cause: Cause) -> bool:
    """Note the newest wish of a channel; whether it changed the consent that counts."""
    old = holder.consents.get(channel)
    address = holder.address(channel)
    before = effective(old, address)
    opted_in_at = old.opted_in_at if old else None
    if change.consent == SUBSCRIBED:
        opted_in_at = max(at, opted_in_at or at)
    holder.consents[channel] = Held(change.consent, at, address, opted_in_at)
    ledger.consents[(holder.number, channel)] = {
        "number": holder.number,
        "channel": channel,
        "consent": change.consent,
        "at": at,
        "address": address,
        "method": change.method,
        "method_detail": change.method_detail,
        "custom_source": change.custom_source,
        "double_optin": change.confirmed,
        "opted_in_at": opted_in_at,
    }
    if before == change.consent:
        return False
    ledger.note(holder.number, channel, before, change.consent, at, cause)
    return True


def effective(held: Held | None, address: str) -> str:
    """The consent that counts: an opt-in for another address is none."""
    if held is None or (held.consent == SUBSCRIBED and held.address != address):
        return NEVER_SUBSCRIBED
    return held.consent


def load(scope: Scope, numbers: Iterable[int]) -> dict[int, Holder]:
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LOAD, [scope.account_id, wanted])
        return {row[0]: holder_of(row) for row in cursor.fetchall()}


def holder_of(row: tuple[Any, ...]) -> Holder:
    number, email, phone, consents, stops, emails = row
    holder = Holder(number, email or "", phone or "", emails=frozenset(store.from_json(emails)))
    for channel, consent, at, address, opted_in_at in store.from_json(consents):
        holder.consents[channel] = Held(consent, datetime.fromisoformat(at), address, parsed(opted_in_at))
    for reason, at, lifted_at, address in store.from_json(stops):
        holder.stops[reason] = Stop(datetime.fromisoformat(at), parsed(lifted_at), address)
    return holder


def parsed(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def save(scope: Scope, ledger: Ledger, *, now: datetime) -> None:
    common: dict[str, str | datetime] = {"account_id": scope.account_id, "now": now}
    statements = (
        ("put_consents", list(ledger.consents.values())),
        ("put_suppressions", list(ledger.stops.values())),
        ("put_history", ledger.history),
    )
    with connection.cursor() as cursor:
        for name, rows in statements:
            if rows:
                cursor.execute(store.statement(name), {**common, "rows": store.as_json(rows)})
        for (number, channel), at in ledger.opt_ins.items():
            cursor.execute(OPT_IN, [at, scope.account_id, number, channel])
        for number, email in ledger.shown.items():
            cursor.execute(SHOW, [email, now, scope.account_id, number])
    touching.touch(scope, ledger.numbers)


def record(scope: Scope, found: Sequence[Resolved], changes: Sequence[ConsentChange], *, now: datetime) -> list[Wish]:
    """Write the wishes of people who are known by now, in order. The caller holds the lock."""
    holders = load(scope, (person.number for person in found))
    ledger = Ledger()
    wishes = []
    for person, change in zip(found, changes, strict=True):
        holder = holders.get(person.number)
        at = moment(change.at, now)
        outcome, fresh = decide(ledger, holder, change, at, scope.actor) if holder else (Outcome.NO_ADDRESS, False)
        taken = outcome in (Outcome.TAKEN, Outcome.REPEATED)
        wishes.append(Wish(person.number, person.id, taken, fresh, at, outcome))
    save(scope, ledger, now=now)
    return wishes


def suppress(
    scope: Scope, numbers: Iterable[int], reason: Reason, *, at: datetime, now: datetime, detail: str = ""
) -> set[int]:
    """Suppress people for a reason; those for whom that was new. The caller holds the lock."""
    ledger = Ledger()
    fresh = set()
    trigger = Trigger.SOFT_BOUNCES if reason == Reason.HARD_BOUNCE and detail else states.SUPPRESSING[reason]
    puts = states.rule(EMAIL_MARKETING, trigger).puts or reason
    for holder in load(scope, numbers).values():
        if ledger.put(holder, puts, at, detail):
            fresh.add(holder.number)
            ledger.note(holder.number, EMAIL_MARKETING, "", SUPPRESSED, at, Cause(reason, detail, scope.actor))
    save(scope, ledger, now=now)
    if reason in OF_MAILBOX and fresh:
        outbox.send(BOUNCED_FACT, {"account_id": scope.account_id, "numbers": sorted(fresh), "at": at})
    return fresh


def unsuppress(scope: Scope, numbers: Iterable[int], *, at: datetime, now: datetime) -> set[int]:
    """Lift manual suppressions, and nothing else. Who has none keeps the note: one for the time before that comes
    late changes nothing."""
    ledger = Ledger()
    fresh = set()
    (reason,) = states.rule(EMAIL_MARKETING, Trigger.UNSUPPRESS).lifts
    for holder in load(scope, numbers).values():
        holder.stops.setdefault(reason, Stop(EPOCH, at))
        if ledger.lift(holder, reason, at):
            fresh.add(holder.number)
            cause = Cause("USER_SUPPRESSED", "", scope.actor)
            ledger.note(holder.number, EMAIL_MARKETING, SUPPRESSED, "", at, cause)
    save(scope, ledger, now=now)
    return fresh
