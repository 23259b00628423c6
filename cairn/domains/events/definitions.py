"""What a custom metric's definition may say: groups of one metric's events each, whose results are added."""

import re
from typing import Any, Final, Literal

import msgspec

from cairn.kernel.errors import Invalid

MAX_GROUPS: Final = 20
MAX_CONDITIONS: Final = 10
MAX_VALUES: Final = 1000
MAX_TEXT: Final = 1000
VALUE: Final = "$value"
PLACE = re.compile(r"\[(\d+|\.\.\.)\]")


class NumericFilter(msgspec.Struct, frozen=True, tag_field="type", tag="numeric"):
    operator: Literal[
        "equals", "not-equals", "greater-than", "greater-than-or-equal", "less-than", "less-than-or-equal"
    ]
    value: int | float


class StringFilter(msgspec.Struct, frozen=True, tag_field="type", tag="string"):
    """`in` takes several texts, `equals` and `not-equals` also null, which means that nothing is there."""

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
    ]
    value: str | list[str] | None


class ExistenceFilter(msgspec.Struct, frozen=True, tag_field="type", tag="existence"):
    operator: Literal["is-set", "not-set"]


class BooleanFilter(msgspec.Struct, frozen=True, tag_field="type", tag="boolean"):
    operator: Literal["equals"]
    value: bool


class ListFilter(msgspec.Struct, frozen=True, tag_field="type", tag="list"):
    operator: Literal[
        "contains",
        "not-contains",
        "contains-starts-with",
        "not-contains-starts-with",
        "contains-ends-with",
        "not-contains-ends-with",
        "contains-substring",
        "not-contains-substring",
    ]
    value: str | int | None


PropertyFilter = NumericFilter | StringFilter | ExistenceFilter | BooleanFilter | ListFilter


class Condition(msgspec.Struct, frozen=True):
    """`property` is a top-level property of the event, `$value` among them."""

    property: str
    filter: PropertyFilter


class MetricGroup(msgspec.Struct, frozen=True):
    metric_id: str
    metric_filters: list[Condition] | None = None
    value_property: str | None = None


class Definition(msgspec.Struct, frozen=True):
    aggregation_method: Literal["count", "value"]
    metric_groups: list[MetricGroup]


def parse(raw: Any, root: str) -> Definition:
    """Raises Invalid with a pointer to the first thing that cannot be taken."""
    try:
        definition = msgspec.convert(raw, Definition)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        raise Invalid(f"{message}.", pointer=root + PLACE.sub(r"/\1", path.rstrip("`")).replace(".", "/")) from None
    check(definition, root)
    return definition


def check(definition: Definition, root: str) -> None:
    """What the types cannot say."""
    groups = definition.metric_groups
    if not 1 <= len(groups) <= MAX_GROUPS:
        raise Invalid(f"Between 1 and {MAX_GROUPS} metric groups are possible.", pointer=f"{root}/metric_groups")
    for g, group in enumerate(groups):
        at = f"{root}/metric_groups/{g}"
        if group.value_property is not None:
            check_text(group.value_property, f"{at}/value_property")
        conditions = group.metric_filters or []
        if len(conditions) > MAX_CONDITIONS:
            raise Invalid(f"A group has at most {MAX_CONDITIONS} filters.", pointer=f"{at}/metric_filters")
        for c, condition in enumerate(conditions):
            place = f"{at}/metric_filters/{c}"
            check_text(condition.property, f"{place}/property")
            check_filter(condition.filter, f"{place}/filter/value")


def check_filter(what: PropertyFilter, at: str) -> None:
    if isinstance(what, NumericFilter) and (what.value != what.value or abs(what.value) > 1e300):
        raise Invalid("This is not a number that can be compared.", pointer=at)
    if isinstance(what, ListFilter) and isinstance(what.value, str):
        check_text(what.value, at, shortest=0)
    if isinstance(what, StringFilter):
        check_string(what, at)


def check_string(what: StringFilter, at: str) -> None:
    if isinstance(what.value, list) != (what.operator == "in"):
        raise Invalid(
            f"'{what.operator}' needs {'a list of texts' if what.operator == 'in' else 'a text'}.", pointer=at
        )
    if what.value is None and what.operator not in ("equals", "not-equals"):
        raise Invalid(f"'{what.operator}' needs a text, not null.", pointer=at)
    values = what.value if isinstance(what.value, list) else [what.value or ""]
    if not 1 <= len(values) <= MAX_VALUES:
        raise Invalid(f"Between 1 and {MAX_VALUES} values are possible.", pointer=at)
    for value in values:
        check_text(value, at, shortest=0)


def check_text(text: str, at: str, *, shortest: int = 1) -> None:
    if not shortest <= len(text) <= MAX_TEXT or "\0" in text:
        raise Invalid(f"Between {shortest} and {MAX_TEXT} characters are possible, and no NUL.", pointer=at)
