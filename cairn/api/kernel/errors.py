"""JSON:API error documents, and how a refusal of the product becomes one. No Django: the hot paths use it, too."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from cairn.kernel import errors as kernel

MEDIA_TYPE = "application/vnd.api+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One member of `errors`. `headers` go with the answer (Allow, Retry-After)."""

    status: int
    code: str
    title: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def member(self, error_id: str) -> dict[str, Any]:
        source = {"pointer": self.pointer, "parameter": self.parameter}
        return {
            "id": error_id,
            "status": self.status,
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "source": {key: value for key, value in source.items() if value is not None},
            "links": {},
            "meta": dict(self.meta),
        }


@dataclass(slots=True)
class Refused(Exception):
    """A request that ends here, with the problems to tell."""

    problems: Sequence[Problem]

    @property
    def status(self) -> int:
        return self.problems[0].status

    @property
    def headers(self) -> dict[str, str]:
        return {name: value for problem in self.problems for name, value in problem.headers.items()}


def document(problems: Iterable[Problem], request_id: str | None = None) -> bytes:
    """The error document. The first error carries the request's id, so that a log line can be found by it."""
    first = request_id or str(uuid.uuid4())
    members = [problem.member(str(uuid.uuid4()) if number else first) for number, problem in enumerate(problems)]
    return msgspec.json.encode({"errors": members})


def of(error: kernel.CairnError) -> Problem:
    """What a refusal of a domain looks like over HTTP."""
    match error:
        case kernel.NotFound():
            return replace(not_found(error.detail), meta=error.meta)
        case kernel.Invalid():
            return Problem(400, error.code, error.title, error.detail, error.pointer, error.parameter)
        case kernel.Conflict():
            return Problem(409, error.code, error.title, error.detail, error.pointer, meta=error.meta)
        case kernel.Unavailable():
            headers = {"Retry-After": str(error.retry_after)}
            return Problem(503, "unavailable", "Service unavailable.", error.detail, headers=headers)
    return server_error()


def invalid(
    detail: str, *, pointer: str | None = None, parameter: str | None = None, title: str = "Invalid input."
) -> Refused:
    return Refused([Problem(400, "invalid", title, detail, pointer, parameter)])


def not_authenticated() -> Refused:
    detail = (
        "Missing or malformed authorization. Send `Authorization: Klaviyo-API-Key <private key>`, or `Bearer <access "
        "token>` of an app."
    )
    return Refused([Problem(401, "not_authenticated", "Authentication credentials were not provided.", detail)])


def authentication_failed(detail: str = "This key or token is unknown, disabled or expired.") -> Refused:
    return Refused([Problem(401, "authentication_failed", "Incorrect authentication credentials.", detail)])


def permission_denied(missing: Iterable[str]) -> Refused:
    names = ", ".join(sorted(missing))
    detail = f"This key lacks the required scope(s): {names}."
    return Refused([Problem(403, "permission_denied", "You do not have permission for this action.", detail)])


def wrong_address(address: str) -> Refused:
    return forbidden(f"This key may not be used from {address}: its list of allowed networks does not contain it.")


def forbidden(detail: str) -> Refused:
    return Refused([Problem(403, "permission_denied", "You do not have permission for this action.", detail)])


def not_found(detail: str = "The requested resource does not exist.") -> Problem:
    return Problem(404, "not_found", "Not found.", detail)


def method_not_allowed(method: str, allowed: Iterable[str]) -> Refused:
    headers = {"Allow": ", ".join(sorted(allowed))}
    detail = f"Method {method} is not allowed here."
    return Refused([Problem(405, "method_not_allowed", "Method not allowed.", detail, headers=headers)])


def payload_too_large(limit: int) -> Refused:
    detail = f"The request body is larger than {limit} bytes."
    return Refused([Problem(413, "payload_too_large", "Payload too large.", detail, "/data")])


def unsupported_media_type(given: str) -> Refused:
    detail = f"Unsupported media type {given or '(none)'!r}; send {MEDIA_TYPE}."
    return Refused([Problem(415, "unsupported_media_type", "Unsupported media type.", detail)])


def throttled(seconds: int) -> Refused:
    unit = "second" if seconds == 1 else "seconds"
    detail = f"Request was throttled. Expected available in {seconds} {unit}."
    headers = {"Retry-After": str(seconds)}
    return Refused([Problem(429, "throttled", "Request was throttled.", detail, "/data", headers=headers)])


def server_error() -> Problem:
    detail = "Something broke on our side; the server's log has this error's id."
    return Problem(500, "error", "A server error occurred.", detail)


def below(problem: Problem, prefix: str) -> Problem:
    """The same problem, seen from a document that contains the one it was found in."""
    return problem if problem.pointer is None else replace(problem, pointer=prefix + problem.pointer)
