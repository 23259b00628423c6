"""When to try again, and when to give up: numbers only."""

import random
from datetime import timedelta
from typing import Final

SECONDS: Final = 10.0
"""A request takes this long at most."""
PAUSES: Final = tuple(timedelta(seconds=pause) for pause in (10, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600))
"""Between the attempts of one delivery; the last one repeats."""
LIFETIME: Final = timedelta(hours=24)
"""A delivery is tried this long."""
PATIENCE: Final = timedelta(hours=24)
"""A webhook whose every request failed for this long is disabled."""
LEAST_FAILURES: Final = 10
LONGEST_REST: Final = timedelta(minutes=5)
"""A receiver that is away is asked this often at least, so that it gets what waits soon after it is back."""
LONGEST_WISH: Final = timedelta(hours=1)
"""Of a receiver that names a time to come back."""
MOST_TOGETHER: Final = 50
MOST_BYTES: Final = 1 << 20
KEPT: Final = timedelta(days=14)
"""Longer than the log may be replayed, so that a replay meets what it delivered."""


def pause_after(attempts: int, jitter: random.Random) -> timedelta:
    """Before the next attempt, after so many: longer each time, and a fifth more or less, so that what failed together
    does not come back together."""
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    return pause * jitter.uniform(0.8, 1.2)


def rest_after(failures: int, jitter: random.Random) -> timedelta:
    """For a receiver whose last requests all failed."""
    return min(pause_after(failures, jitter), LONGEST_REST)


def wished(retry_after: str) -> timedelta:
    """What a receiver's Retry-After asks for; zero where it is none or a date."""
    seconds = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 9 else 0
    return min(timedelta(seconds=seconds), LONGEST_WISH)
