"""What crosses the border of analytics: touches, conversions and credits."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Touch(StrEnum):
    """How somebody dealt with a message. A click says more than an open of the same second."""

    OPEN = "email_open"
    CLICK = "email_click"


@dataclass(frozen=True, slots=True)
class Interaction:
    """An open or click of a message that may earn credit; what bots, privacy proxies and transactional mails did is
    none. `received` is milliseconds since 1970, `ts` seconds."""

    id: UUID
    profile: int
    metric: int
    kind: Touch
    ts: int
    received: int
    message: str
    campaign: str
    flow: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """An event that a message may get credit for. `value` is in millionths of the currency."""

    id: UUID
    profile: int
    metric: int
    ts: int
    received: int
    value: int
    currency: str
