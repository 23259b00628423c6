"""What crosses the border of segments: facts on the log, and what other domains may know of a segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

ENTERED = "segment.entered"
LEFT = "segment.left"
DEFINITION = "definition"
"""Cause of changes that an edit made: they are no fact, nobody did anything."""
TICK = "tick"
"""Cause of changes that people or time made."""


class SegmentChanged(msgspec.Struct, frozen=True):
    """Body of the log's facts `segment.entered` and `segment.left`: who did, at the same moment.

    A tick that is redone after a crash writes the same fact again: (kind, segment, at) names it, and `at`, milliseconds
    since 1970, only grows within an account.
    """

    segment_id: str
    segment: int
    at: int
    profiles: list[tuple[int, str]]
    """Numbers and ids."""


@dataclass(frozen=True, slots=True)
class TickResult:
    """What one tick did. `at` is the moment for which memberships are true now."""

    at: datetime
    copied: int
    evaluated: int
    entered: int
    left: int
    built: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Building:
    """How far a new or edited segment is: so many are built before it, and in so many seconds it should be ready."""

    ahead: int
    seconds: float


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """A segment as others see it. `watermark` is None until the first build is over, `building` from then on."""

    id: str
    number: int
    name: str
    definition: dict[str, Any]
    summary: str
    is_active: bool
    is_starred: bool
    is_processing: bool
    profile_count: int
    created: datetime
    updated: datetime
    watermark: datetime | None
    building: Building | None


@dataclass(frozen=True, slots=True)
class Member:
    """One profile of a segment, and since when."""

    number: int
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Growth:
    """Of one segment, per interval: who came, who went, and how many there were at its end."""

    segment_id: str
    added: Sequence[int]
    removed: Sequence[int]
    totals: Sequence[int]


@dataclass(frozen=True, slots=True)
class PastMember:
    """Somebody who was in a segment, and since when."""

    profile_id: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class PastMembers:
    """Who was in a segment `at` a moment: how many, and a page of them; `after` asks for the next one."""

    segment_id: str
    at: datetime
    count: int
    members: Sequence[PastMember]
    after: str | None


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """One entry or exit. The cause is `tick`, what somebody did or time itself, or `definition`, an edit."""

    id: str
    segment_id: str
    segment_name: str
    profile_id: str
    at: datetime
    entered: bool
    cause: str


@dataclass(frozen=True, slots=True)
class SampleProfile:
    id: str
    email: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a definition would pick now. `conditions` counts each condition alone, group by group; `notes` say which of
    them cannot hold for anybody yet, and why."""

    count: int
    as_of: datetime
    conditions: Sequence[Sequence[int]]
    sample: Sequence[SampleProfile]
    summary: str
    milliseconds: int
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that a condition's value comes from: an event, or the value of a property."""

    kind: str
    id: str
    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class ConditionReason:
    """Whether a condition holds, from which value, since when, and until when if nothing happens."""

    summary: str
    holds: bool
    value: Any
    evidence: Sequence[Evidence]
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class GroupReason:
    holds: bool
    conditions: Sequence[ConditionReason]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a profile is, or is not, in a segment. `holds` is the definition's answer now, `member` the stored one."""

    segment_id: str
    profile_id: str
    member: bool
    holds: bool
    joined: datetime | None
    as_of: datetime
    groups: Sequence[GroupReason]
