"""Rows that are as good as deleted: every query leaves them out, and they leave the disk together, later.

A deletion from a large table writes its parts anew, which takes as long for one profile as for ten thousand. Who is
gone is in the table `events_gone`; each process reads it at most once in a second.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

FRESH_SECONDS: Final = 1.0
# Longer lists are looked up by ClickHouse itself: a session is kept per setting, and this one changes.
FEW: Final = 200
READ: Final = "SELECT DISTINCT account, profile FROM events_gone ORDER BY account, profile LIMIT {most}"
BY_TABLE: Final = "(account, profile) NOT IN (SELECT account, profile FROM events_gone)"


class Hidden:
    """The settings of a query that leave out what is gone. `read` answers a statement without them."""

    def __init__(self, read: Callable[[str], Sequence[tuple[Any, ...]]]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._settings: dict[str, str] = {}
        self._read_at = -FRESH_SECONDS

    def settings(self) -> dict[str, str]:
        with self._lock:
            if time.monotonic() - self._read_at >= FRESH_SECONDS:
                self._settings = filters(self._read(READ.format(most=FEW + 1)))
                self._read_at = time.monotonic()
            return self._settings

    def forget(self) -> None:
        """Read again before the next query."""
        with self._lock:
            self._read_at = -FRESH_SECONDS


def filters(pairs: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    if not pairs:
        return {}
    listed = ",".join(f"({int(account)},{int(profile)})" for account, profile in pairs)
    condition = f"(account, profile) NOT IN ({listed})" if len(pairs) <= FEW else BY_TABLE
    return {"additional_table_filters": f"{{'events':'{condition}'}}"}
