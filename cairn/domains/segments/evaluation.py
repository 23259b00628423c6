"""Runs compiled conditions in ClickHouse: over all profiles as bitmaps, or over some in one pass.

It decides nothing about meaning: both ways use the compiler's expressions.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn import wiring
from cairn.domains.segments import histories, memberships
from cairn.domains.segments.builds import comment_of
from cairn.domains.segments.compiler import (
    OF_SOME,
    SETTINGS,
    EventCondition,
    Program,
    RowCondition,
    compile_definitions,
)
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.memberships import Changes
from cairn.domains.segments.sets import Combination, SetCondition
from cairn.infra.clickhouse.questions import array
from cairn.kernel.scope import Scope

CONDITIONS_PER_PASS = 2_000
PROFILES_PER_PASS = 50_000
"""At midnight hundreds of thousands are due: large passes, because small ones meet the same granules again."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXISTING = "bitmapAndnot(rows.1, rows.2)"


@dataclass(frozen=True, slots=True)
class Preview:
    """How many a definition picks, how many each condition alone does, and the first few."""

    count: int
    conditions: list[list[int]]
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Statement:
    """`bitmaps` is a WITH clause that names the bitmap of condition i of a program `sets[i]`."""

    bitmaps: str
    sets: list[str]
    params: dict[str, Any]


def all_profiles(scope: Scope, program: Program, only: Sequence[Sequence[int]] = ()) -> Statement:
    """Each condition as the set of all profiles for whom it holds.

    With the groups of one definition as `only`, conditions on rows are asked of those alone for whom the groups
    without such conditions hold: then their sets say nothing of others.
    """
    account = program.params.add(scope.account_number, "UInt32")
    rows = [index for index, one in enumerate(program.conditions) if isinstance(one, RowCondition)]
    sets = [f"matches.{rows.index(i) + 1}" if i in rows else f"set{i}" for i in range(len(program.conditions))]
    clauses = [
        "(SELECT (groupBitmapMergeStateIf(numbers, deleted = 0), groupBitmapMergeStateIf(numbers, deleted = 1))"
        f" FROM profile_numbers WHERE account = {account}) AS rows"
    ]
    for index, condition in enumerate(program.conditions):
        if isinstance(condition, EventCondition):
            clauses.append(f"({event_set(condition, account)}) AS set{index}")
        elif isinstance(condition, SetCondition):
            clauses.append(f"(SELECT groupBitmapState(profile) FROM ({condition.profiles(account)})) AS set{index}")
        elif isinstance(condition, Combination):
            sets[index] = combined(condition.groups, sets)
            if condition.negated:
                sets[index] = f"bitmapAndnot({EXISTING}, {sets[index]})"
        if isinstance(condition, EventCondition | SetCondition) and condition.holds_of_none:
            sets[index] = f"bitmapAndnot({EXISTING}, set{index})"
    if rows:
        where = f"account = {account}"
        first = [group for group in only if not any(asks_rows(program, index) for index in group)]
        if first:
            clauses.append(f"({combined(first, sets)}) AS among")
            where += " AND bitmapContains(among, profile)"
        clauses.append(f"({row_sets(program, rows)} FROM profiles FINAL WHERE {where}) AS matches")
    return Statement("WITH " + ",\n".join(clauses), sets, program.params.values)


def asks_rows(program: Program, index: int) -> bool:
    """Whether a condition, or a part of it, is asked of rows of profiles."""
    condition = program.conditions[index]
    if isinstance(condition, Combination):
        return any(asks_rows(program, place) for group in condition.groups for place in group)
    return isinstance(condition, RowCondition)


def row_sets(program: Program, rows: Sequence[int]) -> str:
    """A tuple of the sets of conditions on rows, in one scan."""
    conditions = [one for one in (program.conditions[index] for index in rows) if isinstance(one, RowCondition)]
    states = [f"groupBitmapStateIf(profile, {one.sql} AND deleted = 0)" for one in conditions]
    # One more element, because a tuple of one would be no tuple.
    return f"SELECT ({', '.join(states)}, 0)"


def event_set(condition: EventCondition, account: str) -> str:
    """The profiles with events that satisfy the condition; where it holds of none, those that violate it."""
    source = f"FROM events WHERE account = {account} AND {condition.where}"
    if condition.means_any:
        return f"SELECT groupBitmapState(profile) {source}"
    having = condition.measure + condition.compare
    if condition.holds_of_none:
        having = f"NOT ({having})"
    return f"SELECT groupBitmapState(profile) FROM (SELECT profile {source} GROUP BY profile HAVING {having})"


