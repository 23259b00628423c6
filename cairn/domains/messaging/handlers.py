"""What messaging does in the worker: it asks for confirmations where a list has double opt-in."""

import threading
from datetime import datetime, timedelta
from typing import Final

from cairn import wiring
from cairn.domains.lists import actions as lists
from cairn.domains.lists.contracts import ConfirmationsWanted
from cairn.domains.messaging import actions, confirmations
from cairn.domains.messaging.departures import profiles_merged as profiles_merged
from cairn.domains.messaging.sending import Sender as Sender
from cairn.infra.mail.journal import Seat
from cairn.kernel import clock
from cairn.kernel.scope import Scope

IDLE_SECONDS: Final = 0.25
SWEEP: Final = timedelta(hours=1)


def make_sender() -> Sender:
    """A sender at a seat of its own, on this process's relay."""
    seat = Seat(wiring.settings().data_dir / "sending")
    return Sender(wiring.mailer(actions.keep_received), seat, wiring.event_log(), actions.site())


def confirmations_wanted(scope: Scope, fact: ConfirmationsWanted) -> None:
    """Put the mails into the ledger. Repeating it adds nothing."""
    confirmations.enqueue(scope, fact, now=clock.now())


def run_confirmations(stop: threading.Event) -> bool:
    """Until stopped. What a store or the relay raises ends it; whoever calls begins again."""
    sender = make_sender()
    swept_at: datetime | None = None
    try:
        sender.recover(now=clock.now())
        while not stop.is_set():
            now = clock.now()
            if swept_at is None or now - swept_at > SWEEP:
                lists.purge_pending(now=now)
                swept_at = now
            if not confirmations.run_due(sender, now=now):
                stop.wait(IDLE_SECONDS)
    finally:
        sender.close()
    return True
