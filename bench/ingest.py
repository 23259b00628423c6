"""How fast events come in: requests and latencies of single events and of bulk jobs, beside a server that does nothing,
and how soon what was accepted can be queried.

    python bench/ingest.py                                    starts a server of its own
    python bench/ingest.py --base-url URL --private-key KEY [--data-dir FOLDER]

The given server must run with CAIRN_RATE_LIMITS=off and CAIRN_BENCH=on; draining and freshness ask its ClickHouse,
which is found through its data folder. The last line is the result as JSON.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from load import Load, Outcome, request
from server import ROOT, Server, started

sys.path.insert(0, str(ROOT))
from cairn import wiring
from cairn.cli.stores import adopt

FRESH_RATE = 3_000
PROFILES = 50_000
BULK_EVENTS = 1_000
BULK_KINDS = 40
# About 600 bytes, as a shop sends it.
EVENT = (
    b'{"type":"event","attributes":{"properties":{"OrderId":"%010d","Brand":"Aurora","Items":["Lamp","Shade","Cable"],'
    b'"Categories":["Lighting","Home"],"Discount":false,"Shipping":{"City":"Porto","Country":"PT"},"Note":"left at the '
    b'door, please ring twice"},"value":%d.5,"value_currency":"EUR","unique_id":"%s-%010d","metric":{"data":{"type":'
    b'"metric","attributes":{"name":"Placed Order"}}}'
)
PROFILE = (
    b'"profile":{"data":{"type":"profile","attributes":{"email":"customer-%06d@example.com","first_name":"Ines"}}}'
)


def single(server: Server, run: str) -> Callable[[int], bytes]:
    """Requests of one event each; every one is new, and belongs to one of many customers."""

    def body(number: int) -> bytes:
        event = EVENT % (number, 10 + number % 80, run.encode(), number)
        return b'{"data":' + event + b"," + PROFILE % (number * 7919 % PROFILES) + b"}}}"

    head = request("/api/events", body(0), server.headers).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    return lambda number: head + body(number)


def bulk(server: Server, run: str) -> Callable[[int], bytes]:
    """Requests of a thousand events; the events of later requests differ in their unique ids only."""

    def group(slot: int) -> bytes:
        event = EVENT % (slot, 10 + slot % 80, b"@@@@@@@@@@@@", slot)
        who = PROFILE % (slot * 7919 % PROFILES)
        return b'{"type":"event-bulk-create","attributes":{' + who + b',"events":{"data":[' + event + b"}}]}}}"

    def body(first: int) -> bytes:
        groups = b",".join(group(slot) for slot in range(first, first + BULK_EVENTS))
        return (
            b'{"data":{"type":"event-bulk-create-job","attributes":{"events-bulk-create":{"data":[' + groups + b"]}}}}"
        )

    prepared = [
        request("/api/event-bulk-create-jobs", body(kind * BULK_EVENTS), server.headers) for kind in range(BULK_KINDS)
    ]
    return lambda number: prepared[number % BULK_KINDS].replace(
        b"@@@@@@@@@@@@", f"{run[:6]:_<6}{number // BULK_KINDS:06d}".encode()
    )


def floor(server: Server) -> Callable[[int], bytes]:
    """The single event's bytes, sent to the address that does nothing."""
    make = single(server, "floor")
    return lambda number: make(number).replace(b"POST /api/events ", b"POST /-/floor ", 1)


def figures(outcome: Outcome, events: int = 1) -> dict[str, object]:
    if set(outcome.statuses) != {202} or outcome.broken:
        raise SystemExit(f"Not everything was accepted: {dict(outcome.statuses)}, {outcome.broken} broken")
    result: dict[str, object] = {
        "requests_per_second": round(outcome.per_second),
        "p50_ms": outcome.percentile(0.5),
        "p99_ms": outcome.percentile(0.99),
    }
    return result | ({"events_per_second": round(outcome.per_second * events)} if events > 1 else {})


