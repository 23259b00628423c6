"""Taking from the disk what readers no longer see: events of profiles that were merged or deleted."""

import threading
import time
from datetime import datetime, timedelta
from typing import Final

from cairn.domains.events import actions as events
from cairn.domains.privacy import queries as privacy
from cairn.kernel import clock

LOOK_SECONDS: Final = 10.0
# A sweep writes large parts anew; it may take a twentieth of the time at most.
SHARE: Final = 20.0
# A deletion for privacy's sake that takes longer has met something else that is away.
PATIENCE: Final = timedelta(minutes=5)


def run(stop: threading.Event) -> bool:
    """Sweeps now and then until stopped. Deletions for privacy's sake do not wait for it: see `domains/privacy`."""
    pause = LOOK_SECONDS
    while not stop.wait(pause):
        began = time.monotonic()
        take_turn(now=clock.now())
        pause = max(LOOK_SECONDS, (time.monotonic() - began) * SHARE)
    return True


def take_turn(*, now: datetime) -> None:
    """Sweep, unless a deletion is under way, which sweeps for everybody: parts that it has written anew would be
    written once more before it comes to the others. What a deletion has not counted yet is left to it at any rate."""
    if not privacy.is_forgetting(since=now - PATIENCE):
        events.sweep(now=min(now, privacy.oldest_uncounted() or now))
