"""Revenue reports: what was sold in a period, and how much of it messages earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import L
from cairn.domains.analytics import queries
from cairn.domains.analytics.contracts import Interval, RevenueReport
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope


class RevenueBody(msgspec.Struct):
    start: datetime
    end: datetime
    interval: Interval = Interval.DAY
    conversion_metric_id: str | None = None


class SalesShown(msgspec.Struct):
    total: float
    attributed: float
    orders: int
    attributed_orders: int


class RevenueAttributes(msgspec.Struct):
    currency: str
    total: float
    attributed: float
    orders: int
    attributed_orders: int
    previous: SalesShown
    dates: Sequence[datetime]
    total_series: Sequence[float]
    attributed_series: Sequence[float]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A report and the moment that it is true for; its id names nothing that lasts."""

    id: str
    report: RevenueReport
    as_of: datetime


def show(answer: Answer) -> RevenueAttributes:
    report = answer.report
    now, before = report.now, report.previous
    return RevenueAttributes(
        currency=report.currency,
        total=now.total,
        attributed=now.attributed,
        orders=now.orders,
        attributed_orders=now.attributed_orders,
        previous=SalesShown(before.total, before.attributed, before.orders, before.attributed_orders),
        dates=report.dates,
        total_series=report.total_series,
        attributed_series=report.attributed_series,
        as_of=answer.as_of,
    )


def compute(scope: Scope, body: Body[RevenueBody]) -> Answer:
    asked = body.attributes
    zone = queries.account_zone(scope)
    report = queries.revenue(
        scope,
        since=queries.in_zone(asked.start, zone),
        until=queries.in_zone(asked.end, zone),
        interval=asked.interval,
        metric_id=asked.conversion_metric_id,
    )
    return Answer(ids.ulid(), report, clock.now())


REVENUE_REPORTS = Resource(
    type="revenue-report",
    path="revenue-reports",
    tag="Reporting",
    attributes=RevenueAttributes,
    show=show,
    extension=True,
    operations=(
        Create(
            "query_revenue",
            compute,
            scopes=("metrics:read",),
            limit=L,
            summary="Query Revenue",
            body=RevenueBody,
            status=200,
        ),
    ),
)
