"""Mapped metrics: what stands for revenue, refunds and the steps of a sale."""

from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Get, Link, List, Related, Resource, Update, to_one
from cairn.api.kernel.ratelimit import Limit, S
from cairn.domains.events import actions, queries
from cairn.domains.events.contracts import MappedMetricInfo
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("metrics:read",), ("metrics:write",)


class MappedMetricAttributes(msgspec.Struct):
    """`is_automatic`: nobody chose, the metrics with the usual name count."""

    updated: datetime
    is_automatic: bool


def listed(scope: Scope, _: Listing) -> list[MappedMetricInfo]:
    return queries.list_mapped_metrics(scope)


def update(scope: Scope, role: str, body: Body[None]) -> MappedMetricInfo:
    if not body.links:
        return queries.get_mapped_metric(scope, role)
    return actions.choose_mapped_metric(
        scope,
        role,
        metric_id=body.one("metric"),
        custom_metric_id=body.one("custom-metric"),
        now=clock.now(),
    )


MAPPED_METRICS = Resource(
    type="mapped-metric",
    path="mapped-metrics",
    tag="Metrics",
    attributes=MappedMetricAttributes,
    load=queries.mapped_metrics_by_ids,
    operations=(
        List(
            "get_mapped_metrics",
            listed,
            scopes=READ,
            limit=S,
            summary="Get Mapped Metrics",
            include=("custom-metric", "metric"),
        ),
        Get(
            "get_mapped_metric",
            queries.get_mapped_metric,
            scopes=READ,
            limit=S,
            summary="Get Mapped Metric",
            include=("custom-metric", "metric"),
        ),
        Update(
            "update_mapped_metric",
            update,
            scopes=WRITE,
            limit=Limit(1, 15, 30),
            summary="Update Mapped Metric",
            links={"metric": Link("metric", clears=True), "custom-metric": Link("custom-metric", clears=True)},
        ),
    ),
    relationships=(
        to_one(
            "metric",
            "metric",
            "metric_id",
            shown=True,
            related=Related(
                "get_metric_for_mapped_metric",
                "get_metric_id_for_mapped_metric",
                scopes=READ,
                limit=S,
                summary="Get Metric for Mapped Metric",
            ),
        ),
        to_one(
            "custom-metric",
            "custom-metric",
            "custom_metric_id",
            shown=True,
            related=Related(
                "get_custom_metric_for_mapped_metric",
                "get_custom_metric_id_for_mapped_metric",
                scopes=READ,
                limit=S,
                summary="Get Custom Metric for Mapped Metric",
            ),
        ),
    ),
)
