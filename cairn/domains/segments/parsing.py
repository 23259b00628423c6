"""Reading a definition: what cannot be taken is refused with a pointer to it."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from cairn.domains.segments.definition import (
    STANDARD_DATE,
    STANDARD_NUMBER,
    STANDARD_TEXT,
    BooleanFilter,
    ConsentFilter,
    DateFilter,
    Definition,
    ExistenceFilter,
    GroupMembership,
    ListFilter,
    MarketingConsent,
    NumericFilter,
    ProfileMetric,
    ProfileProperty,
    PropertyFilter,
    Region,
    StringFilter,
    custom_property,
    day_of,
    standard_property,
)
from cairn.kernel.errors import Invalid

MAX_CONDITIONS = 100
MAX_METRIC_FILTERS = 10
MAX_VALUES = 1000
MAX_TEXT = 1000
MAX_QUANTITY = 36_500 * 24
ROOT = "/data/attributes/definition"


def parse(raw: Any, root: str = ROOT) -> Definition:
    """The definition of a request. Raises Invalid with a pointer to the first thing that cannot be taken."""
    refuse_unsupported(raw, root)
    try:
        definition = msgspec.convert(raw, type=Definition)
    except msgspec.ValidationError as error:
        raise translated(error, root) from None
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


def translated(error: msgspec.ValidationError, root: str) -> Invalid:
    """msgspec names the place as `$.a[0].b`; a request's author reads JSON pointers."""
    message, _, path = str(error).partition(" - at `$")
    pointer = re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", path.rstrip("`")).replace(".", "/").replace("/////", "/")
    return Invalid(f"{message}.", pointer=root + pointer)


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
    check_filter(what, f"{at}/filter")
    if isinstance(what, DateFilter) and what.operator == "alltime":
        raise Invalid("'alltime' is for metrics only.", pointer=f"{at}/filter/operator")
    if isinstance(what, DateFilter) and (standard in STANDARD_TEXT or standard in STANDARD_NUMBER):
        raise Invalid(f"'{standard}' is not a date.", pointer=f"{at}/filter")
    if isinstance(what, ListFilter) and what.operator in LIST_SETS:
        raise Invalid(f"'{what.operator}' is for metric filters only.", pointer=f"{at}/filter/operator")


def check_metric(condition: ProfileMetric, at: str) -> None:
    check_text(condition.metric_id, f"{at}/metric_id")
    check_date(condition.timeframe_filter, f"{at}/timeframe_filter")
    if condition.timeframe_filter.operator in ("anniversary", "anniversary-month", "calendar-month"):
        raise Invalid(
            f"'{condition.timeframe_filter.operator}' is for profile properties only.",
            pointer=f"{at}/timeframe_filter/operator",
        )
    check_filter(condition.measurement_filter, f"{at}/measurement_filter")
    filters = condition.metric_filters or []
    if len(filters) > MAX_METRIC_FILTERS:
        raise Invalid(f"A metric condition has at most {MAX_METRIC_FILTERS} filters.", pointer=f"{at}/metric_filters")
    for index, item in enumerate(filters):
        check_text(item.property, f"{at}/metric_filters/{index}/property")
        check_filter(item.filter, f"{at}/metric_filters/{index}/filter")
        operator = item.filter.operator
        if operator.startswith("phone-") or (isinstance(item.filter, ListFilter) and operator in LIST_CONTAINS):
            raise Invalid(
                f"'{operator}' is for profile properties only.", pointer=f"{at}/metric_filters/{index}/filter/operator"
            )


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
        check_filter(item.filter, f"{at}/filter")
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


LIST_CONTAINS = frozenset({"contains", "not-contains"})
LIST_SETS = frozenset(
    {
        "contains-any",
        "contains-all",
        "not-contains-any",
        "not-contains-all",
        "contains-substring",
        "not-contains-substring",
    }
)
MANY = frozenset({"in", "not-in", "phone-country-code-in", "phone-country-code-not-in"})
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


def check_text(text: str, at: str) -> None:
    if not text or len(text) > MAX_TEXT:
        raise Invalid(f"Between 1 and {MAX_TEXT} characters, please.", pointer=at)
    if "\0" in text:
        raise Invalid("A NUL character is not possible here.", pointer=at)


def check_values(values: list[str], at: str) -> None:
    if len(values) > MAX_VALUES:
        raise Invalid(f"At most {MAX_VALUES} values.", pointer=at)
    for index, value in enumerate(values):
        if len(value) > MAX_TEXT or "\0" in value:
            raise Invalid(f"At most {MAX_TEXT} characters, and no NUL.", pointer=f"{at}/{index}")


def check_filter(what: PropertyFilter, at: str) -> None:
    if isinstance(what, DateFilter):
        check_date(what, at)
    elif isinstance(what, StringFilter):
        check_string(what, f"{at}/value")
    elif isinstance(what, NumericFilter):
        if what.value != what.value or abs(what.value) > 1e300:
            raise Invalid("This is not a number that can be compared.", pointer=f"{at}/value")
    elif isinstance(what, ListFilter):
        check_list(what, f"{at}/value")


def check_string(what: StringFilter, at: str) -> None:
    if isinstance(what.value, list) != (what.operator in MANY):
        shape = "a list of texts" if what.operator in MANY else "a text"
        raise Invalid(f"'{what.operator}' needs {shape}.", pointer=at)
    if isinstance(what.value, list):
        if not what.value:
            raise Invalid("Name at least one value.", pointer=at)
        check_values(what.value, at)
    elif what.value is None:
        if what.operator not in ("equals", "not-equals"):
            raise Invalid(f"'{what.operator}' needs a text, not null.", pointer=at)
    else:
        check_values([what.value], at)


def check_list(what: ListFilter, at: str) -> None:
    value = what.value
    if what.operator.startswith("length-"):
        if not isinstance(value, int) or not 0 <= value < 2**31:
            raise Invalid(f"'{what.operator}' needs a whole number.", pointer=at)
    elif what.operator.endswith(("-any", "-all")):
        if not isinstance(value, list) or not value:
            raise Invalid(f"'{what.operator}' needs a list of texts.", pointer=at)
        check_values(value, at)
    elif isinstance(value, list) or (value is None) or (isinstance(value, int) and "substring" in what.operator):
        raise Invalid(f"'{what.operator}' needs one value.", pointer=at)
    else:
        check_values([str(value)], at)


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
