"""What the types of dates and filters cannot say, for conditions of every kind. Each check raises Invalid."""

from collections.abc import Sequence

from cairn.domains.segments.definition import DateFilter, MetricFilter, PropertyFilter, day_of
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import (
    LIST_CONTAINS,
    LIST_ENDS,
    LIST_SETS,
    LIST_SUBSTRINGS,
    PHONES,
    ListFilter,
    NumericFilter,
    StringFilter,
    check_filter,
    check_text,
    refuse_operators,
)
from cairn.kernel.property_paths import check_depth, event_path

MAX_METRIC_FILTERS = 10
MAX_QUANTITY = 36_500 * 24


def check_property_filter(what: PropertyFilter, at: str) -> None:
    if isinstance(what, DateFilter):
        check_date(what, at)
    else:
        check_filter(what, at)
        refuse_operators(what, NumericFilter, {"between"}, "for custom objects only", at)
        refuse_operators(what, ListFilter, LIST_ENDS, "for custom metrics only", at)


def check_trigger_filter(what: PropertyFilter, at: str) -> None:
    """A filter on what started a flow."""
    if isinstance(what, DateFilter):
        check_date(what, at)
        if what.operator == "alltime":
            raise Invalid("'alltime' is for metrics only.", pointer=f"{at}/operator")
        return
    check_filter(what, at)
    refuse_operators(what, StringFilter, PHONES, "for profile properties only", at)
    refuse_operators(what, ListFilter, LIST_SETS | LIST_SUBSTRINGS, "for metric filters only", at)
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


def check_metric_filters(filters: Sequence[MetricFilter], at: str) -> None:
    if len(filters) > MAX_METRIC_FILTERS:
        raise Invalid(f"A metric condition has at most {MAX_METRIC_FILTERS} filters.", pointer=at)
    for index, item in enumerate(filters):
        check_text(item.property, f"{at}/{index}/property")
        check_depth(event_path(item.property), f"{at}/{index}/property")
        place = f"{at}/{index}/filter"
        check_property_filter(item.filter, place)
        refuse_operators(item.filter, StringFilter, PHONES, "for profile properties only", place)
        refuse_operators(item.filter, ListFilter, LIST_CONTAINS, "for profile properties only", place)
