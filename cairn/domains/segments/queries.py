"""Reading segments, their members, and what a definition would pick now."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from cairn import wiring
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments import evaluation, explanations, finding
from cairn.domains.segments.builds import waiting
from cairn.domains.segments.contracts import Estimate, Explanation, Member, SampleProfile, SegmentInfo
from cairn.domains.segments.crowds import make_up as make_up
from cairn.domains.segments.crowds import overlap as overlap
from cairn.domains.segments.crowds import purchases as purchases
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.growth import growth as growth
from cairn.domains.segments.growth import log as log
from cairn.domains.segments.growth import members_at as members_at
from cairn.domains.segments.known_values import known_values as known_values
from cairn.domains.segments.known_values import values_anywhere as values_anywhere
from cairn.domains.segments.models import Segment, Watermark
from cairn.domains.segments.names import metric_numbers, names_of
from cairn.domains.segments.naming import counting as counting
from cairn.domains.segments.naming import naming as naming
from cairn.domains.segments.naming import referring as referring
from cairn.domains.segments.notes import notes_of
from cairn.domains.segments.references import resolved
from cairn.domains.segments.summaries import summary_of
from cairn.domains.segments.timelines import timeline as timeline
from cairn.domains.segments.unengaged import unengaged as unengaged
from cairn.domains.segments.windows import seconds_of
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel import clock
from cairn.kernel.listing import Compare, Listing, conjunction
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

COLUMNS = {name: name for name in ("id", "name", "created", "updated", "is_active", "is_starred")}


def list_segments(scope: Scope, listing: Listing) -> Page[SegmentInfo]:
    """A page of the account's segments."""
    page = paged(Segment.objects.within(scope).filter(matching(listing.where, COLUMNS)), listing, itself)
    return Page(described(scope, page.rows), page.next, page.previous)


def itself(row: Segment) -> Segment:
    return row


def get(scope: Scope, segment_id: str) -> SegmentInfo:
    """Raises NotFound."""
    return described(scope, [Segment.objects.of(scope, segment_id)])[0]


def by_ids(scope: Scope, segment_ids: Sequence[str]) -> list[SegmentInfo]:
    """Those of the segments that exist."""
    return described(scope, Segment.objects.within(scope).filter(id__in=list(segment_ids)))


def definition_of(scope: Scope, segment_id: str) -> Definition:
    """Raises NotFound."""
    return msgspec.convert(Segment.objects.of(scope, segment_id).definition, Definition)


def described(scope: Scope, rows: Iterable[Segment]) -> list[SegmentInfo]:
    """Rows as others see them, with names and watermark asked once."""
    definitions = [(row, msgspec.convert(row.definition, Definition)) for row in rows]
    names = names_of(scope, *(definition for _, definition in definitions))
    queue = waiting(scope) if any(row.is_processing for row, _ in definitions) else {}
    mark = Watermark.objects.filter(account_id=scope.account_id).values_list("at", flat=True).first()
    return [
        SegmentInfo(
            id=row.id,
            number=row.number,
            name=row.name,
            definition=row.definition,
            summary=summary_of(definition, names),
            is_active=row.is_active,
            is_starred=row.is_starred,
            is_processing=row.is_processing,
            profile_count=row.member_count,
            created=row.created,
            updated=row.updated,
            watermark=None if row.is_processing or not row.is_active else mark,
            building=queue.get(row.id),
        )
        for row, definition in definitions
    ]


