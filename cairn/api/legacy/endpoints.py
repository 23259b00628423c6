"""An endpoint of the old API, and how one is found. Declarations stand in the files of their nouns, and all of them in
`table.py`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cairn.api.kernel.errors import Refused, method_not_allowed, not_found
from cairn.api.kernel.ratelimit import L, Limit
from cairn.api.legacy.calls import Call


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`call` answers with what becomes JSON, None with an empty body. The scopes are those that today's API asks for
    the same thing."""

    method: str
    path: str
    call: Callable[[Call], Any]
    scopes: tuple[str, ...]
    limit: Limit = L
    per_hour: int = 0

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Table:
    """Endpoints by method and the number of steps in their paths."""

    endpoints: tuple[Endpoint, ...]
    by_length: Mapping[int, tuple[tuple[tuple[str, ...], Endpoint], ...]] = field(default_factory=dict)

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
        """The endpoint and what stands in its path. Refuses with 404 or 405."""
        steps = tuple(path.strip("/").split("/"))
        allowed = []
        for pattern, endpoint in self.by_length.get(len(steps), ()):
            places = matched(pattern, steps)
            if places is None:
                continue
            if endpoint.method == ("GET" if method == "HEAD" else method):
                return endpoint, places
            allowed.append(endpoint.method)
        if allowed:
            raise method_not_allowed(method, allowed)
        raise Refused([not_found("There is nothing at this address.")])


def matched(pattern: tuple[str, ...], steps: tuple[str, ...]) -> dict[str, str] | None:
    places = {}
    for wanted, step in zip(pattern, steps, strict=True):
        if wanted.startswith("{"):
            if not step or "\0" in step:
                return None
            places[wanted.strip("{}")] = step
        elif wanted != step:
            return None
    return places


def table(endpoints: Iterable[Endpoint]) -> Table:
    """Join declarations; two of one method and path are a mistake of ours. Fixed words win over places."""
    found = tuple(endpoints)
    by_length: dict[int, list[tuple[tuple[str, ...], Endpoint]]] = {}
    for endpoint in sorted(found, key=lambda one: one.path.count("{")):
        steps = tuple(endpoint.path.strip("/").split("/"))
        by_length.setdefault(len(steps), []).append((steps, endpoint))
    if len({one.id for one in found}) != len(found):
        raise ValueError("An endpoint of the old API is declared twice.")
    return Table(found, {length: tuple(some) for length, some in by_length.items()})
