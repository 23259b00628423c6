"""Requests of the hot paths, counted for Prometheus."""

from functools import cache

from prometheus_client import Counter

REQUESTS = Counter("cairn_http_requests", "Answered requests of the hot paths", ["path", "status"])


@cache
def counter(path: str, status: int) -> Counter:
    """Looked up once per label pair: this runs tens of thousands of times a second."""
    return REQUESTS.labels(path, str(status))


def count(path: str, status: int) -> None:
    """`path` is one of the table's, never what a caller wrote."""
    counter(path, status).inc()
