"""Metrics as a list shows them: how often each happens, lately and ever, and which are starred."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.events import metrics
from cairn.domains.events.contracts import MetricInfo, MetricOverview
from cairn.domains.events.models import Metric
from cairn.infra.clickhouse.questions import question
from cairn.kernel.scope import Scope

DAYS: Final = 30


def overviews(scope: Scope, *, now: datetime) -> list[MetricOverview]:
    """Every metric of the account with its last 30 days on the account's clock, oldest metric first."""
    rows = [metrics.describe(row) for row in Metric.objects.within(scope).order_by("number")]
    return counted(scope, rows, now)


def overview(scope: Scope, metric_id: str, *, now: datetime) -> MetricOverview:
    """Raises NotFound."""
    return counted(scope, [metrics.describe(Metric.objects.of(scope, metric_id))], now)[0]


def star(scope: Scope, metric_id: str, *, is_starred: bool) -> None:
    """Mark a metric as one that the account looks at often, or take the mark away. Raises NotFound."""
    Metric.objects.of(scope, metric_id)
    Metric.objects.within(scope).filter(id=metric_id).update(is_starred=is_starred)


def counted(scope: Scope, rows: Sequence[MetricInfo], now: datetime) -> list[MetricOverview]:
    zone = ZoneInfo(accounts.get_account(scope, scope.account_id).timezone)
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    days = [int((today - timedelta(days=back)).timestamp()) for back in reversed(range(DAYS))]
    totals: defaultdict[int, int] = defaultdict(int)
    recent: defaultdict[int, dict[int, int]] = defaultdict(dict)
    last: defaultdict[int, int] = defaultdict(int)
    params = {"account": scope.account_number, "since": days[0], "zone": zone.key}
    for metric, day, count, newest in wiring.clickhouse().query(question(__file__, "metric_overview"), params):
        totals[metric] += count
        last[metric] = max(last[metric], newest)
        recent[metric][day] = count
    return [
        MetricOverview(
            id=row.id,
            metric=row,
            total=totals[row.number],
            days=[recent[row.number].get(day, 0) for day in days],
            last_seen=datetime.fromtimestamp(last[row.number], UTC) if last[row.number] else None,
        )
        for row in rows
    ]
