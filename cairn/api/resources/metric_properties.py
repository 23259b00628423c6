"""Properties of a metric's events, as the newest of them show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Get, Related, Resource, Update, to_one
from cairn.api.kernel.ratelimit import XS
from cairn.domains.properties import actions, queries
from cairn.domains.properties.contracts import InnerProperty, PropertyInfo, Sample, Use
from cairn.kernel.scope import Scope

READ, WRITE = ("metrics:read",), ("metrics:write",)


class PropertyAttributes(msgspec.Struct):
    """`coverage` is the share of the looked-at profiles or events that have the property; `types` counts its values."""

    label: str
    property: str
    inferred_type: str
    is_hidden: bool
    coverage: float
    seen: int
    types: Mapping[str, int]
    last_seen: datetime | None
    sample_values: Sequence[Sample] | None
    used_in: Sequence[Use]
    inside: Sequence[InnerProperty]


class PropertyChanges(msgspec.Struct):
    label: Annotated[str, msgspec.Meta(max_length=255)] | msgspec.UnsetType = msgspec.UNSET
    is_hidden: bool | msgspec.UnsetType = msgspec.UNSET


def update(scope: Scope, property_id: str, body: Body[PropertyChanges]) -> PropertyInfo:
    return actions.mark_event_property(scope, property_id, **given(body.attributes))


METRIC_PROPERTIES = Resource(
    type="metric-property",
    path="metric-properties",
    tag="Metrics",
    attributes=PropertyAttributes,
    additional={"sample_values": None, "used_in": queries.used_in, "inside": queries.inside},
    load=queries.event_properties_by_ids,
    operations=(
        Get(
            "get_metric_property",
            queries.event_property,
            scopes=READ,
            limit=XS,
            summary="Get Metric Property",
            include=("metric",),
        ),
        Update(
            "update_metric_property",
            update,
            scopes=WRITE,
            summary="Name or hide a metric property",
            body=PropertyChanges,
            extension=True,
        ),
    ),
    relationships=(
        to_one(
            "metric",
            "metric",
            "metric_id",
            related=Related(
                "get_metric_for_metric_property",
                "get_metric_id_for_metric_property",
                scopes=READ,
                limit=XS,
                summary="Get Metric for Metric Property",
            ),
        ),
    ),
)
