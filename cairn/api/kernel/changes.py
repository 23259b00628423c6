"""What releases of the API changed, so that callers of an older one are served: a request becomes one of the newest
release step by step, and the answer goes the same way back. No Django: the hot paths use it, too.

A change looks at what was sent, not only at the date: whoever names an old release and already sends the new form is
understood as well, and what a change cannot read goes on as it came, to be refused by name.
"""

import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cairn.api.kernel.revisions import RELEASES, Revision

Json = dict[str, Any]
Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Body:
    """The release brought another request body for these operations; `adapt` makes the new one of the old one."""

    release: str
    operations: tuple[str, ...]
    adapt: Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The release brought other query parameters for these operations."""

    release: str
    operations: tuple[str, ...]
    adapt: Callable[[Query], Query]


@dataclass(frozen=True, slots=True)
class Shown:
    """The release shows resources of a type in another way; `adapt` makes the old resource object of the new one."""

    release: str
    type: str
    adapt: Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Moved:
    """The release moved an operation. With `names` the id of the old path becomes the id in the body."""

    release: str
    method: str
    path: str
    to: str
    names: bool = False


Change = Body | Parameters | Shown | Moved


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes, and the id that its path named, if its body is to name it now."""

    path: str
    body_id: str | None = None


@dataclass(frozen=True)
class Changes:
    """All changes, oldest release first."""

    bodies: Mapping[str, tuple[Body, ...]] = field(default_factory=dict)
    parameters: Mapping[str, tuple[Parameters, ...]] = field(default_factory=dict)
    shown: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    moved: tuple[Moved, ...] = ()
    newest: str = ""
    """The newest release that changed anything: callers from then on are served without a look at all this."""

    def concerns(self, revision: Revision) -> bool:
        return revision.date < self.newest

    def place(self, revision: Revision, method: str, path: str) -> Place:
        """Where a request of an older release goes today."""
        steps = path.strip("/").split("/")
        for one in self.moved:
            if one.method == method and revision.date < one.release:
                id_ = id_in(one.path, steps)
                if id_ is not None:
                    return Place(one.to.replace("{id}", id_), id_ if one.names else None)
        return Place(path)

    def body(self, operation: str, revision: Revision, document: Any) -> Any:
        """A request's document as the newest release has it."""
        for one in self.bodies.get(operation, ()):
            if revision.date < one.release and isinstance(document, dict):
                document = one.adapt(document)
        return document

    def query(self, operation: str, revision: Revision, given: Query) -> Query:
        for one in self.parameters.get(operation, ()):
            if revision.date < one.release:
                given = one.adapt(given)
        return given

    def answer(self, revision: Revision, document: Json) -> Json:
        """An answer's document as the caller's release has it."""
        return {
            name: [self._resource(revision, one) for one in part]
            if isinstance(part, list) and name in ("data", "included")
            else self._resource(revision, part)
            if name == "data"
            else part
            for name, part in document.items()
        }

    def _resource(self, revision: Revision, resource: Any) -> Any:
        if not isinstance(resource, dict) or "attributes" not in resource:
            return resource
        for one in reversed(self.shown.get(resource.get("type", ""), ())):
            if revision.date < one.release:
                resource = one.adapt(resource)
        return resource

    def content(self, operation: str, revision: Revision, content: bytes) -> bytes:
        """The same for a body that was not parsed yet. What is no JSON stays, to be refused where it is read."""
        if operation not in self.bodies or not self.concerns(revision):
            return content
        try:
            document = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return content
        adapted = self.body(operation, revision, document)
        return content if adapted is document else msgspec.json.encode(adapted)


def id_in(pattern: str, steps: Sequence[str]) -> str | None:
    """What stands for `{id}` in a path of this form ('' where the form has none); None for other paths."""
    wanted = pattern.strip("/").split("/")
    if len(wanted) != len(steps):
        return None
    found = ""
    for place, step in zip(wanted, steps, strict=True):
        if place == "{id}" and step:
            found = step
        elif place != step:
            return None
    return found


def joined(changes: Iterable[Change]) -> Changes:
    """Changes by what they concern. One of no release is a mistake of ours, told at the start."""
    everything = sorted(changes, key=lambda one: one.release)
    bodies: dict[str, list[Body]] = {}
    parameters: dict[str, list[Parameters]] = {}
    shown: dict[str, list[Shown]] = {}
    moved: list[Moved] = []
    for one in everything:
        if RELEASES[bisect.bisect_left(RELEASES, one.release) % len(RELEASES)] != one.release:
            raise ValueError(f"There is no release {one.release}.")
        match one:
            case Body():
                for operation in one.operations:
                    bodies.setdefault(operation, []).append(one)
            case Parameters():
                for operation in one.operations:
                    parameters.setdefault(operation, []).append(one)
            case Shown():
                shown.setdefault(one.type, []).append(one)
            case Moved():
                moved.append(one)
    return Changes(
        {name: tuple(some) for name, some in bodies.items()},
        {name: tuple(some) for name, some in parameters.items()},
        {name: tuple(some) for name, some in shown.items()},
        tuple(moved),
        everything[-1].release if everything else "",
    )
