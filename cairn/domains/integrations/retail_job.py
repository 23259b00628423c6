"""The import of the Online Retail data set, as a job."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from cairn import wiring
from cairn.domains.events.contracts import EventDraft, RecordEvents
from cairn.domains.integrations import online_retail
from cairn.domains.integrations.models import ImportJob
from cairn.domains.integrations.online_retail import Totals
from cairn.domains.integrations.running import LEASE, Cancelled, Now
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel import clock
from cairn.kernel.scope import Scope


def run(scope: Scope, job: ImportJob, now: Now) -> Totals:
    """After a crash the file is read again; unique ids keep it from doubling anything."""
    sender = JobSender(scope, job, now)
    return online_retail.import_file(path_of(job), send=sender.send, report=sender.report)


def path_of(job: ImportJob) -> Path:
    # Jobs of earlier versions hold the whole path.
    return Path(job.path) if job.path.startswith("/") else wiring.settings().data_dir / "files" / job.path


class JobSender:
    """Puts a job's events on the log and its progress in the job's row."""

    def __init__(self, scope: Scope, job: ImportJob, now: Now) -> None:
        self.scope = scope
        self.job = job
        self.now = now
        self.sent = 0

    def send(self, drafts: Sequence[EventDraft]) -> None:
        body = msgspec.json.encode(RecordEvents(events=list(drafts)))
        record = Record(self.scope.account_id, "events.record", body, clock.millis(self.now()))
        wiring.event_log().append_now(Lane.BULK, [record])
        self.sent += len(drafts)

    def report(self, totals: Totals) -> None:
        mine = ImportJob.objects.filter(account_id=self.job.account_id, id=self.job.id, status="processing")
        told = mine.update(
            rows=totals.rows,
            sent_events=self.sent,
            totals=facts(totals),
            lease_until=self.now() + LEASE,
        )
        if not told:
            raise Cancelled


def facts(totals: Totals) -> dict[str, int | str]:
    """The totals of the file, money as text with two digits."""
    return {
        "orders": totals.orders,
        "ordered_products": totals.ordered_products,
        "refunds": totals.refunds,
        "buyers": len(totals.buyers),
        "revenue": f"{totals.revenue:.2f}",
        "rows": totals.rows,
        "without_customer": totals.without_customer,
    }
