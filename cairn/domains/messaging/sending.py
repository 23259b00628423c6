"""The pipeline from candidate to outcome: claim, consent, smart sending, compose, hand over, record.

A message is taken by one conditional update, and only by one sender. Its fate is noted in the seat's journal the
moment the relay tells it, so that a killed sender's successor knows what went out. What was on the wire in that very
moment is sent again: of the two possible mistakes, once too often is the smaller one.
"""

import dataclasses
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import transaction

from cairn.domains.accounts import queries as accounts
from cairn.domains.events.contracts import BOUNCED, OWN_SERVICE, RECEIVED, EventDraft, RecordEvents
from cairn.domains.messaging import ledger
from cairn.domains.messaging.addressing import addressees
from cairn.domains.messaging.composing import Composed, Composition, Site, content_of
from cairn.domains.messaging.contracts import CAMPAIGN, EMAIL
from cairn.domains.messaging.ledger import Claimed, Orphan, Settled
from cairn.domains.messaging.models import LastSent, Source, State
from cairn.domains.messaging.people import Recipient
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch, Reason, SuppressProfiles
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.mail import port
from cairn.infra.mail.journal import Seat
from cairn.infra.mail.port import Accepted, Mail, Mailer, SendFailed
from cairn.kernel.clock import millis
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

BATCH: Final = 500
BEFORE_ALL: Final = -(2**62)
SOFT: Final = (str(port.Reason.REFUSED), str(port.Reason.BUSY))
"""Failures that speak against the mailbox; a relay that is away or misconfigured says nothing of it."""
LEASE: Final = timedelta(minutes=30)
STEP_SECONDS: Final = 20.0
SMART_SENDING: Final = timedelta(hours=16)
RETRIES: Final = tuple(timedelta(minutes=wait) for wait in (1, 5, 15, 60, 180, 360, 720))
"""Pauses after temporary refusals; behind the last one the message has failed."""
AWAY: Final = timedelta(seconds=10)
"""Pause while the relay cannot be reached, which counts as no attempt of the message."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What one step did. `away`: the relay cannot be reached, so that trying at once is idle."""

    taken: int = 0
    accepted: int = 0
    failed: int = 0
    skipped: int = 0
    away: bool = False


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch on its way to the relay."""

    scope: Scope
    source: str
    ready: Sequence["Ready"]
    settled: list[Settled]
    outcomes: "Future[list[port.Outcome]]"
    now: datetime


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that may go out."""

    claimed: Claimed
    recipient: Recipient
    composed: Composed


