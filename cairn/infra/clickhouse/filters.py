"""Filters on one value, as SQL that is true or false, never NULL.

A value is missing or has a type; a filter that speaks of another type does not match, be it positive or
negative. Texts compare by case. What users wrote is always a parameter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cairn.infra.clickhouse.params import Params as Params
from cairn.infra.clickhouse.phone_countries import of_country
from cairn.kernel.filters import (
    VALUE,
    BooleanFilter,
    ExistenceFilter,
    ListFilter,
    NumericFilter,
    StringFilter,
    ValueFilter,
)
from cairn.kernel.property_paths import event_path

COMPARISONS: Mapping[str, str] = {
    "equals": "=",
    "not-equals": "!=",
    "greater-than": ">",
    "greater-than-or-equal": ">=",
    "less-than": "<",
    "less-than-or-equal": "<=",
}
ISO_DATE = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})$"
ELEMENT_TESTS: Mapping[str, str] = {
    "contains": "has({elements}, {needle})",
    "contains-starts-with": "arrayExists(e -> startsWith(e, {needle}), {elements})",
    "contains-ends-with": "arrayExists(e -> endsWith(e, {needle}), {elements})",
    "contains-substring": "arrayExists(e -> position(e, {needle}) > 0, {elements})",
}
NEVER = "0"


@dataclass(frozen=True, slots=True)
class Value:
    """SQL expressions of one value, one per type that it may have; each flag says whether it has that type.

    `seconds` is NULL where the value is no date; one written without an offset is read as if it were UTC, and
    `is_local` says so. `elements` takes a scalar as a list of one.
    """

    is_set: str
    is_text: str
    text: str
    is_number: str
    number: str
    is_bool: str
    boolean: str
    is_list: str
    elements: str
    seconds: str
    is_local: str = NEVER


def json_value(source: str, path: Sequence[str], params: Params) -> Value:
    """What a path of names leads to in a JSON document in the column `source`: see `kernel/property_paths`."""
    keys = [params.add(name, "String") for name in path]
    at = ", ".join((source, *keys))
    kind = f"toString(JSONType({at}))"
    text = f"JSONExtractString({at})"
    is_set, is_list, among = f"{kind} != 'Null'", f"{kind} = 'Array'", "emptyArrayString()"
    if len(keys) > 1:
        found = found_in_lists(source, keys)
        is_set = f"({is_set} OR notEmpty({found}))"
        is_list = f"({is_list} OR ({kind} = 'Null' AND notEmpty({found})))"
        among = texts_of(spread(found))
    return Value(
        is_set=is_set,
        is_text=f"{kind} = 'String'",
        text=text,
        is_number=f"{kind} IN ('Int64', 'UInt64', 'Double')",
        number=f"JSONExtractFloat({at})",
        is_bool=f"{kind} = 'Bool'",
        boolean=f"JSONExtractBool({at})",
        is_list=is_list,
        elements=(
            f"multiIf({kind} = 'Array', {texts_of(f'JSONExtractArrayRaw({at})')},"
            f" {kind} = 'Null', {among}, {kind} = 'String', [{text}], [JSONExtractRaw({at})])"
        ),
        seconds=seconds_of_text(text, params),
        is_local=lacks_offset(text),
    )


def found_in_lists(source: str, keys: Sequence[str]) -> str:
    """All that a path leads to, as JSON, when it goes on in each object of a list that it meets."""
    found = f"[{source}]"
    for key in keys:
        found = f"arrayFilter(e -> e NOT IN ('', 'null'), arrayMap(e -> JSONExtractRaw(e, {key}), {spread(found)}))"
    return found


def spread(values: str) -> str:
    """JSON values, those in lists each by itself."""
    return f"arrayFlatten(arrayMap(e -> if(startsWith(e, '['), JSONExtractArrayRaw(e), [e]), {values}))"


def texts_of(values: str) -> str:
    return f"arrayMap(e -> if(startsWith(e, '\"'), JSONExtractString(e), e), {values})"


def seconds_of_text(text: str, params: Params) -> str:
    pattern = params.add(ISO_DATE, "String")
    return (
        f"if(match({text}, {pattern}),"
        f" toUnixTimestamp64Second(parseDateTime64BestEffortOrNull({text}, 0, 'UTC')), NULL)"
    )


def lacks_offset(text: str) -> str:
    return f"NOT match({text}, '{OFFSET}')"


def text_column(column: str, params: Params) -> Value:
    """A standard text column; empty means missing there."""
    return Value(
        is_set=f"{column} != ''",
        is_text=f"{column} != ''",
        text=f"toString({column})",
        is_number=NEVER,
        number=NEVER,
        is_bool=NEVER,
        boolean=NEVER,
        is_list=NEVER,
        elements=f"if({column} = '', emptyArrayString(), [toString({column})])",
        seconds=seconds_of_text(f"toString({column})", params),
        is_local=lacks_offset(f"toString({column})"),
    )


def number_column(column: str) -> Value:
    return Value(
        is_set=f"{column} IS NOT NULL",
        is_text=NEVER,
        text="''",
        is_number=f"{column} IS NOT NULL",
        number=f"assumeNotNull({column})",
        is_bool=NEVER,
        boolean=NEVER,
        is_list=NEVER,
        elements=f"if({column} IS NULL, emptyArrayString(), [toString(assumeNotNull({column}))])",
        seconds="NULL",
    )


def date_column(column: str) -> Value:
    """A column of a date, possibly NULL."""
    return Value(
        is_set=f"{column} IS NOT NULL",
        is_text=NEVER,
        text="''",
        is_number=NEVER,
        number=NEVER,
        is_bool=NEVER,
        boolean=NEVER,
        is_list=NEVER,
        elements="emptyArrayString()",
        seconds=f"toInt64({column})",
    )


def event_property(name: str, params: Params, table: str = "") -> Value:
    """A property of an event in a table that is called so, with a dot; its value is one of them."""
    if name == VALUE:
        return number_column(f"toNullable(toFloat64({table}value))")
    return json_value(f"{table}properties", event_path(name), params)


def filtered(value: Value, what: ValueFilter, params: Params) -> str:
    """Whether the value passes the filter."""
    match what:
        case ExistenceFilter():
            return f"({value.is_set})" if what.operator == "is-set" else f"(NOT ({value.is_set}))"
        case BooleanFilter():
            return f"({value.is_bool} AND {value.boolean} = {params.add(what.value, 'Bool')})"
        case NumericFilter():
            return f"({value.is_number} AND {compared(value.number, what, params)})"
        case StringFilter():
            return string_filtered(value, what, params)
        case ListFilter():
            return list_filtered(value, what, params)


def compared(number: str, what: NumericFilter, params: Params) -> str:
    """The comparison of an expression with a checked filter."""
    if what.operator == "between":
        start, end = (params.add(float(one or 0), "Float64") for one in (what.start, what.end))
        return f"{number} BETWEEN {start} AND {end}"
    return f"{number} {COMPARISONS[what.operator]} {params.add(float(what.value), 'Float64')}"


def string_filtered(value: Value, what: StringFilter, params: Params) -> str:
    if what.value is None:
        # Null stands for "nothing there".
        return f"({value.is_set})" if what.operator == "not-equals" else f"(NOT ({value.is_set}))"
    if isinstance(what.value, list):
        return f"({among(value.text, what.operator, what.value, params)} AND {value.is_text})"
    needle = params.add(what.value, "String")
    positive = what.operator.removeprefix("not-")
    test = {
        "equals": f"{value.text} = {needle}",
        "contains": f"position({value.text}, {needle}) > 0",
        "starts-with": f"startsWith({value.text}, {needle})",
        "ends-with": f"endsWith({value.text}, {needle})",
        "regex": f"match({value.text}, {needle})",
        "nregex": f"NOT match({value.text}, {needle})",
    }[positive]
    # Few pass the test: of them alone the type is asked, which costs as much.
    return f"({'NOT ' if positive != what.operator else ''}({test}) AND {value.is_text})"


def among(text: str, name: str, values: list[str], params: Params) -> str:
    if name.startswith("phone-country-code"):
        test = f"({' OR '.join(of_country(text, country, params) for country in values)})"
        return f"NOT {test}" if name.endswith("not-in") else test
    test = f"has({params.add(values, 'Array(String)')}, {text})"
    return f"NOT {test}" if name == "not-in" else test


def list_filtered(value: Value, what: ListFilter, params: Params) -> str:
    name = what.operator
    if name.startswith("length-"):
        length = params.add(what.value, "Int64")
        sign = COMPARISONS[name.removeprefix("length-")]
        return f"({value.is_list} AND toInt64(length({value.elements})) {sign} {length})"
    positive = name.removeprefix("not-")
    negation = "NOT " if positive != name else ""
    if what.value is None:
        # Null stands for "nothing there".
        return f"({value.is_set})" if negation else f"(NOT ({value.is_set}))"
    if isinstance(what.value, list):
        wanted = params.add(what.value, "Array(String)")
        test = f"{'hasAll' if positive == 'contains-all' else 'hasAny'}({value.elements}, {wanted})"
    else:
        needle = params.add(str(what.value), "String")
        test = ELEMENT_TESTS[positive].format(elements=value.elements, needle=needle)
    return f"({value.is_set} AND {negation}{test})"
