"""A definition in plain words, as the builder, the explanation and the API show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cairn.domains.segments.definition import (
    Condition,
    Consent,
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
    standard_property,
)
from cairn.kernel.filters import BooleanFilter, ExistenceFilter, ListFilter, NumericFilter, StringFilter

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NUMERIC = {
    "equals": "is",
    "not-equals": "is not",
    "greater-than": "is more than",
    "greater-than-or-equal": "is at least",
    "less-than": "is less than",
    "less-than-or-equal": "is at most",
}
TIMES = {
    "equals": "exactly",
    "not-equals": "any number of times but",
    "greater-than": "more than",
    "greater-than-or-equal": "at least",
    "less-than": "fewer than",
    "less-than-or-equal": "at most",
}
STRING = {
    "equals": "is",
    "not-equals": "is set and is not",
    "contains": "contains",
    "not-contains": "is set and does not contain",
    "starts-with": "starts with",
    "not-starts-with": "is set and does not start with",
    "ends-with": "ends with",
    "not-ends-with": "is set and does not end with",
    "regex": "matches",
    "nregex": "is set and does not match",
    "in": "is one of",
    "not-in": "is set and is none of",
    "phone-country-code-in": "is a number of",
    "phone-country-code-not-in": "is set and is no number of",
}
LIST = {
    "contains": "contains",
    "not-contains": "is set and does not contain",
    "contains-any": "contains any of",
    "contains-all": "contains all of",
    "not-contains-any": "is set and contains none of",
    "not-contains-all": "is set and does not contain all of",
    "contains-substring": "has an element with",
    "not-contains-substring": "is set and has no element with",
    "length-equals": "has exactly this many elements:",
    "length-greater-than": "has more elements than",
    "length-greater-than-or-equal": "has at least this many elements:",
    "length-less-than": "has fewer elements than",
    "length-less-than-or-equal": "has at most this many elements:",
}
STATUS = {
    "any": "",
    "subscribed": " and is subscribed",
    "unsubscribed": " and is unsubscribed",
    "never_subscribed": " and never subscribed",
}
FIELDS = {
    "is_double_opt_in": "double opt-in",
    "status_date": "the date of it",
    "custom_source": "its custom source",
    "bounce_date": "the date of bouncing",
    "manual_suppression_date": "the date of manual suppression",
    "invalid_email_date": "the date of the address being found invalid",
}
CHANNELS = {"email": "email", "sms": "SMS", "push": "push"}
REGIONS = {"european_union": "the European Union", "united_states": "the United States"}


@dataclass(frozen=True, slots=True)
class Names:
    """What users call the things whose ids a definition holds."""

    metrics: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)


def summary_of(definition: Definition, names: Names) -> str:
    """One sentence for a whole definition."""
    groups = []
    for group in definition.condition_groups:
        either = " or ".join(describe(condition, names) for condition in group.conditions)
        single = len(group.conditions) == 1 or len(definition.condition_groups) == 1
        groups.append(either if single else f"({either})")
    text = " and ".join(groups)
    return f"Everyone who {text}."


def describe(condition: Condition, names: Names) -> str:
    """One condition, as the rest of a sentence that begins with a person."""
    match condition:
        case ProfileProperty():
            return f"has {property_name(condition.property)} that {filter_words(condition.filter)}"
        case ProfileMetric():
            return metric_words(condition, names)
        case GroupMembership():
            return membership_words(condition, names)
        case MarketingConsent():
            return consent_words(condition.consent)
        case Region():
            return f"is {'' if condition.in_region else 'not '}in {REGIONS[condition.region]}"


def property_name(name: str) -> str:
    custom = custom_property(name)
    if custom is not None:
        return f"the property “{custom}”"
    plain = standard_property(name).removeprefix("location['").removesuffix("']")
    return f"a {plain.replace('_', ' ')}"


def metric_words(condition: ProfileMetric, names: Names) -> str:
    name = names.metrics.get(condition.metric_id, f"an unknown metric ({condition.metric_id})")
    number, operator = plain_number(condition.measurement_filter.value), condition.measurement_filter.operator
    if condition.measurement == "sum":
        words = f"has “{name}” with a total value that {NUMERIC[operator]} {number}"
    elif operator == "equals" and number == "0":
        words = f"has not done “{name}”"
    elif (operator, number) in (("greater-than", "0"), ("greater-than-or-equal", "1")):
        words = f"has done “{name}” at least once"
    else:
        words = f"has done “{name}” {TIMES[operator]} {number} {'time' if number == '1' else 'times'}"
    words += " " + frame_words(condition.timeframe_filter)
    filters = [metric_filter_words(item) for item in condition.metric_filters or ()]
    return words + (f" where {' and '.join(filters)}" if filters else "")


def metric_filter_words(item: MetricFilter) -> str:
    return f"“{item.property}” {filter_words(item.filter)}"


def membership_words(condition: GroupMembership, names: Names) -> str:
    lists = " or ".join(f"“{names.lists.get(one, one)}”" for one in condition.group_ids)
    if not condition.is_member:
        return f"is not on {lists}"
    frame = condition.timeframe_filter
    return f"is on {lists}" + (f" and joined {frame_words(frame)}" if frame else "")


def consent_words(consent: Consent) -> str:
    can = "can" if consent.can_receive_marketing else "cannot"
    words = f"{can} receive {CHANNELS[consent.channel]} marketing{STATUS[consent.consent_status.subscription]}"
    for item in consent.consent_status.filters or ():
        if item.field == "method":
            words += f", by {str(item.method).replace('_', ' ')}"
        if item.filter is not None:
            words += f", {FIELDS.get(item.field, 'which')} {filter_words(item.filter)}"
    return words


def filter_words(what: PropertyFilter) -> str:
    match what:
        case ExistenceFilter():
            return "is set" if what.operator == "is-set" else "is not set"
        case BooleanFilter():
            return f"is {'true' if what.value else 'false'}"
        case NumericFilter():
            return number_words(what)
        case StringFilter():
            if what.value is None:
                return "is set" if what.operator == "not-equals" else "is not set"
            return f"{STRING[what.operator]} {quoted(what.value)}"
        case ListFilter():
            if what.value is None:
                return "is set" if what.operator.startswith("not-") else "is not set"
            return f"{LIST[what.operator]} {quoted(what.value)}"
        case DateFilter():
            return f"is {frame_words(what)}"


def number_words(what: NumericFilter) -> str:
    if what.operator == "between":
        return f"is from {plain_number(what.start or 0)} to {plain_number(what.end or 0)}"
    return f"{NUMERIC[what.operator]} {plain_number(what.value)}"


def frame_words(what: DateFilter) -> str:
    unit = what.unit or "day"
    match what.operator:
        case "alltime":
            return "over all time"
        case "before" | "after":
            return f"{what.operator} {str(what.date)[:10]}"
        case "between-static":
            return f"between {str(what.start)[:10]} and {str(what.end)[:10]}"
        case "in-the-last":
            return f"in the last {counted(what.quantity, unit)}"
        case "in-the-next":
            return f"in the next {counted(what.quantity, unit)}"
        case "at-least":
            return f"at least {counted(what.quantity, unit)} ago"
        case "between":
            return f"between {what.start} and {what.end} {unit}s ago"
        case "anniversary":
            return "on this day of the year"
        case "anniversary-month":
            return "in this month of the year"
        case "calendar-month":
            return f"in {MONTHS[(what.value or 1) - 1]} of any year"
        case "anniversary-last":
            return f"with its anniversary in the last {counted(what.quantity, unit)}"
        case _:
            return f"with its anniversary in the next {counted(what.quantity, unit)}"


def counted(quantity: int | None, unit: str) -> str:
    return f"{quantity} {unit}" if quantity == 1 else f"{quantity} {unit}s"


def quoted(value: str | int | list[str] | None) -> str:
    if isinstance(value, list):
        shown = ", ".join(f"“{one}”" for one in value[:5])
        return shown if len(value) <= 5 else f"{shown} and {len(value) - 5} more"
    return f"“{value}”" if isinstance(value, str) else str(value)


def plain_number(value: int | float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else str(value)