def summarize(scope: Scope, definition: Definition) -> str:
    """A definition in plain words."""
    return summary_of(definition, names_of(scope, definition))


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

    It asks the events and profiles themselves, not the stored members. Raises NotFound.
    """
    [definition] = resolved(scope, [definition_of(scope, wanted) if isinstance(wanted, str) else wanted])
    return evaluation.members_of(scope, definition, metric_numbers(scope), seconds_of(now))


def holding(
    scope: Scope, definitions: Sequence[Definition], numbers: Sequence[int], *, now: datetime
) -> Mapping[int, Sequence[int]]:
    """For each of the given profiles the places of the definitions that it satisfies at `now`, in one pass."""
    return evaluation.holding(scope, resolved(scope, definitions), metric_numbers(scope), numbers, seconds_of(now))


def segments_of(scope: Scope, number: int) -> list[SegmentInfo]:
    """The segments that a profile is a stored member of."""
    found = wiring.clickhouse().query(
        "SELECT segment FROM segment_members WHERE account = {account:UInt32} AND profile = {profile:UInt32}"
        " GROUP BY segment HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "profile": number},
    )
    rows = Segment.objects.within(scope).filter(number__in=[segment for (segment,) in found]).order_by("name", "id")
    return described(scope, rows)


def segment_ids_of(scope: Scope, numbers: Sequence[int]) -> dict[int, list[str]]:
    """The segments that each of these profiles is a stored member of, all asked at once."""
    if not numbers:
        return {}
    found = wiring.clickhouse().query(
        "SELECT profile, segment FROM segment_members"
        " WHERE account = {account:UInt32} AND profile IN {profiles:Array(UInt32)}"
        " GROUP BY profile, segment HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "profiles": list(numbers)},
    )
    rows = Segment.objects.within(scope).filter(number__in={segment for _, segment in found}).order_by("name", "id")
    places = {
        number: (place, segment_id) for place, (number, segment_id) in enumerate(rows.values_list("number", "id"))
    }
    ids: dict[int, list[tuple[int, str]]] = {}
    for profile, segment in found:
        if segment in places:
            ids.setdefault(profile, []).append(places[segment])
    return {profile: [segment_id for _, segment_id in sorted(some)] for profile, some in ids.items()}


def membership(scope: Scope, segment_id: str, numbers: Sequence[int]) -> dict[int, datetime]:
    """Since when those of the given profiles that are stored members are. Raises NotFound."""
    return evaluation.joined(scope, Segment.objects.of(scope, segment_id).number, numbers)


def explain(scope: Scope, segment_id: str, profile_id: str, *, now: datetime) -> Explanation:
    """Why a profile is, or is not, in a segment. Raises NotFound."""
    return explanations.explain(scope, segment_id, profile_id, now=now)


def estimate(scope: Scope, definition: Definition, *, now: datetime) -> Estimate:
    """What a definition would pick now: how many, how many by each condition alone, and ten of them."""
    began = time.perf_counter()
    found = evaluation.preview(scope, resolved(scope, [definition])[0], metric_numbers(scope), seconds_of(now))
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
        summary=summarize(scope, definition),
        milliseconds=round((time.perf_counter() - began) * 1000),
        notes=notes_of(scope, definition),
    )


def aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


MEMBERS = """
SELECT profile, joined FROM
(
    SELECT profile, argMax(joined, version) AS joined FROM segment_members
    WHERE account = {{account:UInt32}} AND segment = {{segment:UInt32}} AND {among}
    GROUP BY profile HAVING argMax(member, version) = 1
)
WHERE {where}
ORDER BY joined {order}, profile {order} LIMIT {{limit:UInt32}}
"""
SIGNS = {"less-than": "<", "less-or-equal": "<=", "greater-than": ">", "greater-or-equal": ">=", "equals": "="}


def members(scope: Scope, segment_id: str, listing: Listing) -> Page[Member]:
    """A page of the stored members by the time of joining. Raises NotFound."""
    segment = Segment.objects.of(scope, segment_id)
    numbers, tests, params = asked_members(scope, listing)
    params |= {"account": scope.account_number, "segment": segment.number, "limit": listing.page.size + 1}
    down = listing.sort.descending
    backwards, after = listing.page.backwards, listing.page.after
    reverse = down != backwards
    if after is not None:
        tests.append(
            f"(toUnixTimestamp64Milli(joined), profile) {'<' if reverse else '>'} ({{at:Int64}}, {{last:UInt32}})"
        )
        params |= {"at": int(after[0]), "last": int(after[1])}
    sql = MEMBERS.format(
        among="profile IN {numbers:Array(UInt32)}" if numbers else "1",
        where=" AND ".join(tests) or "1",
        order="DESC" if reverse else "ASC",
    )
    found = wiring.clickhouse().query(sql, params)
    more, found = len(found) > listing.page.size, found[: listing.page.size]
    if backwards:
        found.reverse()
    ends = (
        [(str(clock.millis(aware(joined))), str(number)) for number, joined in (found[0], found[-1])] if found else []
    )
    return Page(
        [Member(number, aware(joined)) for number, joined in found],
        next=ends[-1] if ends and (more or backwards) else None,
        previous=ends[0] if ends and (more if backwards else after is not None) else None,
    )


def asked_members(scope: Scope, listing: Listing) -> tuple[bool, list[str], dict[str, Any]]:
    """What a listing asks of members: whether of some numbers only, further tests, and their parameters."""
    tests: list[str] = []
    params: dict[str, Any] = {}
    numbers: set[int] | None = None
    for index, compare in enumerate(conjunction(listing.where)):
        if compare.field == "search":
            test, words = finding.test_of(str(compare.value))
            tests.append(test)
            params |= words
        elif compare.field == "joined_group_at":
            tests.append(f"joined {SIGNS[compare.operator]} fromUnixTimestamp64Milli({{joined{index}:Int64}}, 'UTC')")
            params[f"joined{index}"] = clock.millis(compare.value)  # type: ignore[arg-type]
        else:
            some = set(numbers_asked(scope, compare))
            numbers = some if numbers is None else numbers & some
    if numbers is not None:
        params["numbers"] = sorted(numbers)
    return numbers is not None, tests, params


def numbers_asked(scope: Scope, compare: Compare) -> Iterable[int]:
    if compare.field == "profile_id":
        return profiles.numbers_of(scope, [str(value) for value in compare.values]).values()
    if compare.field == "push_token":
        return ()  # No profile has one yet.
    return profiles.numbers_found(scope, compare)
