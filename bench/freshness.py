"""How soon a segment knows: from the 202 of an event until `segment.entered` is on the log, with many live segments.

    python bench/freshness.py [--rate 2000] [--seconds 15] [--segments 200] [--relative 0.6]

It starts a server of its own with its real stores. Each event is the first of its kind of a known customer, who enters
one segment by it, and is looked at for all the others. The last line is JSON.
"""

import argparse
import json
import os
import sys
import threading
import time
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from load import Load, Outcome, request
from server import ROOT, Server, started

sys.path.insert(0, str(ROOT))
from made_up_shop import METRICS
from segments import following_the_clock, groups, last, metric

from cairn import wiring
from cairn.cli.stores import adopt
from cairn.infra.eventlog.port import Lane

ENTERED = "segment.entered"
FRESH = "Fresh"
READ = 1_000
BUILD_SECONDS = 600.0
EVENT = (
    '{"data":{"type":"event","attributes":{"properties":{"Category":"Shoes"},"value":20,"unique_id":"%s-%d","metric":'
    '{"data":{"type":"metric","attributes":{"name":"%s"}}},"profile":{"data":{"type":"profile","attributes":'
    '{"email":"customer-%d@example.com"}}}}}}'
)
direct = build_opener(ProxyHandler({}))


def happening(server: Server, name: str, number: int) -> bytes:
    return request("/api/events", (EVENT % (name, number, name, number)).encode(), server.headers)


def call(server: Server, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = json.dumps(body).encode() if body else None
    with direct.open(Request(f"{server.base_url}{path}", data, server.headers), timeout=60) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


def make(server: Server, name: str, definition: dict[str, Any]) -> str:
    body = {"data": {"type": "segment", "attributes": {"name": name, "definition": definition}}}
    return str(call(server, "/api/segments", body)["data"]["id"])


def until(what: str, test: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not test():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not come about within {seconds:.0f} s.")
        time.sleep(0.2)


def metric_ids(server: Server) -> dict[str, str]:
    found = call(server, "/api/metrics")["data"]
    return {one["attributes"]["name"]: one["id"] for one in found}


class Watch:
    """Counts, as the log does, who entered a segment."""

    def __init__(self, segment_id: str) -> None:
        self._segment_id = segment_id
        self._reader = wiring.log_reader()
        self._after = dict(self._reader.ends(Lane.BULK))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.count = 0
        self.seen: list[tuple[float, int]] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            entries = self._reader.read(Lane.BULK, self._after, READ)
            for entry in entries:
                self._after[entry.position.writer] = entry.position.offset
                if entry.record.kind == ENTERED:
                    fact = json.loads(entry.record.body)
                    self.count += len(fact["profiles"]) if fact["segment_id"] == self._segment_id else 0
            self.seen.append((time.perf_counter(), self.count))
            if not entries:
                time.sleep(0.01)


def ages(outcome: Outcome, watch: Watch) -> list[float]:
    """Of each event, by order of acceptance: seconds until as many had entered."""
    found, place = [], 0
    for number, accepted in enumerate(sorted(outcome.accepted), start=1):
        while watch.seen[place][1] < number:
            place += 1
        found.append(max(watch.seen[place][0] - accepted, 0.0))
    return sorted(found)


def prepare(server: Server, options: argparse.Namespace) -> str:
    """Customers, metrics and segments; the id of the segment that is entered."""
    customers = options.rate * options.seconds
    Load(server.address, lambda n: happening(server, METRICS[0], n), connections=32).run(requests=customers)
    names = [*METRICS, FRESH]
    Load(server.address, lambda n: happening(server, names[n], customers), connections=1).run(requests=len(names))
    until("The metrics", lambda: set(metric_ids(server)) >= set(names), BUILD_SECONDS)
    ids = metric_ids(server)
    fresh = make(server, "Fresh today", groups([metric(ids[FRESH], "greater-than", 0, last(1))]))
    others = [
        make(server, f"Segment {place}", definition)
        for place, definition in enumerate(following_the_clock(ids, options.segments - 1, options.relative))
    ]
    newest = others[-1] if others else fresh
    path = f"/api/segments/{newest}"
    until("The segments", lambda: not call(server, path)["data"]["attributes"]["is_processing"], BUILD_SECONDS)
    return fresh


def measure(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    os.environ["CAIRN_DATA_DIR"] = str(server.data_dir)
    wiring.settings.cache_clear()
    adopt(wiring.settings())
    wiring.settings.cache_clear()
    watch = Watch(prepare(server, options))
    watch.start()
    make_one = Load(server.address, lambda n: happening(server, FRESH, n), connections=32, rate=options.rate)
    outcome = make_one.run(seconds=options.seconds)
    until("The last entry", lambda: watch.count >= len(outcome.accepted), 120)
    time.sleep(0.1)
    watch.stop()
    found = ages(outcome, watch)
    return {
        "bench": "freshness",
        "segments": options.segments,
        "relative": options.relative,
        "events_per_second": round(outcome.per_second),
        "entered": watch.count,
        "p50_ms": round(found[len(found) // 2] * 1000),
        "p99_ms": round(found[int(len(found) * 0.99)] * 1000),
        "max_ms": round(found[-1] * 1000),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=2_000)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--segments", type=int, default=200)
    parser.add_argument("--relative", type=float, default=0.6)
    options = parser.parse_args()
    with started(rate_limits="off") as server:
        print(json.dumps(measure(server, options)))


if __name__ == "__main__":
    main()
