"""Custom metrics: counted over the events of other metrics."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Create, Delete, Get, List, Related, Resource, Update, to_many
from cairn.api.kernel.ratelimit import Limit, S
from cairn.domains.events import actions, queries
from cairn.domains.events.contracts import CustomMetricInfo, Definition
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ, WRITE = ("metrics:read",), ("metrics:write",)
WRITES = Limit(1, 15, 15)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class CustomMetricAttributes(msgspec.Struct):
    name: str
    created: datetime
    updated: datetime
    definition: Definition


class NewCustomMetric(msgspec.Struct):
    """The definition is checked by its domain, which names each thing that it cannot take."""

    name: Name
    definition: dict[str, Any]


class CustomMetricChanges(msgspec.Struct):
    name: Name | msgspec.UnsetType | None = msgspec.UNSET
    definition: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET


def create(scope: Scope, body: Body[NewCustomMetric]) -> CustomMetricInfo:
    new = body.attributes
    return actions.create_custom_metric(scope, name=new.name, definition=new.definition, now=clock.now())


def update(scope: Scope, custom_metric_id: str, body: Body[CustomMetricChanges]) -> CustomMetricInfo:
    return actions.update_custom_metric(scope, custom_metric_id, **given(body.attributes), now=clock.now())


def show(row: CustomMetricInfo) -> dict[str, Any]:
    # Filters are told apart by their `type`, which a struct writes only as a whole.
    definition = msgspec.to_builtins(row.definition)
    return {"name": row.name, "created": row.created, "updated": row.updated, "definition": definition}


def metrics_of(_: Scope, rows: Sequence[CustomMetricInfo]) -> Mapping[str, Sequence[str]]:
    return queries.metric_ids_of_custom(rows)


CUSTOM_METRICS = Resource(
    type="custom-metric",
    path="custom-metrics",
    tag="Metrics",
    attributes=CustomMetricAttributes,
    show=show,
    load=queries.custom_metrics_by_ids,
    operations=(
        List(
            "get_custom_metrics",
            queries.list_custom_metrics,
            scopes=READ,
            limit=S,
            summary="Get Custom Metrics",
            include=("metrics",),
        ),
        Get(
            "get_custom_metric",
            queries.get_custom_metric,
            scopes=READ,
            limit=S,
            summary="Get Custom Metric",
            include=("metrics",),
        ),
        Create(
            "create_custom_metric",
            create,
            scopes=WRITE,
            limit=WRITES,
            summary="Create Custom Metric",
            body=NewCustomMetric,
        ),
        Update(
            "update_custom_metric",
            update,
            scopes=WRITE,
            limit=WRITES,
            summary="Update Custom Metric",
            body=CustomMetricChanges,
        ),
        Delete(
            "delete_custom_metric",
            actions.delete_custom_metric,
            scopes=WRITE,
            limit=S,
            summary="Delete Custom Metric",
        ),
    ),
    relationships=(
        to_many(
            "metrics",
            "metric",
            metrics_of,
            related=Related(
                "get_metrics_for_custom_metric",
                "get_metric_ids_for_custom_metric",
                scopes=READ,
                limit=S,
                summary="Get Metrics for Custom Metric",
            ),
        ),
    ),
)
