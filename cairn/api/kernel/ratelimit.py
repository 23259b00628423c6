"""Documented rate limits: fixed windows of a second, a minute and, for some writes, a day, per account and operation.

Counted in each web process by itself: a limit protects this server, so a second process may serve its own share.
No Django: the hot paths use it, too.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from cairn.kernel.scope import Scope

APP = "app:"


@dataclass(frozen=True, slots=True)
class Limit:
    """Requests per second, minute and (0: without limit) day."""

    burst: int
    steady: int
    daily: int = 0


XS = Limit(1, 15)
S = Limit(3, 60)
M = Limit(10, 150)
L = Limit(75, 750)
XL = Limit(350, 3500)

WINDOWS = (1, 60, 86_400)


class Taken(msgspec.Struct, frozen=True, gc=False):
    """The outcome of one request. `retry_after` is 0 when it may pass."""

    limit: Limit
    remaining: int
    reset: int
    retry_after: int = 0

    def headers(self) -> dict[str, str]:
        """The three headers, of the steady window; a refused request gets Retry-After instead."""
        limit = self.limit
        daily = f", {limit.daily};w=86400" if limit.daily else ""
        return {
            "RateLimit-Limit": f"{limit.burst}, {limit.burst};w=1, {limit.steady};w=60{daily}",
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The same, with names in lower case."""
        return pairs_of(self.limit.burst, self.limit.steady, self.limit.daily, self.remaining, self.reset)


@lru_cache(maxsize=10_000)
def pairs_of(burst: int, steady: int, daily: int, remaining: int, reset: int) -> tuple[tuple[str, str], ...]:
    taken = Taken(Limit(burst, steady, daily), remaining, reset)
    return tuple((name.lower(), value) for name, value in taken.headers().items())


def for_account(documented: Limit, operation: str, overrides: Mapping[str, Any]) -> Limit:
    """The limit that holds for an account: its own for the operation, its own for all (`*`), or the documented one.

    An override is `{"burst": …, "steady": …, "daily": …}`; what it leaves out stays as documented.
    """
    own = overrides.get(operation) or overrides.get("*")
    if not isinstance(own, Mapping):
        return documented
    return Limit(
        burst=int(own.get("burst", documented.burst)),
        steady=int(own.get("steady", documented.steady)),
        daily=int(own.get("daily", documented.daily)),
    )


def owner_of(scope: Scope) -> str:
    """Who shares a limit: all keys of an account; each app of an account has its own."""
    if scope.actor.startswith(APP):
        return f"{scope.account_id}/{scope.actor.split(':', 2)[1]}"
    return scope.account_id


class RateLimiter:
    """Counts requests per (account, operation). With `enforce` false it tells the numbers and refuses nobody."""

    def __init__(self, *, enforce: bool) -> None:
        self.enforce = enforce
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], list[int]] = {}

    def take(self, account_id: str, operation: str, limit: Limit, now: datetime) -> Taken:
        """Count one request, unless a window is full (refused requests use up nothing)."""
        return self.count(account_id, operation, limit, int(now.timestamp()))

    def count(self, account_id: str, operation: str, limit: Limit, second: int) -> Taken:
        """The same in a second since 1970."""
        with self._lock:
            counts = self._counts.get((account_id, operation))
            if counts is None:
                # [second, its count, minute, its count, day, its count]
                counts = self._counts[account_id, operation] = [0] * 6
            if counts[0] != second:
                for slot, window in enumerate(WINDOWS):
                    if counts[2 * slot] != second // window:
                        counts[2 * slot], counts[2 * slot + 1] = second // window, 0
            wait = self._wait(counts, limit, second) if self.enforce else 0
            if not wait:
                counts[1] += 1
                counts[3] += 1
                counts[5] += 1
            return Taken(limit, max(0, limit.steady - counts[3]), 60 - second % 60, wait)

    @staticmethod
    def _wait(counts: list[int], limit: Limit, second: int) -> int:
        """Seconds until every full window has passed."""
        if counts[1] < limit.burst and counts[3] < limit.steady and (not limit.daily or counts[5] < limit.daily):
            return 0
        allowed = (limit.burst, limit.steady, limit.daily)
        full = (
            window - second % window
            for slot, window in enumerate(WINDOWS)
            if allowed[slot] and counts[2 * slot + 1] >= allowed[slot]
        )
        return max(full, default=0)
