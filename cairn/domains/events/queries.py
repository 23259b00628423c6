"""Reading metrics and events."""

from cairn.domains.events.contracts import MetricInfo
from cairn.domains.events.metrics import describe
from cairn.domains.events.models import Metric
from cairn.kernel.scope import Scope


def all_metrics(scope: Scope) -> list[MetricInfo]:
    """Every metric of the account, oldest first."""
    return [describe(metric) for metric in Metric.objects.within(scope).order_by("number")]


def find_metric(scope: Scope, metric_id: str) -> MetricInfo:
    """Raises NotFound."""
    return describe(Metric.objects.of(scope, metric_id))
