"""Documented rate limits: fixed windows of a second, a minute and, for some writes, a day, per account and operation.

Counted over all web processes of a machine; see `cairn.infra.shared_counts`. No Django: the hot paths use it, too.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from cairn.infra.shared_counts import SharedCounts
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
SLOT, MARK = 6, 7
NOBODY = (0, 0, 0)


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
    """Counts requests per (account, operation). With `enforce` false it tells the numbers and refuses nobody.

    `share` opens the counts of all processes of this machine, at the first request; without it this process counts for
    itself.
    """

    def __init__(self, *, enforce: bool, share: Callable[[], SharedCounts | None] | None = None) -> None:
        self.enforce = enforce
        self._share = share
        self._shared: SharedCounts | None = None
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], list[int]] = {}

    def take(self, account_id: str, operation: str, limit: Limit, now: datetime) -> Taken:
        """Count one request, unless a window is full (refused requests use up nothing)."""
        return self.count(account_id, operation, limit, int(now.timestamp()))

    def count(self, account_id: str, operation: str, limit: Limit, second: int) -> Taken:
        """The same in a second since 1970."""
        with self._lock:
            counts = self._counts.get((account_id, operation))
            if counts is None or (counts[SLOT] >= 0 and not self._is_ours(counts)):
                counts = self._counts[account_id, operation] = self._begun(account_id, operation, second)
            if counts[0] != second:
                for slot, window in enumerate(WINDOWS):
                    if counts[2 * slot] != second // window:
                        counts[2 * slot], counts[2 * slot + 1] = second // window, 0
            shared = self._shared if counts[SLOT] >= 0 else None
            others = shared.others(counts[SLOT], counts) if shared is not None else NOBODY
            used = (counts[1] + others[0], counts[3] + others[1], counts[5] + others[2])
            wait = waiting(used, limit, second) if self.enforce else 0
            if wait:
                return Taken(limit, max(0, limit.steady - used[1]), 60 - second % 60, wait)
            counts[1] += 1
            counts[3] += 1
            counts[5] += 1
            if shared is not None:
                shared.publish(counts[SLOT], counts)
            return Taken(limit, max(0, limit.steady - used[1] - 1), 60 - second % 60)

    def _is_ours(self, counts: list[int]) -> bool:
        return self._shared is not None and self._shared.is_still(counts[SLOT], counts[MARK])

    def _begun(self, account_id: str, operation: str, second: int) -> list[int]:
        """[second, its count, minute, its count, day, its count, slot, mark]; a slot below 0 is not shared."""
        if self._share is not None:
            self._shared, self._share = self._share(), None
        if self._shared is None:
            return [0, 0, 0, 0, 0, 0, -1, 0]
        slot, mark = self._shared.slot_of(f"{account_id}\0{operation}", second)
        return [*(self._shared.own(slot) if slot >= 0 else [0] * 6), slot, mark]


def waiting(used: tuple[int, int, int], limit: Limit, second: int) -> int:
    """Seconds until every full window has passed."""
    if used[0] < limit.burst and used[1] < limit.steady and (not limit.daily or used[2] < limit.daily):
        return 0
    allowed = (limit.burst, limit.steady, limit.daily)
    full = (
        window - second % window for slot, window in enumerate(WINDOWS) if allowed[slot] and used[slot] >= allowed[slot]
    )
    return max(full, default=0)
