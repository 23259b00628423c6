"""What some profiles did: their events are read once, and every condition of every segment is counted in that.

A statement with an aggregate per condition takes longer to be parsed and planned than the events take to be read. So
ClickHouse answers only what needs it, the conditions' tests of a single event, each distinct one once; the events then
lie in order of time, a condition's window is a stretch of them, and its measure a sum over that stretch.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn import wiring
from cairn.domains.segments.compiler import OF_SOME, EventCondition, Program
from cairn.infra.clickhouse.filters import Params
from cairn.infra.clickhouse.questions import array

Tests = tuple[str, ...]
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
"""What ClickHouse does by these signs, with numbers or arrays of them."""
MILLIONTHS = 1e6
"""Values are decimals of six places; they are summed as whole numbers, which is exact."""
LARGEST_SUM = 2**62

# Expressions that conditions share are evaluated once only if none of them waits for another's answer.
EAGER = {**OF_SOME, "short_circuit_function_evaluation": "disable"}


@dataclass(slots=True)
class Stretch:
    """Events of one metric that pass the same tests, in order of time. `place` says whose they are."""

    at: NDArray[Any]
    place: NDArray[Any]
    amount: NDArray[Any]

    def between(self, since: int | None, until: int | None) -> slice:
        first = 0 if since is None else int(np.searchsorted(self.at, since))
        last = len(self.at) if until is None else int(np.searchsorted(self.at, until))
        return slice(first, max(first, last))


@dataclass(slots=True)
class Histories:
    """The events of `size` profiles, by metric and tests."""

    size: int
    metric: NDArray[Any]
    rows: Stretch
    passed: Mapping[Tests, NDArray[np.bool_]]
    _stretches: dict[tuple[int, Tests], Stretch] = field(default_factory=dict)

    def stretch(self, metric: int, tests: Tests) -> Stretch:
        found = self._stretches.get((metric, tests))
        if found is None:
            picked = self.metric == metric
            if tests:
                picked &= self.passed[tests]
            rows = self.rows
            found = Stretch(rows.at[picked], rows.place[picked], rows.amount[picked])
            self._stretches[metric, tests] = found
        return found

    def measure(self, condition: EventCondition) -> NDArray[np.float64]:
        """What the condition counts or sums, of each profile."""
        stretch = self.stretch(condition.metric, condition.tests)
        window = stretch.between(*condition.bounds)
        if condition.measurement == "count":
            return np.bincount(stretch.place[window], minlength=self.size).astype(np.float64)
        return summed(stretch.amount[window], stretch.place[window], self.size)


def summed(amounts: NDArray[Any], places: NDArray[Any], size: int) -> NDArray[np.float64]:
    """Sums of millionths per place."""
    if len(amounts) and float(np.abs(amounts.astype(np.float64)).max()) * len(amounts) > LARGEST_SUM:
        amounts = amounts.astype(object)
    sums = np.zeros(size, amounts.dtype)
    np.add.at(sums, places, amounts)
    return sums.astype(np.float64) / MILLIONTHS


def holds(condition: EventCondition, measured: NDArray[np.float64]) -> NDArray[np.bool_]:
    answer: NDArray[np.bool_] = COMPARE[condition.sign](measured, float(condition.comparison.value))
    return answer


def read(
    account: int, program: Program, conditions: Sequence[EventCondition], numbers: NDArray[np.uint32]
) -> Histories:
    """The events of the given profiles, ascending numbers, that any of the conditions may count."""
    tests = sorted({one.tests for one in conditions if one.tests})
    named = {f"t{index}": some for index, some in enumerate(tests)}
    columns = ["profile", "metric", "toUnixTimestamp(ts) AS at"]
    if any(one.measurement == "sum" for one in conditions):
        columns.append("reinterpretAsInt64(value) AS amount")
    columns += [f"toUInt8({' AND '.join(some)}) AS {name}" for name, some in named.items()]
    sql = f"SELECT {', '.join(columns)} FROM ({source(account, program, conditions)})"
    found = wiring.clickhouse().arrays(sql, {**program.params.values, "numbers": array(numbers.tolist())}, EAGER)
    if not found:
        return Histories(len(numbers), *nothing(tests))
    order = np.argsort(found["at"], kind="stable")
    at, profile = found["at"][order], found["profile"][order]
    amount = found["amount"][order] if "amount" in found else np.zeros(len(at), np.int64)
    rows = Stretch(at, np.searchsorted(numbers, profile), amount)
    passed = {some: found[name][order] != 0 for name, some in named.items()}
    return Histories(len(numbers), found["metric"][order], rows, passed)


def source(account: int, program: Program, conditions: Sequence[EventCondition]) -> str:
    """The rows to be tested. Properties are unpacked only where a condition may ask for them."""
    params = program.params
    columns = ["profile", "metric", "ts", "value"]
    tested = [one for one in conditions if one.tests]
    if tested:
        columns.append(f"if({among(params, tested, 'events.')}, events.properties, '') AS properties")
    where = f"account = {params.add(account, 'UInt32')} AND profile IN {{numbers:Array(UInt32)}}"
    return f"SELECT {', '.join(columns)} FROM events WHERE {where} AND {among(params, conditions)}"


def among(params: Params, conditions: Sequence[EventCondition], table: str = "") -> str:
    """Whether an event is of a metric that one of the conditions asks for, and not earlier than all their windows."""
    metrics = params.add(sorted({one.metric for one in conditions}), "Array(UInt32)")
    starts = [one.bounds[0] for one in conditions]
    since = min((start for start in starts if start is not None), default=None)
    if since is None or None in starts:
        return f"has({metrics}, {table}metric)"
    return f"has({metrics}, {table}metric) AND {table}ts >= toDateTime({params.add(since, 'UInt32')}, 'UTC')"


def nothing(tests: Sequence[Tests]) -> tuple[NDArray[Any], Stretch, Mapping[Tests, NDArray[np.bool_]]]:
    none = np.zeros(0, np.int64)
    return none, Stretch(none, none, none), {some: np.zeros(0, bool) for some in tests}


def answers(
    account: int, program: Program, conditions: Mapping[int, EventCondition], numbers: NDArray[np.uint32]
) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.bool_]]]:
    """For each condition, by its index: what it measures of each profile, and of whom it holds."""
    histories = read(account, program, list(conditions.values()), numbers)
    for index, condition in conditions.items():
        measured = histories.measure(condition)
        yield index, measured, holds(condition, measured)
