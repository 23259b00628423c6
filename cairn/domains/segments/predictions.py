"""Conditions on what models say of a profile, in its columns. Where no model has said anything they hold for nobody."""

from collections.abc import Callable, Mapping

from cairn.domains.segments.checks import check_property_filter
from cairn.domains.segments.definition import DateFilter, Prediction, PropertyFilter
from cairn.domains.segments.values import filtered
from cairn.infra.clickhouse.filters import Params, Value, date_column, number_column, text_column
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import NumericFilter, StringFilter


def prediction_sql(condition: Prediction, params: Params, now: int) -> str:
    return filtered(prediction_value(condition, params), condition.filter, params, now)


def prediction_value(condition: Prediction, params: Params) -> Value:
    """The column that a model fills."""
    if condition.dimension == "channel_affinity":
        column = f"affinity_{condition.predicted_channel}_{condition.measurement}"
        return text_column(column, params) if condition.measurement == "rank" else number_column(column)
    if condition.dimension == "predicted_gender":
        return text_column("predicted_gender", params)
    if condition.dimension == "expected_date_of_next_purchase":
        return date_column("expected_date_of_next_purchase")
    return number_column(condition.dimension)


def check_prediction(condition: Prediction, at: str) -> None:
    what, dimension = condition.filter, condition.dimension
    check_property_filter(what, f"{at}/filter")
    if dimension == "channel_affinity":
        if condition.measurement is None or condition.predicted_channel is None:
            name = "measurement" if condition.measurement is None else "predicted_channel"
            raise Invalid("An affinity needs a measurement and a channel.", pointer=f"{at}/{name}")
        fits = AFFINITIES[condition.measurement]
    elif condition.measurement is not None or condition.predicted_channel is not None:
        raise Invalid("Only 'channel_affinity' has a measurement and a channel.", pointer=f"{at}/measurement")
    elif dimension == "predicted_gender":
        fits = one_of("likely_female", "likely_male", "uncertain")
    elif dimension == "expected_date_of_next_purchase":
        fits = is_date
    else:
        fits = is_number
    if not fits(what):
        raise Invalid(f"'{dimension}' does not take this filter.", pointer=f"{at}/filter")


def one_of(*names: str) -> Callable[[PropertyFilter], bool]:
    def fits(what: PropertyFilter) -> bool:
        return isinstance(what, StringFilter) and what.operator in ("equals", "not-equals") and what.value in names

    return fits


def is_date(what: PropertyFilter) -> bool:
    return isinstance(what, DateFilter) and what.operator != "alltime"


def is_number(what: PropertyFilter) -> bool:
    return isinstance(what, NumericFilter)


def is_priority(what: PropertyFilter) -> bool:
    return isinstance(what, NumericFilter) and what.operator == "equals" and isinstance(what.value, int)


AFFINITIES: Mapping[str, Callable[[PropertyFilter], bool]] = {
    "priority": is_priority,
    "rank": one_of("high", "medium", "low"),
}
