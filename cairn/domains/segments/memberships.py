"""Who is stored to be in which segment, and the changes that made it so.

Changes are written; a view makes memberships of them in the same insert (`segment_members_of_changes`). What a crash
left half done is found behind the watermark.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from numpy.typing import NDArray

from cairn import wiring
from cairn.domains.segments.compiler import OF_SOME
from cairn.infra.clickhouse.questions import array
from cairn.kernel import clock
from cairn.kernel.scope import Scope

News = tuple[datetime, int, int, Sequence[tuple[int, str]]]
"""When, which segment, whether they entered, and numbers and ids of who did."""

APPLY = """
INSERT INTO segment_members (account, profile, segment, version, member, joined)
SELECT account, profile, segment, toUInt64(toUnixTimestamp64Micro(toDateTime64(at, 6))), entered, at
FROM segment_changes
WHERE account = {account:UInt32} AND at > fromUnixTimestamp64Milli({after:Int64}, 'UTC')
"""
COUNTS = """
SELECT segment, toInt64(countIf(entered = 1)) - toInt64(countIf(entered = 0)) FROM segment_changes
WHERE account = {account:UInt32} AND at > fromUnixTimestamp64Milli({after:Int64}, 'UTC')
GROUP BY segment
"""
NEWS = """
SELECT at, segment, entered, groupArray((profile, id)) FROM
(
    SELECT changes.at AS at, changes.segment AS segment, changes.entered AS entered, profile, ids.id AS id
    FROM segment_changes AS changes FINAL
    LEFT ANY JOIN
    (
        SELECT profile, max(id) AS id FROM profiles
        WHERE account = {account:UInt32} AND profile IN (
            SELECT profile FROM segment_changes
            WHERE account = {account:UInt32} AND at > fromUnixTimestamp64Milli({after:Int64}, 'UTC') AND cause = 'tick')
        GROUP BY profile
    ) AS ids USING profile
    WHERE account = {account:UInt32} AND at > fromUnixTimestamp64Milli({after:Int64}, 'UTC') AND cause = 'tick'
    ORDER BY at, segment, entered, profile
)
GROUP BY at, segment, entered
ORDER BY at, segment, entered
"""
LAST = """
SELECT max(at) FROM segment_changes
WHERE account = {account:UInt32} AND at > fromUnixTimestamp64Milli({after:Int64}, 'UTC')
HAVING count() > 0
"""
IDS = """
SELECT profile, max(id) AS id FROM profiles
WHERE account = {account:UInt32} AND profile IN {numbers:Array(UInt32)}
GROUP BY profile
"""
STORED = """
SELECT segment, profile FROM segment_members
WHERE account = {account:UInt32} AND profile IN {numbers:Array(UInt32)} AND segment IN {segments:Array(UInt32)}
GROUP BY segment, profile HAVING argMax(member, version) = 1
"""
SIZES = """
SELECT segment, count() FROM
(
    SELECT segment, profile FROM segment_members
    WHERE account = {account:UInt32} AND segment IN {segments:Array(UInt32)}
    GROUP BY segment, profile HAVING argMax(member, version) = 1
)
GROUP BY segment
"""
COUNT = """
UPDATE segments_segment SET member_count = member_count + difference.size
FROM unnest(%s::bigint[], %s::bigint[]) AS difference(segment, size)
WHERE account_id = %s AND number = difference.segment
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """Who enters and who leaves which segment, a column each."""

    segment: NDArray[np.uint32]
    profile: NDArray[np.uint32]
    entered: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.segment)

    @staticmethod
    def none() -> "Changes":
        nobody = np.zeros(0, np.uint32)
        return Changes(nobody, nobody, nobody.astype(np.uint8))

    @staticmethod
    def together(parts: Sequence["Changes"]) -> "Changes":
        """In any order."""
        if not parts:
            return Changes.none()
        segment, profile, entered = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("segment", "profile", "entered")
        )
        return Changes(segment, profile, entered)

    @staticmethod
    def joined(parts: Sequence["Changes"]) -> "Changes":
        """By segment, direction and profile, as they are told."""
        whole = Changes.together(parts)
        return whole.at(np.lexsort((whole.profile, whole.entered, whole.segment)))

    def without(self, numbers: Collection[int]) -> "Changes":
        """Those of other profiles."""
        if not len(self) or not numbers:
            return self
        return self.at(np.isin(self.profile, np.fromiter(numbers, np.uint32, len(numbers)), invert=True))

    def at(self, places: NDArray[Any]) -> "Changes":
        return Changes(self.segment[places], self.profile[places], self.entered[places])

    def differences(self) -> tuple[list[int], list[int]]:
        """Segments, and by how much each grows."""
        segments, places = np.unique(self.segment, return_inverse=True)
        sizes = np.zeros(len(segments), np.int64)
        np.add.at(sizes, places, np.where(self.entered == 1, 1, -1))
        return segments.tolist(), sizes.tolist()

    def moves(self) -> Iterator[tuple[int, int, NDArray[np.uint32]]]:
        """Segment, direction and profiles of all that entered, or left, one segment."""
        edges = np.flatnonzero((np.diff(self.segment) != 0) | (np.diff(self.entered) != 0)) + 1
        for some in np.split(np.arange(len(self)), edges) if len(self) else ():
            yield int(self.segment[some[0]]), int(self.entered[some[0]]), self.profile[some]


