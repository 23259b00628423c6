"""Reading a definition: what cannot be taken is refused with a pointer to it."""

from collections.abc import Mapping
from typing import Any, get_args

import phonenumbers

from cairn.domains.segments.checks import check_date, check_metric_filters, check_property_filter
from cairn.domains.segments.consent_rules import check_consent, check_permissions
from cairn.domains.segments.definition import (
    LAST_EVENT,
    STANDARD_DATE,
    STANDARD_NUMBER,
    STANDARD_TEXT,
    Condition,
    CustomObject,
    DateFilter,
    Definition,
    GroupMembership,
    MarketingConsent,
    MetricFunnel,
    Permissions,
    PostalCodeDistance,
    Prediction,
    ProfileMetric,
    ProfileProperty,
    Region,
    standard_property,
)
from cairn.domains.segments.predictions import check_prediction
from cairn.kernel.converting import converted
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import (
    LIST_SETS,
    LIST_SUBSTRINGS,
    PHONES,
    ExistenceFilter,
    ListFilter,
    StringFilter,
    check_filter,
    check_text,
    check_values,
    refuse_operators,
)
from cairn.kernel.property_paths import check_depth, profile_path

MAX_CONDITIONS = 100
MAX_STEPS = 10
FUNNEL_FRAMES = ("between-static", "between", "in-the-last", "at-least", "in-the-next")
ROOT = "/data/attributes/definition"
KINDS: Mapping[str, type] = {kind.__struct_config__.tag: kind for kind in get_args(Condition)}


def parse(raw: Any, root: str = ROOT) -> Definition:
    """The definition of a request. Raises Invalid with a pointer to the first thing that cannot be taken."""
    refuse_unsupported(raw, root)
    definition = converted(raw, Definition, root)
    check(definition, root)
    return definition


def parse_condition(raw: Any, at: str) -> Condition:
    """One condition, alone. Raises Invalid."""
    kind = KINDS.get(str(raw.get("type")) if isinstance(raw, dict) else "")
    if kind is None:
        raise Invalid(f"A condition is of one of these types: {', '.join(KINDS)}.", pointer=f"{at}/type")
    condition: Condition = converted(raw, kind, at)
    CHECKS[kind](condition, at)
    return condition


def refuse_unsupported(raw: Any, root: str) -> None:
    """A condition type that Cairn does not know is refused by its name."""
    groups = raw.get("condition_groups") if isinstance(raw, dict) else None
    for g, group in enumerate(groups if isinstance(groups, list) else ()):
        conditions = group.get("conditions") if isinstance(group, dict) else None
        for c, condition in enumerate(conditions if isinstance(conditions, list) else ()):
            kind = condition.get("type") if isinstance(condition, dict) else None
            if isinstance(kind, str) and kind not in Definition.SUPPORTED:
                supported = ", ".join(Definition.SUPPORTED)
                raise Invalid(
                    f"Conditions of type '{kind[:80]}' are not supported. Supported: {supported}.",
                    pointer=f"{root}/condition_groups/{g}/conditions/{c}/type",
                )


def check(definition: Definition, root: str = ROOT) -> None:
    """What the types cannot say. Raises Invalid."""
    if not definition.condition_groups:
        raise Invalid("A definition needs at least one condition group.", pointer=f"{root}/condition_groups")
    for g, group in enumerate(definition.condition_groups):
        if not group.conditions:
            raise Invalid(
                "A condition group needs at least one condition.", pointer=f"{root}/condition_groups/{g}/conditions"
            )
    found = list(definition.conditions())
    if len(found) > MAX_CONDITIONS:
        raise Invalid(f"A definition has at most {MAX_CONDITIONS} conditions.", pointer=f"{root}/condition_groups")
    for place, condition in found:
        CHECKS[type(condition)](condition, root + place)


def check_property_name(name: str, at: str) -> str:
    """The usual spelling of a property's name. Raises Invalid."""
    check_text(name, at)
    standard = standard_property(name)
    known = (
        standard == LAST_EVENT or standard in STANDARD_TEXT or standard in STANDARD_NUMBER or standard in STANDARD_DATE
    )
    own = profile_path(name)
    if not known and not own:
        raise Invalid(
            f"'{name[:80]}' is not a profile property. Use a standard name such as email or location['city'],"
            " or properties['name'], or properties['name']['inside'].",
            pointer=at,
        )
    check_depth(own, at)
    return standard


