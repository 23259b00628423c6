"""What crosses the border of analytics: touches, conversions and credits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from cairn.kernel.listing import Compare


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


class Conversion(msgspec.Struct, frozen=True, gc=False):
    """An event that a message may get credit for. `value` is in millionths of the currency."""

    id: UUID
    profile: int
    metric: int
    ts: int
    received: int
    value: int
    currency: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """The stored credit of an event: to which open or click, and so to which message, it goes."""

    id: str
    event_id: str
    touch_id: str
    campaign_id: str
    message_id: str
    flow_id: str
    reason: str


class Measurement(StrEnum):
    COUNT = "count"
    UNIQUE = "unique"
    SUM_VALUE = "sum_value"


class Interval(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


DIMENSIONS = frozenset(
    [
        "$attributed_channel",
        "$attributed_flow",
        "$attributed_message",
        "$attributed_variation",
        "$campaign_channel",
        "$flow",
        "$flow_channel",
        "$message",
        "$message_send_cohort",
        "$usage_amount",
        "$value_currency",
        "$variation",
        "$variation_send_cohort",
    ]
) | frozenset(
    [
        "Bot Click",
        "Bounce Type",
        "Campaign Name",
        "Client Canonical",
        "Client Name",
        "Client Type",
        "Email Domain",
        "Failure Source",
        "Failure Type",
        "From Number",
        "From Phone Region",
        "Inbox Provider",
        "List",
        "Message Format",
        "Message Name",
        "Message Type",
        "Method",
        "Segment Count",
        "Subject",
        "To Number",
        "To Phone Region",
        "URL",
        "form_id",
    ]
)
"""What events can be grouped by: facts of messages, and properties of events by their names."""
ANY_PROPERTY = re.compile(r"properties\['(?P<name>.{1,255})'\]", re.DOTALL)


def named_property(dimension: str) -> str | None:
    """The property that `properties['Brand']` names: an addition of ours, for the properties of a shop's own events."""
    found = ANY_PROPERTY.fullmatch(dimension)
    return found["name"] if found else None


def is_dimension(name: str) -> bool:
    return name in DIMENSIONS or named_property(name) is not None


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """`since` is included, `until` is not. `where` compares dimensions with texts; `sort` is a dimension or a
    measurement, with a minus for descending."""

    metric_id: str
    measurements: Sequence[Measurement]
    interval: Interval
    zone: ZoneInfo
    since: datetime
    until: datetime
    by: Sequence[str] = ()
    where: Sequence[Compare] = ()
    sort: str = ""
    size: int = 500
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one combination of dimensions, one per date."""

    dimensions: Sequence[str]
    measurements: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`next_offset` is None on the last page."""

    dates: Sequence[datetime]
    groups: Sequence[Group]
    next_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Sales:
    """Orders and their value, and how much of both a message earned."""

    total: float = 0.0
    attributed: float = 0.0
    orders: int = 0
    attributed_orders: int = 0


@dataclass(frozen=True, slots=True)
class RevenueReport:
    """Sales of a period and of the equally long one before it, by event time."""

    currency: str
    now: Sales
    previous: Sales
    dates: Sequence[datetime]
    total_series: Sequence[float]
    attributed_series: Sequence[float]


@dataclass(frozen=True, slots=True)
class AudienceReport:
    """People and subscribers at the end of each interval; who came and who unsubscribed inside it."""

    dates: Sequence[datetime]
    profiles: Sequence[int]
    subscribers: Sequence[int]
    new: Sequence[int]
    unsubscribed: Sequence[int]


@dataclass(frozen=True, slots=True)
class MessageValues:
    """What people did with one message. `statistics` by their names in the API."""

    campaign_id: str
    campaign_name: str
    message_id: str
    statistics: Mapping[str, float]
