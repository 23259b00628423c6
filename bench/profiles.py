"""How quickly people are found, shown and forgotten in a large shop, by the API's own code.

    python bench/profiles.py [--profiles 1000000] [--events 20000000] [--times 100]

It starts a PostgreSQL and a ClickHouse host of its own in a temporary folder, fills both with a made-up shop, and asks
the whole API in this process, everything but the network. Beside each question stands the SQL that somebody would
write by hand for it. At the end one person is forgotten. The last line is JSON; times are milliseconds.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from made_up_shop import CITIES, begin, fill, open_account  # noqa: E402

PEOPLE = """
INSERT INTO profiles_profile (account_id, id, number, email, first_name, last_name, organization, title, image, locale,
    location, properties, created, updated)
SELECT %(account)s, lpad(n::text, 26, '0'), n + 1, 'p' || n || '@example.com', 'Name' || n %% 1000, '', '', '', '', '',
    jsonb_build_object('city', (%(cities)s::text[])[1 + n %% 8], 'country', 'Germany'),
    jsonb_build_object('size', (n %% 7)::text, 'points', n %% 1000), now() - n * interval '20 seconds', now()
FROM generate_series(0, %(profiles)s - 1) AS n
"""
IDENTIFIERS = """
INSERT INTO profiles_identifier (account_id, kind, value, number)
SELECT %(account)s, 'email', 'p' || n || '@example.com', n + 1 FROM generate_series(0, %(profiles)s - 1) AS n
"""
BY_HAND = """
SELECT profile FROM profiles FINAL WHERE account = {account:UInt32} AND deleted = 0
    AND (email ILIKE {word:String} OR first_name ILIKE {word:String} OR city ILIKE {word:String}) LIMIT 20
"""
TIMELINE = """
SELECT id, metric, ts, properties FROM events WHERE account = {account:UInt32} AND profile = {profile:UInt32}
ORDER BY ts DESC LIMIT 21
"""
DELETION_SECONDS = 120.0


class Shop:
    """The filled stores, asked through the API and by hand."""

    def __init__(self, options: argparse.Namespace) -> None:
        from django.test import Client  # noqa: PLC0415

        from cairn import wiring  # noqa: PLC0415
        from cairn.domains.accounts import actions as accounts  # noqa: PLC0415
        from cairn.domains.accounts.contracts import FULL_ACCESS  # noqa: PLC0415

        self.profiles = options.profiles
        now = datetime.now(UTC)
        self.scope, _, numbers = open_account(now)
        fill(self.scope, numbers, options, now)
        self.fill_postgres()
        key = accounts.create_key(self.scope, name="Bench", scopes=[FULL_ACCESS], now=now)
        self.clickhouse = wiring.clickhouse()
        headers = {"authorization": f"Klaviyo-API-Key {key.private_key}", "revision": "2026-07-15"}
        self.http = Client(headers=headers)

    def fill_postgres(self) -> None:
        from django.db import connection  # noqa: PLC0415

        given = {"account": self.scope.account_id, "profiles": self.profiles, "cities": list(CITIES)}
        with connection.cursor() as cursor:
            for sql in (PEOPLE, IDENTIFIERS):
                cursor.execute(sql, given)
            cursor.execute(
                "UPDATE accounts_account SET last_profile_number = %s WHERE id = %s",
                [self.profiles, self.scope.account_id],
            )
            cursor.execute("ANALYZE profiles_profile")
            cursor.execute("ANALYZE profiles_identifier")

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.content[:500])
        return answer.json()["data"]

    def search(self, text: str) -> list[Any]:
        wanted = quote(f'contains(search,"{text}")')
        found: list[Any] = self.get(f"/api/profiles?filter={wanted}&page[size]=20")
        return found

    def search_by_hand(self, text: str) -> None:
        self.clickhouse.query(BY_HAND, {"account": self.scope.account_number, "word": f"%{text}%"})

    def page(self, number: int) -> None:
        """What the app asks for when somebody opens a profile."""
        profile_id = f"{number:026d}"
        filters = quote(f'equals(profile_id,"{profile_id}")')
        self.get(f"/api/profiles/{profile_id}?additional-fields[profile]=subscriptions")
        assert self.get(f"/api/events?filter={filters}&include=metric&sort=-datetime&page[size]=20")
        for path in (f"profiles/{profile_id}/lists", f"profiles/{profile_id}/segments"):
            self.get(f"/api/{path}")
        for kind in ("profile-consents", "messages"):
            self.get(f"/api/{kind}?filter={filters}")

    def page_by_hand(self, number: int) -> None:
        self.clickhouse.query(TIMELINE, {"account": self.scope.account_number, "profile": number + 1})

    def forget(self, number: int) -> dict[str, Any]:
        """From the demand until its report, by a worker of its own."""
        from cairn.domains.privacy import actions, queries  # noqa: PLC0415
        from cairn.domains.privacy.contracts import DELETION  # noqa: PLC0415
        from cairn.domains.profiles.contracts import ProfilePatch  # noqa: PLC0415

        with subprocess.Popen([sys.executable, "-m", "cairn.cli.main", "worker"], cwd=ROOT) as worker:
            began = time.perf_counter()
            patch = ProfilePatch(email=f"p{number}@example.com")
            job = actions.request_deletion(self.scope, patch, now=datetime.now(UTC))
            while (told := queries.get_job(self.scope, DELETION, job.id)).completed is None:
                if time.perf_counter() - began > DELETION_SECONDS:
                    break
                time.sleep(0.1)
            worker.terminate()
        seconds = round(time.perf_counter() - began, 1)
        return {"seconds": seconds, "status": told.status, "step": told.step, "report": told.report}


def percentiles(work: Callable[[Any], object], asked: list[Any]) -> dict[str, float]:
    """Of all but the first, which is the warm-up."""
    taken = []
    for one in asked:
        began = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - began) * 1000)
    taken = sorted(taken[1:])
    return {"p50": round(taken[len(taken) // 2], 1), "p99": round(taken[int(len(taken) * 0.99)], 1)}


def run(options: argparse.Namespace) -> dict[str, Any]:
    began = time.perf_counter()
    shop = Shop(options)
    result: dict[str, Any] = {"bench": "profiles", "profiles": options.profiles, "events": options.events}
    result["fill_s"] = round(time.perf_counter() - began, 1)
    chance = random.Random(3)
    some = [chance.randrange(options.profiles) for _ in range(options.times)]
    texts = {
        "address": [f"p{number}@example.com" for number in some],
        "part_of_address": [f"p{number}" for number in some],
        "first_name": [f"Name{number % 1000}" for number in some],
        "city": [CITIES[number % 8] for number in some],
        "nobody": [f"xq{number}zv" for number in some],
    }
    for name, words in texts.items():
        if name != "nobody":
            assert shop.search(words[0]), words[0]
        found = percentiles(shop.search, words) | {"by_hand": percentiles(shop.search_by_hand, words[:10])}
        result[f"search_{name}"] = found
        print(name, found, flush=True)
    result["page"] = percentiles(shop.page, some) | {"timeline_by_hand": percentiles(shop.page_by_hand, some)}
    print("page", result["page"], flush=True)
    result["forget"] = shop.forget(some[0])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cairn-bench-profiles-"))
    print(f"own stores in {folder}", flush=True)
    stores: list[Any] = []
    try:
        stores = begin(folder)
        print(json.dumps(run(options), default=str))
    finally:
        for store in stores:
            store.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
