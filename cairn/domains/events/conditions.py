"""Filters on one property of an event, as SQL that is true or false, never NULL.

They mean what the same filters mean in a segment: a property is missing or has a type, and a filter that speaks of
another type does not match, be it positive or negative. What users wrote is always a parameter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cairn.domains.events.definitions import (
    VALUE,
    BooleanFilter,
    Condition,
    ExistenceFilter,
    ListFilter,
    NumericFilter,
    StringFilter,
)

SIGNS: Mapping[str, str] = {
    "equals": "=",
    "not-equals": "!=",
    "greater-than": ">",
    "greater-than-or-equal": ">=",
    "less-than": "<",
    "less-than-or-equal": "<=",
}
NUMBERS = "('Int64', 'UInt64', 'Double')"


@dataclass(slots=True)
class Params:
    """Values of a statement under names of their own."""

    prefix: str
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any, kind: str) -> str:
        """The placeholder of a value."""
        name = f"{self.prefix}{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{kind}}}"


@dataclass(frozen=True, slots=True)
class Property:
    """SQL of one property of the event `e`."""

    key: str

    @property
    def kind(self) -> str:
        return f"toString(JSONType(e.properties, {self.key}))"

    @property
    def text(self) -> str:
        return f"JSONExtractString(e.properties, {self.key})"

    @property
    def number(self) -> str:
        return f"JSONExtractFloat(e.properties, {self.key})"

    @property
    def is_set(self) -> str:
        return f"{self.kind} != 'Null'"

    @property
    def elements(self) -> str:
        """The items of a list as texts; a single value is a list of one."""
        raw = f"JSONExtractArrayRaw(e.properties, {self.key})"
        return (
            f"multiIf({self.kind} = 'Array', arrayMap(i -> if(startsWith(i, '\"'), JSONExtractString(i), i), {raw}),"
            f" {self.kind} = 'Null', emptyArrayString(), {self.kind} = 'String', [{self.text}],"
            f" [JSONExtractRaw(e.properties, {self.key})])"
        )


def holds(condition: Condition, params: Params) -> str:
    """Whether an event passes the filter."""
    what = condition.filter
    if condition.property == VALUE and isinstance(what, NumericFilter):
        return f"(toFloat64(e.value) {compared(what, params)})"
    one = Property(params.add(condition.property, "String"))
    match what:
        case ExistenceFilter():
            return f"({one.is_set})" if what.operator == "is-set" else f"(NOT ({one.is_set}))"
        case BooleanFilter():
            value = params.add(what.value, "Bool")
            return f"({one.kind} = 'Bool' AND JSONExtractBool(e.properties, {one.key}) = {value})"
        case NumericFilter():
            return f"({one.kind} IN {NUMBERS} AND {one.number} {compared(what, params)})"
        case StringFilter():
            return text_holds(one, what, params)
        case ListFilter():
            return list_holds(one, what, params)


def compared(what: NumericFilter, params: Params) -> str:
    return f"{SIGNS[what.operator]} {params.add(float(what.value), 'Float64')}"


def text_holds(one: Property, what: StringFilter, params: Params) -> str:
    if what.value is None:
        return f"({one.is_set})" if what.operator == "not-equals" else f"(NOT ({one.is_set}))"
    if isinstance(what.value, list):
        return f"({one.kind} = 'String' AND has({params.add(what.value, 'Array(String)')}, {one.text}))"
    needle = params.add(what.value, "String")
    positive = what.operator.removeprefix("not-")
    test = {
        "equals": f"{one.text} = {needle}",
        "contains": f"position({one.text}, {needle}) > 0",
        "starts-with": f"startsWith({one.text}, {needle})",
        "ends-with": f"endsWith({one.text}, {needle})",
        "regex": f"match({one.text}, {needle})",
        "nregex": f"NOT match({one.text}, {needle})",
    }[positive]
    return f"({one.kind} = 'String' AND {'NOT ' if positive != what.operator else ''}({test}))"


def list_holds(one: Property, what: ListFilter, params: Params) -> str:
    positive = what.operator.removeprefix("not-")
    if what.value is None:
        return f"({one.is_set})" if positive != what.operator else f"(NOT ({one.is_set}))"
    needle = params.add(str(what.value), "String")
    test = {
        "contains": f"has({one.elements}, {needle})",
        "contains-starts-with": f"arrayExists(i -> startsWith(i, {needle}), {one.elements})",
        "contains-ends-with": f"arrayExists(i -> endsWith(i, {needle}), {one.elements})",
        "contains-substring": f"arrayExists(i -> position(i, {needle}) > 0, {one.elements})",
    }[positive]
    return f"({one.is_set} AND {'NOT ' if positive != what.operator else ''}({test}))"
