"""How long a year of one metric takes to count, by the product and by hand-written SQL, on the same data.

    python bench/metrics.py [--profiles 1000000] [--events 20000000] [--times 20]

It starts a PostgreSQL and a ClickHouse host of its own in a temporary folder, fills ClickHouse with a made-up shop, and
runs the product's own code against them. Every answer is compared with the one by hand. The last line is JSON; times
are milliseconds.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from made_up_shop import begin, fill, open_account  # noqa: E402

ZONE = "Europe/Berlin"
DAY = "toStartOfDay(toTimeZone(ts, 'Europe/Berlin'))"
YEAR = (
    "FROM events WHERE account = {account:UInt32} AND metric = {metric:UInt32}"
    " AND ts >= fromUnixTimestamp({since:UInt32}) AND ts < fromUnixTimestamp({until:UInt32})"
)


@dataclass(frozen=True)
class Question:
    """What is counted of which metric, and the SQL that somebody would write by hand for it. `check` names the
    measurement whose total both must agree on, the last column by hand."""

    name: str
    metric: str
    measurements: tuple[str, ...]
    by_hand: str
    check: str
    by: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


QUESTIONS = (
    Question(
        "orders and their value by day", "Placed Order", ("count", "sum_value"), "count(), sum(value)", "sum_value"
    ),
    Question(
        "orders and customers by day", "Placed Order", ("count", "unique"), "count(), uniqExact(profile)", "unique"
    ),
    Question("views by day", "Viewed Product", ("count",), "count()", "count"),
    Question(
        "views and visitors by day", "Viewed Product", ("count", "unique"), "count(), uniqExact(profile)", "unique"
    ),
    Question(
        "orders by category and day",
        "Placed Order",
        ("count",),
        "JSONExtractString(properties, 'Category') AS category, count()",
        "count",
        by=("properties['Category']",),
    ),
    Question(
        "orders of shoes by day",
        "Placed Order",
        ("count",),
        "countIf(JSONExtractString(properties, 'Category') = 'Shoes')",
        "count",
        filters=("equals(properties['Category'],\"Shoes\")",),
    ),
)


def percentiles(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds, the first run not counted."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return round(taken[len(taken) // 2], 1), round(taken[min(int(len(taken) * 0.99), len(taken) - 1)], 1)


class Asker:
    """One question, asked of the product and of ClickHouse itself."""

    def __init__(self, scope: Any, ids: dict[str, str], numbers: dict[str, int], now: datetime) -> None:
        from cairn import wiring  # noqa: PLC0415

        self.scope, self.ids, self.numbers = scope, ids, numbers
        self.client = wiring.clickhouse()
        self.until = now.replace(hour=0)
        self.since = self.until - timedelta(days=365)

    def ours(self, one: Question) -> float:
        from cairn.api.resources.metric_aggregates import conditions  # noqa: PLC0415
        from cairn.domains.analytics import queries  # noqa: PLC0415
        from cairn.domains.analytics.contracts import AggregateQuery, Interval, Measurement  # noqa: PLC0415

        span = [f"greater-or-equal(datetime,{self.since.isoformat()})", f"less-than(datetime,{self.until.isoformat()})"]
        since, until, where = conditions([*span, *one.filters], ZoneInfo(ZONE))
        query = AggregateQuery(
            metric_id=self.ids[one.metric],
            measurements=[Measurement(name) for name in one.measurements],
            interval=Interval.DAY,
            zone=ZoneInfo(ZONE),
            since=since,
            until=until,
            by=one.by,
            where=where,
        )
        found = queries.aggregate(self.scope, query)
        return sum(sum(group.measurements[one.check]) for group in found.groups)

    def theirs(self, one: Question) -> float:
        keys = f"{DAY} AS day, {one.by_hand}"
        text = f"SELECT {keys} {YEAR} GROUP BY day{', category' if one.by else ''}"
        params = {
            "account": self.scope.account_number,
            "metric": self.numbers[one.metric],
            "since": int(self.since.timestamp()),
            "until": int(self.until.timestamp()),
        }
        return float(sum(row[-1] for row in self.client.query(text, params)))


def measure(asker: Asker, one: Question, times: int) -> dict[str, Any]:
    ours, theirs = asker.ours(one), asker.theirs(one)
    assert abs(ours - theirs) < 0.01, (one.name, ours, theirs)
    p50, p99 = percentiles(lambda: asker.ours(one), times)
    hand50, hand99 = percentiles(lambda: asker.theirs(one), times)
    found = {"question": one.name, "p50": p50, "p99": p99, "by_hand_p50": hand50, "by_hand_p99": hand99}
    print(found, flush=True)
    return found


def settle(asker: Asker) -> None:
    """Until the parts have their projections and are merged as on a server that has been up for a while."""
    asker.client.command("OPTIMIZE TABLE events", settings={"optimize_throw_if_noop": "0"})


def run(options: argparse.Namespace) -> dict[str, Any]:
    from cairn.domains.events import queries as events  # noqa: PLC0415
    from cairn.domains.properties import queries as properties  # noqa: PLC0415

    now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    scope, ids, numbers = open_account(now)
    seconds = fill(scope, numbers, options, now)
    print(f"filled in {seconds} s", flush=True)
    asker = Asker(scope, ids, numbers, now)
    settle(asker)
    questions = [measure(asker, one, options.times) for one in QUESTIONS]
    few = max(options.times // 4, 2)
    order = ids["Placed Order"]
    return {
        "bench": "metrics",
        "profiles": options.profiles,
        "events": options.events,
        "fill_s": seconds,
        "year": questions,
        "worst_p99": max(one["p99"] for one in questions),
        "metrics_list_p50": percentiles(lambda: events.metric_overviews(scope, now=now), few)[0],
        "event_properties_p50": percentiles(lambda: properties.event_properties(scope, order), few)[0],
        "profile_properties_p50": percentiles(lambda: properties.profile_properties(scope), few)[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cairn-bench-metrics-"))
    print(f"own stores in {folder}", flush=True)
    stores: list[Any] = []
    try:
        stores = begin(folder)
        print(json.dumps(run(options)))
    finally:
        for store in stores:
            store.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
