"""A made-up shop of any size, in stores of its own: what benchmarks of reading are run on."""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

METRICS = ("Viewed Product", "Added to Cart", "Placed Order", "Opened Email", "Clicked Email")
CATEGORIES = ("Shoes", "Hats", "Coats", "Socks", "Bags")
CITIES = ("Boston", "Berlin", "Bern", "Bilbao", "Bogota", "Brisbane", "Busan", "Bath")
CHUNK = 2_000_000

PROFILES = """
INSERT INTO profiles (account, profile, version, deleted, id, email, first_name, city, country, created, updated,
    email_consent, email_consent_at, list_ids, list_joined, properties)
SELECT {account:UInt32}, number + 1, 1, 0, leftPad(toString(number), 26, '0'),
    concat('p', toString(number), '@example.com'), concat('Name', toString(number % 1000)),
    arrayElement({cities:Array(String)}, 1 + cityHash64(number, 1) % 8), 'Germany',
    toDateTime({now:UInt32} - cityHash64(number, 2) % 31536000), toDateTime({now:UInt32}),
    if(number % 3 = 0, 'SUBSCRIBED', ''), NULL, if(number % 5 = 0, ['Listaa'], []),
    if(number % 5 = 0, [toDateTime({now:UInt32} - number % 8640000)], []),
    concat('{"size":"', toString(number % 7), '","points":', toString(cityHash64(number, 3) % 1000), '}')
FROM numbers({start:UInt64}, {count:UInt64})
"""
EVENTS = """
INSERT INTO events (account, profile, metric, ts, id, key, value, currency, message, received, properties)
SELECT {account:UInt32}, 1 + cityHash64(number, 4) % {profiles:UInt32}, m, at, generateUUIDv4(), number,
    if(m = {order:UInt32}, toDecimal64(10 + cityHash64(number, 7) % 200, 6), 0), 'EUR', '', at,
    concat('{"Category":"', arrayElement({categories:Array(String)}, 1 + cityHash64(number, 8) % 5),
        '","ItemCount":', toString(1 + number % 4), ',"URL":"https://shop.example.com/', toString(number % 2000), '"}')
FROM
(
    SELECT number, arrayElement({metrics:Array(UInt32)}, multiIf(h < 60, 1, h < 75, 2, h < 83, 3, h < 95, 4, 5)) AS m,
        toDateTime({now:UInt32} - cityHash64(number, 6) % 31536000, 'UTC') AS at
    FROM (SELECT number, cityHash64(number, 5) % 100 AS h FROM numbers({start:UInt64}, {count:UInt64}))
)
"""


def timed(work: Callable[[], object], times: int = 5) -> float:
    """Median milliseconds."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(taken), 1)


def begin(folder: Path) -> list[Any]:
    """Stores of our own, with this process pointed at them before Django reads where they are."""
    from cairn.infra.clickhouse.embedded import EmbeddedClickHouse  # noqa: PLC0415
    from cairn.infra.postgres.embedded import EmbeddedPostgres  # noqa: PLC0415

    folder.chmod(0o711)
    clickhouse, postgres = (
        EmbeddedClickHouse(folder / "clickhouse", memory=6 << 30),
        EmbeddedPostgres(folder / "postgres"),
    )
    clickhouse.launch()
    postgres.start()
    clickhouse.wait().close()
    os.environ |= {
        "CAIRN_DATABASE_URL": postgres.url(),
        "CAIRN_CLICKHOUSE_URL": clickhouse.url(),
        "CAIRN_DATA_DIR": str(folder / "data"),
        "CAIRN_RATE_LIMITS": "off",
        "DJANGO_SETTINGS_MODULE": "cairn.settings",
    }
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from cairn import wiring  # noqa: PLC0415
    from cairn.infra.clickhouse.migrate import migrate  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    migrate(wiring.clickhouse())
    return [clickhouse, postgres]


def fill(scope: Any, numbers: dict[str, int], options: argparse.Namespace, now: datetime) -> float:
    from cairn import wiring  # noqa: PLC0415

    began = time.perf_counter()
    common = {"account": scope.account_number, "now": int(now.timestamp()), "profiles": options.profiles}
    common |= {"cities": list(CITIES), "categories": list(CATEGORIES), "order": numbers["Placed Order"]}
    common |= {"metrics": [numbers[name] for name in METRICS]}
    settings = {"max_insert_threads": 2}
    for sql, total in ((PROFILES, options.profiles), (EVENTS, options.events)):
        for start in range(0, total, CHUNK):
            params = {**common, "start": start, "count": min(CHUNK, total - start)}
            wiring.clickhouse().command(sql, params, settings)
    return round(time.perf_counter() - began, 1)


def open_account(now: datetime) -> tuple[Any, dict[str, str], dict[str, int]]:
    """An account with the shop's metrics: its scope, and their ids and numbers by name."""
    from cairn.domains.accounts import actions as accounts  # noqa: PLC0415
    from cairn.domains.events import actions as events  # noqa: PLC0415
    from cairn.domains.events import queries as event_queries  # noqa: PLC0415
    from cairn.kernel.scope import Scope  # noqa: PLC0415

    account = accounts.create_account(name="Bench", email="bench@example.com", password="bench bench bench", now=now)
    scope = Scope(account.account_id, account.account_number)
    found = events.resolve_metrics(scope, names=[("api", name) for name in METRICS])
    numbers = {name: found["api", name] for name in METRICS}
    return scope, {one.name: one.id for one in event_queries.all_metrics(scope)}, numbers
