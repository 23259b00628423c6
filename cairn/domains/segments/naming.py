"""Which segments ask for a property, a metric, or another group."""

from collections.abc import Iterator

import msgspec

from cairn.domains.segments.definition import (
    Condition,
    Definition,
    MetricFilter,
    MetricFunnel,
    ProfileMetric,
    ProfileProperty,
)
from cairn.domains.segments.models import Segment
from cairn.domains.segments.references import group_ids
from cairn.kernel.property_paths import event_path, profile_path
from cairn.kernel.scope import Scope


def naming(scope: Scope, name: str, *, metric_id: str = "") -> list[tuple[str, str]]:
    """Ids and names of the segments with a condition on this property of profiles, or of this metric's events."""
    rows = Segment.objects.within(scope).values_list("id", "name", "definition")
    return [(id_, title) for id_, title, definition in rows if asks(definition, name, metric_id)]


def counting(scope: Scope, metric_id: str) -> list[tuple[str, str]]:
    """Ids and names of the segments that ask how often a metric happened."""
    rows = Segment.objects.within(scope).values_list("id", "name", "definition")
    return [(id_, title) for id_, title, definition in rows if counts(definition, metric_id)]


def referring(scope: Scope, group_id: str) -> list[tuple[str, str]]:
    """Ids and names of the segments whose own conditions name this list or segment."""
    rows = Segment.objects.within(scope).order_by("name", "id").values_list("id", "name", "definition")
    return [(id_, title) for id_, title, raw in rows if group_id in group_ids(msgspec.convert(raw, Definition))]


def counts(raw: object, metric_id: str) -> bool:
    for _, condition in msgspec.convert(raw, Definition).conditions():
        if isinstance(condition, ProfileMetric) and condition.metric_id == metric_id:
            return True
        if isinstance(condition, MetricFunnel) and any(step.metric_id == metric_id for step in condition.steps):
            return True
    return False


def asks(raw: object, name: str, metric_id: str) -> bool:
    """Whether it asks for the property, or for one inside it."""
    for _, condition in msgspec.convert(raw, Definition).conditions():
        if isinstance(condition, ProfileProperty) and not metric_id:
            if profile_path(condition.property)[:1] == (name,):
                return True
        elif any(event_path(one.property)[0] == name for one in filters_on(condition, metric_id)):
            return True
    return False


def filters_on(condition: Condition, metric_id: str) -> Iterator[MetricFilter]:
    """What a condition asks of a metric's events."""
    if isinstance(condition, ProfileMetric) and condition.metric_id == metric_id:
        yield from condition.metric_filters or ()
    if isinstance(condition, MetricFunnel):
        for step in condition.steps:
            if step.metric_id == metric_id:
                yield from step.metric_filters or ()
