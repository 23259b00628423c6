"""Audience reports: how many people and subscribers there were over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import L
from cairn.domains.analytics import queries
from cairn.domains.analytics.contracts import AudienceReport, Interval
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope


class AudienceBody(msgspec.Struct):
    start: datetime
    end: datetime
    interval: Interval = Interval.DAY


class AudienceAttributes(msgspec.Struct):
    dates: Sequence[datetime]
    profiles: Sequence[int]
    subscribers: Sequence[int]
    new: Sequence[int]
    unsubscribed: Sequence[int]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A report and the moment that it is true for; its id names nothing that lasts."""

    id: str
    report: AudienceReport
    as_of: datetime


def show(answer: Answer) -> AudienceAttributes:
    report = answer.report
    return AudienceAttributes(
        dates=report.dates,
        profiles=report.profiles,
        subscribers=report.subscribers,
        new=report.new,
        unsubscribed=report.unsubscribed,
        as_of=answer.as_of,
    )


def compute(scope: Scope, body: Body[AudienceBody]) -> Answer:
    asked = body.attributes
    zone = queries.account_zone(scope)
    report = queries.audience(
        scope,
        since=queries.in_zone(asked.start, zone),
        until=queries.in_zone(asked.end, zone),
        interval=asked.interval,
    )
    return Answer(ids.ulid(), report, clock.now())


AUDIENCE_REPORTS = Resource(
    type="audience-report",
    path="audience-reports",
    tag="Reporting",
    attributes=AudienceAttributes,
    show=show,
    extension=True,
    operations=(
        Create(
            "query_audience",
            compute,
            scopes=("profiles:read",),
            limit=L,
            summary="Query Audience",
            body=AudienceBody,
            status=200,
        ),
    ),
)
