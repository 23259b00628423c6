"""What crosses the border of campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cairn.domains.messaging.contracts import Progress

EMAIL, SMS, PUSH = "email", "sms", "mobile_push"
CHANNELS = (EMAIL, SMS, PUSH)


class JobStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Audiences:
    """Ids of lists and segments: everybody in one of `included` and in none of `excluded`."""

    included: tuple[str, ...]
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message as a new campaign brings it."""

    definition: Mapping[str, Any]
    image_id: str = ""


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as others see it. `reason` explains a cancelled one."""

    id: str
    name: str
    channel: str
    status: str
    reason: str
    archived: bool
    audiences: Audiences
    send_options: Mapping[str, Any]
    tracking_options: Mapping[str, Any]
    send_strategy: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    scheduled_at: datetime | None
    send_time: datetime | None
    progress: Progress | None
    message_ids: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class CampaignMessageView:
    """A campaign's message as others see it."""

    id: str
    campaign_id: str
    definition: Mapping[str, Any]
    template_id: str
    image_id: str
    send_times: Sequence[Mapping[str, Any]]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SendJob:
    """Sending (or estimating) a campaign; its id is the campaign's."""

    id: str
    status: JobStatus


@dataclass(frozen=True, slots=True)
class Estimation:
    """How many people would get a campaign; the id is the campaign's."""

    id: str
    estimated_recipient_count: int


@dataclass(frozen=True, slots=True)
class GroupUse:
    """Something that refers to a segment. `status` is a campaign's; what `needs_it` would miss it."""

    type: str
    id: str
    name: str
    status: str
    is_excluded: bool
    needs_it: bool
