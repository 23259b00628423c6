"""What crosses the border of segments: facts on the log, and what other domains may know of a segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cairn.domains.segments.definition import DateFilter as DateFilter
from cairn.domains.segments.definition import PropertyFilter as PropertyFilter

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
class KnownValue:
    """A value that profiles have in a property, and how many have it."""

    property: str
    value: str
    profiles: int


@dataclass(frozen=True, slots=True)
class Building:
    """How far a new or edited segment is: so many are built before it, in so many seconds it should be ready, and so
    many percent of its own build are done. `reason` says why it has its place: a `campaign` that is scheduled or being
    sent, being `starred`, or as the `oldest`."""

    ahead: int
    seconds: float
    reason: str
    percent: int


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


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is a stored member of all of some segments, and of none of others."""

    within: Sequence[str]
    without: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many members segments share. `shared[i][j]` are in both the i-th and the j-th, `shared[i][i]` in the i-th."""

    segment_ids: Sequence[str]
    names: Sequence[str]
    shared: Sequence[Sequence[int]]
    anybody: int
    """In at least one of them."""
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """So many people have this value; empty: nothing is known of them."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class City:
    country: str
    city: str
    count: int


@dataclass(frozen=True, slots=True)
class MakeUp:
    """Where the people of a crowd live, and which channels reach them. `countries` and `cities` are the most frequent
    ones, those of whom nothing is known among them."""

    count: int
    countries: Sequence[Share]
    cities: Sequence[City]
    email: Sequence[Share]
    sms: Sequence[Share]
    push: Sequence[Share]


@dataclass(frozen=True, slots=True)
class SpendStep:
    """Buyers who spent at least `since` and less than `until`; None: without end."""

    since: float
    until: float | None
    buyers: int


@dataclass(frozen=True, slots=True)
class BoughtProduct:
    name: str
    buyers: int
    quantity: float
    value: float


@dataclass(frozen=True, slots=True)
class Purchases:
    """What the people of a crowd ever spent, by the metric that the account calls revenue, and for what."""

    count: int
    buyers: int
    orders: int
    total: float
    median: float
    """Of those who bought anything."""
    currency: str
    steps: Sequence[SpendStep]
    products: Sequence[BoughtProduct]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Of one segment, per interval: entries and exits by what people did and by time, those that edits of its
    definition made, and how many members there were at the end."""

    segment_id: str
    created: datetime
    starts: Sequence[datetime]
    entered: Sequence[int]
    left: Sequence[int]
    entered_by_edit: Sequence[int]
    left_by_edit: Sequence[int]
    totals: Sequence[int]
