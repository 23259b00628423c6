"""Consent as a state machine: what each trigger does to one channel, and which of two wishes holds. Pure.

The table below is the only place that knows. `docs/guide/consent.md` shows it as `as_markdown` writes it, and a test
holds the two together. Time decides, not the order of processing: a channel holds the wish with the latest time, a
suppression its latest putting or lifting; of two at the same moment the stricter holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cairn.domains.profiles.contracts import EMAIL_MARKETING, NEVER_SUBSCRIBED, SUBSCRIBED, UNSUBSCRIBED, Reason

STATES: Final = (NEVER_SUBSCRIBED, SUBSCRIBED, UNSUBSCRIBED)
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


class Trigger(StrEnum):
    """What can happen to a channel."""

    SUBSCRIBE = "subscribe"
    ASK = "subscribe, to be confirmed"
    CONFIRM = "confirmation link followed"
    UNSUBSCRIBE = "unsubscribe"
    COMPLAIN = "spam complaint"
    SUPPRESS = "suppress by hand or API"
    UNSUPPRESS = "unsuppress"
    HARD_BOUNCE = "hard bounce"
    SOFT_BOUNCES = "repeated soft bounces"
    INVALID = "invalid address"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a trigger does. `becomes` empty: the consent stays as it is."""

    becomes: str = ""
    puts: Reason | None = None
    lifts: frozenset[Reason] = frozenset()


BY_PEOPLE: Final = frozenset({Reason.UNSUBSCRIBE, Reason.SPAM_COMPLAINT, Reason.USER_SUPPRESSED})
"""What the person or the shop did; the other reasons were said by a mailbox, which no wish repairs."""

EMAIL: Final[Mapping[Trigger, Rule]] = {
    Trigger.SUBSCRIBE: Rule(SUBSCRIBED, lifts=BY_PEOPLE),
    Trigger.ASK: Rule(),
    Trigger.CONFIRM: Rule(SUBSCRIBED, lifts=BY_PEOPLE),
    Trigger.UNSUBSCRIBE: Rule(UNSUBSCRIBED, puts=Reason.UNSUBSCRIBE),
    Trigger.COMPLAIN: Rule(UNSUBSCRIBED, puts=Reason.SPAM_COMPLAINT),
    Trigger.SUPPRESS: Rule(puts=Reason.USER_SUPPRESSED),
    Trigger.UNSUPPRESS: Rule(lifts=frozenset({Reason.USER_SUPPRESSED})),
    Trigger.HARD_BOUNCE: Rule(puts=Reason.HARD_BOUNCE),
    Trigger.SOFT_BOUNCES: Rule(puts=Reason.HARD_BOUNCE),
    Trigger.INVALID: Rule(puts=Reason.INVALID_EMAIL),
}
OTHERS: Final[Mapping[Trigger, Rule]] = {
    Trigger.SUBSCRIBE: Rule(SUBSCRIBED),
    Trigger.ASK: Rule(),
    Trigger.CONFIRM: Rule(SUBSCRIBED),
    Trigger.UNSUBSCRIBE: Rule(UNSUBSCRIBED),
}
SUPPRESSING: Final[Mapping[Reason, Trigger]] = {
    Reason.UNSUBSCRIBE: Trigger.UNSUBSCRIBE,
    Reason.SPAM_COMPLAINT: Trigger.COMPLAIN,
    Reason.USER_SUPPRESSED: Trigger.SUPPRESS,
    Reason.HARD_BOUNCE: Trigger.HARD_BOUNCE,
    Reason.INVALID_EMAIL: Trigger.INVALID,
}
UNMARKED: Final = Rule()


def rule(channel: str, trigger: Trigger) -> Rule:
    """What a trigger does to a channel; nothing, where the table has no line."""
    return (EMAIL if channel == EMAIL_MARKETING else OTHERS).get(trigger, UNMARKED)


def trigger_of(consent: str, *, confirmed: bool = False, complaint: bool = False) -> Trigger:
    """The trigger of a wish."""
    if consent == SUBSCRIBED:
        return Trigger.CONFIRM if confirmed else Trigger.SUBSCRIBE
    return Trigger.COMPLAIN if complaint else Trigger.UNSUBSCRIBE


def after(channel: str, before: str, trigger: Trigger) -> str:
    """The consent after a trigger that is later than everything before it."""
    return rule(channel, trigger).becomes or before


def holds_against(consent: str, at: datetime, *, known: str, known_at: datetime) -> bool:
    """Whether a wish holds against the one that is known: the later does, and of the same moment the opt-out."""
    return at > known_at or (at == known_at and not (known == UNSUBSCRIBED and consent == SUBSCRIBED))


def in_force(at: datetime, lifted_at: datetime | None) -> bool:
    """Whether a suppression holds: of the same moment, it does."""
    return lifted_at is None or at >= lifted_at


def implied(channel: str, consent: str) -> tuple[str, ...]:
    """Channels that go with one: marketing by text covers transactional texts, and leaving one leaves both."""
    if channel == SMS[0]:
        return (SMS[1],)
    return (SMS[0],) if channel == SMS[1] and consent == UNSUBSCRIBED else ()


def as_markdown() -> str:
    """The table of email marketing, as the guide shows it."""
    head = "| what happens | never subscribed | subscribed | unsubscribed | suppression put | suppressions lifted |"
    lines = [head, "|---|---|---|---|---|---|"]
    for trigger, one in EMAIL.items():
        became = " | ".join(word(after(EMAIL_MARKETING, state, trigger), state) for state in STATES)
        lifts = ", ".join(f"`{reason}`" for reason in sorted(one.lifts)) or "–"
        lines.append(f"| {trigger} | {became} | {f'`{one.puts}`' if one.puts else '–'} | {lifts} |")
    return "\n".join(lines)


def word(state: str, before: str) -> str:
    return "stays" if state == before else state.lower().replace("_", " ")