def combined(groups: Sequence[Sequence[int]], sets: Sequence[str]) -> str:
    """The bitmap of one definition: OR inside its groups, AND between them and with who exists."""
    whole = EXISTING
    for group in groups:
        either = sets[group[0]]
        for index in group[1:]:
            either = f"bitmapOr({either}, {sets[index]})"
        whole = f"bitmapAnd({either}, {whole})"
    return whole


def members_of(scope: Scope, definition: Definition, metrics: Mapping[str, int], now: int) -> NDArray[np.uint32]:
    """Numbers of all profiles that satisfy the definition at `now`, ascending."""
    program = compile_definitions([definition], metrics, now)
    statement = all_profiles(scope, program, program.groups[0])
    sql = (
        f"{statement.bitmaps} SELECT arrayJoin(bitmapToArray({combined(program.groups[0], statement.sets)})) AS profile"
    )
    return wiring.clickhouse().arrays(sql, statement.params, SETTINGS)["profile"]


def preview(scope: Scope, definition: Definition, metrics: Mapping[str, int], now: int, *, sample: int = 10) -> Preview:
    """Counts of a definition that need not be saved."""
    program = compile_definitions([definition], metrics, now)
    statement = all_profiles(scope, program)
    alone = [f"bitmapAndCardinality({one}, {EXISTING})" for one in statement.sets]
    size = program.params.add(sample, "UInt64")
    sql = (
        f"{statement.bitmaps}, ({combined(program.groups[0], statement.sets)}) AS whole"
        f" SELECT bitmapCardinality(whole), [{', '.join(alone)}], bitmapToArray(bitmapSubsetLimit(whole, 0, {size}))"
    )
    count, counts, numbers = wiring.clickhouse().query(sql, statement.params, SETTINGS)[0]
    groups = [[int(counts[index]) for index in group] for group in program.groups[0]]
    return Preview(int(count), groups, [int(number) for number in numbers])


