"""Filters, time frames and properties in plain words, as parts of a sentence about a person."""

from cairn.domains.segments.definition import (
    LAST_EVENT,
    DateFilter,
    MetricFilter,
    PropertyFilter,
    standard_property,
)
from cairn.kernel.filters import BooleanFilter, ExistenceFilter, ListFilter, NumericFilter, StringFilter
from cairn.kernel.property_paths import event_path, profile_path

WITHIN = " › "

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


def property_name(name: str) -> str:
    if name == LAST_EVENT:
        return "a last event"
    own = profile_path(name)
    if own:
        return f"the property “{WITHIN.join(own)}”"
    plain = standard_property(name).removeprefix("location['").removesuffix("']")
    return with_article(plain.replace("_", " "))


def with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def metric_filter_words(item: MetricFilter) -> str:
    return f"“{WITHIN.join(event_path(item.property))}” {filter_words(item.filter)}"


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
