"""How long segments take: builds over all profiles and ticks over changed ones, each beside hand-written SQL.

    python bench/segments.py [--profiles 1000000] [--events 20000000] [--segments 100] [--changed 1000]
    python bench/segments.py --segments 200 --relative 0.6          of all conditions 60 % follow the clock
    python bench/segments.py --events 1000000,4000000,20000000      how everything grows with the events

It starts a PostgreSQL and a ClickHouse host of its own in a temporary folder, fills ClickHouse with a made-up shop, and
runs the product's own code against them. The last line is JSON; times are milliseconds, `ratio` is ours by hand. Where
the machine is busy, look at ratios: what stands beside each other ran within the same seconds.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
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
            f"{some}{{view:UInt32}} {since % 30} AND profile NOT IN ({some}{{order:UInt32}}) GROUP BY profile",
        ),
        Build(
            "spent 300 in a year",
            groups([metric(order, "greater-than-or-equal", 300, last(365), measurement="sum")]),
            f"{some}{{order:UInt32}} {since % 365} GROUP BY profile HAVING sum(value) >= 300",
        ),
        Build(
            "bought shoes in 180 days",
            groups([metric(order, "greater-than", 0, last(180), metric_filters=[shoes])]),
            f"{some}{{order:UInt32}} {since % 180} AND JSONExtractString(properties, 'Category') = 'Shoes'"
            " GROUP BY profile",
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


def following_the_clock(ids: dict[str, str], count: int, share: float) -> list[dict[str, Any]]:
    """Definitions of two conditions, of which this share have a time frame that moves; the rest never change alone."""
    chance = random.Random(7)

    def moving() -> dict[str, Any]:
        name, days = chance.choice(METRICS), chance.choice([1, 3, 7, 14, 30, 45, 60, 90, 120, 180, 270, 365])
        kind = chance.random()
        if kind < 0.15:
            return metric(ids[name], "equals", 0, last(days))
        if kind < 0.3:
            return metric(ids["Placed Order"], "greater-than-or-equal", 50 * days, last(days), measurement="sum")
        wanted = {"type": "string", "operator": "equals", "value": chance.choice(CATEGORIES)}
        filters = {"metric_filters": [{"property": "Category", "filter": wanted}]} if kind < 0.5 else {}
        frame = last(days) if kind < 0.9 else {"operator": "between", "unit": "day", "start": days, "end": 2 * days}
        return metric(ids[name], "greater-than-or-equal", chance.choice([1, 2, 3]), frame, **filters)

    def standing() -> dict[str, Any]:
        kind = chance.random()
        if kind < 0.4:
            return text("location['city']", chance.choice(CITIES))
        if kind < 0.6:
            return text("properties['size']", str(chance.randrange(7)))
        return metric(ids[chance.choice(METRICS)], "greater-than", chance.randrange(3), {"operator": "alltime"})

    kinds = [moving] * round(2 * count * share) + [standing] * (2 * count - round(2 * count * share))
    chance.shuffle(kinds)
    return [groups([kinds[2 * place]()], [kinds[2 * place + 1]()]) for place in range(count)]


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
        # Nothing but members: no history of changes, and no second order for reading one segment.
        self.client.command(
            "CREATE TABLE by_hand (account UInt32, profile UInt32, segment UInt32, version UInt64, member UInt8,"
            " joined DateTime64(3, 'UTC')) ENGINE = ReplacingMergeTree(version) ORDER BY (account, profile, segment)"
        )

    def ours(self, one: Build) -> int:
        """How many members the product's own statement finds."""
        from cairn.domains.segments import evaluation  # noqa: PLC0415
        from cairn.domains.segments.compiler import SETTINGS, compile_definitions  # noqa: PLC0415
        from cairn.domains.segments.parsing import parse  # noqa: PLC0415
        from cairn.domains.segments.windows import seconds_of  # noqa: PLC0415

        program = compile_definitions([parse(one.definition)], self.metrics, seconds_of(self.now))
        statement = evaluation.all_profiles(self.scope, program, program.groups[0])
        whole = evaluation.combined(program.groups[0], statement.sets)
        sql = f"{statement.bitmaps} SELECT bitmapCardinality({whole})"
        return int(self.client.query(sql, statement.params, SETTINGS)[0][0])

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
        # The deletion goes on in the background, and belongs to neither of the two that are compared.
        while self.client.query("SELECT count() FROM system.mutations WHERE NOT is_done")[0][0]:
            time.sleep(0.02)
        return milliseconds


def measure_builds(scope: Any, ids: dict[str, str], numbers: dict[str, int], now: datetime) -> list[dict[str, Any]]:
    comparison = Comparison(scope, ids, numbers, now)
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

    definitions = (
        hundred(ids, options.segments)
        if options.relative is None
        else following_the_clock(ids, options.segments, options.relative)
    )
    all_built = build_all(scope, definitions, now)
    chance = random.Random(11)
    taken, idle, floors, moved = [], [], [], 0
    for turn in range(options.ticks):
        at = now + timedelta(seconds=2 + 2 * turn)
        people = chance.sample(range(1, options.profiles + 1), min(options.changed, options.profiles))
        happen(scope, people, numbers["Placed Order"], at)
        tick = one_tick(scope, set(people), at)
        taken.append(tick[0])
        moved += tick[1]
        # A second later, so that what only time does is looked for, too.
        idle.append(one_tick(scope, set(), at + timedelta(seconds=1))[0])
        asked = floor_sql(scope, numbers, people, options.segments, now)
        floors.append(timed(partial(wiring.clickhouse().query, *asked), 1))
    floor = statistics.median(floors)
    return {
        "segments": options.segments,
        "relative": options.relative,
        "changed": options.changed,
        "tick_ms_p50": round(statistics.median(taken), 1),
        "tick_ms_min": round(min(taken), 1),
        "tick_ms_max": round(max(taken), 1),
        "idle_tick_ms_p50": round(statistics.median(idle), 1),
        "idle_tick_ms_min": round(min(idle), 1),
        "moved": moved,
        "floor_ms": round(floor, 1),
        "floor_ms_min": round(min(floors), 1),
        "ratio": round(statistics.median(taken) / floor, 2),
        "build_all_s": round(all_built, 1),
        **measure_midnights(scope, at),
    }


