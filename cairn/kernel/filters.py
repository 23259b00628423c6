"""Filters on one value, as the API writes them: custom metrics, segments and whatever else picks by a property.

What they mean is said once, in `infra/clickhouse/filters.py`. Which operators are possible where, the caller says.
"""

import math
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from cairn.kernel.errors import Invalid

MAX_VALUES: Final = 1000
MAX_TEXT: Final = 1000
VALUE: Final = "$value"
"""The name under which an event's value is one of its properties."""


class StringFilter(msgspec.Struct, frozen=True, tag_field="type", tag="string"):
    """Those with `in` take several texts; `equals` and `not-equals` also null, which means that nothing is there."""

    operator: Literal[
        "equals",
        "not-equals",
        "contains",
        "not-contains",
        "starts-with",
        "not-starts-with",
        "ends-with",
        "not-ends-with",
        "regex",
        "nregex",
        "in",
        "not-in",
        "phone-country-code-in",
        "phone-country-code-not-in",
    ]
    value: str | list[str] | None


class NumericFilter(msgspec.Struct, frozen=True, tag_field="type", tag="numeric", omit_defaults=True):
    """`between` has a `start` and an `end`, both included; the others a `value`, which is checked to be a number."""

    operator: Literal[
        "equals", "not-equals", "greater-than", "greater-than-or-equal", "less-than", "less-than-or-equal", "between"
    ]
    value: int | float = math.nan
    start: int | float | None = None
    end: int | float | None = None


class BooleanFilter(msgspec.Struct, frozen=True, tag_field="type", tag="boolean"):
    operator: Literal["equals"]
    value: bool


class ListFilter(msgspec.Struct, frozen=True, tag_field="type", tag="list"):
    """A list's elements compare by their text; null means that nothing is there."""

    operator: Literal[
        "contains",
        "not-contains",
        "contains-any",
        "contains-all",
        "not-contains-any",
        "not-contains-all",
        "contains-starts-with",
        "not-contains-starts-with",
        "contains-ends-with",
        "not-contains-ends-with",
        "contains-substring",
        "not-contains-substring",
        "length-equals",
        "length-greater-than",
        "length-greater-than-or-equal",
        "length-less-than",
        "length-less-than-or-equal",
    ]
    value: str | int | list[str] | None


class ExistenceFilter(msgspec.Struct, frozen=True, tag_field="type", tag="existence"):
    operator: Literal["is-set", "not-set"]


ValueFilter = StringFilter | NumericFilter | BooleanFilter | ListFilter | ExistenceFilter

MANY: Final = frozenset({"in", "not-in", "phone-country-code-in", "phone-country-code-not-in"})
PHONES: Final = frozenset({"phone-country-code-in", "phone-country-code-not-in"})
LIST_CONTAINS: Final = frozenset({"contains", "not-contains"})
LIST_SETS: Final = frozenset({"contains-any", "contains-all", "not-contains-any", "not-contains-all"})
LIST_SUBSTRINGS: Final = frozenset({"contains-substring", "not-contains-substring"})
LIST_ENDS: Final = frozenset(
    {"contains-starts-with", "not-contains-starts-with", "contains-ends-with", "not-contains-ends-with"}
)
LENGTHS: Final = frozenset(
    {
        "length-equals",
        "length-greater-than",
        "length-greater-than-or-equal",
        "length-less-than",
        "length-less-than-or-equal",
    }
)


def check_filter(what: ValueFilter, at: str) -> None:
    """What the types cannot say. Raises Invalid."""
    if isinstance(what, StringFilter):
        check_string(what, f"{at}/value")
    elif isinstance(what, NumericFilter):
        check_number(what, at)
    elif isinstance(what, ListFilter):
        check_list(what, f"{at}/value")


def refuse_operators(what: ValueFilter, kind: type, operators: Iterable[str], where: str, at: str) -> None:
    """Some operators are possible in some places only; `where` says in which. Raises Invalid."""
    if isinstance(what, kind) and what.operator in operators:
        raise Invalid(f"'{what.operator}' is {where}.", pointer=f"{at}/operator")


def check_number(what: NumericFilter, at: str) -> None:
    fields = ("start", "end") if what.operator == "between" else ("value",)
    for name in fields:
        number = getattr(what, name)
        if number is None:
            raise Invalid(f"'{what.operator}' needs a start and an end.", pointer=f"{at}/{name}")
        if not abs(number) <= 1e300:
            raise Invalid("A number that can be compared is needed here.", pointer=f"{at}/{name}")
    if what.operator == "between" and (what.start or 0) > (what.end or 0):
        raise Invalid("'start' must not exceed 'end'.", pointer=f"{at}/start")


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
    if what.operator in LENGTHS:
        if not isinstance(value, int) or not 0 <= value < 2**31:
            raise Invalid(f"'{what.operator}' needs a whole number.", pointer=at)
    elif what.operator in LIST_SETS:
        if not isinstance(value, list) or not value:
            raise Invalid(f"'{what.operator}' needs a list of texts.", pointer=at)
        check_values(value, at)
    elif isinstance(value, list) or (isinstance(value, int) and what.operator not in LIST_CONTAINS):
        raise Invalid(f"'{what.operator}' needs one value.", pointer=at)
    elif value is not None:
        check_values([str(value)], at)


def check_values(values: list[str], at: str) -> None:
    if len(values) > MAX_VALUES:
        raise Invalid(f"At most {MAX_VALUES} values.", pointer=at)
    for index, value in enumerate(values):
        if len(value) > MAX_TEXT or "\0" in value:
            raise Invalid(f"At most {MAX_TEXT} characters, and no NUL.", pointer=f"{at}/{index}")


def check_text(text: str, at: str) -> None:
    """A name that must not be empty."""
    if not text or len(text) > MAX_TEXT:
        raise Invalid(f"Between 1 and {MAX_TEXT} characters, please.", pointer=at)
    if "\0" in text:
        raise Invalid("A NUL character is not possible here.", pointer=at)
