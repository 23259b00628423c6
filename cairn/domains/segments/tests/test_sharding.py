"""What makes sharding by account, then profile possible: a build needs of a shard only what is on it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn import wiring
from cairn.domains.segments import evaluation
from cairn.domains.segments.compiler import SETTINGS, compile_definitions
from cairn.domains.segments.parsing import parse
from cairn.domains.segments.tests.shop import Happening, Person, write_events, write_people
from cairn.domains.segments.windows import seconds_of
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.clickhouse.migrate import migrate
from cairn.kernel.scope import Scope

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
METRICS = {"Orderd": 1}
PEOPLE = range(1, 41)


@pytest.fixture
def shards(clickhouse: ClickHouse) -> Iterator[list[ClickHouse]]:
    """Two more databases, as two servers would have."""
    url = wiring.settings().clickhouse_url
    found = [ClickHouse(url.replace(f"/{clickhouse.database}?", f"/{clickhouse.database}_{name}?")) for name in "ab"]
    for one in found:
        migrate(one)
    yield found
    for one in found:
        one.drop_database()
        one.close()


def bought_twice_or_from_boston() -> dict[str, Any]:
    condition: dict[str, Any] = {"type": "profile-metric", "metric_id": "Orderd", "measurement": "count"}
    condition["measurement_filter"] = {"type": "numeric", "operator": "greater-than-or-equal", "value": 2}
    condition["timeframe_filter"] = {"type": "date", "operator": "in-the-last", "quantity": 30, "unit": "day"}
    boston = {"type": "string", "operator": "equals", "value": "Boston"}
    city = {"type": "profile-property", "property": "location['city']", "filter": boston}
    return {"condition_groups": [{"conditions": [condition, city]}]}


def copy(scope: Scope, whole: ClickHouse, shard: ClickHouse, place: int) -> None:
    for table in ("events", "profiles"):
        shard.command(
            f"INSERT INTO {table} SELECT * FROM {{whole:Identifier}}.{table}"
            " WHERE account = {account:UInt32} AND cityHash64(account, profile) % 2 = {place:UInt8}",
            {"whole": whole.database, "account": scope.account_number, "place": place},
        )


def test_the_members_are_those_of_the_shards_together(
    scope: Scope, clickhouse: ClickHouse, shards: list[ClickHouse]
) -> None:
    write_people(scope, [Person(n, city="Boston" if n % 5 == 0 else "Bern", deleted=n % 11 == 0) for n in PEOPLE])
    write_events(scope, [Happening(n, 1, NOW - timedelta(days=d)) for n in PEOPLE for d in range(n % 4)])
    definition = parse(bought_twice_or_from_boston())
    program = compile_definitions([definition], METRICS, seconds_of(NOW))
    statement = evaluation.all_profiles(scope, program, program.groups[0])
    members = f"bitmapToArray({evaluation.combined(program.groups[0], statement.sets)})"
    parts = []
    for place, shard in enumerate(shards):
        copy(scope, clickhouse, shard, place)
        ((found,),) = shard.query(f"{statement.bitmaps} SELECT {members}", statement.params, SETTINGS)
        parts.append(set(found))
    assert all(parts)
    assert not parts[0] & parts[1]
    whole = set(evaluation.members_of(scope, definition, METRICS, seconds_of(NOW)).tolist())
    assert parts[0] | parts[1] == whole == {n for n in PEOPLE if (n % 4 >= 2 or n % 5 == 0) and n % 11}
