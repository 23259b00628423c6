"""Keeps memberships true: after every tick they are what the definitions say at the tick's moment.

A tick copies touched profiles to ClickHouse, evaluates whoever changed or was passed by the edge of a time window, and
writes in this order: changes, which become memberships in the same insert, facts, watermark. A crash in between leaves
changes behind the watermark; the next tick finishes them first, with the same rows and the same facts. What it copied
stays touched until the end.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from cairn import wiring
from cairn.domains.segments import builds, edges, evaluation, memberships, snapshots
from cairn.domains.segments.builds import Needs, no_needs
from cairn.domains.segments.contracts import DEFINITION, ENTERED, LEFT, TICK, SegmentChanged, TickResult
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.foresight import Foresight, Key
from cairn.domains.segments.local_days import asks_dates, zone_of
from cairn.domains.segments.memberships import Changes, News
from cairn.domains.segments.models import Segment, Watermark
from cairn.domains.segments.names import metric_numbers
from cairn.domains.segments.references import resolved_in
from cairn.domains.segments.windows import seconds_of
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel import clock
from cairn.kernel.scope import Scope

DECODE = msgspec.json.Decoder(Definition).decode
MILLISECOND = timedelta(milliseconds=1)
PROFILES_PER_FACT = 5_000
BUILD_SECONDS = 1.0
"""After this long a tick begins no further build, so that those who only changed need not wait for a hundred builds."""

# By account, the moment of this process's last tick that got to its end: behind it there is nothing to finish.
_whole: dict[int, datetime] = {}

_foresights: dict[int, Foresight] = {}
"""By number of the account."""


@dataclass(frozen=True, slots=True)
class Live:
    """A segment that takes part in ticks."""

    id: str
    number: int
    version: int
    is_processing: bool
    was_built: bool
    definition: Definition


def tick(scope: Scope, changed: set[int], *, now: datetime, needs: Needs = no_needs) -> TickResult:
    """Bring an account's memberships to `now`: for the changed profiles, for touched ones, and for those whose time
    has come. New and edited definitions are built, those first that something `needs`."""
    whole = _whole.pop(scope.account_number, None)
    with transaction.atomic():
        mark = lock(scope, now)
        before = mark.at
        last = before
        if whole != before:
            last = finish(scope, before)
            _foresights.pop(scope.account_number, None)  # What it foresaw may have been written.
        at = max(whole_millisecond(now), last + MILLISECOND)
        zone = zone_of(scope)
        if mark.timezone != zone:
            follow(scope, zone)
        segments = live(scope, zone)
        metrics = metric_numbers(scope) if segments else {}
        touched = snapshots.copy(scope, now)
        ready = [one for one in segments if not one.is_processing]
        clockwork = Clockwork(scope, zone, ready, metrics)
        due, coming = clockwork.due(before, at)
        numbers = changed | touched.numbers | due
        evaluated = evaluate(scope, ready, metrics, numbers, at)
        changes = Changes.joined([*evaluated, coming.without(numbers)])
        news = write(scope, changes, at)
        waiting = queue(scope, segments, needs)
        built = build_some(scope, waiting, metrics, last, at)
        if waiting:
            memberships.count_written(scope, last)
        else:
            memberships.count_changes(scope, changes)
        tell(scope, news)
        settle(scope, built)
        touched.done()
        Watermark.objects.filter(account_id=scope.account_id).update(at=at)
    _whole[scope.account_number] = at
    clockwork.look_ahead(before, at, numbers)
    entered = int(changes.entered.sum())
    ids = tuple(one.id for one in built)
    return TickResult(at, len(touched.numbers), len(numbers) if ready else 0, entered, len(changes) - entered, ids)


def live(scope: Scope, zone: str) -> list[Live]:
    # As text: whole rows of the model take longer to make than all else that an idle tick does here.
    rows = list(
        Segment.objects.within(scope)
        .filter(is_active=True)
        .order_by("number")
        .values_list("id", "number", "version", "is_processing", "build_milliseconds", Cast("definition", TextField()))
    )
    definitions = resolved_in(scope, [DECODE(text) for *_, text in rows], zone)
    return [
        Live(id_, number, version, is_processing, took is not None, definition)
        for (id_, number, version, is_processing, took, _), definition in zip(rows, definitions, strict=True)
    ]


def follow(scope: Scope, zone: str) -> None:
    """The account's days are those of another time zone: what asks for days is built anew."""
    asking = [one.id for one in live(scope, zone) if asks_dates(one.definition)]
    Segment.objects.within(scope).filter(id__in=asking).update(is_processing=True, version=F("version") + 1)
    Watermark.objects.filter(account_id=scope.account_id).update(timezone=zone)


