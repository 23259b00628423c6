"""Since when an answer holds, and until when if nothing happens: found from the moments at which it may change."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from cairn.domains.segments.asked import Found, moment
from cairn.domains.segments.definition import DateFilter
from cairn.domains.segments.windows import Span, frame_of


@dataclass(slots=True)
class Moments:
    """Moments with amounts, ascending, and what of them lies in a window at any time."""

    span: Span
    dated: Sequence[tuple[int, float]]
    seconds: list[int] = field(init=False)
    sums: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.seconds = [at for at, _ in self.dated]
        self.sums = list(accumulate((amount for _, amount in self.dated), initial=0.0))

    def measured(self, now: int, latest: int | None) -> float:
        since = 0 if self.span.since is None else bisect_left(self.seconds, self.span.since.at(now))
        ends = [bound for bound in (self.span.until.at(now) if self.span.until else None, latest) if bound is not None]
        until = bisect_left(self.seconds, min(ends)) if ends else len(self.seconds)
        return self.sums[max(until, since)] - self.sums[since]

    def turns(self, *, arrivals: bool) -> list[int]:
        """Every time at which the measure may change."""
        found = {
            passes for at in self.seconds for bound in self.span.bounds if (passes := bound.passes(at)) is not None
        }
        return sorted(found | set(self.seconds) if arrivals else found)

    def spell(
        self, now: int, test: Callable[[float], bool], *, known_from_its_time: bool
    ) -> tuple[int | None, int | None]:
        """Since when and until when the present answer holds; None: always, or for ever, as far as is known."""

        def answer(at: int) -> bool:
            past = known_from_its_time and at < now
            return test(self.measured(at, at + 1 if past else None))

        present, turns = answer(now), self.turns(arrivals=known_from_its_time)
        until = next((turn for turn in turns if turn > now and answer(turn) != present), None)
        since = None
        passed = [turn for turn in turns if turn <= now]
        for turn in reversed(passed):
            if answer(turn - 1) != present:
                since = turn
                break
        return since, until


def dated(found: Found, what: DateFilter, seconds: Sequence[int], now: int) -> Found:
    """With the spell for which any of the dates lies in its time frame."""
    frame = frame_of(what)
    if not isinstance(frame, Span):
        return until_other_day(found, what, seconds, now)
    moments = Moments(frame, [(at, 1.0) for at in sorted(seconds)])
    since, until = moments.spell(now, lambda measured: measured > 0, known_from_its_time=False)
    return Found(found.value, found.evidence, since, until)


def until_other_day(found: Found, what: DateFilter, seconds: Sequence[int], now: int) -> Found:
    """Days of the year change at midnight: look a year ahead and back."""
    frame = frame_of(what)
    if isinstance(frame, Span):
        return found
    calendar = frame.calendar
    days = [calendar.date(at) for at in seconds if moment(at) is not None]

    def answer(at: int) -> bool:
        return any(frame.at(at).holds(day) for day in days)

    present, today = answer(now), calendar.day(now)
    starts = [calendar.start(today + n) for n in range(-365, 367)]
    until = next((at for at in starts if at > now and answer(at) != present), None)
    since = next((at for at in reversed(starts) if at <= now and answer(at - 1) != present), None)
    return Found(found.value, found.evidence, since, until)
