"""Reading segments, their members, and what a definition would pick now."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from cairn import wiring
from cairn.domains.segments import evaluation
from cairn.domains.segments.contracts import Estimate, Member, SampleProfile, SegmentInfo
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.models import Segment, Watermark
from cairn.domains.segments.names import metric_numbers, names_of
from cairn.domains.segments.summaries import Names, summary_of
from cairn.domains.segments.windows import seconds_of
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

COLUMNS = {
    name: name for name in ("id", "name", "created", "updated", "is_active", "is_starred")
}


def list_segments(scope: Scope, listing: Listing) -> Page[SegmentInfo]:
    """A page of the account's segments."""
    rows = Segment.objects.within(scope).filter(matching(listing.where, COLUMNS))
    describe = describer(scope)
    return paged(rows, listing, describe)


def get(scope: Scope, segment_id: str) -> SegmentInfo:
    """Raises NotFound."""
    return describer(scope)(Segment.objects.of(scope, segment_id))


def by_ids(scope: Scope, segment_ids: Sequence[str]) -> list[SegmentInfo]:
    """Those of the segments that exist."""
    describe = describer(scope)
    return [describe(row) for row in Segment.objects.within(scope).filter(id__in=list(segment_ids))]


def definition_of(scope: Scope, segment_id: str) -> Definition:
    """Raises NotFound."""
    return msgspec.convert(Segment.objects.of(scope, segment_id).definition, Definition)


def describer(scope: Scope) -> Any:
    """Makes rows into what others see, with names and watermark asked once."""
    names = names_of(scope)
    mark = Watermark.objects.filter(account_id=scope.account_id).values_list("at", flat=True).first()

    def describe(row: Segment) -> SegmentInfo:
        return SegmentInfo(
            id=row.id,
            number=row.number,
            name=row.name,
            definition=row.definition,
            summary=summary_of(msgspec.convert(row.definition, Definition), names),
            is_active=row.is_active,
            is_starred=row.is_starred,
            is_processing=row.is_processing,
            profile_count=row.member_count,
            created=row.created,
            updated=row.updated,
            watermark=None if row.is_processing or not row.is_active else mark,
        )

    return describe


def summarize(scope: Scope, definition: Definition) -> str:
    """A definition in plain words."""
    names: Names = names_of(scope)
    return summary_of(definition, names)


def member_numbers(scope: Scope, segment_id: str) -> NDArray[np.uint32]:
    """Numbers of the stored members, ascending. Raises NotFound."""
    row = Segment.objects.of(scope, segment_id)
    found = wiring.clickhouse().columns(
        "SELECT profile FROM segment_members WHERE account = {account:UInt32} AND segment = {segment:UInt32}"
        " GROUP BY profile HAVING argMax(member, version) = 1 ORDER BY profile",
        {"account": scope.account_number, "segment": row.number},
    )
    return np.asarray(found.get("profile", ()), dtype=np.uint32)


def evaluate_now(scope: Scope, wanted: Definition | str, *, now: datetime) -> NDArray[np.uint32]:
    """Numbers of all profiles that satisfy a definition, or the definition of the segment with that id, at `now`.

    It asks the events and profiles themselves, so that nothing rests on when members were last written. Raises NotFound.
    """
    definition = definition_of(scope, wanted) if isinstance(wanted, str) else wanted
    return evaluation.members_of(scope, definition, metric_numbers(scope), seconds_of(now))


def holding(
    scope: Scope, definitions: Sequence[Definition], numbers: Sequence[int], *, now: datetime
) -> Mapping[int, Sequence[int]]:
    """For each of the given profiles the places of the definitions that it satisfies at `now`, in one pass."""
    return evaluation.holding(scope, definitions, metric_numbers(scope), numbers, seconds_of(now))


def segments_of(scope: Scope, number: int) -> list[SegmentInfo]:
    """The segments that a profile is a stored member of."""
    found = wiring.clickhouse().query(
        "SELECT segment FROM segment_members WHERE account = {account:UInt32} AND profile = {profile:UInt32}"
        " GROUP BY segment HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "profile": number},
    )
    rows = Segment.objects.within(scope).filter(number__in=[segment for (segment,) in found]).order_by("name", "id")
    describe = describer(scope)
    return [describe(row) for row in rows]


def membership(scope: Scope, segment_number: int, numbers: Sequence[int]) -> dict[int, datetime]:
    """Since when those of the given profiles that are stored members joined."""
    rows = wiring.clickhouse().query(
        "SELECT profile, argMax(joined, version) FROM segment_members WHERE account = {account:UInt32}"
        " AND segment = {segment:UInt32} AND profile IN {numbers:Array(UInt32)}"
        " GROUP BY profile HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "segment": segment_number, "numbers": list(numbers)},
    )
    return {number: aware(joined) for number, joined in rows}


def estimate(scope: Scope, definition: Definition, *, now: datetime) -> Estimate:
    """What a definition would pick now: how many, how many by each condition alone, and ten of them."""
    began = time.perf_counter()
    names = names_of(scope)
    found = evaluation.preview(scope, definition, metric_numbers(scope), seconds_of(now))
    people = wiring.clickhouse().query(
        "SELECT profile, id, email, first_name, last_name FROM profiles FINAL"
        " WHERE account = {account:UInt32} AND profile IN {numbers:Array(UInt32)} ORDER BY profile",
        {"account": scope.account_number, "numbers": found.numbers},
    )
    return Estimate(
        count=found.count,
        as_of=now,
        conditions=found.conditions,
        sample=[SampleProfile(*person[1:]) for person in people],
        summary=summary_of(definition, names),
        milliseconds=round((time.perf_counter() - began) * 1000),
    )


def aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


MEMBER_PAGE = """
SELECT profile, id, joined FROM
(
    SELECT profile, argMax(joined, version) AS joined FROM segment_members
    WHERE account = {account:UInt32} AND segment = {segment:UInt32}
    GROUP BY profile HAVING argMax(member, version) = 1
) AS members
INNER ANY JOIN
(SELECT profile, id FROM profiles WHERE account = {account:UInt32}) AS ids USING profile
"""


def _unused_member(row: Sequence[Any]) -> Member:
    return Member(row[1], row[0], aware(row[2]))