def check_property(condition: ProfileProperty, at: str) -> None:
    what = condition.filter
    standard = check_property_name(condition.property, f"{at}/property")
    check_property_filter(what, f"{at}/filter")
    if isinstance(what, DateFilter) and what.operator == "alltime":
        raise Invalid("'alltime' is for metrics only.", pointer=f"{at}/filter/operator")
    if standard in (LAST_EVENT, *STANDARD_DATE) and not isinstance(what, DateFilter | ExistenceFilter):
        raise Invalid(f"'{standard}' is a date: it takes date and existence filters.", pointer=f"{at}/filter")
    if isinstance(what, DateFilter) and (standard in STANDARD_TEXT or standard in STANDARD_NUMBER):
        raise Invalid(f"'{standard}' is not a date.", pointer=f"{at}/filter")
    if not isinstance(what, DateFilter):
        refuse_operators(what, ListFilter, LIST_SETS | LIST_SUBSTRINGS, "for metric filters only", f"{at}/filter")


def check_metric(condition: ProfileMetric, at: str) -> None:
    check_text(condition.metric_id, f"{at}/metric_id")
    check_date(condition.timeframe_filter, f"{at}/timeframe_filter")
    if condition.timeframe_filter.operator in ("anniversary", "anniversary-month", "calendar-month"):
        raise Invalid(
            f"'{condition.timeframe_filter.operator}' is for profile properties only.",
            pointer=f"{at}/timeframe_filter/operator",
        )
    check_property_filter(condition.measurement_filter, f"{at}/measurement_filter")
    check_metric_filters(condition.metric_filters or [], f"{at}/metric_filters")


def check_funnel(condition: MetricFunnel, at: str) -> None:
    check_date(condition.timeframe_filter, f"{at}/timeframe_filter")
    if condition.timeframe_filter.operator not in FUNNEL_FRAMES:
        raise Invalid(
            f"'{condition.timeframe_filter.operator}' is not possible for a funnel."
            f" Possible: {', '.join(FUNNEL_FRAMES)}.",
            pointer=f"{at}/timeframe_filter/operator",
        )
    if not 1 <= len(condition.steps) <= MAX_STEPS:
        raise Invalid(f"A funnel has from 1 to {MAX_STEPS} steps.", pointer=f"{at}/steps")
    if not any(step.metric_exists for step in condition.steps):
        raise Invalid("At least one step of a funnel must be something that was done.", pointer=f"{at}/steps")
    for index, step in enumerate(condition.steps):
        check_text(step.metric_id, f"{at}/steps/{index}/metric_id")
        check_metric_filters(step.metric_filters or [], f"{at}/steps/{index}/metric_filters")


def check_membership(condition: GroupMembership, at: str) -> None:
    if not condition.group_ids:
        raise Invalid("Name at least one list.", pointer=f"{at}/group_ids")
    check_values(condition.group_ids, f"{at}/group_ids")
    frame = condition.timeframe_filter
    if frame is None:
        return
    if not condition.is_member:
        raise Invalid("A time frame is possible for members only.", pointer=f"{at}/timeframe_filter")
    check_date(frame, f"{at}/timeframe_filter")
    if frame.operator not in ("before", "after", "between-static", "in-the-last", "at-least", "in-the-next", "between"):
        raise Invalid(
            f"'{frame.operator}' is not possible for the date of joining.", pointer=f"{at}/timeframe_filter/operator"
        )


def check_region(condition: Region, at: str) -> None:
    """The types say it all."""


def check_distance(condition: PostalCodeDistance, at: str) -> None:
    if condition.country_code.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise Invalid("An ISO country code of two letters, please.", pointer=f"{at}/country_code")
    check_text(condition.postal_code.strip(), f"{at}/postal_code")
    check_filter(condition.filter, f"{at}/filter")
    if condition.filter.operator not in ("greater-than", "less-than"):
        raise Invalid("A distance is greater-than or less-than.", pointer=f"{at}/filter/operator")
    if condition.filter.value <= 0:
        raise Invalid("A distance is more than 0.", pointer=f"{at}/filter/value")


def check_object(condition: CustomObject, at: str) -> None:
    check_text(condition.object_type_id, f"{at}/object_type_id")
    check_text(condition.object_type_relationship_id, f"{at}/object_type_relationship_id")
    check_filter(condition.filter, f"{at}/filter")
    if not isinstance(condition.filter.value, int):
        raise Invalid("Objects are counted in whole numbers.", pointer=f"{at}/filter/value")
    for index, item in enumerate(condition.filters):
        place = f"{at}/filters/{index}/filter"
        if isinstance(item.filter, DateFilter):
            check_date(item.filter, place)
        else:
            check_filter(item.filter, place)
            refuse_operators(item.filter, StringFilter, PHONES, "for profile properties only", place)


CHECKS: Mapping[type, Any] = {
    ProfileProperty: check_property,
    ProfileMetric: check_metric,
    GroupMembership: check_membership,
    MarketingConsent: check_consent,
    Region: check_region,
    MetricFunnel: check_funnel,
    Permissions: check_permissions,
    PostalCodeDistance: check_distance,
    Prediction: check_prediction,
    CustomObject: check_object,
}
