"""Which segments ask for a property, a metric, or another group."""

import msgspec

from cairn.domains.segments.definition import Definition, MetricFunnel, ProfileMetric, ProfileProperty, custom_property
from cairn.domains.segments.models import Segment
from cairn.domains.segments.references import group_ids
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
    for _, condition in msgspec.convert(raw, Definition).conditions():
        if isinstance(condition, ProfileProperty) and not metric_id and custom_property(condition.property) == name:
            return True
        if isinstance(condition, ProfileMetric) and condition.metric_id == metric_id:
            found = any(one.property == name for one in condition.metric_filters or ())
            if found:
                return True
        if isinstance(condition, MetricFunnel):
            steps = [step for step in condition.steps if step.metric_id == metric_id]
            if any(one.property == name for step in steps for one in step.metric_filters or ()):
                return True
    return False
