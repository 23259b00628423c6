"""Counts per window of time that the processes of one machine share, without waiting for each other.

A file in memory has a table for each process, which that process alone writes; a total is the sum over all tables. Each
number and its window are one word, so that no reader sees half of a change. Only a name that was never seen takes a
lock. Two processes that count at the very same moment may both get the last place: that is the price of not waiting.
"""

import fcntl
import logging
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final

logger = logging.getLogger(__name__)

SEATS: Final = 16
SLOTS: Final = 1 << 15
WINDOWS: Final = 3
PROBES: Final = 32
HEADER: Final = 8
"""Words before the directory; the first says how many seats were ever taken."""
WORDS: Final = HEADER + SLOTS + SEATS * SLOTS * WINDOWS
SHIFT: Final = 32
COUNT: Final = (1 << SHIFT) - 1
DAY_SECONDS: Final = 86_400


class SharedCounts:
    """This process's table and a view of the others'. Raises OSError where there is no place for the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory_lock = path.with_suffix(".lock").open("a")
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < WORDS * 8:
                os.ftruncate(file, WORDS * 8)
            self._memory = mmap.mmap(file, WORDS * 8)
        finally:
            os.close(file)
        self._words = memoryview(self._memory).cast("Q")
        self._seat, self._seat_file = self._take_seat(path)
        self._mine = HEADER + SLOTS + self._seat * SLOTS * WINDOWS

    def _take_seat(self, path: Path) -> tuple[int, IO[str]]:
        """A table that no living process has; it keeps what its last owner counted. The system gives it back at our
        end, whatever end that is."""
        for seat in range(SEATS):
            file = path.with_suffix(f".{seat}").open("a")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                continue
            with self._locked():
                self._words[0] = max(self._words[0], seat + 1)
            return seat, file
        raise OSError(f"All {SEATS} places for counting are taken.")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.flock(self._directory_lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._directory_lock, fcntl.LOCK_UN)

    def slot_of(self, name: str, second: int) -> tuple[int, int]:
        """Where a name is counted, and its mark there; (-1, 0) where all places near by are taken today."""
        mark = int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") or 1
        places = [HEADER + (mark + step) % SLOTS for step in range(PROBES)]
        with self._locked():
            for place in places:
                if self._words[place] == mark:
                    return place - HEADER, mark
            for place in places:
                if self._words[place] == 0 or self._is_stale(place - HEADER, second):
                    self._words[place] = mark
                    return place - HEADER, mark
        return -1, 0

    def _is_stale(self, slot: int, second: int) -> bool:
        today = second // DAY_SECONDS
        days = (self._word(seat, slot, WINDOWS - 1) for seat in range(self._words[0]))
        return all(day >> SHIFT != today for day in days)

    def _word(self, seat: int, slot: int, window: int) -> int:
        return self._words[HEADER + SLOTS + (seat * SLOTS + slot) * WINDOWS + window]

    def is_still(self, slot: int, mark: int) -> bool:
        """Whether a place has not been given to another name since."""
        return self._words[HEADER + slot] == mark

    def own(self, slot: int) -> list[int]:
        """What this seat has counted: window and count, three times."""
        words = (self._word(self._seat, slot, window) for window in range(WINDOWS))
        return [part for word in words for part in (word >> SHIFT, word & COUNT)]

    def others(self, slot: int, counts: list[int]) -> tuple[int, int, int]:
        """What the others have counted in the windows that `counts` are of."""
        words, totals = self._words, [0, 0, 0]
        for seat in range(words[0]):
            if seat == self._seat:
                continue
            at = HEADER + SLOTS + (seat * SLOTS + slot) * WINDOWS
            for window in range(WINDOWS):
                word = words[at + window]
                if word >> SHIFT == counts[2 * window]:
                    totals[window] += word & COUNT
        return totals[0], totals[1], totals[2]

    def publish(self, slot: int, counts: list[int]) -> None:
        words, at = self._words, self._mine + slot * WINDOWS
        words[at] = counts[0] << SHIFT | counts[1]
        words[at + 1] = counts[2] << SHIFT | counts[3]
        words[at + 2] = counts[4] << SHIFT | counts[5]

    def close(self) -> None:
        """Gives the seat back. For tests; a process that ends need not."""
        self._words.release()
        self._memory.close()
        self._seat_file.close()
        self._directory_lock.close()


def opened(path: Path) -> SharedCounts | None:
    """The counts at a path, or None where they cannot be shared: then each process counts for itself."""
    try:
        return SharedCounts(path)
    except OSError as problem:
        logger.warning("Rate limits are counted by each process for itself: %s", problem)
        return None
