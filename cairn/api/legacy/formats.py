"""Times and pages as the old API writes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from cairn.api.legacy.calls import Call

Row = TypeVar("Row")


def plain_time(moment: datetime) -> str:
    """`2024-05-06 07:08:09`, in UTC without saying so."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def event_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")


def z_time(moment: datetime) -> str:
    """`2024-05-06T07:08:09Z`, as lists show it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows `page` and `count` ask for."""

    page: int
    count: int

    @property
    def start(self) -> int:
        return self.page * self.count


def window(call: Call, default: int, most: int) -> Window:
    return Window(call.number("page", 0, least=0, most=1_000_000), call.number("count", default, least=1, most=most))


def page(asked: Window, rows: Sequence[dict[str, Any]], total: int) -> dict[str, Any]:
    """The envelope of a page; `end` is the place of its last row."""
    return {
        "object": "$list",
        "page": asked.page,
        "start": asked.start if rows else 0,
        "end": asked.start + len(rows) - 1 if rows else max(total - 1, 0),
        "total": total,
        "page_size": asked.count,
        "data": list(rows),
    }


def page_of(asked: Window, everything: Sequence[Row], shown: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """A page of what is all at hand."""
    rows = everything[asked.start : asked.start + asked.count]
    return page(asked, [shown(row) for row in rows], len(everything))
