"""How this installation is: each part, and how far the worker is behind; for load balancers, Prometheus and people."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from cairn import wiring
from cairn.infra.supervisor import folder, memory
from cairn.kernel.errors import Unavailable
from cairn.workers.lag import LaneLag, lags
from cairn.workers.positions import INGEST_LOCK

# Below this the log refuses soon; better said before.
LEAST_FREE_BYTES = 64 << 20
WORKER_HOLDS = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = %s
)
"""


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of the installation. `detail` says what is wrong, without secrets."""

    ok: bool
    milliseconds: float
    detail: str = ""


class Lane(msgspec.Struct, frozen=True):
    """One lane of the log: entries accepted in all, and those that are not worked off."""

    accepted: int
    behind: int


@dataclass(frozen=True, slots=True)
class Health:
    """All parts. Accepting needs the log alone; the others only make it late."""

    parts: dict[str, Part]
    lanes: dict[str, Lane] = field(default_factory=dict)

    @property
    def accepting(self) -> bool:
        return self.parts["log"].ok

    @property
    def degraded(self) -> list[str]:
        return [name for name, part in self.parts.items() if not part.ok]

    @property
    def status(self) -> str:
        if not self.accepting:
            return "down"
        return "degraded" if self.degraded else "ok"

    def document(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "degraded": self.degraded,
            "parts": msgspec.to_builtins(self.parts),
            "log": msgspec.to_builtins(self.lanes),
        }


def examine() -> Health:
    """Look at every part now. Never raises for a part that is away."""
    parts = {"log": timed(see_log), "postgres": timed(see_postgres), "clickhouse": timed(see_clickhouse)}
    lanes: dict[str, Lane] = {}
    if parts["postgres"].ok:
        parts["worker"] = timed(see_worker)
        lanes = {lag.lane: Lane(lag.appended, lag.behind) for lag in known_lags()}
    else:
        parts["worker"] = Part(False, 0, "Unknown while PostgreSQL is away.")
    return Health(parts, lanes)


def timed(look: Callable[[], str]) -> Part:
    """`look` returns what is wrong; nothing wrong is an empty text."""
    begun = time.perf_counter()
    detail = look()
    return Part(not detail, round((time.perf_counter() - begun) * 1000, 2), detail)


def see_log() -> str:
    place = wiring.settings().data_dir
    if not os.access(place, os.W_OK):
        return "The data folder cannot be written."
    free = shutil.disk_usage(place).free
    return f"Only {free >> 20} MB are free in the data folder." if free < LEAST_FREE_BYTES else ""


def see_postgres() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return "PostgreSQL does not answer."
    return ""


def see_clickhouse() -> str:
    try:
        return "" if wiring.clickhouse().ping() else "ClickHouse does not answer."
    except Unavailable as error:
        return str(error)


def see_worker() -> str:
    """Whoever consumes the log holds a lock in PostgreSQL for as long as it lives."""
    with connection.cursor() as cursor:
        cursor.execute(WORKER_HOLDS, [INGEST_LOCK])
        row = cursor.fetchone()
    return "" if row and row[0] else "No worker takes entries from the log."


def known_lags() -> list[LaneLag]:
    try:
        return lags()
    except DatabaseError:
        connection.close()
        return []


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while events are accepted, whatever else is away; else 503."""
    health = examine()
    return JsonResponse(health.document(), status=200 if health.accepting else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters of all processes, and what `healthz` sees, for Prometheus."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(Examined())
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    registry.register(Examined())
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """The same as `healthz` for people who are signed in."""
    if not request.user.is_authenticated:
        error = {"status": 401, "code": "not_authenticated", "title": "Not signed in.", "detail": "Sign in first."}
        return JsonResponse({"errors": [error]}, status=401, content_type="application/vnd.api+json")
    resource = {"type": "status", "id": "current", "attributes": examine().document()}
    return JsonResponse({"data": resource}, content_type="application/vnd.api+json")


class Examined(Collector):
    """Gauges that are looked up when asked for."""

    def collect(self) -> Iterator[Metric]:
        health = examine()
        up = GaugeMetricFamily("cairn_part_up", "Whether a part answers", labels=["part"])
        for name, part in health.parts.items():
            up.add_metric([name], float(part.ok))
        behind = GaugeMetricFamily("cairn_log_behind_entries", "Accepted, not worked off", labels=["lane"])
        accepted = GaugeMetricFamily("cairn_log_accepted_entries", "Accepted since the beginning", labels=["lane"])
        for name, lane in health.lanes.items():
            behind.add_metric([name], lane.behind)
            accepted.add_metric([name], lane.accepted)
        resident = GaugeMetricFamily("cairn_process_memory_bytes", "Proportional set size", labels=["process"])
        for name, size in process_memory().items():
            resident.add_metric([name], size)
        yield from (up, behind, accepted, resident)


def process_memory() -> dict[str, int]:
    """Of the processes of `cairn serve`; of this one alone where it was started by itself."""
    state = folder.read_state(wiring.settings().data_dir)
    if state is None:
        return memory.memory_of({"web": os.getpid()})
    sizes = memory.memory_of(state.processes)
    return {**sizes, "supervisor": memory.proportional_bytes(state.pid)}
