"""What crosses the border of events: commands on the log, and stored events as other domains see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from cairn.domains.events.definitions import Condition as Condition
from cairn.domains.events.definitions import Definition as Definition
from cairn.domains.events.definitions import MetricGroup as MetricGroup
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel.filters import VALUE as VALUE

OWN_SERVICE = "cairn"
"""Service of what Cairn itself does: sends, opens, clicks, subscriptions."""

RECEIVED = "Received Email"
OPENED = "Opened Email"
CLICKED = "Clicked Email"
BOUNCED = "Bounced Email"
DROPPED = "Dropped Email"
SPAM = "Marked Email as Spam"
UNSUBSCRIBED = "Unsubscribed from Email Marketing"
CLICKED_UNSUBSCRIBED = "Clicked and Unsubscribed from Email"
SUBSCRIBED = "Subscribed to Email Marketing"
SUBSCRIBED_TO_LIST = "Subscribed to List"
MERGED_PROFILE = "Merged Profile"


class EventDraft(msgspec.Struct, omit_defaults=True):
    """One event as accepted. `time` is seconds since 1970; absent: the record's own time.

    `service` is the metric's integration (`api` for shops, `cairn` for our own sends, opens and clicks).
    `message` names the
    campaign message for our own events.
    """

    metric: str
    profile: ProfilePatch
    properties: dict[str, Any] = {}
    service: str = "api"
    time: int | None = None
    value: float | None = None
    currency: str | None = None
    unique_id: str | None = None
    backfill: bool = False
    message: str = ""


class RecordEvents(msgspec.Struct):
    """Log command `events.record`."""

    events: list[EventDraft]


class ArrivedEvent(msgspec.Struct, omit_defaults=True, gc=False):
    """An EventDraft as the edge writes and the worker reads it: properties stay the bytes that were sent."""

    metric: str
    profile: ProfilePatch
    properties: msgspec.Raw = msgspec.Raw(b"{}")
    service: str = "api"
    time: int | None = None
    value: float | None = None
    currency: str | None = None
    unique_id: str | None = None
    backfill: bool = False
    message: str = ""


class ArrivedEvents(msgspec.Struct):
    """Log command `events.record`, as the worker reads it."""

    events: list[ArrivedEvent]


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """An event whose profile is known. `source` is its place in the log, `received` milliseconds since 1970.

    `is_new` says that the profile was made for this very event, so that it cannot have earlier ones.
    """

    event: ArrivedEvent
    profile: int
    is_new: bool
    source: str
    received: int


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """An event that has a row in ClickHouse. `metric` and `profile` are numbers, `ts` seconds and `received`
    milliseconds since 1970, `value` millionths of the currency. A `backfill` tells of the past: it sets nothing off."""

    id: UUID
    profile: int
    metric: int
    metric_name: str
    service: str
    ts: int
    value: int
    currency: str
    message: str
    machine: int
    received: int
    properties: bytes
    backfill: bool = False


class DropReason(StrEnum):
    """Why an accepted event has no row of its own."""

    DUPLICATE = "duplicate"
    TIME_OUT_OF_RANGE = "time_out_of_range"
    VALUE_OUT_OF_RANGE = "value_out_of_range"


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch: events that have rows, also from an interrupted attempt, and what was dropped."""

    events: Sequence[StoredEvent]
    dropped: Mapping[DropReason, int]


@dataclass(frozen=True, slots=True)
class Integration:
    """Where a metric's events come from. `key` is the service they name."""

    key: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """A metric as other domains see it."""

    id: str
    number: int
    name: str
    service: str
    created: datetime
    updated: datetime
    is_starred: bool = False

    @property
    def integration(self) -> Integration:
        if self.service == OWN_SERVICE:
            return Integration(self.service, "Cairn", "Internal")
        if self.service == "api":
            return Integration(self.service, "API", "API")
        return Integration(self.service, self.service.replace("_", " ").title(), "eCommerce")


@dataclass(frozen=True, slots=True)
class MetricOverview:
    """How often a metric happened: ever, and on each of the last days, today last."""

    id: str
    metric: MetricInfo
    total: int
    days: Sequence[int]
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class EventInfo:
    """An event as the API and the pages show it. `profile_id` and `metric_id` name its relations, empty where they are
    gone; `properties` is JSON."""

    id: str
    ts: datetime
    profile: int
    profile_id: str
    metric_id: str
    value: Decimal
    currency: str
    message: str
    properties: bytes


class Role(StrEnum):
    """What reports call by a name of their own, whatever the shop's systems call it."""

    ADDED_TO_CART = "added_to_cart"
    CANCELLED_SALES = "cancelled_sales"
    ORDERED_PRODUCT = "ordered_product"
    REFUNDED_SALES = "refunded_sales"
    REVENUE = "revenue"
    STARTED_CHECKOUT = "started_checkout"
    VIEWED_PRODUCT = "viewed_product"


@dataclass(frozen=True, slots=True)
class CustomMetricInfo:
    """A metric that is counted over events of others."""

    id: str
    name: str
    definition: Definition
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class MappedMetricInfo:
    """The metric or custom metric behind a role, both empty where there is none. `is_automatic`: nobody chose, the
    metrics with the usual name count."""

    id: str
    metric_id: str
    custom_metric_id: str
    is_automatic: bool
    updated: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """Which events count as one metric, and for how much: SQL over events as `e`, its values in `params`.

    `where` is empty where every event of `metrics` counts; `times` says how often one does, empty for once; `value` is
    what it is worth. Where `reads_properties` the statement needs whole events.
    """

    metrics: Sequence[int]
    where: str
    times: str
    value: str
    params: Mapping[str, Any]

    @property
    def reads_properties(self) -> bool:
        return "e.properties" in f"{self.where} {self.times} {self.value}"


NOTHING = Counted((), "0", "", "toDecimal64(0, 6)", {})
