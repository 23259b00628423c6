"""Runs compiled conditions in ClickHouse: over all profiles as bitmaps, or over some in one pass.

It decides nothing about meaning: both ways use the compiler's expressions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn import wiring
from cairn.domains.segments.compiler import Compiled, EventCondition, Program, RowCondition, compile_definitions
from cairn.domains.segments.definition import Definition
from cairn.kernel.scope import Scope

# A hundred segments in one statement exceed the default quarter of a megabyte.
SETTINGS: Mapping[str, Any] = {"max_query_size": 64 * 1024 * 1024, "max_ast_elements": 2_000_000}
CONDITIONS_PER_PASS = 400
PROFILES_PER_PASS = 20_000
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


def all_profiles(scope: Scope, program: Program) -> Statement:
    """Each condition as the set of all profiles for whom it holds."""
    account = program.params.add(scope.account_number, "UInt32")
    rows, clauses, sets = [], [], []
    for index, condition in enumerate(program.conditions):
        if isinstance(condition, RowCondition):
            rows.append(f"groupBitmapStateIf(profile, {condition.sql} AND deleted = 0)")
            sets.append(f"matches.{len(rows)}")
        else:
            clauses.append(f"({event_set(condition, account)}) AS set{index}")
            sets.append(f"bitmapAndnot({EXISTING}, set{index})" if condition.holds_of_none else f"set{index}")
    # Deletion is for ever, so that old versions of a row need not be merged away to know who exists.
    clauses.append(
        "(SELECT (groupBitmapState(profile), groupBitmapStateIf(profile, deleted = 1))"
        f" FROM profiles WHERE account = {account}) AS rows"
    )
    if rows:
        # One more element, because a tuple of one would be no tuple.
        clauses.append(f"(SELECT ({', '.join(rows)}, 0) FROM profiles FINAL WHERE account = {account}) AS matches")
    return Statement("WITH " + ",\n".join(clauses), sets, program.params.values)


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
    statement = all_profiles(scope, program)
    sql = (
        f"{statement.bitmaps} SELECT arrayJoin(bitmapToArray({combined(program.groups[0], statement.sets)})) AS profile"
    )
    found = wiring.clickhouse().columns(sql, statement.params, SETTINGS)
    return np.asarray(found.get("profile", ()), dtype=np.uint32)


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


def test_of(condition: Compiled, index: int) -> str:
    """Whether condition `index` holds, over the rows of `one_pass`."""
    if isinstance(condition, RowCondition):
        return f"row{index} = 1"
    return f"present = 1 AND measure{index}{condition.compare}"


def held(groups: Sequence[Sequence[int]], tests: Sequence[str]) -> str:
    return " AND ".join("(" + " OR ".join(f"({tests[index]})" for index in group) + ")" for group in groups)


def one_pass(scope: Scope, program: Program) -> str:
    """A FROM clause with one row per given profile (parameter `numbers`): what each condition measures there."""
    account = program.params.add(scope.account_number, "UInt32")
    rows = [
        f"toUInt8({condition.sql}) AS row{index}"
        for index, condition in enumerate(program.conditions)
        if isinstance(condition, RowCondition)
    ]
    events = [
        (index, condition)
        for index, condition in enumerate(program.conditions)
        if isinstance(condition, EventCondition)
    ]
    source = (
        "(SELECT arrayJoin({numbers:Array(UInt32)}) AS profile) AS given"
        f" LEFT ANY JOIN (SELECT {', '.join(['profile', '1 AS present', *rows])} FROM profiles FINAL"
        f" WHERE account = {account} AND profile IN {{numbers:Array(UInt32)}} AND deleted = 0) AS states USING profile"
    )
    if not events:
        return source
    metrics = program.params.add(sorted({one.metric for _, one in events if one.metric is not None}), "Array(UInt32)")
    measures = ", ".join(f"{condition.measure_if} AS measure{index}" for index, condition in events)
    return (
        f"{source} LEFT ANY JOIN (SELECT profile, {measures} FROM events WHERE account = {account}"
        f" AND profile IN {{numbers:Array(UInt32)}} AND metric IN {metrics} GROUP BY profile) AS doings USING profile"
    )


def holding(
    scope: Scope, definitions: Sequence[Definition], metrics: Mapping[str, int], numbers: Sequence[int], now: int
) -> dict[int, list[int]]:
    """For each of the given profiles the places of the definitions that it satisfies at `now`."""
    found: dict[int, list[int]] = {number: [] for number in numbers}
    if not definitions or not found:
        return found
    program = compile_definitions(definitions, metrics, now)
    tests = [test_of(condition, index) for index, condition in enumerate(program.conditions)]
    marks = ", ".join(f"if({held(groups, tests)}, {place}, -1)" for place, groups in enumerate(program.groups))
    sql = f"SELECT profile, arrayFilter(place -> place >= 0, [{marks}]) FROM {one_pass(scope, program)}"
    params = {**program.params.values, "numbers": list(found)}
    for number, places in wiring.clickhouse().query(sql, {**program.params.values, **params}, SETTINGS):
        found[number] = list(places)
    return found


MEMBERSHIPS = """(SELECT profile, groupArray(segment) AS memberships FROM
(
    SELECT profile, segment FROM segment_members
    WHERE account = {account} AND profile IN {{numbers:Array(UInt32)}} AND segment IN {segments}
    GROUP BY profile, segment HAVING argMax(member, version) = 1
) GROUP BY profile) AS stored"""


def changes(
    scope: Scope,
    segments: Sequence[tuple[int, Definition]],
    metrics: Mapping[str, int],
    numbers: Sequence[int],
    now: int,
) -> list[tuple[int, int, int]]:
    """(profile, segment number, entered) where the given profiles' memberships are not what `now` demands."""
    if not segments or not numbers:
        return []
    program = compile_definitions([definition for _, definition in segments], metrics, now)
    tests = [test_of(condition, index) for index, condition in enumerate(program.conditions)]
    marks = ", ".join(
        f"if({held(groups, tests)}, {program.params.add(segment, 'UInt32')}, 0)"
        for groups, (segment, _) in zip(program.groups, segments, strict=True)
    )
    source = one_pass(scope, program)
    params = program.params
    stored = MEMBERSHIPS.format(
        account=params.add(scope.account_number, "UInt32"),
        segments=params.add([segment for segment, _ in segments], "Array(UInt32)"),
    )
    sql = (
        "SELECT profile, arrayFilter(segment -> NOT has(memberships, segment), held) AS entered,"
        " arrayFilter(segment -> NOT has(held, segment), memberships) AS gone FROM"
        f" (SELECT profile, memberships, arrayFilter(segment -> segment > 0, [{marks}]) AS held"
        f" FROM {source} LEFT ANY JOIN {stored} USING profile) WHERE notEmpty(entered) OR notEmpty(gone)"
    )
    found = wiring.clickhouse().query(sql, {**params.values, "numbers": list(numbers)}, SETTINGS)
    return [
        (profile, segment, entered)
        for profile, came, gone in found
        for entered, some in ((1, came), (0, gone))
        for segment in some
    ]


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
    statement = all_profiles(scope, program)
    params = program.params
    account, number = params.add(scope.account_number, "UInt32"), params.add(segment, "UInt32")
    sql = (
        "INSERT INTO segment_changes (account, at, segment, profile, entered, cause)"
        f" {statement.bitmaps}, {combined(program.groups[0], statement.sets)} AS wanted,"
        f" ({MEMBER_BITMAP.format(account=account, segment=number)}) AS stored"
        f" SELECT {account}, fromUnixTimestamp64Milli({params.add(at, 'Int64')}, 'UTC'), {number}, change.1, change.2,"
        f" {params.add(cause, 'String')} FROM (SELECT arrayJoin(arrayConcat("
        "arrayMap(n -> (n, 1), bitmapToArray(bitmapAndnot(wanted, stored))),"
        " arrayMap(n -> (n, 0), bitmapToArray(bitmapAndnot(stored, wanted))))) AS change)"
    )
    wiring.clickhouse().command(sql, params.values, SETTINGS)


