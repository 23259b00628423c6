"""Conditions on what an event says: a property, its value, a text anywhere."""

from collections.abc import Sequence

from cairn.domains.events.conditions import Params, property_of
from cairn.infra.clickhouse.filters import Value
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare

FIELDS = frozenset({"property", "value", "text"})


def conditions(compares: Sequence[Compare], params: Params) -> list[str]:
    """SQL over events as `e`. A value is compared as the text that people see; that of a list with each of its items.

    Raises Invalid for a value whose property is not named.
    """
    named = [compare for compare in compares if compare.field == "property"]
    if len(named) > 1:
        raise Invalid("Only one property at a time can be searched.", parameter="filter")
    one = property_of(str(named[0].value), params) if named else None
    found = [one.is_set] if one else []
    for compare in compares:
        if compare.field == "text":
            found.append(f"positionCaseInsensitiveUTF8(e.properties, {params.add(str(compare.value), 'String')}) > 0")
        elif compare.field == "value":
            if one is None:
                raise Invalid("Name the property whose value is meant: equals(property,…).", parameter="filter")
            found.append(value_condition(one, compare, params))
    return found


def value_condition(one: Value, compare: Compare, params: Params) -> str:
    if compare.operator in ("equals", "any"):
        return f"hasAny({one.elements}, {params.add([str(value) for value in compare.values], 'Array(String)')})"
    if compare.operator == "contains":
        needle = params.add(str(compare.value), "String")
        return f"arrayExists(i -> positionCaseInsensitiveUTF8(i, {needle}) > 0, {one.elements})"
    sign = {"greater-than": ">", "less-than": "<"}[compare.operator]
    return f"({one.is_number} AND {one.number} {sign} {params.add(number_of(compare), 'Float64')})"


def number_of(compare: Compare) -> float:
    try:
        return float(str(compare.value))
    except ValueError:
        raise Invalid(f"{compare.operator} needs a number.", parameter="filter") from None
