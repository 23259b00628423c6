"""The worker's loop for campaigns."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cairn.domains.campaigns import running
from cairn.domains.messaging.handlers import Sender, make_sender
from cairn.kernel import clock

IDLE_SECONDS: Final = 0.25
RECOVERY: Final = timedelta(minutes=1)


class Campaigns:
    """The loop's state. `consent_is_applied` says whether all consent that was accepted has reached the profiles."""

    def __init__(self, sender: Sender, consent_is_applied: Callable[[], bool]) -> None:
        self.sender = sender
        self.consent_is_applied = consent_is_applied
        self.recovered_at: datetime | None = None

    def run_due(self, now: datetime) -> bool:
        """One round; False when there was nothing to do."""
        if self.recovered_at is None or now - self.recovered_at > RECOVERY:
            self.sender.recover(now=now)
            self.recovered_at = now
        return running.run_due(self.sender, now=now, may_send=self.consent_is_applied())


def run(stop: threading.Event, consent_is_applied: Callable[[], bool]) -> None:
    """Until stopped. What a store or the relay raises ends it; whoever calls begins again."""
    sender = make_sender()
    campaigns = Campaigns(sender, consent_is_applied)
    try:
        while not stop.is_set():
            if not campaigns.run_due(clock.now()):
                stop.wait(IDLE_SECONDS)
    finally:
        sender.close()
