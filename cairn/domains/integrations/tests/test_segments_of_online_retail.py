"""Segments of a year of a real shop are what hand-written SQL finds in the same rows."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cairn import wiring
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.integrations import online_retail
from cairn.domains.integrations.online_retail import Totals
from cairn.domains.segments import actions, queries
from cairn.domains.segments.tests.shop import Happening, Person, write_events, write_people
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope

METRICS = ("Placed Order", "Refunded Order")
NOW = datetime(2011, 12, 10, 15, tzinfo=UTC)
ALL_TIME = {"type": "date", "operator": "alltime"}
YEAR = {"type": "date", "operator": "in-the-last", "quantity": 400, "unit": "day"}


def happened(path: Path, numbers: dict[str, int]) -> Iterator[Happening]:
    for event in online_retail.events(path, Totals()):
        if event.metric in METRICS and event.profile.external_id:
            at = datetime.fromtimestamp(event.time or 0, UTC)
            value = Decimal(str(event.value or 0))
            yield Happening(int(event.profile.external_id), numbers[event.metric], at, value)


def metric(name: str, measurement: str, operator: str, value: float, frame: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "profile-metric",
        "metric_id": name,
        "measurement": measurement,
        "measurement_filter": {"type": "numeric", "operator": operator, "value": value},
        "timeframe_filter": frame,
    }


def funnel(window: str, *steps: tuple[bool, str]) -> dict[str, Any]:
    return {
        "type": "profile-metric-funnel",
        "timeframe_filter": YEAR,
        "completion_window_seconds": window,
        "steps": [{"metric_exists": exists, "metric_id": name} for exists, name in steps],
    }


THIRTY_DAYS = {"type": "date", "operator": "in-the-last", "quantity": 30, "unit": "day"}
# Each condition, and the same question in SQL by hand; `mine` are the account's events.
QUESTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "three orders in thirty days": (
        metric("Placed Order", "count", "greater-than-or-equal", 3, THIRTY_DAYS),
        "SELECT profile FROM mine WHERE metric = {ordered} AND ts >= '2011-11-10 00:00:00'"
        " AND ts <= '2011-12-10 15:00:00' GROUP BY profile HAVING count() >= 3",
    ),
    "spent more than a thousand": (
        metric("Placed Order", "sum", "greater-than", 1000, ALL_TIME),
        "SELECT profile FROM mine WHERE metric = {ordered} GROUP BY profile HAVING sum(value) > 1000",
    ),
    "never gave anything back": (
        metric("Refunded Order", "count", "equals", 0, ALL_TIME),
        "SELECT DISTINCT profile FROM mine WHERE profile NOT IN (SELECT profile FROM mine WHERE metric = {refunded})",
    ),
    "nothing for ninety days": (
        {
            "type": "profile-property",
            "property": "last_event_date",
            "filter": {"type": "date", "operator": "at-least", "quantity": 90, "unit": "day"},
        },
        "SELECT profile FROM mine GROUP BY profile HAVING max(ts) < '2011-09-11 00:00:00'",
    ),
    "gave back within a month of an order": (
        funnel("DAYS_30", (True, "Placed Order"), (True, "Refunded Order")),
        "SELECT DISTINCT o.profile AS profile FROM mine AS o JOIN mine AS r ON o.profile = r.profile"
        " WHERE o.metric = {ordered} AND r.metric = {refunded} AND r.ts >= o.ts AND r.ts <= o.ts + INTERVAL 30 DAY",
    ),
    "ordered again within a week without giving back in between": (
        funnel("WEEKS_1", (True, "Placed Order"), (False, "Refunded Order"), (True, "Placed Order")),
        "SELECT DISTINCT profile FROM (SELECT profile, metric, ts, lagInFrame(metric) OVER w AS last_metric,"
        " lagInFrame(ts) OVER w AS last_ts FROM mine WINDOW w AS (PARTITION BY profile ORDER BY ts, metric = {ordered}"
        " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)) WHERE metric = {ordered} AND last_metric = {ordered}"
        " AND ts <= last_ts + INTERVAL 7 DAY",
    ),
    "did not order again within three days of any order, at least once": (
        funnel("DAYS_3", (True, "Placed Order"), (False, "Placed Order")),
        "SELECT DISTINCT profile FROM (SELECT profile, ts, leadInFrame(toNullable(ts)) OVER w AS next FROM mine"
        " WHERE metric = {ordered} WINDOW w AS (PARTITION BY profile ORDER BY ts"
        " ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)) WHERE isNull(next) OR next > ts + INTERVAL 3 DAY",
    ),
}


@pytest.mark.shared
def test_segments_of_a_real_shop_are_what_sql_by_hand_says(scope: Scope, clickhouse: ClickHouse) -> None:
    reference = Path(os.environ.get("CAIRN_REFERENCE_DIR", Path(__file__).parents[5] / "shared"))
    path = reference / "data" / "online_retail.csv.xz"
    if not path.exists():
        pytest.skip("the Online Retail file is not beside this checkout (CAIRN_REFERENCE_DIR)")
    found = events.resolve_metrics(scope, names=[("api", name) for name in METRICS])
    numbers = {name: found["api", name] for name in METRICS}
    ids = {metric.name: metric.id for metric in event_queries.all_metrics(scope)}
    rows = list(happened(path, numbers))
    buyers = {event.profile for event in rows}
    write_events(scope, rows)
    write_people(scope, [Person(number) for number in sorted(buyers)])
    assert (len(rows), len(buyers)) == (22_190, 4_372)
    definitions = [definition(scope, given, ids) for given, _ in QUESTIONS.values()]
    held = queries.holding(scope, definitions, sorted(buyers), now=NOW)
    for place, (name, (_, sql)) in enumerate(QUESTIONS.items()):
        mine = "WITH mine AS (SELECT profile, metric, ts, value FROM events WHERE account = {account:UInt32}) "
        asked = sql.format(ordered=numbers["Placed Order"], refunded=numbers["Refunded Order"])
        by_hand = {n for (n,) in wiring.clickhouse().query(mine + asked, {"account": scope.account_number})}
        assert 0 < len(by_hand) < len(buyers), name
        assert set(queries.evaluate_now(scope, definitions[place], now=NOW).tolist()) == by_hand, name
        assert {number for number in buyers if place in held.get(number, ())} == by_hand, name


def definition(scope: Scope, condition: dict[str, Any], ids: dict[str, str]) -> Any:
    text = json.dumps({"condition_groups": [{"conditions": [condition]}]})
    for name, metric_id in ids.items():
        text = text.replace(f'"{name}"', f'"{metric_id}"')
    return actions.checked(scope, json.loads(text))
