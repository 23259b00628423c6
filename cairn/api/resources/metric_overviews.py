"""Metrics as a list shows them: how often each happens, and which the account looks at most."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Get, List, Resource, Update, to_one
from cairn.api.kernel.ratelimit import M
from cairn.api.resources.metrics import IntegrationShown, integration
from cairn.domains.events import actions, queries
from cairn.domains.events.contracts import MetricOverview
from cairn.domains.properties import queries as properties
from cairn.domains.properties.contracts import Use
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("metrics:read",), ("metrics:write",)


class OverviewAttributes(msgspec.Struct):
    """`days` counts the last 30, today last, on the account's clock."""

    name: str
    integration: IntegrationShown
    created: datetime
    is_starred: bool
    total: int
    last_30_days: int
    days: Sequence[int]
    last_seen: datetime | None
    used_in: Sequence[Use]


class OverviewChanges(msgspec.Struct):
    is_starred: bool


def listed(scope: Scope, _: Listing) -> Sequence[MetricOverview]:
    return queries.metric_overviews(scope, now=clock.now())


def get(scope: Scope, metric_id: str) -> MetricOverview:
    return queries.metric_overview(scope, metric_id, now=clock.now())


def update(scope: Scope, metric_id: str, body: Body[OverviewChanges]) -> MetricOverview:
    actions.star_metric(scope, metric_id, is_starred=body.attributes.is_starred)
    return get(scope, metric_id)


def show(row: MetricOverview) -> OverviewAttributes:
    metric = row.metric
    return OverviewAttributes(
        name=metric.name,
        integration=integration(metric.integration),
        created=metric.created,
        is_starred=metric.is_starred,
        total=row.total,
        last_30_days=sum(row.days),
        days=row.days,
        last_seen=row.last_seen,
        used_in=(),
    )


def used_in(scope: Scope, rows: Sequence[MetricOverview]) -> Mapping[str, Sequence[Use]]:
    return properties.metric_uses(scope, [row.id for row in rows])


def metric_of(_: Scope, rows: Sequence[MetricOverview]) -> Mapping[str, Sequence[str]]:
    return {row.id: [row.id] for row in rows}


METRIC_OVERVIEWS = Resource(
    type="metric-overview",
    path="metric-overviews",
    tag="Metrics",
    attributes=OverviewAttributes,
    show=show,
    additional={"used_in": used_in},
    extension=True,
    operations=(
        List("get_metric_overviews", listed, scopes=READ, limit=M),
        Get("get_metric_overview", get, scopes=READ, limit=M),
        Update("update_metric_overview", update, scopes=WRITE, limit=M, body=OverviewChanges),
    ),
    relationships=(to_one("metric", "metric", metric_of, shown=True),),
)
