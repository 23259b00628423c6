"""Segments in the conditions of other segments.

A reference is evaluated as what the other definition says at the same moment, not from its stored members: no order of
evaluation is needed, and a preview sees what a tick will. Only a paused segment, and the time of joining, is read from
the store.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from django.db.models import F

from cairn.domains.segments.definition import (
    Condition,
    ConditionGroup,
    Definition,
    GroupMembership,
    InGroups,
    Referenced,
)
from cairn.domains.segments.local_days import localized, zone_of
from cairn.domains.segments.models import Segment
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

MAX_DEPTH = 5
"""So many segments may stand behind one another; each is evaluated with the outermost."""


def group_ids(*definitions: Definition) -> set[str]:
    """Ids of lists and segments that definitions name."""
    return {
        one
        for definition in definitions
        for _, condition in definition.conditions()
        if isinstance(condition, GroupMembership)
        for one in condition.group_ids
    }


def found(scope: Scope, definitions: Iterable[Definition]) -> dict[str, Segment]:
    """The segments that definitions name, and those that these name, and so on."""
    known: dict[str, Segment] = {}
    wanted = group_ids(*definitions)
    while wanted:
        rows = list(Segment.objects.within(scope).filter(id__in=wanted))
        known |= {row.id: row for row in rows}
        wanted = group_ids(*(said(row) for row in rows)) - known.keys()
    return known


def said(row: Segment) -> Definition:
    return msgspec.convert(row.definition, Definition)


def resolved(scope: Scope, definitions: Sequence[Definition]) -> list[Definition]:
    """Definitions as they are evaluated, with the segments in them known, and by the days of the account."""
    return resolved_in(scope, definitions, zone_of(scope))


def resolved_in(scope: Scope, definitions: Sequence[Definition], zone: str) -> list[Definition]:
    """The same by the days of a time zone."""
    known = found(scope, definitions)
    whole = [expanded(definition, known, ()) for definition in definitions] if known else definitions
    return [localized(definition, zone) for definition in whole]


def expanded(definition: Definition, known: Mapping[str, Segment], above: tuple[str, ...]) -> Definition:
    """A segment that stands above itself holds for nobody there; saving refuses such a circle."""
    return Definition(
        [
            ConditionGroup([in_groups(condition, known, above) for condition in group.conditions])
            for group in definition.condition_groups
        ]
    )


def in_groups(condition: Condition, known: Mapping[str, Segment], above: tuple[str, ...]) -> Condition:
    if not isinstance(condition, GroupMembership) or not any(one in known for one in condition.group_ids):
        return condition
    segments = [
        Referenced(known[one].number, expanded(said(known[one]), known, (*above, one)))
        if known[one].is_active
        else Referenced(known[one].number, None)
        for one in condition.group_ids
        if one in known and one not in above
    ]
    lists = [one for one in condition.group_ids if one not in known]
    return InGroups(condition.is_member, lists, condition.timeframe_filter, segments)


def check_circle(scope: Scope, segment_id: str, definition: Definition, root: str) -> None:
    """Raises Invalid for a definition that leads back to its own segment, or over too many others."""
    known = found(scope, [definition])
    for place, condition in definition.conditions():
        if not isinstance(condition, GroupMembership):
            continue
        for index, one in enumerate(condition.group_ids):
            if one in known:
                path = longest(one, known, (segment_id,) if segment_id else ())
                check_path(path, segment_id, known, f"{root}{place}/group_ids/{index}")


def longest(segment_id: str, known: Mapping[str, Segment], above: tuple[str, ...]) -> tuple[str, ...]:
    """The longest way down from a segment; it ends where it meets itself."""
    path = (*above, segment_id)
    if segment_id in above or segment_id not in known:
        return path
    ways = [longest(one, known, path) for one in group_ids(said(known[segment_id])) if one in known or one in path]
    # A way that comes back to its beginning is the one to tell of.
    return max(ways, key=lambda way: (way[-1] in way[:-1], len(way)), default=path)


def check_path(path: tuple[str, ...], segment_id: str, known: Mapping[str, Segment], at: str) -> None:
    if path[-1] in path[:-1]:
        names = " → ".join(f"“{known[one].name}”" if one in known else "this segment" for one in path)
        raise Invalid(f"Segments cannot refer to themselves: {names}.", pointer=at)
    if len(path) - bool(segment_id) > MAX_DEPTH:
        raise Invalid(f"At most {MAX_DEPTH} segments may stand behind one another.", pointer=at)


def dependents(scope: Scope, segment_id: str) -> list[Segment]:
    """Segments that refer to this one, directly or through others."""
    rows = list(Segment.objects.within(scope).order_by("name", "id"))
    names = {row.id: group_ids(said(row)) for row in rows}
    reached, grown = {segment_id}, True
    while grown:
        more = {one for one, named in names.items() if named & reached} - reached
        reached, grown = reached | more, bool(more)
    return [row for row in rows if row.id in reached - {segment_id}]


def rebuild_dependents(scope: Scope, segment_id: str) -> None:
    """What a segment means changed, and so what its dependents mean."""
    ids = [row.id for row in dependents(scope, segment_id)]
    Segment.objects.within(scope).filter(id__in=ids).update(is_processing=True, version=F("version") + 1)
