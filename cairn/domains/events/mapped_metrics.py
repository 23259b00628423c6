"""Mapped metrics: which of an account's metrics stands for revenue, refunds and the steps of a sale."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django.db import transaction

from cairn.domains.events import custom_metrics, metrics
from cairn.domains.events.contracts import OWN_SERVICE, MappedMetricInfo, MetricInfo, Role
from cairn.domains.events.models import CustomMetric, MappedMetric, Metric
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope

USUAL_NAMES: Final = {
    Role.ADDED_TO_CART: ("Added to Cart", "Added To Cart"),
    Role.CANCELLED_SALES: ("Cancelled Order", "Canceled Order"),
    Role.ORDERED_PRODUCT: ("Ordered Product",),
    Role.REFUNDED_SALES: ("Refunded Order",),
    Role.REVENUE: ("Placed Order",),
    Role.STARTED_CHECKOUT: ("Started Checkout", "Checkout Started"),
    Role.VIEWED_PRODUCT: ("Viewed Product",),
}
"""What shop systems call these steps. The systems differ, so a name only serves until somebody chooses."""
SALES: Final = frozenset({Role.REVENUE, Role.REFUNDED_SALES, Role.CANCELLED_SALES})
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
METRIC, CUSTOM = "/data/relationships/metric/data/id", "/data/relationships/custom-metric/data/id"


def listed(scope: Scope) -> list[MappedMetricInfo]:
    """All roles, those that nobody decided about with the metric that their usual name leads to."""
    chosen = {row.id: row for row in MappedMetric.objects.within(scope)}
    found = named(scope)
    return [described(role, chosen.get(role), found.get(role, ())) for role in sorted(Role)]


def described(role: Role, row: MappedMetric | None, found: Sequence[MetricInfo]) -> MappedMetricInfo:
    if row is not None:
        return MappedMetricInfo(role, row.metric_id, row.custom_metric_id, False, row.updated)
    if not found:
        return MappedMetricInfo(role, "", "", True, NEVER)
    return MappedMetricInfo(role, found[0].id, "", True, found[0].created)


def named(scope: Scope) -> dict[Role, list[MetricInfo]]:
    """The shop's own metrics that bear a role's usual name, oldest first."""
    roles = {name: role for role, names in USUAL_NAMES.items() for name in names}
    rows = Metric.objects.within(scope).filter(name__in=list(roles)).exclude(service=OWN_SERVICE).order_by("number")
    found: dict[Role, list[MetricInfo]] = {}
    for row in rows:
        found.setdefault(roles[row.name], []).append(metrics.describe(row))
    return found


def get(scope: Scope, role: str) -> MappedMetricInfo:
    """Raises NotFound for what is no role."""
    return next(one for one in listed(scope) if one.id == as_role(role))


def as_role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise NotFound(f"A mapped metric with id {text} does not exist. There are {', '.join(sorted(Role))}.") from None


def by_ids(scope: Scope, ids: Sequence[str]) -> list[MappedMetricInfo]:
    return [one for one in listed(scope) if one.id in ids]


def choose(
    scope: Scope, role: str, *, metric_id: str | None = None, custom_metric_id: str | None = None, now: datetime
) -> MappedMetricInfo:
    """Let a metric or a custom metric stand for a role; neither: the usual name decides again.

    Raises NotFound, and Invalid for both at once, for a metric that stands for another role, and for sales without
    values.
    """
    wanted = as_role(role)
    if metric_id and custom_metric_id:
        raise Invalid("Give a metric or a custom metric, not both.", pointer=CUSTOM)
    with transaction.atomic():
        mine = MappedMetric.objects.within(scope).filter(id=wanted)
        if not metric_id and not custom_metric_id:
            mine.delete()
            return get(scope, wanted)
        refuse(scope, wanted, metric_id or "", custom_metric_id or "")
        values = {"metric_id": metric_id or "", "custom_metric_id": custom_metric_id or "", "updated": now}
        MappedMetric.objects.update_or_create(account_id=scope.account_id, id=wanted, defaults=values)
    return get(scope, wanted)


def refuse(scope: Scope, role: Role, metric_id: str, custom_metric_id: str) -> None:
    at = METRIC if metric_id else CUSTOM
    if metric_id and not Metric.objects.within(scope).filter(id=metric_id).exists():
        raise NotFound(f"A metric with id {metric_id} does not exist.")
    if custom_metric_id:
        custom = custom_metrics.info(CustomMetric.objects.of(scope, custom_metric_id))
        if role in SALES and custom.definition.aggregation_method == "count":
            raise Invalid("Sales need a custom metric that adds values, and this one counts.", pointer=at)
    same = MappedMetric.objects.within(scope).filter(metric_id=metric_id, custom_metric_id=custom_metric_id)
    other = same.exclude(id=role).first()
    if other is not None:
        raise Invalid(f"This metric stands for {other.id} already; one metric has one role.", pointer=at)
