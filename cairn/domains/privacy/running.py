"""Working off what was demanded: one process at a time, deletions together, step by step, and exports one by one.

Whoever works holds a lock that lives as long as its connection: when it is killed, the next one goes on at once, at the
step that was not finished.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.privacy import exporting, forgetting
from cairn.domains.privacy.contracts import DELETION, EXPORT, ForgetTexts
from cairn.domains.privacy.forgetting import Case, Step
from cairn.domains.privacy.models import Job
from cairn.kernel import clock
from cairn.kernel.errors import NotFound, Unavailable

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
LOCK: Final = 0x70726976
TOGETHER: Final = 500
SOON: Final = timedelta(seconds=1)
LATER: Final = timedelta(minutes=1)


def run(stop: threading.Event, forget_texts: ForgetTexts) -> bool:
    """Work off demands until stopped. `forget_texts` takes a person out of what stands above the domains."""
    steps = {**forgetting.STEPS, "dead_letters": forgetting.forget_texts(forget_texts)}
    while not stop.is_set():
        busy = take_turn() and work_off(steps, now=clock.now())
        if not busy:
            stop.wait(LOOK_SECONDS)
    connection.close()
    return True


def take_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def work_off(steps: Mapping[str, Step], *, now: datetime) -> bool:
    """One round: every deletion that is due goes on, then one export; whether there was anything."""
    forget_old_exports(now)
    due = Job.objects.filter(completed=None, due__lte=now).order_by("created")
    cases = [case for job in due.filter(kind=DELETION)[:TOGETHER] if (case := case_of(job)) is not None]
    if cases:
        go_on(cases, steps)
    export = due.filter(kind=EXPORT).first()
    if export is not None and (case := case_of(export)) is not None:
        write_export(case)
    return bool(cases) or export is not None


def case_of(job: Job) -> Case | None:
    try:
        scope = accounts.scope_of(job.account_id)
    except NotFound:
        return None  # Its rows go with the account.
    if job.started is None:
        job.started, job.status = clock.now(), "processing"
    return Case(job, scope)


def go_on(cases: Sequence[Case], steps: Mapping[str, Step]) -> None:
    """Take each step with all cases that are there; what a step did is kept before the next begins."""
    order = list(steps)
    for place, name in enumerate(order):
        at_it = [case for case in cases if not case.waits and done_before(case, order) == place]
        if at_it:
            take_step(name, steps[name], at_it)
    finish([case for case in cases if not case.waits and done_before(case, order) == len(order)])


def done_before(case: Case, order: Sequence[str]) -> int:
    return order.index(case.job.step) + 1 if case.job.step in order else 0


def take_step(name: str, step: Step, cases: Sequence[Case]) -> None:
    now = clock.now()
    try:
        with transaction.atomic():
            step(cases, now)
            for case in cases:
                keep(case, case.job.step if case.waits else name, due=now + SOON if case.waits else now)
    except Unavailable as problem:
        put_off(cases, f"{name} waits: {problem}", now + SOON)
    except Exception as problem:
        log.exception("the step %s of a deletion failed; it comes again", name)
        put_off(cases, f"{name}: {type(problem).__name__}", now + LATER)


def keep(case: Case, step: str, *, due: datetime) -> None:
    job = case.job
    job.step, job.due, job.detail = step, due, ""
    job.save(update_fields=["step", "due", "detail", "report", "started", "status"])


def put_off(cases: Sequence[Case], detail: str, due: datetime) -> None:
    for case in cases:
        case.waits = True
        mine = Job.objects.filter(account_id=case.job.account_id, id=case.job.id)
        mine.update(detail=detail, due=due, status="processing", started=case.job.started)


def finish(cases: Sequence[Case]) -> None:
    """What the person was known by is needed no longer; the count of what went stays."""
    for case in cases:
        mine = Job.objects.filter(account_id=case.job.account_id, id=case.job.id)
        mine.update(status="complete", completed=clock.now(), traces=None, step="")


def write_export(case: Case) -> None:
    job = case.job
    mine = Job.objects.filter(account_id=job.account_id, id=job.id)
    try:
        written = exporting.write(case.scope, job.id, case.traces.ids[0])
    except NotFound:
        mine.update(status="failed", detail="The person was deleted meanwhile.", completed=clock.now(), traces=None)
    except Unavailable as problem:
        put_off([case], str(problem), clock.now() + SOON)
    except Exception as problem:
        log.exception("a privacy export failed")
        put_off([case], type(problem).__name__, clock.now() + LATER)
    else:
        mine.update(
            status="complete",
            key=written.key,
            size=written.size,
            report={"File": written.counts},
            started=job.started,
            completed=clock.now(),
            expires=clock.now() + exporting.KEPT,
            detail="",
        )


def forget_old_exports(now: datetime) -> None:
    for job in Job.objects.filter(kind=EXPORT, expires__lt=now).exclude(key=""):
        wiring.files().delete(job.key)
        Job.objects.filter(account_id=job.account_id, id=job.id).update(key="", traces=None)
