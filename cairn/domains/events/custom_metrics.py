"""Custom metrics: how their definitions are kept, and what they count."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import IntegrityError, transaction

from cairn import wiring
from cairn.domains.events import definitions
from cairn.domains.events.conditions import Params, holds, property_of
from cairn.domains.events.contracts import Counted, CustomMetricInfo
from cairn.domains.events.definitions import Definition, MetricGroup
from cairn.domains.events.models import CustomMetric, MappedMetric, Metric
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.infra.postgres.listing import paged
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import VALUE, StringFilter
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

DEFINITION: Final = "/data/attributes/definition"
ZERO: Final = "toDecimal64(0, 6)"


def info(row: CustomMetric) -> CustomMetricInfo:
    return CustomMetricInfo(row.id, row.name, msgspec.convert(row.definition, Definition), row.created, row.updated)


def get(scope: Scope, custom_metric_id: str) -> CustomMetricInfo:
    """Raises NotFound."""
    return info(CustomMetric.objects.of(scope, custom_metric_id))


def page(scope: Scope, listing: Listing) -> Page[CustomMetricInfo]:
    return paged(CustomMetric.objects.within(scope), listing, info)


def by_ids(scope: Scope, ids: Sequence[str]) -> list[CustomMetricInfo]:
    return [info(row) for row in CustomMetric.objects.within(scope).filter(id__in=list(ids))]


def create(scope: Scope, *, name: str, definition: Any, now: datetime) -> CustomMetricInfo:
    """Raises Invalid for a taken name, and for a definition that cannot be taken."""
    row = CustomMetric(account_id=scope.account_id, name=name, created=now, updated=now)
    row.definition = msgspec.to_builtins(checked(scope, definition))
    save(row, new=True)
    return info(row)


def update(
    scope: Scope, custom_metric_id: str, *, name: str | None = None, definition: Any = None, now: datetime
) -> CustomMetricInfo:
    """Change the name, the definition or both; None leaves one as it is. Raises NotFound, Invalid."""
    row = CustomMetric.objects.of(scope, custom_metric_id)
    if name is not None:
        row.name = name
    if definition is not None:
        wanted = checked(scope, definition)
        if wanted.aggregation_method == "count" and MappedMetric.objects.within(scope).filter(
            custom_metric_id=row.id, id__in=("revenue", "refunded_sales", "cancelled_sales")
        ):
            raise Invalid(
                "This custom metric stands for sales, so it must add values.",
                pointer=f"{DEFINITION}/aggregation_method",
            )
        row.definition = msgspec.to_builtins(wanted)
    row.updated = now
    save(row, new=False)
    return info(row)


def save(row: CustomMetric, *, new: bool) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError:
        raise Invalid(f"A custom metric named {row.name!r} exists already.", pointer="/data/attributes/name") from None


def delete(scope: Scope, custom_metric_id: str) -> None:
    """Forget a custom metric; a mapping to it falls back to the usual name. Raises NotFound."""
    row = CustomMetric.objects.of(scope, custom_metric_id)
    with transaction.atomic():
        MappedMetric.objects.within(scope).filter(custom_metric_id=row.id).delete()
        row.delete()


def checked(scope: Scope, raw: Any) -> Definition:
    definition = definitions.parse(raw, DEFINITION)
    known = numbers(scope, definition.metric_groups)
    for g, group in enumerate(definition.metric_groups):
        at = f"{DEFINITION}/metric_groups/{g}"
        if group.metric_id not in known:
            raise Invalid(f"A metric with id {group.metric_id} does not exist.", pointer=f"{at}/metric_id")
        for c, condition in enumerate(group.metric_filters or ()):
            what = condition.filter
            if isinstance(what, StringFilter) and what.operator in ("regex", "nregex"):
                check_regex(str(what.value), f"{at}/metric_filters/{c}/filter/value")
    return definition


def check_regex(pattern: str, at: str) -> None:
    """Only the library that will run a regular expression can judge it."""
    try:
        wiring.clickhouse().query("SELECT match(materialize('x'), {pattern:String})", {"pattern": pattern})
    except ClickHouseError:
        raise Invalid("This is no regular expression (RE2).", pointer=at) from None


def numbers(scope: Scope, groups: Iterable[MetricGroup]) -> dict[str, int]:
    rows = Metric.objects.within(scope).filter(id__in={group.metric_id for group in groups})
    return dict(rows.values_list("id", "number"))


def metric_ids(rows: Sequence[CustomMetricInfo]) -> Mapping[str, Sequence[str]]:
    """Ids of the metrics that custom metrics are made of."""
    return {row.id: tuple(dict.fromkeys(one.metric_id for one in row.definition.metric_groups)) for row in rows}


def made_of(scope: Scope, metric_id: str) -> list[CustomMetricInfo]:
    """The custom metrics that count events of this metric, by name."""
    rows = [info(row) for row in CustomMetric.objects.within(scope).order_by("name")]
    return [row for row in rows if metric_id in {group.metric_id for group in row.definition.metric_groups}]


def counted(scope: Scope, definition: Definition) -> Counted:
    """The events of all groups. One that two groups pick counts twice: groups are added."""
    known = numbers(scope, definition.metric_groups)
    groups = [group for group in definition.metric_groups if group.metric_id in known]
    params = Params("g")
    by_value = definition.aggregation_method == "value"
    picked = [(pick(group, known[group.metric_id], params), worth(group, params, by_value)) for group in groups]
    metrics = sorted(set(known.values()))
    plain = len(metrics) == len(groups) and not any(group.metric_filters for group in groups)
    if plain and all(group.value_property in (None, VALUE) for group in groups):
        return Counted(metrics, "", "", "e.value" if by_value else ZERO, {})
    return Counted(
        metrics,
        where="" if plain else f"({' OR '.join(condition for condition, _ in picked)})",
        times="" if plain else " + ".join(f"toUInt8({condition})" for condition, _ in picked),
        value=" + ".join(f"if({condition}, {value}, 0)" for condition, value in picked) if by_value else ZERO,
        params=params.values,
    )


def pick(group: MetricGroup, metric: int, params: Params) -> str:
    conditions = [f"e.metric = {params.add(metric, 'UInt32')}"]
    conditions += [holds(condition, params) for condition in group.metric_filters or ()]
    return f"({' AND '.join(conditions)})"


def worth(group: MetricGroup, params: Params, by_value: bool) -> str:
    if not by_value or group.value_property in (None, VALUE):
        return "toFloat64(e.value)"
    one = property_of(str(group.value_property), params)
    return f"if({one.is_number}, {one.number}, 0)"
