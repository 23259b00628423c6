"""What crosses the border of events: commands on the log, and stored events as other domains see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cairn.domains.profiles.contracts import ProfilePatch


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


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that has a row in ClickHouse. `metric` and `profile` are numbers, `value` in the event's currency."""

    id: UUID
    profile: int
    profile_id: str
    metric: int
    metric_name: str
    service: str
    ts: datetime
    value: float
    currency: str
    message: str
    properties: bytes
