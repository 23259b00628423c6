"""Segments that wait for their members: in which order and why, how far each is, and how long it should take.

What time a build takes is known from the last ones; how far the one under way is says ClickHouse, which counts the rows
that a statement has read of those that it must read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Avg

from cairn import wiring
from cairn.domains.segments.contracts import Building
from cairn.domains.segments.models import Segment
from cairn.kernel.scope import Scope

FIRST_BUILD = 1000.0
"""Milliseconds that are assumed while nothing was ever built."""
CAMPAIGN, STARRED, OLDEST = "campaign", "starred", "oldest"
REASONS = (CAMPAIGN, STARRED, OLDEST)
"""Why a segment has its place in the queue, the first places first: an open campaign goes to it or leaves it out,
somebody starred it, or it is only its age that counts."""
Needs = Callable[[], Mapping[str, str]]
"""Ids of segments that something is about to use, and the reason of that. Asked only where a build waits."""
UNDER_WAY = """
SELECT elapsed, read_rows, total_rows_approx FROM system.processes
WHERE Settings['log_comment'] = {comment:String} ORDER BY elapsed DESC LIMIT 1
"""


def no_needs() -> Mapping[str, str]:
    return {}


def reason_of(row: Segment) -> str:
    return row.needed_for or (STARRED if row.is_starred else OLDEST)


def in_order(rows: Iterable[Segment]) -> list[Segment]:
    return sorted(rows, key=lambda row: (REASONS.index(reason_of(row)), row.number))


def note_needs(scope: Scope, rows: Sequence[Segment], needs: Mapping[str, str]) -> None:
    """Keep with the waiting segments what they are needed for, so that everybody sees the same order."""
    for reason in {CAMPAIGN, ""}:
        changed = [row for row in rows if needs.get(row.id, "") == reason != row.needed_for]
        for row in changed:
            row.needed_for = reason
        if changed:
            Segment.objects.within(scope).filter(id__in=[row.id for row in changed]).update(needed_for=reason)


def comment_of(scope: Scope, segment: int) -> str:
    """By this the statement of a build is found again."""
    return f"segment-build-{scope.account_number}-{segment}"


def waiting(scope: Scope) -> dict[str, Building]:
    """The segments that wait to be built, in their order."""
    rows = in_order(Segment.objects.within(scope).filter(is_processing=True, is_active=True).defer("definition"))
    if not rows:
        return {}
    usual = Segment.objects.within(scope).aggregate(usual=Avg("build_milliseconds"))["usual"] or FIRST_BUILD
    found, total = {}, 0.0
    for ahead, row in enumerate(rows):
        needed = (row.build_milliseconds or usual) / 1000
        # One is built at a time, and in this order.
        under_way = run_of(scope, row.number) if ahead == 0 else NOT_BEGUN
        total += under_way.left(needed)
        found[row.id] = Building(ahead, round(total, 1), reason_of(row), under_way.percent(needed))
    return found


@dataclass(frozen=True, slots=True)
class Run:
    """A build under way: for so many seconds, with so many rows read of those that it knows of."""

    elapsed: float
    read: int
    rows: int

    def share(self, needed: float) -> float:
        """By rows, and by time where it is behind what is usual; done it is only when its members are there."""
        if not self.elapsed:
            return 0.0
        by_rows = self.read / self.rows if self.rows else 0.0
        return min(by_rows, self.elapsed / max(needed, self.elapsed), 0.99)

    def percent(self, needed: float) -> int:
        return int(100 * self.share(needed))

    def left(self, needed: float) -> float:
        """Seconds. Where it takes longer than usual, the rows read so far tell how much longer."""
        share = self.share(needed)
        by_rows = self.elapsed / share - self.elapsed if share else 0.0
        return max(needed - self.elapsed, by_rows if self.elapsed > needed else 0.0, 0.0)


NOT_BEGUN = Run(0.0, 0, 0)


def run_of(scope: Scope, segment: int) -> Run:
    rows = wiring.clickhouse().query(UNDER_WAY, {"comment": comment_of(scope, segment)})
    return Run(*rows[0]) if rows else NOT_BEGUN