def measure_midnights(scope: Any, at: datetime) -> dict[str, Any]:
    """The first tick of a day: the next one after ticks in the last minutes before, and one that comes unforeseen."""
    first = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    ahead = []
    for second in range(600):
        began = time.perf_counter()
        one_tick(scope, set(), first - timedelta(seconds=900 - second))
        ahead.append((time.perf_counter() - began) * 1000)
        if not waiting_before_midnight(scope):
            break
    foreseen, moved = one_tick(scope, set(), first + timedelta(milliseconds=500))
    unforeseen = one_tick(scope, set(), first + timedelta(days=1))[0]
    return {
        "midnight_s": round(foreseen / 1000, 2),
        "midnight_moved": moved,
        "ahead_ticks": len(ahead),
        "ahead_tick_ms_max": round(max(ahead), 1),
        "ahead_tick_ms_p50": round(statistics.median(ahead), 1),
        "midnight_unforeseen_s": round(unforeseen / 1000, 2),
    }


def waiting_before_midnight(scope: Any) -> int:
    from cairn.domains.segments import ticking  # noqa: PLC0415

    known = ticking._foresights[scope.account_number]
    return len(known.queue) + len(known.again)


def build_all(scope: Any, definitions: list[dict[str, Any]], now: datetime) -> float:
    """Seconds until all of these segments, made at once, have their members."""
    from cairn.domains.segments import actions  # noqa: PLC0415

    for place, definition in enumerate(definitions):
        actions.create(scope, name=f"Segment {place}", definition=definition, now=now)
    began = time.perf_counter()
    turn = 0
    while actions.tick(scope, set(), now=now + timedelta(seconds=1, milliseconds=turn)).built:
        turn += 2
    return time.perf_counter() - began


def one_tick(scope: Any, people: set[int], at: datetime) -> tuple[float, int]:
    """Milliseconds, and how many memberships changed."""
    from cairn.domains.segments import actions  # noqa: PLC0415

    began = time.perf_counter()
    result = actions.tick(scope, people, now=at)
    return (time.perf_counter() - began) * 1000, result.entered + result.left


def happen(scope: Any, people: list[int], metric_number: int, at: datetime) -> None:
    """An event of each of these people."""
    from cairn import wiring  # noqa: PLC0415

    params = {"account": scope.account_number, "people": people, "metric": metric_number, "at": int(at.timestamp())}
    wiring.clickhouse().command(
        "INSERT INTO events (account, profile, metric, ts, id, key, value, received, properties)"
        " SELECT {account:UInt32}, arrayJoin({people:Array(UInt32)}) AS one, {metric:UInt32},"
        " toDateTime({at:UInt32}, 'UTC'), generateUUIDv4(), one, 20, toDateTime({at:UInt32}, 'UTC'),"
        ' \'{"Category":"Shoes"}\'',
        params,
    )


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
    parser.add_argument("--events", default="20000000", help="how many; several with commas, to see how times grow")
    parser.add_argument("--segments", type=int, default=100)
    parser.add_argument("--relative", type=float, help="share of conditions that follow the clock")
    parser.add_argument("--changed", type=int, default=1_000)
    parser.add_argument("--ticks", type=int, default=10)
    options = parser.parse_args()
    sizes = [int(size) for size in options.events.split(",")]
    results = []
    for size in sizes:
        options.events = size
        # Each size in a process of its own: where the stores are is read once.
        results.append(run(options) if len(sizes) == 1 else apart(options))
    print(json.dumps(results[0] if len(results) == 1 else {"bench": "segments", "growth": growth(results)}))


def apart(options: argparse.Namespace) -> dict[str, Any]:
    named = {name: value for name, value in vars(options).items() if value is not None}
    command = [sys.executable, __file__, *(f"--{name}={value}" for name, value in named.items())]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(done.stdout, flush=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def growth(results: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By number of events, what each took."""
    return {
        f"{one['events']:,}": {
            **{build["segment"]: build["build_ms"] for build in one["builds"]},
            **{name: one["tick"][name] for name in ("tick_ms_p50", "idle_tick_ms_p50", "build_all_s", "midnight_s")},
            "clickhouse_peak_mb": one["clickhouse_peak_mb"],
        }
        for one in results
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    """One shop of this size, in stores of its own."""
    folder = Path(tempfile.mkdtemp(prefix="cairn-bench-segments-"))
    print(f"own stores in {folder}", flush=True)
    stores: list[Any] = []
    try:
        stores = begin(folder)
        return measure(options) | {"clickhouse_peak_mb": peak_memory(stores[0]._process.pid)}
    finally:
        for store in stores:
            store.stop()
        shutil.rmtree(folder, ignore_errors=True)


def peak_memory(process: int) -> int:
    """Megabytes that a process ever had in memory."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) // 1024


def measure(options: argparse.Namespace) -> dict[str, Any]:
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
