"""Which lists there are, so that a wish for one that does not exist is refused at once.

A list that was seen is remembered. While PostgreSQL is away every list is believed: the wish is kept, and the worker,
who knows better, drops it with a reason.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Final

from cairn.api.kernel import errors
from cairn.kernel.scope import Scope

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS: Final = 60.0
MOST_REMEMBERED: Final = 50_000
AWAY_SECONDS: Final = 1.0
POINTER: Final = "/data/relationships/list/data/id"

Exists = Callable[[Scope, str], bool]


class KnownLists:
    """`exists` asks PostgreSQL, in one of the threads."""

    def __init__(self, exists: Exists, threads: Executor, clock: Callable[[], float] = time.monotonic) -> None:
        self._exists = exists
        self._threads = threads
        self._clock = clock
        self._seen: dict[tuple[str, str], float] = {}
        self._away_until = 0.0

    async def require(self, scope: Scope, list_id: str) -> None:
        """Refuses with 404 a list that the account does not have."""
        now = self._clock()
        key = (scope.account_id, list_id)
        if self._seen.get(key, 0.0) > now or now < self._away_until:
            return
        try:
            exists = await asyncio.get_running_loop().run_in_executor(self._threads, self._exists, scope, list_id)
        except Exception as problem:
            logger.warning("Lists cannot be looked up, wishes for any are kept: %s", problem)
            self._away_until = now + AWAY_SECONDS
            return
        if not exists:
            refusal = errors.not_found(f"A list with id {list_id[:64]} does not exist.")
            raise errors.Refused([replace(refusal, pointer=POINTER)])
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        self._seen[key] = now + REMEMBERED_SECONDS
