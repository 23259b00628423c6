"""What no handler could take: put aside with its reason, so that nothing behind it waits."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cairn.infra.eventlog.port import Entry
from cairn.workers import counters
from cairn.workers.models import DeadLetter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    entry: Entry
    reason: str


def put_aside(refused: Sequence[Refused], *, now: datetime) -> None:
    """Keeps refused entries; one that was refused before stays as it was."""
    for letter in refused:
        counters.DEAD.inc()
        log.error(
            "put aside %s of %s at %s: %s",
            letter.entry.record.kind,
            letter.entry.record.account_id,
            letter.entry.position,
            letter.reason,
        )
    rows = [
        DeadLetter(
            account_id=letter.entry.record.account_id,
            kind=letter.entry.record.kind,
            writer=letter.entry.position.writer,
            lane=letter.entry.position.lane,
            offset=letter.entry.position.offset,
            reason=letter.reason.replace("\0", "")[:2000],
            body=letter.entry.record.body,
            at=now,
        )
        for letter in refused
    ]
    DeadLetter.objects.bulk_create(rows, ignore_conflicts=True)


def forget(account_id: str, texts: Sequence[str]) -> int:
    """Delete refused entries in which one of these texts stands, in small letters; how many."""
    gone = [
        letter.pk
        for letter in DeadLetter.objects.filter(account_id=account_id).iterator(100)
        if any(text.encode() in bytes(letter.body).lower() for text in texts)
    ]
    return DeadLetter.objects.filter(pk__in=gone).delete()[0]
