"""What webhooks do in the worker: they hear what happened, and a loop of their own sends it."""

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from cairn import wiring
from cairn.domains.profiles.contracts import ProfileDeleted, ProfilesMerged
from cairn.domains.segments.contracts import SegmentChanged
from cairn.domains.webhooks import actions, notices, sending
from cairn.domains.webhooks.models import Webhook
from cairn.kernel import clock
from cairn.kernel.scope import Scope

log = logging.getLogger(__name__)

THREADS: Final = 8
PER_ACCOUNT: Final = 3
"""Slow receivers of one account leave threads for the others."""
IDLE_SECONDS: Final = 0.25
TELL: Final = timedelta(seconds=5)
PRUNE: Final = timedelta(minutes=10)


def segment_changed(scope: Scope, topic: str, changes: Sequence[SegmentChanged], *, now: datetime) -> None:
    """`segment.entered` and `segment.left`."""
    actions.tell_segment(scope, topic, changes, now=now)


def profile_deleted(scope: Scope, fact: ProfileDeleted) -> None:
    """Repeating it changes nothing."""
    actions.forget_profile(scope, number=fact.number)


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    """Repeating it changes nothing."""
    actions.hand_over(scope, source=fact.source, destination=fact.destination)


def run(stop: threading.Event) -> None:
    """Sends until stopped. What a store raises ends it; whoever calls begins again."""
    Senders().run(stop)


class Senders:
    """Threads that each serve one webhook at a time."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "webhooks")
        self._busy: dict[Future[None], Webhook] = {}
        self._pruned_at: datetime | None = None
        self._told_at: datetime | None = None
        self._telling: Future[None] | None = None

    def run(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                self._prune(clock.now())
                self._tell(clock.now())
                self._begin(clock.now())
                if self._busy:
                    wait(self._busy, IDLE_SECONDS, FIRST_COMPLETED)
                else:
                    stop.wait(IDLE_SECONDS)
                self._end()
        finally:
            self._threads.shutdown(wait=True)
            connection.close()

    def _begin(self, now: datetime) -> None:
        while len(self._busy) < THREADS:
            shares = Counter(webhook.account_id for webhook in self._busy.values())
            full = [account_id for account_id, count in shares.items() if count >= PER_ACCOUNT]
            webhook = sending.take(now=now, but_not=full)
            if webhook is None:
                return
            self._busy[self._threads.submit(serve, webhook)] = webhook

    def _end(self) -> None:
        """Raises what a store's absence raised in a thread."""
        for done in [future for future in self._busy if future.done()]:
            del self._busy[done]
            done.result()

    def _tell(self, now: datetime) -> None:
        """In a thread, like requests: a mail provider may be slow."""
        if self._telling is None or self._telling.done():
            if self._telling is not None:
                self._telling.result()
            if self._told_at is None or now - self._told_at > TELL:
                self._told_at = now
                self._telling = self._threads.submit(tell, now)

    def _prune(self, now: datetime) -> None:
        if self._pruned_at is None or now - self._pruned_at > PRUNE:
            actions.prune(now=now)
            self._pruned_at = now


def tell(now: datetime) -> None:
    """Notices to people, in a thread of its own connection."""
    close_old_connections()
    try:
        notices.send_due(now=now)
    except (OperationalError, InterfaceError):
        connection.close()
        raise
    except Exception:
        log.exception("notices of webhooks could not be sent")


def serve(webhook: Webhook) -> None:
    """In a thread of its own connection."""
    close_old_connections()
    try:
        sending.serve(webhook, wiring.outgoing(), wiring.vault(), clock.now)
    except (OperationalError, InterfaceError):
        connection.close()
        raise
    except Exception:
        log.exception("webhook %s of %s could not be served", webhook.id, webhook.account_id)
        sending.put_off(webhook, now=clock.now())
