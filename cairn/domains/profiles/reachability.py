"""Why somebody can or cannot be written to now, per channel. Pure: one function, used by sending, by the API and by
the profile's page.

Marketing by email needs an address and no objection: who never said anything may be written to. All other channels
need an opt-in. Transactional email goes out unless the mailbox is broken or its owner complained.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    EMAIL_TRANSACTIONAL,
    NEVER_SUBSCRIBED,
    SUBSCRIBED,
    UNSUBSCRIBED,
    Reason,
    Snapshot,
)

PUSH: Final = "mobile_push.marketing"
REPORTED: Final = (
    EMAIL_MARKETING,
    EMAIL_TRANSACTIONAL,
    "sms.marketing",
    "sms.transactional",
    PUSH,
    "whatsapp.marketing",
    "whatsapp.transactional",
    "whatsapp.conversational",
)
STOPS_EVERYTHING: Final = frozenset({Reason.HARD_BOUNCE, Reason.INVALID_EMAIL, Reason.SPAM_COMPLAINT})
COVERS: Final = {
    "sms.transactional": "sms.marketing",
    "whatsapp.transactional": "whatsapp.marketing",
    "whatsapp.conversational": "whatsapp.marketing",
}
"""An opt-in to the second covers the first."""


class Obstacle(StrEnum):
    """What stands in the way, beside the reasons of suppressions."""

    PROFILE_DELETED = "PROFILE_DELETED"
    NO_EMAIL = "NO_EMAIL"
    NO_PHONE_NUMBER = "NO_PHONE_NUMBER"
    NO_DEVICE = "NO_DEVICE"
    UNSUBSCRIBED = "UNSUBSCRIBED"
    NEVER_SUBSCRIBED = "NEVER_SUBSCRIBED"
    LIST_UNSUBSCRIBED = "LIST_UNSUBSCRIBED"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing in the way, since when, and what is known of it."""

    reason: str
    since: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether one channel reaches a profile, at which address, and what stands in the way: the gravest first."""

    channel: str
    address: str
    hindrances: Sequence[Hindrance]

    @property
    def allowed(self) -> bool:
        return not self.hindrances

    @property
    def reason(self) -> str:
        return self.hindrances[0].reason if self.hindrances else ""


def reach(found: Snapshot, channel: str, *, list_id: str = "", has_device: bool = False) -> Reach:
    """Everything that keeps a message of a channel from a profile. `list_id` names the one list a message goes to;
    `has_device` says whether an app may show pushes."""
    if found.profile is None:
        return Reach(channel, "", (Hindrance(Obstacle.PROFILE_DELETED),))
    if channel.startswith("email."):
        email = found.profile.email or ""
        if not email:
            return Reach(channel, "", (Hindrance(Obstacle.NO_EMAIL),))
        return Reach(channel, email, tuple(by_email(found, channel, list_id)))
    phone = "" if channel == PUSH else found.profile.phone_number or ""
    return Reach(channel, phone, tuple(by_opt_in(found, channel, phone, has_device=has_device)))


def by_email(found: Snapshot, channel: str, list_id: str) -> Iterable[Hindrance]:
    stops = {one.reason: one for one in found.standing.suppressions}
    # What a mailbox said comes before what a person did.
    for reason in Reason:
        if reason in stops and (channel == EMAIL_MARKETING or reason in STOPS_EVERYTHING):
            yield Hindrance(reason, stops[reason].at, stops[reason].detail)
    if channel != EMAIL_MARKETING:
        return
    consent = found.standing.consent(EMAIL_MARKETING)
    told = Reason.UNSUBSCRIBE in stops or Reason.SPAM_COMPLAINT in stops
    if consent.consent == UNSUBSCRIBED and not told:
        yield Hindrance(Obstacle.UNSUBSCRIBED, consent.at)
    for one in found.standing.list_suppressions if list_id else ():
        if one.list_id == list_id:
            yield Hindrance(Obstacle.LIST_UNSUBSCRIBED, one.at, list_id)


def by_opt_in(found: Snapshot, channel: str, phone: str, *, has_device: bool) -> Iterable[Hindrance]:
    if channel == PUSH and not has_device:
        yield Hindrance(Obstacle.NO_DEVICE)
    if channel != PUSH and not phone:
        yield Hindrance(Obstacle.NO_PHONE_NUMBER)
    consent = found.standing.consent(channel)
    if consent.consent == NEVER_SUBSCRIBED and channel in COVERS:
        consent = found.standing.consent(COVERS[channel])
    if consent.consent != SUBSCRIBED:
        yield Hindrance(Obstacle(consent.consent), consent.at)
