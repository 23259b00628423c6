"""How long segments take: builds over all profiles and ticks over changed ones, each beside hand-written SQL.

    python bench/segments.py [--profiles 1000000] [--events 20000000] [--segments 100] [--changed 1000]

It starts a PostgreSQL and a ClickHouse host of its own in a temporary folder, fills ClickHouse with a made-up shop, and
runs the product's own code against them. The last line is JSON; times are milliseconds, `ratio` is ours by hand.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from made_up_shop import CATEGORIES, CITIES, METRICS, begin, fill, open_account, timed  # noqa: E402


@dataclass(frozen=True)
class Build:
    """A definition, and the SQL that somebody would write by hand to get its members."""

    name: str
    definition: dict[str, Any]
    by_hand: str


def metric(metric_id: str, operator: str, value: float, frame: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "profile-metric",
        "metric_id": metric_id,
        "measurement": more.pop("measurement", "count"),
        "measurement_filter": {"type": "numeric", "operator": operator, "value": value},
        "timeframe_filter": {"type": "date", **frame},
        **more,
    }


def last(days: int) -> dict[str, Any]:
    return {"operator": "in-the-last", "unit": "day", "quantity": days}


def text(name: str, value: str) -> dict[str, Any]:
    return {
        "type": "profile-property",
        "property": name,
        "filter": {"type": "string", "operator": "equals", "value": value},
    }


def groups(*conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return {"condition_groups": [{"conditions": list(group)} for group in conditions]}


def builds(ids: dict[str, str]) -> list[Build]:
    view, order = ids["Viewed Product"], ids["Placed Order"]
    some = "SELECT profile FROM events WHERE account = {account:UInt32} AND metric = "
    since = "AND ts >= toDateTime({today:UInt32} - 86400 * %d) AND ts <= toDateTime({now:UInt32})"
    shoes = {"property": "Category", "filter": {"type": "string", "operator": "equals", "value": "Shoes"}}
    return [
        Build(
            "bought twice in 90 days",
            groups([metric(order, "greater-than-or-equal", 2, last(90))]),
            f"{some}{{order:UInt32}} {since % 90} GROUP BY profile HAVING count() >= 2",
        ),
        Build(
            "viewed in 30 days, never bought",
            groups([metric(view, "greater-than", 0, last(30))], [metric(order, "equals", 0, {"operator": "alltime"})]),
            f"SELECT DISTINCT profile FROM events WHERE account = {{account:UInt32}} AND metric = {{view:UInt32}}"
            f" {since % 30} AND profile NOT IN ({some}{{order:UInt32}})",
        ),
        Build(
            "spent 300 in a year",
            groups([metric(order, "greater-than-or-equal", 300, last(365), measurement="sum")]),
            f"{some}{{order:UInt32}} {since % 365} GROUP BY profile HAVING sum(value) >= 300",
        ),
        Build(
            "bought shoes in 180 days",
            groups([metric(order, "greater-than", 0, last(180), metric_filters=[shoes])]),
            f"SELECT DISTINCT profile FROM events WHERE account = {{account:UInt32}} AND metric = {{order:UInt32}}"
            f" {since % 180} AND JSONExtractString(properties, 'Category') = 'Shoes'",
        ),
        Build(
            "bought in 60 days, in Boston or on a list",
            groups(
                [metric(order, "greater-than", 0, last(60))],
                [
                    text("location['city']", "Boston"),
                    text("properties['size']", "3"),
                ],
            ),
            "SELECT profile FROM profiles FINAL WHERE account = {account:UInt32} AND deleted = 0 AND (city = 'Boston'"
            f" OR JSONExtractString(properties, 'size') = '3') AND profile IN ({some}{{order:UInt32}} {since % 60})",
        ),
    ]


def hundred(ids: dict[str, str], count: int) -> list[dict[str, Any]]:
    """Definitions as shops have them: mostly behaviour in windows, some properties, some filters."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        days, name = chance.choice([7, 14, 30, 60, 90, 180]), chance.choice(METRICS)
        first = [metric(ids[name], "greater-than-or-equal", chance.choice([1, 2, 3]), last(days + number % 5))]
        if number % 4 == 0:
            wanted = {"type": "string", "operator": "equals", "value": chance.choice(CATEGORIES)}
            first[0]["metric_filters"] = [{"property": "Category", "filter": wanted}]
        second = [
            text("location['city']", chance.choice(CITIES)),
            metric(ids["Placed Order"], "equals", 0, last(days)),
        ]
        made.append(groups(first, second[: 1 + number % 2]))
    return made


