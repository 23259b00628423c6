"""Filters on numbers. Text that looks like a number counts as one; decimals are added as people write them."""

import math
import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.template import defaultfilters

from cairn.domains.templates.dialect.data import number

PLACES: Final = 20
PRINTF: Final = re.compile(r"[-+ #0]*\d{0,3}(\.\d{0,3})?[diouxXeEfFgGcrsa]")


def exact(value: Any) -> Decimal:
    return Decimal(str(number(value)))


def back(value: Decimal, *operands: Any) -> int | float:
    """Whole operands give a whole result, where it is one."""
    if all(isinstance(number(one), int) for one in operands) and value == value.to_integral_value():
        return int(value)
    return float(value)


def add(value: Any, other: Any) -> Any:
    """Whole numbers, decimals dropped; other things are joined as Django does."""
    try:
        return int(number(value)) + int(number(other))
    except (TypeError, ValueError):
        return defaultfilters.add(value, other)


def absolute(value: Any) -> Any:
    return abs(number(value))


def float_add(value: Any, other: Any) -> float:
    return float(exact(value) + exact(other))


def float_sub(value: Any, other: Any) -> float:
    return float(exact(value) - exact(other))


def multiply(value: Any, other: Any) -> int | float:
    return back(exact(value) * exact(other), value, other)


def divide(value: Any, other: Any) -> int | float:
    return float(exact(value) / exact(other))


def modulo(value: Any, other: Any) -> int | float:
    return back(exact(value) % exact(other), value, other)


def at_least(value: Any, other: Any) -> Any:
    return number(value) if number(value) > number(other) else number(other)


def at_most(value: Any, other: Any) -> Any:
    return number(value) if number(value) < number(other) else number(other)


def ceil(value: Any) -> str:
    return str(float(math.ceil(number(value))))


def floor(value: Any) -> str:
    return str(float(math.floor(number(value))))


def rounding(mode: str) -> Callable[..., Any]:
    def rounded(value: Any, digits: Any = 0) -> int | float:
        places = max(-PLACES, min(PLACES, int(number(digits))))
        result = exact(value).quantize(Decimal(1).scaleb(-places), rounding=mode)
        return int(result) if places <= 0 else float(result)

    return rounded


def percentize(value: Any, digits: Any = 0) -> str:
    return f"{float(exact(value) * 100):.{max(0, min(PLACES, int(number(digits))))}f}%"


def sum_list(value: Any) -> int | float:
    return back(sum((exact(one) for one in value), Decimal(0)), *value)


def float_format(value: Any, digits: Any = -1) -> Any:
    places = max(-PLACES, min(PLACES, int(str(digits).rstrip("gu") or -1)))
    return defaultfilters.floatformat(number(value), places)


def string_format(value: Any, form: Any) -> str:
    return f"%{form}" % value if PRINTF.fullmatch(str(form)) else ""


def comparing(holds: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def compared(value: Any, other: Any) -> bool:
        try:
            return holds(number(value), number(other))
        except (TypeError, ValueError):
            return holds(str(value), str(other))

    return compared


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "abs": absolute,
    "add": add,
    "at_least": at_least,
    "at_most": at_most,
    "ceil": ceil,
    "divide": divide,
    "divisibleby": defaultfilters.divisibleby,
    "floatadd": float_add,
    "floatformat": float_format,
    "floatsub": float_sub,
    "floor": floor,
    "gt": comparing(lambda a, b: bool(a > b)),
    "gte": comparing(lambda a, b: bool(a >= b)),
    "lt": comparing(lambda a, b: bool(a < b)),
    "lte": comparing(lambda a, b: bool(a <= b)),
    "minus": float_sub,
    "modulo": modulo,
    "multiply": multiply,
    "percentize": percentize,
    "plus": float_add,
    "remainder": modulo,
    "round": rounding(ROUND_HALF_UP),
    "round_down": rounding(ROUND_FLOOR),
    "round_up": rounding(ROUND_CEILING),
    "stringformat": string_format,
    "sum_list": sum_list,
}
