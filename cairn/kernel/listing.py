"""What a caller wants of a listing: which rows, which order, which page. Parsed at the edge, answered by a domain."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from cairn.kernel.errors import Invalid
from cairn.kernel.pages import PageRequest

Value: TypeAlias = str | int | float | bool | datetime


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison. `any`, `contains-any` and `contains-all` have a tuple as `value`, `has` has None.

    Operators: equals, any, contains, contains-any, contains-all, starts-with, ends-with, less-than, less-or-equal,
    greater-than, greater-or-equal, has.
    """

    field: str
    operator: str
    value: Value | tuple[Value, ...] | None = None

    @property
    def values(self) -> tuple[Value, ...]:
        """The value, or all of several."""
        if self.value is None:
            return ()
        return self.value if isinstance(self.value, tuple) else (self.value,)


@dataclass(frozen=True, slots=True)
class And:
    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    part: "Filter"


Filter: TypeAlias = Compare | And | Or | Not


def comparisons(where: Filter | None) -> Iterator[Compare]:
    """Every comparison in a filter, however nested."""
    match where:
        case Compare():
            yield where
        case And(parts) | Or(parts):
            for part in parts:
                yield from comparisons(part)
        case Not(part):
            yield from comparisons(part)


def conjunction(where: Filter | None) -> tuple[Compare, ...]:
    """The comparisons that must all hold. Raises Invalid for `or` and `not`, for stores that cannot answer them."""
    match where:
        case None:
            return ()
        case Compare():
            return (where,)
        case And(parts):
            return tuple(compare for part in parts for compare in conjunction(part))
    raise Invalid("Only and(…) of comparisons is possible here.", parameter="filter")


@dataclass(frozen=True, slots=True)
class Sort:
    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing. `additional` names the opt-in attributes that the caller asked for."""

    page: PageRequest
    sort: Sort = Sort("id")
    where: Filter | None = None
    additional: frozenset[str] = field(default=frozenset())