class Sender:
    """One sender at its seat. Not for several threads at once; take a seat for each."""

    def __init__(self, mailer: Mailer, seat: Seat, log: EventLog, site: Site) -> None:
        self.mailer, self.seat, self.log, self.site = mailer, seat, log, site
        self.compositions: dict[tuple[str, str], Composition] = {}
        self.reached: dict[tuple[str, str], int] = {}
        self.most = BATCH
        self.flight: Flight | None = None
        self.courier = ThreadPoolExecutor(1, thread_name_prefix="courier")

    def step(self, scope: Scope, source: str, *, now: datetime) -> Handed:
        """Takes and finishes a batch of one source's messages; `taken` is 0 when nothing is due. Raises Invalid and
        NotFound where the source can never be sent."""
        self.composition(scope, source)  # Before anything is taken: what can never be sent is not.
        place = (scope.account_id, source)
        after = self.reached.get(place, BEFORE_ALL)
        claimed = self.claim(scope, source, after, now)
        if not claimed and after != BEFORE_ALL:  # Retries lie behind; they are looked for once the front is reached.
            claimed = self.claim(scope, source, BEFORE_ALL, now)
        if not claimed:
            self.reached.pop(place, None)
            return self.land()
        self.reached[place] = claimed[-1].number
        ready, settled = self.prepare(scope, source, claimed, now=now)
        # While one batch is with the relay, the next one is composed.
        handed = self.land()
        outcomes = self.courier.submit(self.deliver, ready)
        self.flight = Flight(scope, source, ready, settled, outcomes, now)
        return dataclasses.replace(handed, taken=handed.taken + len(claimed))

    def land(self) -> Handed:
        """Waits for the batch on its way and records what became of it."""
        flight, self.flight = self.flight, None
        if flight is None:
            return Handed()
        outcomes = flight.outcomes.result()
        return self.finish(flight.scope, flight.source, flight.ready, outcomes, flight.settled, now=flight.now)

    def claim(self, scope: Scope, source: str, after: int, now: datetime) -> list[Claimed]:
        return ledger.claim(
            scope, source, after=after, seat=self.seat.name, now=now, lease_until=now + LEASE, most=self.most
        )

    def composition(self, scope: Scope, source: str) -> Composition:
        place = (scope.account_id, source)
        found = self.compositions.get(place)
        if found is None:
            row = Source.objects.of(scope, source)
            if len(self.compositions) > 50:
                self.compositions.clear()
            found = self.compositions[place] = Composition(scope, source, content_of(row.content), self.site)
        return found

    def prepare(
        self, scope: Scope, source: str, claimed: Sequence[Claimed], *, now: datetime
    ) -> tuple[list[Ready], list[Settled]]:
        """Who may get the message, with it; and who may not, with the reason."""
        composition = self.composition(scope, source)
        numbers = [one.number for one in claimed]
        people = addressees(scope, composition.content, numbers, site=self.site, now=now)
        recent = recently_sent(scope, source, numbers, now=now) if composition.content.smart_sending else frozenset()
        ready: list[Ready] = []
        settled: list[Settled] = []
        for one in claimed:
            found = people[one.number]
            recipient = found.recipient
            if found.reason or recipient is None:
                settled.append(skipped(one, found.reason, found.profile_id, found.email))
            elif one.number in recent:
                settled.append(skipped(one, "smart_sending", found.profile_id, found.email))
            else:
                try:
                    ready.append(Ready(one, recipient, composition.compose(recipient, one.id, now=now)))
                except Invalid as error:
                    settled.append(skipped(one, "not_renderable", recipient.id, recipient.email, error.detail))
        return ready, settled

    def deliver(self, ready: Sequence[Ready]) -> list[port.Outcome]:
        if not ready:
            return []
        begun = time.monotonic()
        mails: list[Mail] = [one.composed.mail for one in ready]
        outcomes = self.mailer.send(mails, lambda index: self.seat.note(ready[index].claimed.id))
        # With a slow relay fewer are taken at once, so that a lease never runs out on a living sender.
        pace = len(ready) / max(0.001, time.monotonic() - begun)
        self.most = max(20, min(BATCH, int(pace * STEP_SECONDS)))
        return outcomes

    def close(self) -> None:
        """Records what is on its way, then gives up the seat."""
        try:
            self.land()
        finally:
            self.courier.shutdown()
            self.seat.close()

    def finish(
        self,
        scope: Scope,
        source: str,
        ready: Sequence[Ready],
        outcomes: Sequence[port.Outcome],
        settled: list[Settled],
        *,
        now: datetime,
        clear: bool = True,
    ) -> Handed:
        """Events first, then the ledger: a crash between repeats the events, which the log's reader drops as known."""
        settled = [*settled, *(settle(one, outcome, now) for one, outcome in zip(ready, outcomes, strict=True))]
        self.tell(scope, source, ready, outcomes, now=now)
        sent = [one.claimed.number for one, outcome in zip(ready, outcomes, strict=True) if accepted(outcome)]
        with transaction.atomic():
            ledger.settle(scope, source, self.seat.name, settled, now=now)
            if self.composition(scope, source).content.kind == CAMPAIGN:
                ledger.remember_sent(scope, source, sent, now=now)
                count_bounces(scope, sent, settled, now=now)
        if clear:
            self.seat.clear()
        states = [one.state for one in settled]
        return Handed(
            taken=len(settled),
            accepted=states.count(State.ACCEPTED),
            failed=states.count(State.FAILED),
            skipped=states.count(State.SKIPPED),
            away=bool(ready) and not sent and all(unreachable(outcome) for outcome in outcomes),
        )

    def tell(
        self, scope: Scope, source: str, ready: Sequence[Ready], outcomes: Sequence[port.Outcome], *, now: datetime
    ) -> None:
        """What happened to a message is an event, too; and an address that bounced is written to no more."""
        content = self.composition(scope, source).content
        events: list[EventDraft] = []
        bounced: list[str] = []
        for one, outcome in zip(ready, outcomes, strict=True):
            metric = RECEIVED if accepted(outcome) else BOUNCED
            if isinstance(outcome, SendFailed) and not outcome.permanent:
                continue
            if content.kind != CAMPAIGN:
                gone = isinstance(outcome, SendFailed) and outcome.reason is port.Reason.MAILBOX_UNKNOWN
                bounced += [one.recipient.id] if gone and one.recipient.id else []
                continue
            properties = {
                "Subject": one.composed.subject,
                "Campaign Name": content.campaign_name,
                "Email Domain": one.recipient.email.rpartition("@")[2],
                "$message": source,
                "$campaign": content.campaign_id,
            }
            if isinstance(outcome, SendFailed):
                gone = outcome.reason is port.Reason.MAILBOX_UNKNOWN
                properties |= {"Bounce Type": "Hard" if gone else "Soft", "Description": outcome.detail[:300]}
                bounced += [one.recipient.id] if gone else []
            events.append(
                EventDraft(
                    metric=metric,
                    profile=ProfilePatch(id=one.recipient.id),
                    properties=properties,
                    service=OWN_SERVICE,
                    time=int(now.timestamp()),
                    unique_id=one.claimed.id,
                    message=source,
                )
            )
        at = millis(now)
        if events:
            body = msgspec.json.encode(RecordEvents(events))
            self.log.append_now(Lane.BULK, [Record(scope.account_id, "events.record", body, at)])
        if bounced:
            command = SuppressProfiles(profile_ids=bounced, reason=Reason.HARD_BOUNCE)
            body = msgspec.json.encode(command)
            self.log.append_now(Lane.CONSENT, [Record(scope.account_id, "profiles.suppress", body, at)])

    def recover(self, *, now: datetime) -> int:
        """Takes over what ended senders had in hand: those that the journal knows as accepted are recorded as such,
        all others go back to the queue. Returns how many there were."""
        self.land()  # What is on its way is in a living hand.
        noted = self.seat.noted()
        count = 0
        while True:
            with transaction.atomic():
                found = ledger.orphans(self.seat.name, now=now)
                known = [one for one in found if one.id in noted]
                ledger.release([(one.account_id, one.id) for one in found if one.id not in noted])
                ledger.adopt([(one.account_id, one.id) for one in known], self.seat.name, lease_until=now + LEASE)
            self.record_known(known, now=now)
            count += len(found)
            if not found:
                self.seat.clear()
                return count

    def record_known(self, known: Sequence[Orphan], *, now: datetime) -> None:
        groups: dict[tuple[str, str], list[Claimed]] = {}
        for one in known:
            groups.setdefault((one.account_id, one.source), []).append(Claimed(one.number, one.id, 0))
        for (account_id, source), claimed in groups.items():
            self.record_group(accounts.scope_of(account_id), source, claimed, now=now)

    def record_group(self, scope: Scope, source: str, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """They went out, whatever their consent says by now."""
        composition = self.composition(scope, source)
        ready: list[Ready] = []
        settled: list[Settled] = []
        numbers = [one.number for one in claimed]
        people = addressees(scope, composition.content, numbers, site=self.site, now=now)
        for one in claimed:
            recipient = people[one.number].recipient
            if recipient is None:
                settled.append(Settled(one.number, State.ACCEPTED))
                continue
            ready.append(Ready(one, recipient, composition.compose(recipient, one.id, now=now)))
        outcomes: list[port.Outcome] = [Accepted() for _ in ready]
        # The journal stays until the last group is recorded.
        self.finish(scope, source, ready, outcomes, settled, now=now, clear=False)


def count_bounces(scope: Scope, sent: Sequence[int], settled: Sequence[Settled], *, now: datetime) -> None:
    """In the transaction that records the outcomes, so that each counts once."""
    profiles.delivered(scope, sent)
    refused = {one.number: one.email for one in settled if one.state == State.FAILED and one.reason in SOFT}
    profiles.count_soft_bounces(scope, refused, now=now)


def accepted(outcome: port.Outcome) -> bool:
    return isinstance(outcome, Accepted)


def unreachable(outcome: port.Outcome) -> bool:
    return isinstance(outcome, SendFailed) and outcome.reason in (port.Reason.UNREACHABLE, port.Reason.MISCONFIGURED)


def skipped(claimed: Claimed, reason: str, profile_id: str, email: str, detail: str = "") -> Settled:
    return Settled(claimed.number, State.SKIPPED, reason, detail, profile_id, email)


def settle(one: Ready, outcome: port.Outcome, now: datetime) -> Settled:
    """The ledger's word for an outcome; a temporary refusal goes back to the queue until its tries are used up."""
    number, profile_id, email = one.claimed.number, one.recipient.id, one.recipient.email
    if isinstance(outcome, Accepted):
        return Settled(number, State.ACCEPTED, "", "", profile_id, email)
    detail = f"{outcome.code} {outcome.detail}".strip() if outcome.code else outcome.detail
    if unreachable(outcome):
        return Settled(number, State.QUEUED, outcome.reason, detail, profile_id, email, now + AWAY)
    if outcome.permanent or one.claimed.attempts > len(RETRIES):
        return Settled(number, State.FAILED, outcome.reason, detail, profile_id, email)
    pause = RETRIES[one.claimed.attempts - 1]
    return Settled(number, State.QUEUED, outcome.reason, detail, profile_id, email, now + pause)


def recently_sent(scope: Scope, source: str, numbers: Sequence[int], *, now: datetime) -> frozenset[int]:
    """Who got another message within the smart sending period."""
    rows = LastSent.objects.within(scope).filter(channel=EMAIL, number__in=numbers, at__gt=now - SMART_SENDING)
    return frozenset(rows.exclude(source=source).values_list("number", flat=True))
