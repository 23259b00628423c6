"""How often one visitor may do something: a count per name and window, in this process's memory."""

import time
from collections.abc import Callable

MOST_NAMES = 100_000


class Allowance:
    """At most so many times in so many seconds; each process counts for itself."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}

    def takes(self, name: str) -> bool:
        """Whether this one is still within the allowance; it counts."""
        now = self._clock()
        count, until = self._counts.get(name, (0, 0.0))
        if until <= now:
            if len(self._counts) >= MOST_NAMES:
                self._counts = {name: kept for name, kept in self._counts.items() if kept[1] > now}
                if len(self._counts) >= MOST_NAMES:
                    self._counts.clear()
            count, until = 0, now + self._seconds
        self._counts[name] = (count + 1, until)
        return count < self._most