def lock(scope: Scope, now: datetime) -> Watermark:
    """The account's watermark, held until the transaction ends."""
    marks = Watermark.objects.select_for_update().filter(account_id=scope.account_id)
    mark = marks.first()
    if mark is None:
        first = Watermark(account_id=scope.account_id, at=whole_millisecond(now) - MILLISECOND)
        Watermark.objects.bulk_create([first], ignore_conflicts=True)
        mark = marks.get()
    return mark


def whole_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What the clock alone does to the segments that are ready."""

    scope: Scope
    zone: str
    ready: Sequence[Live]
    metrics: Mapping[str, int]

    @property
    def key(self) -> Key:
        return (self.zone, *((one.number, one.version) for one in self.ready))

    @property
    def foresight(self) -> Foresight:
        return _foresights.setdefault(self.scope.account_number, Foresight())

    def due(self, before: datetime, at: datetime) -> tuple[set[int], Changes]:
        """Profiles for whom it may have changed a membership, and what it is known to have changed for others."""
        return self.foresight.due(before, at, self.key, self.passed)

    def look_ahead(self, before: datetime, at: datetime, evaluated: set[int]) -> None:
        """After a tick that evaluated these profiles."""
        self.foresight.note(before, at, evaluated)
        self.foresight.look(at, self.zone, self.key, self.passed, self.coming)

    def passed(self, start: int, end: int) -> set[int]:
        watching = edges.watches((one.definition for one in self.ready), self.metrics)
        return edges.passed(self.scope, watching, start, end)

    def coming(self, some: Sequence[int], second: int) -> Changes | None:
        try:
            return Changes.together(
                [
                    evaluation.changes(
                        self.scope, [(one.number, one.definition) for one in live], self.metrics, some, second
                    )
                    for live in passes(self.ready)
                ]
            )
        except ClickHouseError:
            return None  # What is wrong shows when they are evaluated.


def evaluate(
    scope: Scope, ready: Sequence[Live], metrics: Mapping[str, int], numbers: set[int], at: datetime
) -> list[Changes]:
    """What changes for these profiles."""
    ordered = sorted(numbers)
    return [
        part
        for some in passes(ready)
        for first in range(0, len(ordered), evaluation.PROFILES_PER_PASS)
        for part in differences(scope, some, metrics, ordered[first : first + evaluation.PROFILES_PER_PASS], at)
    ]


def differences(
    scope: Scope, some: Sequence[Live], metrics: Mapping[str, int], part: Sequence[int], at: datetime
) -> list[Changes]:
    """A segment whose SQL fails is built anew later, and disturbs no other."""
    pairs = [(one.number, one.definition) for one in some]
    try:
        return [evaluation.changes(scope, pairs, metrics, part, seconds_of(at))]
    except ClickHouseError:
        if len(some) > 1:
            return [found for one in some for found in differences(scope, [one], metrics, part, at)]
        Segment.objects.within(scope).filter(id=some[0].id).update(is_processing=True)
        return []


def passes(ready: Sequence[Live]) -> Iterator[list[Live]]:
    """Segments in portions whose conditions fit into one statement."""
    portion: list[Live] = []
    size = 0
    for one in ready:
        conditions = sum(1 for _ in one.definition.conditions())
        if portion and size + conditions > evaluation.CONDITIONS_PER_PASS:
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += conditions
    if portion:
        yield portion


def queue(scope: Scope, segments: Sequence[Live], needs: Needs) -> list[Live]:
    """Those that wait to be built, in their order."""
    waiting = {one.id: one for one in segments if one.is_processing}
    if not waiting:
        return []
    rows = list(Segment.objects.within(scope).filter(id__in=waiting).defer("definition"))
    builds.note_needs(scope, rows, needs())
    return [waiting[row.id] for row in builds.in_order(rows)]


def build_some(
    scope: Scope, waiting: Sequence[Live], metrics: Mapping[str, int], last: datetime, at: datetime
) -> list[Live]:
    """Build at least one of the waiting segments, and more while there is time; the rest waits for the next tick."""
    began = time.monotonic()
    built: list[Live] = []
    for one in waiting:
        if built and time.monotonic() - began > BUILD_SECONDS:
            break
        if build(scope, one, metrics, last, at):
            built.append(one)
    return built


def build(scope: Scope, one: Live, metrics: Mapping[str, int], last: datetime, at: datetime) -> bool:
    """Write the changes that make a segment's membership what its definition says of all profiles."""
    began = time.monotonic()
    try:
        evaluation.build(scope, one.number, one.definition, metrics, seconds_of(at), clock.millis(at), DEFINITION)
    except ClickHouseError:
        # It stays in processing, from what was written of it; the others go on.
        memberships.apply_written(scope, last)
        return False
    took = round((time.monotonic() - began) * 1000)
    Segment.objects.within(scope).filter(id=one.id).update(build_milliseconds=took)
    return True


