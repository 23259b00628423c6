"""Reading a definition: what cannot be taken is refused with a pointer to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from cairn.domains.segments.definition import (
    STANDARD_DATE,
    STANDARD_NUMBER,
    STANDARD_TEXT,
    ConsentFilter,
    DateFilter,
    Definition,
    GroupMembership,
    MarketingConsent,
    MetricFilter,
    ProfileMetric,
    ProfileProperty,
    PropertyFilter,
    Region,
    custom_property,
    day_of,
    standard_property,
)
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import (
    LIST_CONTAINS,
    LIST_ENDS,
    LIST_SETS,
    LIST_SUBSTRINGS,
    PHONES,
    BooleanFilter,
    ExistenceFilter,
    ListFilter,
    NumericFilter,
    StringFilter,
    check_filter,
    check_text,
    check_values,
    converted,
    refuse_operators,
)

MAX_CONDITIONS = 100
MAX_METRIC_FILTERS = 10
MAX_QUANTITY = 36_500 * 24
ROOT = "/data/attributes/definition"


def parse(raw: Any, root: str = ROOT) -> Definition:
    """The definition of a request. Raises Invalid with a pointer to the first thing that cannot be taken."""
    refuse_unsupported(raw, root)
    definition = converted(raw, Definition, root)
    check(definition, root)
    return definition


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


def check_property(condition: ProfileProperty, at: str) -> None:
    name, what = condition.property, condition.filter
    check_text(name, f"{at}/property")
    standard = standard_property(name)
    known = standard in STANDARD_TEXT or standard in STANDARD_NUMBER or standard in STANDARD_DATE
    if not known and custom_property(name) is None:
        raise Invalid(
            f"'{name[:80]}' is not a profile property. Use a standard name such as email or location['city'],"
            " or properties['name'].",
            pointer=f"{at}/property",
        )
    check_property_filter(what, f"{at}/filter")
    if isinstance(what, DateFilter) and what.operator == "alltime":
        raise Invalid("'alltime' is for metrics only.", pointer=f"{at}/filter/operator")
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


def check_metric_filters(filters: Sequence[MetricFilter], at: str) -> None:
    if len(filters) > MAX_METRIC_FILTERS:
        raise Invalid(f"A metric condition has at most {MAX_METRIC_FILTERS} filters.", pointer=at)
    for index, item in enumerate(filters):
        check_text(item.property, f"{at}/{index}/property")
        place = f"{at}/{index}/filter"
        check_property_filter(item.filter, place)
        refuse_operators(item.filter, StringFilter, PHONES, "for profile properties only", place)
        refuse_operators(item.filter, ListFilter, LIST_CONTAINS, "for profile properties only", place)


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


def check_consent(condition: MarketingConsent, at: str) -> None:
    consent = condition.consent
    status = f"{at}/consent/consent_status"
    key = (consent.channel, consent.can_receive_marketing, consent.consent_status.subscription)
    if key not in CONSENT_FIELDS:
        can = "can" if key[1] else "cannot"
        raise Invalid(
            f"There are no {key[0]} profiles that {can} receive marketing and are '{key[2]}'.",
            pointer=f"{status}/subscription",
        )
    for index, item in enumerate(consent.consent_status.filters or ()):
        check_consent_filter(item, CONSENT_FIELDS[key], f"{status}/filters/{index}")


def check_consent_filter(item: ConsentFilter, allowed: frozenset[str], at: str) -> None:
    if item.field not in allowed:
        raise Invalid(
            f"'{item.field[:80]}' cannot be asked here. Possible: {', '.join(sorted(allowed)) or 'none'}.",
            pointer=f"{at}/field",
        )
    if item.filter is not None:
        check_property_filter(item.filter, f"{at}/filter")
    if item.field == "method":
        if item.method is None:
            raise Invalid("Name the method.", pointer=f"{at}/method")
        check_text(item.method, f"{at}/method")
        if item.filter is not None and not isinstance(item.filter, StringFilter):
            raise Invalid("A method takes a string filter.", pointer=f"{at}/filter")
        return
    wanted = CONSENT_FILTERS[item.field]
    if not isinstance(item.filter, wanted) or getattr(item.filter, "operator", "") in ("alltime", "not-set"):
        raise Invalid(f"'{item.field}' does not take this filter.", pointer=f"{at}/filter")


def check_region(condition: Region, at: str) -> None:
    """The types say it all."""


SUPPRESSIONS = frozenset({"bounce_date", "manual_suppression_date", "invalid_email_date"})
CONSENT_FIELDS: Mapping[tuple[str, bool, str], frozenset[str]] = {
    ("email", True, "any"): frozenset(),
    ("email", True, "subscribed"): frozenset({"is_double_opt_in", "status_date", "custom_source", "method"}),
    ("email", True, "never_subscribed"): frozenset(),
    ("email", False, "any"): SUPPRESSIONS,
    ("email", False, "unsubscribed"): SUPPRESSIONS | {"status_date", "method"},
    ("email", False, "never_subscribed"): SUPPRESSIONS,
    ("email", False, "subscribed"): SUPPRESSIONS,
    ("sms", True, "subscribed"): frozenset({"status_date", "method"}),
    ("sms", False, "any"): frozenset(),
    ("sms", False, "unsubscribed"): frozenset({"status_date", "method"}),
    ("sms", False, "never_subscribed"): frozenset(),
    ("push", True, "any"): frozenset({"status_date"}),
    ("push", False, "any"): frozenset(),
}
CONSENT_FILTERS: Mapping[str, tuple[type, ...]] = {
    "is_double_opt_in": (BooleanFilter,),
    "custom_source": (StringFilter,),
    "status_date": (DateFilter,),
    **dict.fromkeys(SUPPRESSIONS, (DateFilter, ExistenceFilter)),
}


def check_property_filter(what: PropertyFilter, at: str) -> None:
    if isinstance(what, DateFilter):
        check_date(what, at)
    else:
        check_filter(what, at)
        refuse_operators(what, NumericFilter, {"between"}, "for custom objects only", at)
        refuse_operators(what, ListFilter, LIST_ENDS, "for custom metrics only", at)


def check_date(what: DateFilter, at: str) -> None:
    if what.operator in ("before", "after"):
        check_day(what.date, f"{at}/date")
    elif what.operator == "between-static":
        check_day(what.start, f"{at}/start")
        check_day(what.end, f"{at}/end")
    elif what.operator == "between":
        for name, number in (("start", what.start), ("end", what.end)):
            check_quantity(number, f"{at}/{name}", least=0)
        if int(what.start or 0) > int(what.end or 0):
            raise Invalid("'start' is the nearer end: it must not exceed 'end'.", pointer=f"{at}/start")
        check_unit(what, at)
    elif what.operator in ("in-the-last", "at-least", "in-the-next", "anniversary-last", "anniversary-next"):
        check_quantity(what.quantity, f"{at}/quantity", least=0)
        check_unit(what, at)
    elif what.operator == "calendar-month" and (what.value is None or not 1 <= what.value <= 12):
        raise Invalid("A month is a number from 1 to 12.", pointer=f"{at}/value")


def check_unit(what: DateFilter, at: str) -> None:
    if what.unit is None:
        raise Invalid("Name a unit: hour, day or week.", pointer=f"{at}/unit")


def check_quantity(number: object, at: str, *, least: int) -> None:
    if not isinstance(number, int) or not least <= number <= MAX_QUANTITY:
        raise Invalid(f"A whole number from {least} to {MAX_QUANTITY}, please.", pointer=at)


def check_day(text: object, at: str) -> None:
    try:
        day = day_of(text) if isinstance(text, str) else None
    except (ValueError, OverflowError):
        day = None
    if day is None or not 1900 <= day.year <= 2200:
        raise Invalid("An ISO 8601 date between 1900 and 2200, please.", pointer=at)


CHECKS: Mapping[type, Any] = {
    ProfileProperty: check_property,
    ProfileMetric: check_metric,
    GroupMembership: check_membership,
    MarketingConsent: check_consent,
    Region: check_region,
}