@dataclass(frozen=True, slots=True)
class Answers:
    """What each condition says of each of some profiles: `held[condition, profile]`; `measured` what event ones found.

    Nothing holds of a profile that does not exist.
    """

    numbers: NDArray[np.uint32]
    present: NDArray[np.bool_]
    held: NDArray[np.bool_]
    measured: dict[int, NDArray[np.float64]]

    def members(self, groups: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
        """Of whom a definition holds: OR inside its groups, AND between them."""
        whole = self.present
        for group in groups:
            whole = whole & self.held[list(group)].any(axis=0)
        return whole


def ascending(numbers: Iterable[int]) -> NDArray[np.uint32]:
    """Each number once."""
    return numbers if isinstance(numbers, np.ndarray) else np.array(sorted(set(numbers)), dtype=np.uint32)


def some_profiles(scope: Scope, program: Program, numbers: Iterable[int]) -> Answers:
    """All conditions of the given profiles, in one pass over their rows and one over their events."""
    wanted = ascending(numbers)
    shape = (len(program.conditions), len(wanted))
    found = Answers(wanted, np.zeros(len(wanted), bool), np.zeros(shape, bool), {})
    rows = {index: one for index, one in enumerate(program.conditions) if isinstance(one, RowCondition)}
    events = {index: one for index, one in enumerate(program.conditions) if isinstance(one, EventCondition)}
    fill_rows(found, scope.account_number, program, rows)
    if events:
        for index, measured, held in histories.answers(scope.account_number, program, events, wanted):
            found.held[index] = held
            found.measured[index] = measured
    fill_sets(found, scope.account_number, program)
    for index, one in enumerate(program.conditions):
        if isinstance(one, Combination):
            held = found.members(one.groups)
            found.held[index] = found.present & ~held if one.negated else held
    return found


def fill_sets(found: Answers, account: int, program: Program) -> None:
    """What is asked of some profiles' rows in other tables, all in one statement."""
    sets = {index: one for index, one in enumerate(program.conditions) if isinstance(one, SetCondition)}
    if not sets:
        return
    number = program.params.add(account, "UInt32")
    asked = [
        f"SELECT toUInt32({index}) AS condition, profile FROM"
        f" ({one.profiles(number, 'profile IN {numbers:Array(UInt32)}')})"
        for index, one in sets.items()
    ]
    params = {**program.params.values, "numbers": array(found.numbers.tolist())}
    columns = wiring.clickhouse().arrays(" UNION ALL ".join(asked), params, OF_SOME)
    for index, one in sets.items():
        found.held[index] = one.holds_of_none
        if columns:
            picked = columns["profile"][columns["condition"] == index]
            found.held[index, np.searchsorted(found.numbers, picked)] = not one.holds_of_none


def fill_rows(found: Answers, account: int, program: Program, rows: Mapping[int, RowCondition]) -> None:
    answers = ", ".join(["profile", *(f"toUInt8({one.sql}) AS c{index}" for index, one in rows.items())])
    columns = wiring.clickhouse().arrays(
        f"SELECT {answers} FROM profiles FINAL WHERE account = {program.params.add(account, 'UInt32')}"
        " AND profile IN {numbers:Array(UInt32)} AND deleted = 0",
        {**program.params.values, "numbers": array(found.numbers.tolist())},
        OF_SOME,
    )
    places = np.searchsorted(found.numbers, columns["profile"])
    found.present[places] = True
    for index in rows:
        found.held[index, places] = columns[f"c{index}"] != 0


def holding(
    scope: Scope, definitions: Sequence[Definition], metrics: Mapping[str, int], numbers: Iterable[int], now: int
) -> dict[int, list[int]]:
    """For each of the given profiles the places of the definitions that it satisfies at `now`."""
    program = compile_definitions(definitions, metrics, now)
    answers = some_profiles(scope, program, numbers)
    found: dict[int, list[int]] = {number: [] for number in answers.numbers.tolist()}
    for place, groups in enumerate(program.groups):
        for number in answers.numbers[answers.members(groups)].tolist():
            found[number].append(place)
    return found


def changes(
    scope: Scope,
    segments: Sequence[tuple[int, Definition]],
    metrics: Mapping[str, int],
    numbers: Iterable[int],
    now: int,
) -> Changes:
    """What makes the given profiles' memberships what `now` demands. Segments ascend by number."""
    wanted = ascending(numbers)
    known = np.array([segment for segment, _ in segments], np.uint32)
    with ThreadPoolExecutor(1) as beside:
        before = beside.submit(memberships.stored, scope, known.tolist(), wanted)
        program = compile_definitions([definition for _, definition in segments], metrics, now)
        answers = some_profiles(scope, program, wanted)
    demanded = np.array([answers.members(groups) for groups in program.groups])
    lines, places = np.nonzero(demanded != before.result())
    return Changes(known[lines], wanted[places], demanded[lines, places].astype(np.uint8))


def build(
    scope: Scope,
    segment: int,
    definition: Definition,
    metrics: Mapping[str, int],
    now: int,
    at: int,
    cause: str,
) -> None:
    """Write into `segment_changes`, in one statement, what turns the stored membership into what `now` demands."""
    program = compile_definitions([definition], metrics, now)
    statement = all_profiles(scope, program, program.groups[0])
    params = program.params
    account, number = params.add(scope.account_number, "UInt32"), params.add(segment, "UInt32")
    sql = (
        "INSERT INTO segment_changes (account, at, segment, profile, entered, cause)"
        f" {statement.bitmaps}, {combined(program.groups[0], statement.sets)} AS wanted,"
        f" ({MEMBER_BITMAP.format(account=account, segment=number)}) AS stored"
        f" SELECT {account}, fromUnixTimestamp64Milli({params.add(at, 'Int64')}, 'UTC'), {number},"
        f" arrayJoin(bitmapToArray(moved.2)), moved.1, {params.add(cause, 'String')}"
        " FROM (SELECT arrayJoin([(1, bitmapAndnot(wanted, stored)), (0, bitmapAndnot(stored, wanted))]) AS moved)"
    )
    # Nobody is written twice, so nothing need be collapsed.
    settings = {**SETTINGS, "optimize_on_insert": 0, "log_comment": comment_of(scope, segment)}
    wiring.clickhouse().command(sql, params.values, settings)


MEMBER_BITMAP = (
    "SELECT groupBitmapState(profile) FROM (SELECT profile FROM segment_members"
    " WHERE account = {account} AND segment = {segment} GROUP BY profile HAVING argMax(member, version) = 1)"
)


def joined(scope: Scope, segment: int, numbers: Sequence[int]) -> dict[int, datetime]:
    """Since when those of the given profiles that are stored members are."""
    rows = wiring.clickhouse().query(
        "SELECT profile, toUnixTimestamp64Milli(argMax(joined, version)) FROM segment_members"
        " WHERE account = {account:UInt32} AND segment = {segment:UInt32} AND profile IN {numbers:Array(UInt32)}"
        " GROUP BY profile HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "segment": segment, "numbers": list(numbers)},
    )
    return {number: EPOCH + timedelta(milliseconds=at) for number, at in rows}
