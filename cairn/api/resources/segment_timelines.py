"""How one segment grew and shrank over time, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.analytics import queries
from cairn.domains.analytics.contracts import Interval
from cairn.domains.segments import queries as segments
from cairn.domains.segments.contracts import Timeline
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope


class TimelineBody(msgspec.Struct):
    """Intervals are those of the account's clock."""

    segment_id: str
    start: datetime
    end: datetime
    interval: Interval = Interval.DAY


class TimelineAttributes(msgspec.Struct):
    """Per interval: who entered and left by what they did and by time, whom edits of the definition moved, and how many
    members there were at its end."""

    segment_id: str
    created: datetime
    dates: Sequence[datetime]
    entered: Sequence[int]
    left: Sequence[int]
    entered_by_edit: Sequence[int]
    left_by_edit: Sequence[int]
    totals: Sequence[int]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A report and the moment that it is true for; its id names nothing that lasts."""

    id: str
    found: Timeline
    as_of: datetime


def compute(scope: Scope, body: Body[TimelineBody]) -> Answer:
    asked, now = body.attributes, clock.now()
    zone = queries.account_zone(scope)
    since, until = queries.in_zone(asked.start, zone), queries.in_zone(asked.end, zone)
    starts = queries.bucket_starts(since, until, asked.interval, zone)
    return Answer(ids.ulid(), segments.timeline(scope, asked.segment_id, starts, until), now)


def show(answer: Answer) -> TimelineAttributes:
    found = answer.found
    return TimelineAttributes(
        segment_id=found.segment_id,
        created=found.created,
        dates=found.starts,
        entered=found.entered,
        left=found.left,
        entered_by_edit=found.entered_by_edit,
        left_by_edit=found.left_by_edit,
        totals=found.totals,
        as_of=answer.as_of,
    )


SEGMENT_TIMELINES = Resource(
    type="segment-timeline",
    path="segment-timelines",
    tag="Segments",
    extension=True,
    attributes=TimelineAttributes,
    show=show,
    operations=(
        Create(
            "query_segment_timeline",
            compute,
            scopes=("segments:read",),
            limit=M,
            summary="Query Segment Timeline",
            body=TimelineBody,
            status=200,
        ),
    ),
)
