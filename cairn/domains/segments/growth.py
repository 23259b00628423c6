"""How segments grew, and who was in them when: from the log of every entry and exit since they were made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from cairn import wiring
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments.contracts import Growth, MembershipChange, PastMember, PastMembers
from cairn.domains.segments.models import Segment
from cairn.infra.clickhouse.questions import array
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare, Listing, conjunction
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

MOST_PAST_MEMBERS = 1_000
SIGNS = {"less-than": "<", "less-or-equal": "<=", "greater-than": ">", "greater-or-equal": ">="}

GROWTH = """
SELECT segment, place, countIf(entered = 1), countIf(entered = 0)
FROM
(
    SELECT segment, entered, arrayCount(bound -> bound <= toUnixTimestamp64Milli(at), {bounds:Array(Int64)}) AS place
    FROM segment_changes FINAL
    WHERE account = {account:UInt32} AND segment IN {segments:Array(UInt32)}
      AND at < fromUnixTimestamp64Milli({until:Int64}, 'UTC')
)
GROUP BY segment, place
"""
# A profile's changes alternate: who entered last is in, since then.
MEMBERS_AT = """
SELECT profile, toUnixTimestamp64Milli(max(at)) AS joined
FROM segment_changes FINAL
WHERE account = {account:UInt32} AND segment = {segment:UInt32} AND at <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
GROUP BY profile
HAVING argMax(entered, at) = 1
"""
LOG = """
SELECT toUnixTimestamp64Milli(at), segment, profile, entered, cause
FROM segment_changes FINAL
WHERE account = {{account:UInt32}} AND {where}
ORDER BY at {order}, segment {order}, profile {order}
LIMIT {{limit:UInt32}}
"""


def growth(
    scope: Scope, segment_ids: Sequence[str] | None, starts: Sequence[datetime], until: datetime
) -> list[Growth]:
    """Of these segments, or of all, in the intervals that begin at `starts`, ascending. Unknown ids are left out."""
    rows = Segment.objects.within(scope).order_by("created", "id")
    found = dict((rows if segment_ids is None else rows.filter(id__in=list(segment_ids))).values_list("number", "id"))
    added = {number: [0] * (len(starts) + 1) for number in found}
    removed = {number: [0] * (len(starts) + 1) for number in found}
    for segment, place, came, went in wiring.clickhouse().query(
        GROWTH,
        {
            "account": scope.account_number,
            "segments": array(found),
            "bounds": array(clock.millis(start) for start in starts),
            "until": clock.millis(until),
        },
    ):
        added[segment][place], removed[segment][place] = came, went
    return [
        Growth(
            segment_id,
            added[number][1:],
            removed[number][1:],
            list(accumulate(came - went for came, went in zip(added[number], removed[number], strict=True)))[1:],
        )
        for number, segment_id in found.items()
    ]


def members_at(scope: Scope, segment_id: str, at: datetime, *, size: int, after: str = "") -> PastMembers:
    """Who was in a segment at a moment, by number; exact from the segment's creation on. Raises NotFound, Invalid."""
    segment = Segment.objects.of(scope, segment_id)
    if not 1 <= size <= MOST_PAST_MEMBERS:
        raise Invalid(f"From 1 to {MOST_PAST_MEMBERS} members, please.", pointer="/data/attributes/size")
    if not (after or "0").isdecimal() or len(after) > 10:
        raise Invalid("This cursor belongs to another question.", pointer="/data/attributes/after")
    params = {"account": scope.account_number, "segment": segment.number, "at": clock.millis(at)}
    client = wiring.clickhouse()
    [(count,)] = client.query(f"SELECT count() FROM ({MEMBERS_AT})", params)
    rows = client.query(
        f"SELECT profile, joined FROM ({MEMBERS_AT}) WHERE profile > {{after:UInt32}}"
        " ORDER BY profile LIMIT {limit:UInt32}",
        {**params, "after": int(after or 0), "limit": size + 1},
    )
    ids = profiles.ids_of(scope, {number for number, _ in rows[:size]})
    members = [PastMember(ids.get(number, ""), moment(joined)) for number, joined in rows[:size]]
    return PastMembers(segment.id, at, count, members, str(rows[size - 1][0]) if len(rows) > size else None)


def moment(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


def log(scope: Scope, listing: Listing) -> Page[MembershipChange]:
    """A page of entries and exits by time. Fields: segment_id, profile_id, at, entered, cause. Raises NotFound."""
    tests, params = ["1"], {"account": scope.account_number, "limit": listing.page.size + 1}
    for index, compare in enumerate(conjunction(listing.where)):
        test, value = asked(scope, compare, f"p{index}")
        tests.append(test)
        params |= value
    backwards, after = listing.page.backwards, listing.page.after
    down = listing.sort.descending != backwards
    if after is not None:
        sign = "<" if down else ">"
        place = "(toUnixTimestamp64Milli(at), segment, profile)"
        tests.append(f"{place} {sign} ({{at:Int64}}, {{segment:UInt32}}, {{profile:UInt32}})")
        params |= dict(zip(("at", "segment", "profile"), map(int, after), strict=True))
    sql = LOG.format(where=" AND ".join(tests), order="DESC" if down else "ASC")
    rows = wiring.clickhouse().query(sql, params)
    more, rows = len(rows) > listing.page.size, rows[: listing.page.size]
    if backwards:
        rows.reverse()
    ends = [tuple(str(part) for part in row[:3]) for row in (rows[0], rows[-1])] if rows else []
    return Page(
        told(scope, rows),
        next=ends[-1] if ends and (more or backwards) else None,
        previous=ends[0] if ends and (more if backwards else after is not None) else None,
    )


def asked(scope: Scope, compare: Compare, name: str) -> tuple[str, dict[str, Any]]:
    """One comparison of a listing as SQL with its parameter."""
    if compare.field == "segment_id":
        return f"segment = {{{name}:UInt32}}", {name: Segment.objects.of(scope, str(compare.value)).number}
    if compare.field == "profile_id":
        numbers = list(profiles.numbers_of(scope, [str(compare.value)]).values())
        return f"profile IN {{{name}:Array(UInt32)}}", {name: array(numbers)}
    if compare.field == "entered":
        return f"entered = {{{name}:UInt8}}", {name: int(bool(compare.value))}
    if compare.field == "cause":
        return f"cause = {{{name}:String}}", {name: str(compare.value)}
    sign = SIGNS[compare.operator]
    return f"at {sign} fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')", {name: clock.millis(compare.value)}  # type: ignore[arg-type]


def told(scope: Scope, rows: Iterable[Sequence[Any]]) -> list[MembershipChange]:
    rows = list(rows)
    segments: Mapping[int, tuple[str, str]] = {
        number: (segment_id, name)
        for number, segment_id, name in Segment.objects.within(scope)
        .filter(number__in={row[1] for row in rows})
        .values_list("number", "id", "name")
    }
    people = profiles.ids_of(scope, {row[2] for row in rows})
    return [
        MembershipChange(
            id=f"{at}-{segment}-{profile}",
            segment_id=segments.get(segment, ("", ""))[0],
            segment_name=segments.get(segment, ("", ""))[1],
            profile_id=people.get(profile, ""),
            at=moment(at),
            entered=bool(entered),
            cause=cause,
        )
        for at, segment, profile, entered, cause in rows
    ]