def finish(scope: Scope, after: datetime) -> datetime:
    """Complete what a tick left that did not get to its end; the moment of its last change, or `after`."""
    last = memberships.last_change(scope, after)
    if last is None:
        return after
    memberships.apply_written(scope, after)
    memberships.count_written(scope, after)
    tell(scope, memberships.written_news(scope, after))
    return last


def write(scope: Scope, changes: Changes, at: datetime) -> list[News]:
    """Changes become memberships; what there is to tell of them."""
    if not len(changes):
        return []
    with ThreadPoolExecutor(1) as beside:
        news = beside.submit(memberships.news_of, scope, changes, at)
        memberships.write(scope, changes, at, TICK)
        return news.result()


def tell(scope: Scope, news: Iterable[News]) -> None:
    """Facts to the log, one per segment, moment and direction."""
    told = list(news)
    ids = dict(Segment.objects.within(scope).values_list("number", "id")) if told else {}
    records = [
        Record(scope.account_id, ENTERED if entered else LEFT, msgspec.json.encode(body), clock.millis(at))
        for at, segment, entered, profiles in told
        if segment in ids
        for body in bodies(ids[segment], segment, clock.millis(at), profiles)
    ]
    if records:
        wiring.event_log().append_now(Lane.BULK, records)


def bodies(segment_id: str, segment: int, at: int, profiles: Sequence[tuple[int, str]]) -> Iterator[SegmentChanged]:
    ordered = sorted(profiles)
    for first in range(0, len(ordered), PROFILES_PER_FACT):
        yield SegmentChanged(segment_id, segment, at, ordered[first : first + PROFILES_PER_FACT])


def settle(scope: Scope, built: Sequence[Live]) -> None:
    """Built segments are ready, unless their definition was edited meanwhile. Those that are built again are counted
    anew: while they were paused, whoever was forgotten left no change behind."""
    sizes = memberships.sizes(scope, [one.number for one in built if one.was_built])
    for one in built:
        counted = {"member_count": sizes[one.number]} if one.was_built else {}
        Segment.objects.within(scope).filter(id=one.id, version=one.version).update(is_processing=False, **counted)
