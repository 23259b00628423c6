"""A deletion, step by step: each step takes all the people who wait, may be repeated, and says what it found.

The profile itself went when the deletion was asked for. What comes first here is what could bring the person back or
write to them; the large stores come last.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, TypeAlias

import msgspec

from cairn import wiring
from cairn.domains.analytics import actions as analytics
from cairn.domains.events import actions as events
from cairn.domains.integrations import actions as integrations
from cairn.domains.lists import actions as lists
from cairn.domains.lists import queries as list_queries
from cairn.domains.messaging import actions as messaging
from cairn.domains.privacy.contracts import EXPORT, ForgetTexts
from cairn.domains.privacy.models import Job
from cairn.domains.privacy.redacting import Subject, redacted
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import Traces
from cairn.domains.segments import actions as segments
from cairn.infra.eventlog.port import Record
from cairn.infra.postgres import outbox
from cairn.kernel import clock
from cairn.kernel.scope import Scope

Counts: TypeAlias = Mapping[str, int]


@dataclass
class Case:
    """One deletion in hand. `waits` says that a step must come again before the next."""

    job: Job
    scope: Scope
    waits: bool = False

    @cached_property
    def traces(self) -> Traces:
        return msgspec.convert(self.job.traces, Traces)

    @cached_property
    def subject(self) -> Subject:
        return Subject(self.scope.account_id, self.traces, clock.millis(self.job.created))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        return [(self.scope.account_number, number) for number in self.traces.numbers]

    def report(self, store: str, counts: Counts) -> None:
        """Add to what is reported; a step that comes again finds less and less."""
        told = dict(self.job.report.get(store, {}))
        for kind, count in counts.items():
            if count or kind in told:
                told[kind] = told.get(kind, 0) + count
        self.job.report = {**self.job.report, store: told}


def hide_events(cases: Sequence[Case], now: datetime) -> None:
    """Nobody reads them from here on. They are counted now, while no sweep has taken them yet."""
    for case in cases:
        case.report("ClickHouse", {"events": events.erase(case.scope, profiles=case.traces.numbers)})


def leave_lists(cases: Sequence[Case], now: datetime) -> None:
    for case in cases:
        member = list_queries.memberships(case.scope, case.traces.numbers)
        lists.leave_all(case.scope, case.traces.numbers)
        waiting = lists.forget_waiting(case.scope, case.traces.emails)
        case.report("PostgreSQL", {"list_members": sum(map(len, member.values())), "confirmations": waiting})


def forget_messages(cases: Sequence[Case], now: datetime) -> None:
    for case in cases:
        counts, done = messaging.forget(case.scope, case.traces, now=now)
        case.report("Messages", counts)
        case.waits = not done


def forget_files(cases: Sequence[Case], now: datetime) -> None:
    """What imports refused, exports of many people, and exports of this one."""
    for case in cases:
        counts = dict(integrations.forget(case.scope, case.subject.texts)) if case.subject.texts else {}
        counts["privacy_exports"] = 0
        exports = Job.objects.within(case.scope).filter(kind=EXPORT).exclude(key="")
        for job in exports:
            if set((job.traces or {}).get("numbers", ())) & set(case.traces.numbers):
                wiring.files().delete(job.key)
                exports.filter(id=job.id).update(key="", detail="Deleted with the person.", traces=None)
                counts["privacy_exports"] += 1
        case.report("Files", counts)


def forget_facts(cases: Sequence[Case], now: datetime) -> None:
    """Facts that wait for their handlers."""
    for case in cases:
        waiting = outbox.mentioning(case.scope.account_id, [*case.subject.texts, *case.traces.ids])
        changed = 0
        for message in waiting:
            kind, body = redacted(case.subject, message.kind, message.payload)
            if kind != message.kind:
                outbox.done([message.id])
            elif body is not message.payload:
                outbox.rewrite(message.id, body)
            changed += kind != message.kind or body is not message.payload
        case.report("PostgreSQL", {"outbox": changed})


def redact_log(cases: Sequence[Case], now: datetime) -> None:
    by_account: dict[str, list[Case]] = {}
    for case in cases:
        by_account.setdefault(case.scope.account_id, []).append(case)
    found: dict[str, int] = {}

    def change(record: Record) -> Record:
        kind, body = record.kind, record.body
        for case in by_account.get(record.account_id, ()):
            if record.at > case.subject.before:
                continue
            after = redacted(case.subject, kind, body)
            if after[0] != kind or after[1] is not body:
                found[case.job.id] = found.get(case.job.id, 0) + 1
                kind, body = after
        return record if body is record.body else Record(record.account_id, kind, body, record.at)

    wiring.redact_log([needle for case in cases for needle in case.subject.needles], change)
    for case in cases:
        case.report("Log", {"records": found.get(case.job.id, 0)})


def erase_events(cases: Sequence[Case], now: datetime) -> None:
    for case in cases:
        events.erase(case.scope, profiles=case.traces.numbers)
    events.sweep(now=clock.now())


def forget_states(cases: Sequence[Case], now: datetime) -> None:
    """Snapshots, memberships and credits. A person must have left their segments first, or counts would stay wrong."""
    for case in cases:
        case.waits = profiles.is_touched(case.scope, case.traces.numbers)
    ready = [case for case in cases if not case.waits]
    by_pair = [pair for case in ready for pair in case.pairs]
    if not by_pair:
        return
    if len(ready) == 1:
        ready[0].report("ClickHouse", {**segments.forget_people(by_pair), **analytics.forget_people(by_pair)})
        return
    counted = {
        case.job.id: {**segments.count_people(case.pairs), **analytics.count_people(case.pairs)} for case in ready
    }
    segments.forget_people(by_pair)
    analytics.forget_people(by_pair)
    for case in ready:
        case.report("ClickHouse", counted[case.job.id])


Step: TypeAlias = Callable[[Sequence[Case], datetime], None]


def forget_texts(forget: ForgetTexts) -> Step:
    """The step of a package that stands above the domains."""

    def step(cases: Sequence[Case], now: datetime) -> None:
        for case in cases:
            texts = [*case.subject.texts, *(one.lower() for one in case.traces.ids)]
            case.report("PostgreSQL", {"dead_letters": forget(case.scope.account_id, texts)})

    return step


STEPS: Final[Mapping[str, Step]] = {
    "hidden": hide_events,
    "lists": leave_lists,
    "messages": forget_messages,
    "files": forget_files,
    "facts": forget_facts,
    "log": redact_log,
    "events": erase_events,
    "states": forget_states,
}
