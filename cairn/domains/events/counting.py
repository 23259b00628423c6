"""What counts as one metric, be it a metric, a custom metric, or whatever stands for a role such as revenue."""

from collections.abc import Sequence

from cairn.domains.events import custom_metrics, mapped_metrics, metrics
from cairn.domains.events.contracts import NOTHING, Counted, MetricInfo, Role
from cairn.domains.events.models import CustomMetric, Metric
from cairn.kernel.errors import NotFound
from cairn.kernel.scope import Scope


def counted(scope: Scope, metric_id: str) -> Counted:
    """The events of a metric or custom metric. Raises NotFound."""
    metric = Metric.objects.within(scope).filter(id=metric_id).first()
    if metric is not None:
        return every_event([metrics.describe(metric)])
    custom = CustomMetric.objects.within(scope).filter(id=metric_id).first()
    if custom is None:
        raise NotFound(f"A metric with id {metric_id} does not exist.")
    return custom_metrics.counted(scope, custom_metrics.info(custom).definition)


def counted_as(scope: Scope, role: Role) -> Counted:
    """The events of what the account chose for a role. Where nobody chose, those of all metrics with the usual name."""
    chosen = mapped_metrics.get(scope, role)
    if not chosen.is_automatic:
        return counted(scope, chosen.metric_id or chosen.custom_metric_id)
    found = mapped_metrics.named(scope).get(role, [])
    return every_event(found) if found else NOTHING


def every_event(found: Sequence[MetricInfo]) -> Counted:
    return Counted([one.number for one in found], "", "", "e.value", {})
