"""What others may know of webhooks and their deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SEGMENT_ENTERED, SEGMENT_LEFT = "segment:entered", "segment:left"
"""Topics beside the account's metrics."""


class State(StrEnum):
    """How far a delivery got."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why an attempt failed, or a delivery ended without success."""

    REFUSED = "refused"  # An answer other than 2xx.
    REDIRECTED = "redirected"
    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden"  # The address leads into this server's own network.
    SECRET_UNREADABLE = "secret_unreadable"
    TOO_LATE = "too_late"
    GONE = "gone"  # The receiver answered 410: it wants no more.
    WEBHOOK_DISABLED = "webhook_disabled"


class Disabled(StrEnum):
    """Why a webhook sends nothing."""

    BY_HAND = "by_hand"
    GONE = "gone"
    KEPT_FAILING = "kept_failing"


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook as a list may show it: the address without what may be secret in it, and never the signing key."""

    id: str
    name: str
    description: str | None
    endpoint_url: str
    enabled: bool
    topics: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    health: "Health"


@dataclass(frozen=True, slots=True)
class Health:
    """How a webhook's receiver does. `failing_since` is None while its last answer was a good one."""

    disabled_reason: str
    disabled_at: datetime | None
    failing_since: datetime | None
    failures: int
    last_delivered_at: datetime | None
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class Topic:
    """Something a webhook can be told of."""

    id: str


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One request. `status` is the receiver's, None where it gave no answer; `items` is how many deliveries went
    together."""

    id: str
    at: datetime
    milliseconds: int
    status: int | None
    reason: str
    reply: str
    items: int


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One thing for one webhook, with what became of it."""

    id: str
    webhook_id: str
    topic: str
    external_id: str
    state: str
    reason: str
    is_test: bool
    attempts: int
    created_at: datetime
    done_at: datetime | None
    next_attempt_at: datetime | None
    last_status: int | None
    payload: str
    log: Sequence[AttemptView] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell: `external_id` names it for ever, `payload` is JSON, `profile` the person's number, 0: none."""

    topic: str
    external_id: str
    payload: bytes
    profile: int = 0