def stored(scope: Scope, segments: Sequence[int], numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Who of the given profiles is a stored member: `[segment, profile]`. Both ascend."""
    params = {"account": scope.account_number, "numbers": array(numbers.tolist()), "segments": array(segments)}
    rows = wiring.clickhouse().arrays(STORED, params, {**OF_SOME, "max_threads": 1})
    found = np.zeros((len(segments), len(numbers)), bool)
    found[np.searchsorted(np.asarray(segments), rows["segment"]), np.searchsorted(numbers, rows["profile"])] = True
    return found


def write(scope: Scope, changes: Changes, at: datetime, cause: str) -> None:
    """Changes, which become memberships on their way (`segment_members_of_changes`)."""
    count = len(changes)
    rows = pa.table(
        {
            "account": np.full(count, scope.account_number, np.uint32),
            "at": pa.array(np.full(count, clock.millis(at), np.int64), pa.timestamp("ms")),
            "segment": changes.segment,
            "profile": changes.profile,
            "entered": changes.entered,
            "cause": pa.array([cause] * count, pa.string()),
        }
    )
    wiring.clickhouse().insert_arrow("segment_changes", rows)


def count_changes(scope: Scope, changes: Changes) -> None:
    """Let the segments' sizes follow."""
    if not len(changes):
        return
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [*changes.differences(), scope.account_id])


def news_of(scope: Scope, changes: Changes, at: datetime) -> list[News]:
    """What there is to tell."""
    ids = ids_of(scope, np.unique(changes.profile))
    return [
        (at, segment, entered, [(number, ids.get(number, "")) for number in profiles.tolist()])
        for segment, entered, profiles in changes.moves()
    ]


def ids_of(scope: Scope, numbers: NDArray[np.uint32]) -> dict[int, str]:
    if not len(numbers):
        return {}
    params = {"account": scope.account_number, "numbers": array(numbers.tolist())}
    return dict(wiring.clickhouse().query(IDS, params, OF_SOME))


def last_change(scope: Scope, after: datetime) -> datetime | None:
    """When the newest change behind a moment was, if there is any."""
    pending = wiring.clickhouse().query(LAST, bounds(scope, after))
    return aware(pending[0][0]) if pending else None


def apply_written(scope: Scope, after: datetime) -> None:
    """What a crash may have kept from it: written changes behind a moment become memberships."""
    wiring.clickhouse().command(APPLY, bounds(scope, after))


def count_written(scope: Scope, after: datetime) -> None:
    """Let the segments' sizes follow what ticks wrote. None of them writes a change twice, so nothing is collapsed."""
    found = wiring.clickhouse().query(COUNTS, bounds(scope, after))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [[segment for segment, _ in found], [size for _, size in found], scope.account_id])


def written_news(scope: Scope, after: datetime) -> Iterator[News]:
    """What ticks wrote behind a moment, as `news_of` tells it."""
    for at, segment, entered, profiles in wiring.clickhouse().query(NEWS, bounds(scope, after)):
        yield aware(at), segment, entered, profiles


def sizes(scope: Scope, segments: Sequence[int]) -> dict[int, int]:
    """How many members are stored of these segments."""
    if not segments:
        return {}
    rows = wiring.clickhouse().query(SIZES, {"account": scope.account_number, "segments": array(segments)})
    return dict.fromkeys(segments, 0) | dict(rows)


def bounds(scope: Scope, after: datetime) -> dict[str, int]:
    return {"account": scope.account_number, "after": clock.millis(after)}


def aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
