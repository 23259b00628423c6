"""Nobody is subscribed who was not, in whatever order calls arrive: random calls against counting by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.domains.profiles import actions, queries
from cairn.domains.profiles import consent_states as states
from cairn.domains.profiles.consent_states import Trigger
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    NEVER_SUBSCRIBED,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    ProfilePatch,
    Reason,
)
from cairn.kernel.scope import Scope

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE = NOON + timedelta(days=1)
GUIDE = Path(__file__).parents[4] / "docs" / "guide" / "consent.md"
IN = (Trigger.SUBSCRIBE, Trigger.CONFIRM)
OUT = (Trigger.UNSUBSCRIBE, Trigger.COMPLAIN)
ANSWERING = (*IN, *OUT, Trigger.SUPPRESS, Trigger.UNSUPPRESS, Trigger.HARD_BOUNCE, Trigger.INVALID)
serial = count()


@dataclass(frozen=True)
class Call:
    """Something that happened to one of two people at a minute; `historical` where it is told later."""

    trigger: Trigger
    minute: int
    who: int = 0
    historical: bool = False

    @property
    def at(self) -> datetime:
        return NOON + timedelta(minutes=self.minute)


CALLS = st.lists(
    st.builds(Call, st.sampled_from(ANSWERING), st.integers(0, 9), st.integers(0, 1), st.booleans()), max_size=9
)
ONE_PERSON = CALLS.map(lambda calls: [Call(call.trigger, call.minute, 0, call.historical) for call in calls])
LITTLE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def people() -> list[str]:
    """Addresses that no other example has."""
    return [f"person{next(serial)}@example.com" for _ in range(2)]


def send(scope: Scope, call: Call, email: str) -> None:
    """The call as the worker makes it."""
    if call.trigger in (*IN, *OUT):
        wish = ConsentChange(
            ProfilePatch(email=email),
            EMAIL_MARKETING,
            SUBSCRIBED if call.trigger in IN else UNSUBSCRIBED,
            at=call.at.isoformat(),
            method="SPAM_COMPLAINT" if call.trigger == Trigger.COMPLAIN else "API",
            historical=call.historical,
            confirmed=call.trigger == Trigger.CONFIRM,
        )
        with transaction.atomic():
            actions.change_consent(scope, [wish], now=LATE)
        return
    one = number(scope, email)
    if call.trigger == Trigger.UNSUPPRESS:
        actions.unsuppress(scope, [one], at=call.at, now=LATE)
    else:
        reason = states.EMAIL[call.trigger].puts
        assert reason is not None
        actions.suppress(scope, [one], reason=reason, at=call.at, now=LATE)


def number(scope: Scope, email: str) -> int:
    with transaction.atomic():
        return actions.apply_patches(scope, [ProfilePatch(email=email)], now=LATE)[0].number


def outcome(scope: Scope, one: int) -> tuple[str, list[str]]:
    standing = queries.standings(scope, [one])[one]
    return standing.consent(EMAIL_MARKETING).consent, sorted(stop.reason for stop in standing.suppressions)


def by_hand(calls: Sequence[Call]) -> tuple[str, list[str]]:
    """The state that the times alone say, one line per sentence of the guide."""

    def last(*triggers: Trigger) -> int:
        return max((call.minute for call in calls if call.trigger in triggers), default=-1)

    opted_in, opted_out = last(*IN), last(*OUT)
    consent = NEVER_SUBSCRIBED
    if max(opted_in, opted_out) >= 0:
        consent = SUBSCRIBED if opted_in > opted_out else UNSUBSCRIBED
    reasons = []
    for reason, put in ((Reason.UNSUBSCRIBE, Trigger.UNSUBSCRIBE), (Reason.SPAM_COMPLAINT, Trigger.COMPLAIN)):
        if last(put) >= 0 and last(put) >= opted_in:
            reasons.append(str(reason))
    if last(Trigger.SUPPRESS) >= 0 and last(Trigger.SUPPRESS) >= max(opted_in, last(Trigger.UNSUPPRESS)):
        reasons.append(str(Reason.USER_SUPPRESSED))
    for trigger, reason in ((Trigger.HARD_BOUNCE, Reason.HARD_BOUNCE), (Trigger.INVALID, Reason.INVALID_EMAIL)):
        if last(trigger) >= 0:
            reasons.append(str(reason))
    return consent, sorted(reasons)


@LITTLE
@given(calls=ONE_PERSON, order=st.randoms(use_true_random=False))
def test_the_order_of_calls_changes_nothing(scope: Scope, calls: list[Call], order: Random) -> None:
    email = people()[0]
    shuffled = list(calls)
    order.shuffle(shuffled)
    for call in (*shuffled, *shuffled[:3]):  # Some come twice.
        send(scope, call, email)
    assert outcome(scope, number(scope, email)) == by_hand(calls)


def last(calls: Sequence[Call], triggers: Collection[Trigger]) -> int:
    return max((call.minute for call in calls if call.trigger in triggers), default=-1)


@LITTLE
@given(calls=CALLS, merge_after=st.integers(0, 9), destination=st.integers(0, 1))
def test_no_order_of_calls_and_merges_subscribes_anybody(
    scope: Scope, calls: list[Call], merge_after: int, destination: int
) -> None:
    """Whoever is subscribed in the end said so for that address later than they, or whom they are, ever said no."""
    emails = people()
    for email in emails:
        number(scope, email)
    kept = number(scope, emails[destination])
    for place, call in enumerate([*calls, None]):
        if place == min(merge_after, len(calls)):
            ids = queries.ids_of(scope, [kept, number(scope, emails[1 - destination])])
            actions.merge(scope, ids.pop(kept), *ids.values(), now=LATE)
        if call is not None:
            send(scope, call, emails[call.who])
    consent, reasons = outcome(scope, kept)
    shown = queries.profiles_by_numbers(scope, [kept])[kept].email
    if consent == SUBSCRIBED:
        mine = [call for call in calls if emails[call.who] == shown]
        assert last(mine, IN) > last(mine, OUT)
        # What the other one said is heard, too; of theirs, only what they took back themselves does not count.
        assert last(calls, IN) > last(calls, OUT)
    if queries.sendable(scope, [kept])[kept].allowed:
        assert consent != UNSUBSCRIBED and not reasons
        by_shop = last(calls, (Trigger.SUPPRESS,))
        assert by_shop == -1 or by_shop < last(calls, (*IN, Trigger.UNSUPPRESS))


def test_the_guide_shows_the_table_of_the_code() -> None:
    assert states.as_markdown() in GUIDE.read_text()


def test_every_trigger_and_state_has_a_line() -> None:
    assert set(states.EMAIL) == set(Trigger)
    for before in (NEVER_SUBSCRIBED, UNSUBSCRIBED):
        subscribing = {trigger for trigger in Trigger if states.after(EMAIL_MARKETING, before, trigger) == SUBSCRIBED}
        assert subscribing == set(IN)
