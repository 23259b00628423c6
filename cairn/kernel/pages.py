"""A page of a listing, and the place where the next one begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row", covariant=True)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`after` is the position (sort values, then id) of the last row seen, as text; None begins at the start.

    `backwards` asks for the rows before that position instead. `skip` rows are left out first: for the old API, whose
    pages have numbers. Only listings of PostgreSQL know it.
    """

    size: int
    after: tuple[str, ...] | None = None
    backwards: bool = False
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in order; `next` and `previous` are positions to pass as `after`, None where there is nothing more."""

    rows: Sequence[Row]
    next: tuple[str, ...] | None = None
    previous: tuple[str, ...] | None = None
