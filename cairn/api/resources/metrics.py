"""Metrics: the kinds of events of an account, each from one integration."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cairn.api.kernel.declare import Get, List, Paging, Related, Resource, to_many
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import XS, M
from cairn.api.resources.flows import flows_started_by
from cairn.domains.events import queries
from cairn.domains.events.contracts import Integration, MetricInfo
from cairn.domains.properties import queries as properties
from cairn.domains.properties.contracts import PropertyInfo
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ = ("metrics:read",)


class IntegrationShown(msgspec.Struct):
    object: str
    id: str
    key: str
    name: str
    category: str


class MetricAttributes(msgspec.Struct):
    name: str | None
    created: datetime | None
    updated: datetime | None
    integration: IntegrationShown | None


def show(metric: MetricInfo) -> MetricAttributes:
    return MetricAttributes(metric.name, metric.created, metric.updated, integration(metric.integration))


def integration(found: Integration) -> IntegrationShown:
    return IntegrationShown("integration", found.key, found.key, found.name, found.category)


def properties_of(scope: Scope, metric_id: str, _: Listing) -> Sequence[PropertyInfo]:
    return properties.event_properties(scope, metric_id)


METRICS = Resource(
    type="metric",
    path="metrics",
    tag="Metrics",
    attributes=MetricAttributes,
    show=show,
    load=queries.metrics_by_ids,
    operations=(
        List(
            "get_metrics",
            queries.list_metrics,
            scopes=READ,
            limit=M,
            summary="Get Metrics",
            filters={"integration.name": text("equals"), "integration.category": text("equals")},
            page=Paging(200, 200, settable=False),
            include=("flow-triggers",),
        ),
        Get("get_metric", queries.get_metric, scopes=READ, limit=M, summary="Get Metric", include=("flow-triggers",)),
    ),
    relationships=(
        to_many(
            "flow-triggers",
            "flow",
            flows_started_by("metric"),
            related=Related(
                "get_flows_triggered_by_metric",
                "get_ids_for_flows_triggered_by_metric",
                scopes=("flows:read", "metrics:read"),
                limit=M,
                summary="Get Flows Triggered by Metric",
            ),
        ),
        to_many(
            "metric-properties",
            "metric-property",
            related=Related(
                "get_properties_for_metric",
                "get_property_ids_for_metric",
                call=properties_of,
                scopes=READ,
                limit=XS,
                summary="Get Properties for Metric",
            ),
        ),
    ),
)
