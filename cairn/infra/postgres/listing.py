"""Filters, orders and keyset pages over Django querysets."""

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeAlias, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet

from cairn.kernel.errors import Invalid
from cairn.kernel.listing import And, Compare, Filter, Listing, Not, Or
from cairn.kernel.pages import Page

Source = TypeVar("Source", bound=Model)
Row = TypeVar("Row")
Columns: TypeAlias = Mapping[str, str | Callable[[Compare], Q]]

LOOKUPS = {
    "equals": "exact",
    "any": "in",
    "contains": "icontains",
    "starts-with": "istartswith",
    "ends-with": "iendswith",
    "less-than": "lt",
    "less-or-equal": "lte",
    "greater-than": "gt",
    "greater-or-equal": "gte",
}


def matching(where: Filter | None, columns: Columns) -> Q:
    """The filter as a condition. `columns` maps a field to its column, or to a function that makes the condition."""
    match where:
        case None:
            return Q()
        case Compare():
            return comparison(where, columns)
        case And(parts):
            return reduce(operator.and_, (matching(part, columns) for part in parts))
        case Or(parts):
            return reduce(operator.or_, (matching(part, columns) for part in parts))
        case Not(part):
            return ~matching(part, columns)


def comparison(compare: Compare, columns: Columns) -> Q:
    column = columns[compare.field]
    if not isinstance(column, str):
        return column(compare)
    if compare.operator == "has":
        return Q(**{f"{column}__isnull": False})
    return Q(**{f"{column}__{LOOKUPS[compare.operator]}": compare.value})


def to_text(value: Any) -> str:
    """A sort value in a position: `n` for null, else `v` and its text."""
    if value is None:
        return "n"
    return f"v{value.isoformat() if hasattr(value, 'isoformat') else value}"


def from_text(model: type[Model], column: str, text: str) -> Any:
    if text == "n":
        return None
    try:
        field = model._meta.get_field(column)
    except FieldDoesNotExist:  # An annotation, compared as text.
        return text[1:]
    try:
        return field.to_python(text[1:]) if isinstance(field, Field) else text[1:]
    except ValidationError:
        raise Invalid("This cursor belongs to another listing.", parameter="page[cursor]") from None


def beyond(column: str, key: str, value: Any, key_value: Any, *, down: bool) -> Q:
    """Rows after (value, key) in the order of PostgreSQL: nulls last going up, first going down."""
    compare = "lt" if down else "gt"
    same = Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
    after = same & Q(**{f"{key}__{compare}": key_value})
    if value is None:
        return after | Q(**{f"{column}__isnull": False}) if down else after
    after |= Q(**{f"{column}__{compare}": value})
    return after if down else after | Q(**{f"{column}__isnull": True})


def paged(
    rows: QuerySet[Source],
    listing: Listing,
    row: Callable[[Source], Row],
    *,
    columns: Mapping[str, str] | None = None,
    key: str = "id",
) -> Page[Row]:
    """One page, by keyset: rows that come or go meanwhile neither repeat nor hide others.

    `columns` maps sort fields whose column has another name; `key` is a unique column that decides between equals.
    """
    column = (columns or {}).get(listing.sort.field, listing.sort.field)
    page = listing.page
    down = listing.sort.descending != page.backwards
    if page.after is not None:
        rows = rows.filter(after_position(rows.model, column, key, page.after, down=down))
    order = [F(name).desc() if down else F(name).asc() for name in dict.fromkeys((column, key))]
    found = list(rows.order_by(*order)[page.skip : page.skip + page.size + 1])
    more = len(found) > page.size
    found = found[: page.size]
    if page.backwards:
        found.reverse()
    if not found:
        return Page(rows=[])
    first, last = (tuple(to_text(getattr(end, name)) for name in (column, key)) for end in (found[0], found[-1]))
    return Page(
        rows=[row(one) for one in found],
        next=last if more or page.backwards else None,
        previous=first if (more if page.backwards else page.after is not None) else None,
    )


def after_position(model: type[Model], column: str, key: str, position: tuple[str, ...], *, down: bool) -> Q:
    if len(position) != 2:
        raise Invalid("This cursor belongs to another listing.", parameter="page[cursor]")
    value, key_value = from_text(model, column, position[0]), from_text(model, key, position[1])
    if column == key:
        return Q(**{f"{key}__{'lt' if down else 'gt'}": key_value})
    return beyond(column, key, value, key_value, down=down)
