"""Consent over time: who subscribed and who left per channel and day, by what means, and who is suppressed why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.errors import invalid
from cairn.api.kernel.ratelimit import M
from cairn.domains.accounts import queries as accounts
from cairn.domains.profiles import queries
from cairn.domains.profiles.contracts import ChannelCount, ConsentGrowth, ConsentOverview, MethodCount, ReasonCount
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope

LONGEST_DAYS = 400


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    start: datetime
    end: datetime


class ConsentReportAttributes(msgspec.Struct):
    """`growth` has a row per day and channel with changes; `channels` and `suppressions` are of now."""

    timezone: str
    days: Sequence[date]
    growth: Sequence[ConsentGrowth]
    methods: Sequence[MethodCount]
    channels: Sequence[ChannelCount]
    suppressions: Sequence[ReasonCount]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    timezone: str
    report: ConsentOverview
    as_of: datetime


def compute(scope: Scope, body: Body[Asked]) -> Answer:
    asked = body.attributes
    if asked.end <= asked.start or (asked.end - asked.start).days > LONGEST_DAYS:
        raise invalid(f"The end is after the start, by {LONGEST_DAYS} days at most.", pointer="/data/attributes/end")
    zone = accounts.get_account(scope, scope.account_id).timezone
    report = queries.consent_overview(scope, since=asked.start, until=asked.end, timezone=zone)
    return Answer(ids.ulid(), zone, report, clock.now())


def show(answer: Answer) -> ConsentReportAttributes:
    report = answer.report
    return ConsentReportAttributes(
        timezone=answer.timezone,
        days=report.days,
        growth=report.growth,
        methods=report.methods,
        channels=report.channels,
        suppressions=report.suppressions,
        as_of=answer.as_of,
    )


CONSENT_REPORTS = Resource(
    type="consent-report",
    path="consent-reports",
    tag="Reporting",
    extension=True,
    attributes=ConsentReportAttributes,
    show=show,
    operations=(
        Create(
            "query_consent",
            compute,
            scopes=("profiles:read", "subscriptions:read"),
            limit=M,
            summary="Query Consent",
            body=Asked,
            status=200,
        ),
    ),
)