class Stored:
    """How many events of the account can be queried."""

    def __init__(self, server: Server) -> None:
        os.environ["CAIRN_DATA_DIR"] = str(server.data_dir)
        wiring.settings.cache_clear()
        adopt(wiring.settings())
        wiring.settings.cache_clear()
        self._clickhouse = wiring.clickhouse()

    def count(self) -> int:
        return int(self._clickhouse.query("SELECT count() FROM events")[0][0])

    def wait_for(self, expected: int, seconds: float) -> float:
        """The moment when so many were there. Stops the benchmark when they do not come."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            if self.count() >= expected:
                return time.perf_counter()
            time.sleep(0.02)
        raise SystemExit(f"Only {self.count()} of {expected} events arrived within {seconds:.0f} s")


def drain(server: Server, stored: Stored, requests: int) -> dict[str, object]:
    before = stored.count()
    began = time.perf_counter()
    outcome = Load(server.address, bulk(server, "drain"), connections=4).run(requests=requests)
    figures(outcome, BULK_EVENTS)
    events = requests * BULK_EVENTS
    end = stored.wait_for(before + events, 300)
    return {"events": events, "events_per_second": round(events / (end - began))}


def freshness(server: Server, stored: Stored, seconds: float) -> dict[str, object]:
    """Age of events at FRESH_RATE per second when they can first be seen, by order of acceptance."""
    before = stored.count()
    seen: list[tuple[float, int]] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            count = stored.count() - before
            seen.append((time.perf_counter(), count))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    outcome = Load(server.address, single(server, "fresh"), connections=32, rate=FRESH_RATE).run(seconds=seconds)
    stored.wait_for(before + outcome.done, 60)
    time.sleep(0.1)
    stop.set()
    watcher.join()
    ages, place = [], 0
    for number, accepted in enumerate(sorted(outcome.accepted), start=1):
        while seen[place][1] < number:
            place += 1
        ages.append(max(seen[place][0] - accepted, 0.0))
    ages.sort()
    return {
        "events_per_second": round(outcome.per_second),
        "p50_ms": round(ages[len(ages) // 2] * 1000),
        "p99_ms": round(ages[int(len(ages) * 0.99)] * 1000),
        "accept": figures(outcome),
    }


def measure(server: Server, options: argparse.Namespace) -> dict[str, object]:
    run = f"{os.getpid()}"
    stored = Stored(server) if server.data_dir else None
    parts = options.only.split(",")
    result: dict[str, object] = {}
    if "single" in parts:
        Load(server.address, single(server, f"warm{run}"), connections=8).run(requests=500)
        for name, make in (("floor", floor(server)), ("single", single(server, f"one{run}"))):
            outcome = Load(server.address, make, connections=options.connections).run(seconds=options.seconds)
            result[name] = figures(outcome)
            print(name, result[name])
        result["ratio"] = round(per_second(result["single"]) / per_second(result["floor"]), 3)
    if "bulk" in parts:
        outcome = Load(server.address, bulk(server, run), connections=4).run(seconds=options.seconds)
        result["bulk"] = figures(outcome, BULK_EVENTS)
        print("bulk", result["bulk"])
    if stored and "drain" in parts:
        settle(stored)
        result["drain"] = drain(server, stored, options.drain)
        print("drain", result["drain"])
    if stored and "freshness" in parts:
        settle(stored)
        result["freshness"] = freshness(server, stored, options.seconds)
        print("freshness", result["freshness"])
    return result


def per_second(part: object) -> float:
    return float(part["requests_per_second"]) if isinstance(part, dict) else 0.0


def settle(stored: Stored) -> None:
    """Waits until what earlier parts sent has been worked off."""
    last, still = -1, time.perf_counter()
    while time.perf_counter() - still < 2:
        count = stored.count()
        if count != last:
            last, still = count, time.perf_counter()
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url")
    parser.add_argument("--private-key")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--drain", type=int, default=200, help="bulk requests of the draining part")
    parser.add_argument("--only", default="single,bulk,drain,freshness")
    options = parser.parse_args()
    if options.base_url:
        server = Server(options.base_url, "", options.private_key, options.data_dir)
        print(json.dumps(measure(server, options)))
        return
    with started(rate_limits="off", bench="on") as server:
        print(json.dumps(measure(server, options)))


if __name__ == "__main__":
    main()