class Comparison:
    """One segment built by the product and by hand-written SQL, on the same data."""

    def __init__(self, scope: Any, ids: dict[str, str], numbers: dict[str, int], now: datetime) -> None:
        from cairn import wiring  # noqa: PLC0415

        self.scope = scope
        self.now = now
        self.client = wiring.clickhouse()
        self.metrics = {ids[name]: numbers[name] for name in METRICS}
        seconds = int(now.timestamp())
        self.params = {
            "account": scope.account_number,
            "now": seconds,
            "today": seconds // 86400 * 86400,
            "order": numbers["Placed Order"],
            "view": numbers["Viewed Product"],
        }
        self.moments = 0

    def ours(self, one: Build) -> int:
        """How many members the product's own statement finds."""
        from cairn.domains.segments import evaluation  # noqa: PLC0415
        from cairn.domains.segments.compiler import compile_definitions  # noqa: PLC0415
        from cairn.domains.segments.parsing import parse  # noqa: PLC0415
        from cairn.domains.segments.windows import seconds_of  # noqa: PLC0415

        program = compile_definitions([parse(one.definition)], self.metrics, seconds_of(self.now))
        statement = evaluation.all_profiles(self.scope, program)
        whole = evaluation.combined(program.groups[0], statement.sets)
        sql = f"{statement.bitmaps} SELECT bitmapCardinality({whole})"
        return int(self.client.query(sql, statement.params, evaluation.SETTINGS)[0][0])

    def theirs(self, one: Build) -> int:
        return int(self.client.query(f"SELECT count() FROM ({one.by_hand})", self.params)[0][0])

    def written_by_hand(self, one: Build) -> float:
        """Milliseconds to insert the members that hand-written SQL finds."""
        began = time.perf_counter()
        self.client.command(
            f"INSERT INTO by_hand SELECT {{account:UInt32}}, profile, 1, 1, 1, now64() FROM ({one.by_hand})",
            self.params,
        )
        return (time.perf_counter() - began) * 1000

    def built(self, one: Build, members: int) -> float:
        """Milliseconds of the tick that builds the segment: evaluation, changes, members and PostgreSQL."""
        from cairn.domains.segments import actions, queries  # noqa: PLC0415

        made = actions.create(self.scope, name=one.name, definition=one.definition, now=self.now)
        self.moments += 1
        began = time.perf_counter()
        actions.tick(self.scope, set(), now=self.now + timedelta(milliseconds=10 * self.moments))
        milliseconds = (time.perf_counter() - began) * 1000
        assert queries.get(self.scope, made.id).profile_count == members
        actions.delete(self.scope, made.id)
        return milliseconds


def measure_builds(scope: Any, ids: dict[str, str], numbers: dict[str, int], now: datetime) -> list[dict[str, Any]]:
    comparison = Comparison(scope, ids, numbers, now)
    comparison.client.command("CREATE TABLE by_hand AS segment_members")
    results = []
    for one in builds(ids):
        count = comparison.ours(one)
        assert count == comparison.theirs(one), (one.name, count, comparison.theirs(one))
        written, built = [], []
        for _ in range(3):
            written.append(comparison.written_by_hand(one))
            built.append(comparison.built(one, count))
        asked, by_hand = timed(partial(comparison.ours, one)), timed(partial(comparison.theirs, one))
        results.append(
            {
                "segment": one.name,
                "members": count,
                "evaluate_ms": asked,
                "by_hand_ms": by_hand,
                "ratio": round(asked / by_hand, 2),
                "build_ms": round(statistics.median(built), 1),
                "insert_by_hand_ms": round(statistics.median(written), 1),
                "build_ratio": round(statistics.median(built) / statistics.median(written), 2),
            }
        )
        print(results[-1], flush=True)
    return results


