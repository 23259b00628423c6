"""How often one visitor may do something: a count per name and window that the web processes of a machine share."""

import time
from collections.abc import Callable
from typing import Final

from cairn.infra.shared_counts import DAY_SECONDS, SharedCounts

MOST_NAMES: Final = 100_000
SLOT, MARK = 6, 7
Share = Callable[[], SharedCounts | None]


class Allowance:
    """At most so many times in a window of so many seconds.

    `share` opens the counts of all processes, at the first visit: a process may be copied before that. Where they
    cannot be shared, or have no place for one name more, this process counts for itself.
    """

    def __init__(
        self, purpose: str, most: int, seconds: int, share: Share, clock: Callable[[], float] = time.time
    ) -> None:
        self._purpose = purpose
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._share: Share | None = share
        self._shared: SharedCounts | None = None
        self._counts: dict[str, list[int]] = {}

    def takes(self, name: str) -> bool:
        """Whether this one is still within the allowance; it counts."""
        second = int(self._clock())
        window = second // self._seconds
        counts = self._counts.get(name)
        if counts is None or not self._is_ours(counts):
            counts = self._counts[name] = self._begun(name, second, window)
        if counts[0] != window:
            counts[0], counts[1] = window, 0
        # By its day a place is seen to be in use.
        counts[4], counts[5] = second // DAY_SECONDS, 1
        counts[1] += 1
        shared = self._shared if counts[SLOT] >= 0 else None
        if shared is None:
            return counts[1] <= self._most
        shared.publish(counts[SLOT], counts)
        return counts[1] + shared.others(counts[SLOT], counts)[0] <= self._most

    def _is_ours(self, counts: list[int]) -> bool:
        """Whether a place in the shared counts has not gone to another name since."""
        return counts[SLOT] < 0 or (self._shared is not None and self._shared.is_still(counts[SLOT], counts[MARK]))

    def _begun(self, name: str, second: int, window: int) -> list[int]:
        """Window and count, three times as the shared counts have it, of which one is of use; slot and mark."""
        if self._share is not None:
            self._shared, self._share = self._share(), None
        if len(self._counts) >= MOST_NAMES:
            self._counts = {name: kept for name, kept in self._counts.items() if kept[0] == window}
            if len(self._counts) >= MOST_NAMES:
                self._counts.clear()
        if self._shared is None:
            return [window, 0, 0, 0, 0, 0, -1, 0]
        slot, mark = self._shared.slot_of(f"{self._purpose}\0{name}", second)
        return [*(self._shared.own(slot) if slot >= 0 else [window, 0, 0, 0, 0, 0]), slot, mark]
