"""Metrics by name: each appears with its first event, and never changes its number."""

import threading
from collections.abc import Iterable

from cairn.domains.events.contracts import MetricInfo
from cairn.domains.events.models import Metric
from cairn.kernel.scope import Scope

MetricName = tuple[str, str]
"""Service and name."""


class MetricRegistry:
    """Numbers of metrics, remembered per account: metrics are few and live for ever."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[MetricName, int]] = {}
        self._lock = threading.Lock()

    def resolve(self, scope: Scope, names: Iterable[MetricName]) -> dict[MetricName, int]:
        """Numbers of these metrics; what the account has not seen is made. Thousands of names cost one look."""
        with self._lock:
            known = self._numbers.setdefault(scope.account_id, {})
        wanted = set(names)
        missing = wanted - known.keys()
        if missing:
            self._make(scope, missing)
            fresh = numbers(scope, missing)
            with self._lock:
                known.update(fresh)
        return {name: known[name] for name in wanted}

    def _make(self, scope: Scope, names: set[MetricName]) -> None:
        rows = [Metric(account_id=scope.account_id, service=service, name=name) for service, name in sorted(names)]
        Metric.objects.bulk_create(rows, ignore_conflicts=True)

    def forget(self) -> None:
        with self._lock:
            self._numbers.clear()


def numbers(scope: Scope, names: Iterable[MetricName]) -> dict[MetricName, int]:
    """Numbers of those of these metrics that exist."""
    wanted = set(names)
    rows = Metric.objects.within(scope).filter(name__in={name for _, name in wanted})
    found = {(service, name): number for service, name, number in rows.values_list("service", "name", "number")}
    return {name: number for name, number in found.items() if name in wanted}


def describe(metric: Metric) -> MetricInfo:
    return MetricInfo(
        metric.id,
        metric.number,
        metric.name,
        metric.service,
        metric.created,
        metric.updated,
        metric.is_starred,
    )