def measure_ticks(
    scope: Any, ids: dict[str, str], numbers: dict[str, int], options: argparse.Namespace, now: datetime
) -> dict[str, Any]:
    from cairn import wiring  # noqa: PLC0415
    from cairn.domains.segments import actions  # noqa: PLC0415

    for place, definition in enumerate(hundred(ids, options.segments)):
        actions.create(scope, name=f"Segment {place}", definition=definition, now=now)
    began = time.perf_counter()
    turn = 0
    while actions.tick(scope, set(), now=now + timedelta(seconds=1, milliseconds=turn)).built:
        turn += 2
    all_built = time.perf_counter() - began
    chance = random.Random(11)
    client = wiring.clickhouse()
    taken, idle, moved = [], [], 0
    for turn in range(options.ticks):
        at = now + timedelta(seconds=2 + turn)
        people = chance.sample(range(1, options.profiles + 1), min(options.changed, options.profiles))
        client.command(
            "INSERT INTO events (account, profile, metric, ts, id, key, value, received, properties)"
            " SELECT {account:UInt32}, arrayJoin({people:Array(UInt32)}) AS one, {metric:UInt32},"
            " toDateTime({at:UInt32}, 'UTC'), generateUUIDv4(), one, 20, toDateTime({at:UInt32}, 'UTC'),"
            ' \'{"Category":"Shoes"}\'',
            {
                "account": scope.account_number,
                "people": people,
                "metric": numbers["Placed Order"],
                "at": int(at.timestamp()),
            },
        )
        began = time.perf_counter()
        result = actions.tick(scope, set(people), now=at)
        taken.append((time.perf_counter() - began) * 1000)
        moved += result.entered + result.left
        began = time.perf_counter()
        actions.tick(scope, set(), now=at + timedelta(milliseconds=400))
        idle.append((time.perf_counter() - began) * 1000)
    floor = timed(lambda: client.query(*floor_sql(scope, numbers, people, options.segments, now)), 5)
    return {
        "segments": options.segments,
        "changed": options.changed,
        "tick_ms_p50": round(statistics.median(taken), 1),
        "tick_ms_max": round(max(taken), 1),
        "idle_tick_ms_p50": round(statistics.median(idle), 1),
        "moved": moved,
        "floor_ms": floor,
        "ratio": round(statistics.median(taken) / floor, 2),
        "build_all_s": round(all_built, 1),
    }


def floor_sql(
    scope: Any, numbers: dict[str, int], people: list[int], count: int, now: datetime
) -> tuple[str, dict[str, Any]]:
    """By hand: one countIf per segment over the events of the changed profiles, and nothing else."""
    chance = random.Random(7)
    today = int(now.timestamp()) // 86400 * 86400
    asked = ", ".join(
        f"countIf(metric = {numbers[chance.choice(METRICS)]} AND ts >= toDateTime({today - 86400 * (7 + n)})) AS c{n}"
        for n in range(count)
    )
    sql = (
        f"SELECT profile, {asked} FROM events WHERE account = {{account:UInt32}}"
        " AND profile IN {people:Array(UInt32)} GROUP BY profile"
    )
    return sql, {"account": scope.account_number, "people": people}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--segments", type=int, default=100)
    parser.add_argument("--changed", type=int, default=1_000)
    parser.add_argument("--ticks", type=int, default=10)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cairn-bench-segments-"))
    print(f"own stores in {folder}", flush=True)
    stores: list[Any] = []
    try:
        stores = begin(folder)
        print(json.dumps(run(options)))
    finally:
        for store in stores:
            store.stop()
        shutil.rmtree(folder, ignore_errors=True)


def run(options: argparse.Namespace) -> dict[str, Any]:
    now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    scope, ids, numbers = open_account(now)
    seconds = fill(scope, numbers, options, now)
    print(f"filled in {seconds} s", flush=True)
    built = measure_builds(scope, ids, numbers, now)
    ticks = measure_ticks(scope, ids, numbers, options, now)
    return {
        "bench": "segments",
        "profiles": options.profiles,
        "events": options.events,
        "fill_s": seconds,
        "builds": built,
        "worst_ratio": max(one["ratio"] for one in built),
        "worst_build_ratio": max(one["build_ratio"] for one in built),
        "tick": ticks,
    }


if __name__ == "__main__":
    main()