MEMBER_BITMAP = (
    "SELECT groupBitmapState(profile) FROM (SELECT profile FROM segment_members"
    " WHERE account = {account} AND segment = {segment} GROUP BY profile HAVING argMax(member, version) = 1)"
)


def member_count(scope: Scope, segment: int) -> int:
    rows = wiring.clickhouse().query(
        "SELECT count() FROM (SELECT profile FROM segment_members WHERE account = {account:UInt32}"
        " AND segment = {segment:UInt32} GROUP BY profile HAVING argMax(member, version) = 1)",
        {"account": scope.account_number, "segment": segment},
    )
    return int(rows[0][0])


def answers(scope: Scope, program: Program, number: int) -> list[tuple[bool, float]]:
    """For one profile, whether each condition holds, and what the metric ones measure."""
    tests = ", ".join(f"({test_of(condition, index)})" for index, condition in enumerate(program.conditions))
    measures = ", ".join(
        f"toFloat64(measure{index})" if isinstance(condition, EventCondition) else "toFloat64(0)"
        for index, condition in enumerate(program.conditions)
    )
    sql = f"SELECT [{tests}], [{measures}] FROM {one_pass(scope, program)}"
    held, measured = wiring.clickhouse().query(sql, {**program.params.values, "numbers": [number]}, SETTINGS)[0]
    return [(bool(one), float(value)) for one, value in zip(held, measured, strict=True)]


def joined(scope: Scope, segment: int, numbers: Sequence[int]) -> dict[int, datetime]:
    """Since when those of the given profiles that are stored members are."""
    rows = wiring.clickhouse().query(
        "SELECT profile, toUnixTimestamp64Milli(argMax(joined, version)) FROM segment_members"
        " WHERE account = {account:UInt32} AND segment = {segment:UInt32} AND profile IN {numbers:Array(UInt32)}"
        " GROUP BY profile HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "segment": segment, "numbers": list(numbers)},
    )
    return {number: EPOCH + timedelta(milliseconds=at) for number, at in rows}
