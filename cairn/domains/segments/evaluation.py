"""Runs compiled conditions in ClickHouse: over all profiles as bitmaps, or over some in one pass.

It decides nothing about meaning: both ways use the compiler's expressions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn import wiring
from cairn.domains.segments.compiler import EventCondition, Program, RowCondition, compile_definitions
from cairn.domains.segments.definition import Definition
from cairn.kernel.scope import Scope

SETTINGS: Mapping[str, Any] = {
    # A hundred segments in one statement exceed the default quarter of a megabyte.
    "max_query_size": 64 * 1024 * 1024,
    "max_ast_elements": 2_000_000,
    # Each statement has other values: machine code would be made anew for every one, at more cost than it saves.
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
}
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


@dataclass(frozen=True, slots=True)
class Answers:
    """What each condition says of each of some profiles: `held[condition, profile]`; `measured` what metric ones found.

    Nothing holds of a profile that does not exist.
    """

    numbers: NDArray[np.uint32]
    present: NDArray[np.bool_]
    held: NDArray[np.bool_]
    measured: NDArray[np.float64]

    def members(self, groups: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
        """Of whom a definition holds: OR inside its groups, AND between them."""
        whole = self.present
        for group in groups:
            whole = whole & self.held[list(group)].any(axis=0)
        return whole


def some_profiles(scope: Scope, program: Program, numbers: Iterable[int]) -> Answers:
    """All conditions of the given profiles, in one pass over their rows and one over their events."""
    wanted = np.array(sorted(set(numbers)), dtype=np.uint32)
    shape = (len(program.conditions), len(wanted))
    found = Answers(wanted, np.zeros(len(wanted), bool), np.zeros(shape, bool), np.zeros(shape))
    account = program.params.add(scope.account_number, "UInt32")
    rows = {index: one for index, one in enumerate(program.conditions) if isinstance(one, RowCondition)}
    events = {index: one for index, one in enumerate(program.conditions) if isinstance(one, EventCondition)}
    answers = [f"toUInt8({one.sql}) AS c{index}" for index, one in rows.items()]
    columns = ask(
        f"SELECT {', '.join(['profile', *answers])} FROM profiles FINAL"
        f" WHERE account = {account} AND profile IN {{numbers:Array(UInt32)}} AND deleted = 0",
        program,
        wanted,
    )
    places = np.searchsorted(wanted, columns["profile"])
    found.present[places] = True
    for index in rows:
        found.held[index, places] = columns[f"c{index}"] != 0
    if events:
        fill_events(found, program, events, account)
    return found


def fill_events(found: Answers, program: Program, events: Mapping[int, EventCondition], account: str) -> None:
    metrics = program.params.add(sorted({one.metric for one in events.values()}), "Array(UInt32)")
    measures = [f"{one.measure_if} AS m{index}, m{index}{one.compare} AS c{index}" for index, one in events.items()]
    columns = ask(
        f"SELECT profile, {', '.join(measures)} FROM events WHERE account = {account}"
        f" AND profile IN {{numbers:Array(UInt32)}} AND metric IN {metrics} GROUP BY profile",
        program,
        found.numbers,
    )
    places = np.searchsorted(found.numbers, columns["profile"])
    for index, one in events.items():
        found.held[index] = one.holds_of_none
        found.held[index, places] = columns[f"c{index}"] != 0
        found.measured[index, places] = columns[f"m{index}"]


def ask(sql: str, program: Program, numbers: NDArray[np.uint32]) -> Mapping[str, NDArray[Any]]:
    """Columns of an answer about some profiles. Without rows every column is empty."""
    params = {**program.params.values, "numbers": numbers.tolist()}
    found = wiring.clickhouse().columns(sql, params, SETTINGS)
    return defaultdict(lambda: np.zeros(0), {name: np.asarray(column) for name, column in found.items()})


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


def stored(scope: Scope, segments: Sequence[int], numbers: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Who of the given profiles is a stored member: `[segment, profile]`."""
    rows = wiring.clickhouse().columns(
        "SELECT segment, profile FROM segment_members WHERE account = {account:UInt32}"
        " AND profile IN {numbers:Array(UInt32)} AND segment IN {segments:Array(UInt32)}"
        " GROUP BY segment, profile HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "numbers": numbers.tolist(), "segments": list(segments)},
    )
    found = np.zeros((len(segments), len(numbers)), bool)
    if rows:
        order = np.argsort(segments)
        lines = order[np.searchsorted(np.asarray(segments), rows["segment"], sorter=order)]
        found[lines, np.searchsorted(numbers, rows["profile"])] = True
    return found


def changes(
    scope: Scope,
    segments: Sequence[tuple[int, Definition]],
    metrics: Mapping[str, int],
    numbers: Iterable[int],
    now: int,
) -> list[tuple[int, int, int]]:
    """(profile, segment number, entered) where the given profiles' memberships are not what `now` demands."""
    program = compile_definitions([definition for _, definition in segments], metrics, now)
    answers = some_profiles(scope, program, numbers)
    before = stored(scope, [segment for segment, _ in segments], answers.numbers)
    found = []
    for line, (groups, (segment, _)) in enumerate(zip(program.groups, segments, strict=True)):
        demanded = answers.members(groups)
        moved = np.flatnonzero(demanded != before[line])
        found += [(int(answers.numbers[place]), segment, int(demanded[place])) for place in moved]
    return found


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


def joined(scope: Scope, segment: int, numbers: Sequence[int]) -> dict[int, datetime]:
    """Since when those of the given profiles that are stored members are."""
    rows = wiring.clickhouse().query(
        "SELECT profile, toUnixTimestamp64Milli(argMax(joined, version)) FROM segment_members"
        " WHERE account = {account:UInt32} AND segment = {segment:UInt32} AND profile IN {numbers:Array(UInt32)}"
        " GROUP BY profile HAVING argMax(member, version) = 1",
        {"account": scope.account_number, "segment": segment, "numbers": list(numbers)},
    )
    return {number: EPOCH + timedelta(milliseconds=at) for number, at in rows}
