"""Taking from the disk what readers no longer see: events of profiles that were merged or deleted."""

import threading
import time
from typing import Final

from cairn.domains.events import actions as events
from cairn.domains.privacy import queries as privacy
from cairn.kernel import clock

LOOK_SECONDS: Final = 10.0
# A sweep writes large parts anew; it may take a twentieth of the time at most.
SHARE: Final = 20.0


def run(stop: threading.Event) -> bool:
    """Sweeps now and then until stopped. Deletions for privacy's sake do not wait for it: see `domains/privacy`.
    It leaves what they have not counted yet."""
    pause = LOOK_SECONDS
    while not stop.wait(pause):
        began = time.monotonic()
        now = clock.now()
        events.sweep(now=min(now, privacy.oldest_uncounted() or now))
        pause = max(LOOK_SECONDS, (time.monotonic() - began) * SHARE)
    return True
