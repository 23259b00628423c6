"""Whether a definition can be taken: what it refers to must exist, and its patterns be understood by the store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cairn import wiring
from cairn.domains.segments.definition import (
    Condition,
    ConditionGroup,
    CustomObject,
    Definition,
    GroupMembership,
    MetricFilter,
    MetricFunnel,
    PostalCodeDistance,
    ProfileMetric,
    ProfileProperty,
)
from cairn.domains.segments.names import known_groups, metric_numbers
from cairn.domains.segments.parsing import ROOT, parse, parse_condition
from cairn.domains.segments.postal_codes import is_known
from cairn.domains.segments.references import check_circle
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.infra.clickhouse.params import Params
from cairn.infra.clickhouse.phone_countries import of_country
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import StringFilter
from cairn.kernel.scope import Scope


def checked(scope: Scope, raw: Any, root: str = ROOT, *, segment_id: str = "") -> Definition:
    """The definition of a segment (a new one has no id), fit to be evaluated. Raises Invalid."""
    definition = parse(raw, root)
    check_references(scope, {root + place: condition for place, condition in definition.conditions()})
    check_circle(scope, segment_id, definition, root)
    return definition


def check_conditions(scope: Scope, conditions: Mapping[str, Any]) -> None:
    """Conditions that stand elsewhere than in a segment, by their JSON pointers. Raises Invalid for what no segment
    could have."""
    check_references(scope, {at: parse_condition(raw, at) for at, raw in conditions.items()})


def check_references(scope: Scope, conditions: Mapping[str, Condition]) -> None:
    whole = Definition([ConditionGroup(list(conditions.values()))])
    metrics, groups = metric_numbers(scope), known_groups(scope, whole)
    for at, condition in conditions.items():
        check_metrics(condition, metrics, at)
        check_groups(condition, groups, at)
        check_place(condition, at)
        for what, place in filters_of(condition, at):
            check_pattern(what, f"{place}/value")


def check_metrics(condition: Condition, metrics: dict[str, int], at: str) -> None:
    named: list[tuple[str, str]] = []
    if isinstance(condition, ProfileMetric):
        named = [(condition.metric_id, f"{at}/metric_id")]
    elif isinstance(condition, MetricFunnel):
        named = [(step.metric_id, f"{at}/steps/{index}/metric_id") for index, step in enumerate(condition.steps)]
    for metric_id, place in named:
        if metric_id not in metrics:
            raise Invalid(f"A metric with id {metric_id[:40]} does not exist.", pointer=place)


def check_groups(condition: Condition, groups: set[str], at: str) -> None:
    if isinstance(condition, GroupMembership):
        for index, one in enumerate(condition.group_ids):
            if one not in groups:
                raise Invalid(
                    f"A list or segment with id {one[:40]} does not exist.", pointer=f"{at}/group_ids/{index}"
                )
    if isinstance(condition, CustomObject):
        raise Invalid(
            f"An object type with id {condition.object_type_id[:40]} does not exist.", pointer=f"{at}/object_type_id"
        )


def check_place(condition: Condition, at: str) -> None:
    if isinstance(condition, PostalCodeDistance) and not is_known(condition.country_code, condition.postal_code):
        raise Invalid(
            f"Where {condition.postal_code[:20]} in {condition.country_code} lies is not known here. Postal codes are"
            " imported from GeoNames' files with `cairn import geonames FILE`.",
            pointer=f"{at}/postal_code",
        )


def filters_of(condition: Condition, at: str) -> Iterator[tuple[Any, str]]:
    """Every filter on a property, with its place."""
    if isinstance(condition, ProfileProperty):
        yield condition.filter, f"{at}/filter"
    elif isinstance(condition, ProfileMetric):
        yield from metric_filters(condition.metric_filters or (), at)
    elif isinstance(condition, MetricFunnel):
        for index, step in enumerate(condition.steps):
            yield from metric_filters(step.metric_filters or (), f"{at}/steps/{index}")


def metric_filters(items: Sequence[MetricFilter], at: str) -> Iterator[tuple[Any, str]]:
    for index, item in enumerate(items):
        yield item.filter, f"{at}/metric_filters/{index}/filter"


def check_pattern(what: object, at: str) -> None:
    """Regular expressions and countries, which only their libraries can judge."""
    if isinstance(what, StringFilter) and what.operator in ("regex", "nregex"):
        check_regex(str(what.value), at)
    elif isinstance(what, StringFilter) and what.operator.startswith("phone-"):
        check_countries(what.value, at)


def check_regex(pattern: str, at: str) -> None:
    try:
        wiring.clickhouse().query("SELECT match(materialize('x'), {pattern:String})", {"pattern": pattern})
    except ClickHouseError:
        raise Invalid("This is no regular expression (RE2).", pointer=at) from None


def check_countries(values: object, at: str) -> None:
    for index, country in enumerate(values if isinstance(values, list) else ()):
        try:
            of_country("", country, Params())
        except Invalid as error:
            raise replace(error, pointer=f"{at}/{index}") from None
