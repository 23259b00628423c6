"""What the worker runs for integrations: waiting imports, and the demo shop."""

import threading
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from cairn import wiring
from cairn.domains.integrations import exports, imports
from cairn.domains.integrations.demo_shop.opening import Storyteller, events_record, open_shop
from cairn.domains.integrations.demo_shop.trickle import Trickle
from cairn.domains.integrations.models import DemoShop
from cairn.infra.eventlog.port import Lane
from cairn.kernel import clock

TRICKLE_SECONDS = 0.5


def work_waits(now: datetime) -> bool:
    """Whether there is an import or an export that nobody works on."""
    return imports.waits(now) or exports.waits(now)


def work(now: Callable[[], datetime]) -> bool:
    """Do one waiting job to its end; False when none waits."""
    return exports.run_next(now) or imports.run_next(now)


def keep_demo_shop(stop: threading.Event) -> bool:
    """Opens the demo shop where one is asked for, tells its past, then lets visitors come, until stopped."""
    settings = wiring.settings()
    if not settings.demo:
        stop.wait()
        return True
    login = open_shop(secrets=settings.data_dir / "secrets", now=clock.now())
    row = DemoShop.objects.get(account_id=login.account_id)
    teller = Storyteller(row, base_url=settings.public_url, event_log=wiring.event_log())
    teller.prepare(clock.now())
    if not row.finished:
        for _ in teller.tell():
            if stop.is_set():
                return True
    connection.close()
    trickle = Trickle(teller.shop, now=clock.now())
    while not stop.wait(TRICKLE_SECONDS):
        now = clock.now()
        if drafts := trickle.due(now):
            record = events_record(teller.scope, drafts, clock.millis(now))
            wiring.event_log().append_now(Lane.LIVE, [record])
    return True
