"""The worker process: which loops run, and how they end."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from django.db import connection

from cairn import wiring
from cairn.domains.analytics import actions as analytics
from cairn.domains.campaigns import handlers as campaigns
from cairn.domains.campaigns import queries as campaign_queries
from cairn.domains.events.contracts import StoredEvent
from cairn.domains.integrations import handlers as integrations
from cairn.domains.messaging import handlers as messaging
from cairn.domains.privacy import handlers as privacy
from cairn.domains.segments import actions as segments
from cairn.domains.webhooks import actions as webhooks
from cairn.domains.webhooks import handlers as webhook_senders
from cairn.infra.supervisor.stopping import STOP_SECONDS, when_told
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers import comparing, deadletters, jobs, sweeping
from cairn.workers.batches import AWAY
from cairn.workers.facts import Dispatcher
from cairn.workers.lag import consent_is_applied
from cairn.workers.memory import collect_seldom
from cairn.workers.pipeline import Parts, Pipeline
from cairn.workers.reacting import Reactor
from cairn.workers.scopes import Scopes
from cairn.workers.topics import COMMANDS, FACTS

log = logging.getLogger(__name__)

RESTART_SECONDS = 1.0
LOOK_SECONDS = 0.5

Loop = Callable[[threading.Event], bool]
"""Runs until the event is set; False says that it failed."""


def ingest(stop: threading.Event) -> bool:
    """The log into profiles, events, attribution and segments."""
    scopes = Scopes()
    reader = wiring.log_reader()
    reactor = Reactor(follow, tick, scopes.all, reader, clock.now, stop)
    parts = Parts(reader, COMMANDS, scopes.find, clock.now)
    pipeline = Pipeline(parts, stop, reactor.take)
    reacting = threading.Thread(target=reactor.run, name="ingest-react")
    reacting.start()
    try:
        pipeline.run()
    finally:
        reactor.close()
        reacting.join()
    return not pipeline.has_failed


def outbox(stop: threading.Event) -> bool:
    """Facts of committed transactions to their handlers."""
    Dispatcher(FACTS, Scopes().find, clock.now, stop).run()
    return True


def send_campaigns(stop: threading.Event) -> bool:
    """Campaigns that are due, to their recipients."""
    campaigns.run(stop, consent_is_applied)
    return True


def send_webhooks(stop: threading.Event) -> bool:
    """Deliveries that are due, to their receivers."""
    webhook_senders.run(stop)
    return True


def keep_privacy(stop: threading.Event) -> bool:
    """Deletions and exports of people."""
    privacy.run(stop, deadletters.forget)
    return True


def enduring(name: str, work: Loop) -> Loop:
    """A loop beside the log: what it meets, a store away or an error of its own, stops neither others nor it."""

    def loop(stop: threading.Event) -> bool:
        while not stop.is_set():
            try:
                work(stop)
            except AWAY as error:
                log.warning("%s waits for a store: %s", name, error)
            except Exception:
                log.exception("%s failed; it begins again", name)
            connection.close()
            stop.wait(RESTART_SECONDS)
        return True

    return loop


LOOPS: dict[str, Loop] = {
    "ingest": ingest,
    "outbox": outbox,
    "campaigns": enduring("campaigns", send_campaigns),
    "webhooks": enduring("webhooks", send_webhooks),
    "confirmations": enduring("confirmations", messaging.run_confirmations),
    "jobs": enduring("jobs", jobs.attend),
    "privacy": enduring("privacy", keep_privacy),
    "duplicates": enduring("duplicates", comparing.run),
    "sweep": enduring("sweep", sweeping.run),
    "demo": enduring("demo", integrations.keep_demo_shop),
}


def follow(scope: Scope, stored: Sequence[StoredEvent], now: datetime) -> None:
    """What stored events bring about at once: credits, and news for webhooks."""
    analytics.attribute(scope, stored=stored, now=now)
    try:
        webhooks.tell_events(scope, stored, now=now)
    except AWAY:
        raise
    except Exception:
        # News of an event must not stop what comes behind the event.
        log.exception("webhooks of %s could not be told of %s events", scope.account_id, len(stored))


def tick(scope: Scope, changed: set[int], now: datetime) -> None:
    segments.tick(scope, changed, now=now, needs=partial(campaign_queries.needed_segments, scope))


def run(only: Sequence[str] = ()) -> int:
    """Run these loops, by default all, until SIGTERM or SIGINT; the exit code of the process."""
    collect_seldom()
    stop = threading.Event()
    when_told(stop.set, orphan_seconds=STOP_SECONDS)
    return run_until(stop, only or list(LOOPS))


def run_until(stop: threading.Event, names: Sequence[str]) -> int:
    """Run loops by name until stopped. When one fails all stop, so that a fresh process takes over."""
    failed = threading.Event()

    def guarded(name: str) -> None:
        try:
            if not LOOPS[name](stop):
                failed.set()
        except Exception:
            log.exception("%s failed", name)
            failed.set()
        finally:
            stop.set()

    threads = [threading.Thread(target=guarded, args=(name,), name=name) for name in names]
    for thread in threads:
        thread.start()
    log.info("worker runs %s", ", ".join(names))
    # In short waits: the kernel may give a signal to any thread, and this one, which answers it, is not woken by that.
    while not stop.wait(LOOK_SECONDS):
        pass
    for thread in threads:
        while thread.is_alive():
            thread.join(LOOK_SECONDS)
    return 1 if failed.is_set() else 0
