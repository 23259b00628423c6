"""The hot operations of the server API, by path."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from cairn.api.edge.consent_body import subscribe, unsubscribe
from cairn.api.edge.event_body import bulk_events, single_event
from cairn.api.edge.gate import Command, Operation, Rules
from cairn.api.kernel.ratelimit import XL, L, M
from cairn.domains.events.contracts import ArrivedEvents
from cairn.domains.profiles.contracts import ChangeConsent
from cairn.infra.eventlog.port import Lane

RECORD: Final = "events.record"
UPSERT: Final = "profiles.upsert"
CONSENT: Final = "profiles.consent"


def create_event(content: bytes, now: float) -> Command:
    return Command(RECORD, ArrivedEvents(single_event(content, int(now), trusted=True)))


def create_events(content: bytes, now: float) -> Command:
    return Command(RECORD, ArrivedEvents(bulk_events(content, int(now), trusted=True)))


def subscribe_profiles(content: bytes, now: float) -> Command:
    return Command(CONSENT, subscribe(content, datetime.fromtimestamp(now, UTC)))


def unsubscribe_profiles(content: bytes, now: float) -> Command:
    return Command(CONSENT, unsubscribe(content, datetime.fromtimestamp(now, UTC)))


def list_of_wish(command: Command) -> str | None:
    """The list of a consent command, which is the same for all its changes."""
    wish = command.body
    return wish.changes[0].list_id if isinstance(wish, ChangeConsent) and wish.changes else None


EVENTS_WRITE: Final = frozenset({"events:write"})
CONSENT_WRITE: Final = frozenset({"lists:write", "profiles:write", "subscriptions:write"})

OPERATIONS: Final = {
    "/api/events": Operation(Rules("create_event", XL, EVENTS_WRITE), Lane.LIVE, create_event),
    "/api/event-bulk-create-jobs": Operation(Rules("bulk_create_events", M, EVENTS_WRITE), Lane.BULK, create_events),
    "/api/profile-subscription-bulk-create-jobs": Operation(
        Rules("bulk_subscribe_profiles", L, CONSENT_WRITE), Lane.CONSENT, subscribe_profiles, list_of_wish
    ),
    "/api/profile-subscription-bulk-delete-jobs": Operation(
        Rules("bulk_unsubscribe_profiles", L, CONSENT_WRITE), Lane.CONSENT, unsubscribe_profiles, list_of_wish
    ),
}

# Addresses of older releases.
MOVED: Final = {
    "/api/profile-unsubscription-bulk-create-jobs": replace(
        OPERATIONS["/api/profile-subscription-bulk-delete-jobs"], until="2023-07-15"
    ),
}
