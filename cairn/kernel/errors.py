"""What can go wrong, said without HTTP: the API, the worker and the command line each translate it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class CairnError(Exception):
    """A refusal with a reason that a caller can act on."""

    detail: str

    def __str__(self) -> str:
        return self.detail


@dataclass(slots=True)
class NotFound(CairnError):
    """The thing does not exist in this account; whether it exists elsewhere is not told. `meta` names what took its
    place."""

    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Invalid(CairnError):
    """Input that cannot be taken. `pointer` is a JSON pointer into the request's body, `parameter` a query
    parameter."""

    pointer: str | None = None
    parameter: str | None = None
    code: str = "invalid"
    title: str = "Invalid input."


@dataclass(slots=True)
class Conflict(CairnError):
    """The write contradicts what is there."""

    code: str = "conflict"
    title: str = "Conflict."
    pointer: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Unavailable(CairnError):
    """A store that this needs is away; trying again after `retry_after` seconds can help."""

    retry_after: int = 2
