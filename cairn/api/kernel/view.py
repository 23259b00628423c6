"""The one Django view of the API: it finds the operation, lets in whom it may, and turns every end into a document."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from cairn.api.kernel import callers, errors, ratelimit, revisions
from cairn.api.kernel.changes import Changes, Place
from cairn.api.kernel.errors import MEDIA_TYPE, Problem, Refused
from cairn.api.kernel.performing import Answer, Context, perform
from cairn.api.kernel.ratelimit import RateLimiter
from cairn.api.kernel.routes import Route, Table
from cairn.domains.accounts.contracts import Caller
from cairn.kernel.errors import CairnError

logger = logging.getLogger(__name__)
SIGNED_IN = ratelimit.XL


def view(
    table: Callable[[], Table],
    *,
    changes: Changes,
    limiter: RateLimiter,
    base: str,
    secret: str,
    now: Callable[[], datetime],
) -> Callable[..., HttpResponse]:
    """The view over a table of routes, for callers of all releases."""

    @csrf_exempt  # A key needs none, and no browser sends one by itself; sessions are checked in `callers`.
    def handle(request: HttpRequest, **_: str) -> HttpResponse:
        request_id = str(uuid.uuid4())
        headers: dict[str, str] = {}
        try:
            asked = Asked(request, changes, limiter, base, secret, now())
            answer = respond(asked, headers, table())
            body = b"" if answer.document is None else msgspec.json.encode(answer.document)
            reply = HttpResponse(body, status=answer.status, content_type=MEDIA_TYPE)
        except Exception as error:
            problems = explained(error, request, request_id)
            headers.update(headers_of(problems))
            reply = HttpResponse(
                errors.document(problems, request_id), status=problems[0].status, content_type=MEDIA_TYPE
            )
        if not reply.content:
            del reply.headers["Content-Type"]
        reply.headers["X-Request-Id"] = request_id
        reply.headers.setdefault("Vary", "Authorization, Cookie")
        reply.headers["Cache-Control"] = "no-store"
        for name, value in headers.items():
            reply.headers[name] = value
        return reply

    return handle


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what answering it needs."""

    request: HttpRequest
    changes: Changes
    limiter: RateLimiter
    base: str
    secret: str
    now: datetime


def respond(asked: Asked, headers: dict[str, str], table: Table) -> Answer:
    request, changes = asked.request, asked.changes
    place = placed(request, changes)
    route, id_ = table.find(request.method or "GET", place.path)
    if id_ is not None and "\0" in id_:
        raise Refused([errors.not_found()])
    caller = callers.identify(request, route.auth)
    revision = agree_on_revision(request, route)
    parameters = {name: values[-1] for name, values in request.GET.lists() if values}
    if changes.concerns(revision):
        parameters = changes.query(route.id, revision, parameters)
    throttle(request, route, caller, parameters, headers, asked.limiter, asked.now)
    callers.demand(caller.scope, route.scopes)
    if any("\0" in value for value in parameters.values()):
        raise errors.invalid("NUL characters are not allowed.")

    def adapted(document: Any) -> Any:
        """The body as the newest release has it."""
        if not changes.concerns(revision):
            return document
        return changes.body(route.id, revision, with_id(document, place))

    answer = perform(Context(route, table, caller.scope, request, id_, parameters, asked.base, asked.secret, adapted))
    if answer.document is None or not changes.concerns(revision):
        return answer
    return replace(answer, document=changes.answer(revision, answer.document))


def placed(request: HttpRequest, changes: Changes) -> Place:
    """Where the request goes; a wrong revision is told later, where who asks is known."""
    try:
        revision = revisions.resolve(request.headers.get("revision"))
    except Refused:
        return Place(request.path)
    return changes.place(revision, request.method or "GET", request.path)


def with_id(document: Any, place: Place) -> Any:
    if place.body_id is None or not isinstance(document, dict) or not isinstance(document.get("data"), dict):
        return document
    return {**document, "data": {**document["data"], "id": place.body_id}}


def agree_on_revision(request: HttpRequest, route: Route) -> revisions.Revision:
    """The revision asked for. Our own extensions and our own pages (by cookie) may leave it out."""
    header = request.headers.get("revision")
    if header is None and (route.extension or "Authorization" not in request.headers):
        return revisions.LATEST
    return revisions.resolve(header)


def throttle(
    request: HttpRequest,
    route: Route,
    caller: Caller,
    parameters: dict[str, str],
    headers: dict[str, str],
    limiter: RateLimiter,
    now: datetime,
) -> None:
    """Count the request, under the lowest limit that its parameters bring along. Refuses with 429.

    The documented limits are those of keys. A person with the web app open has limits that no person reaches; whoever
    is not yet known (signing in) is counted by address.
    """
    bucket, documented, owner = route.id, route.limit, ratelimit.owner_of(caller.scope)
    for cost in route.costs:
        if cost.value in parameters.get(cost.parameter, "").split(","):
            bucket, documented = f"{cost.parameter}={cost.value}", cost.limit
    if caller.scope.actor.startswith("user:"):
        bucket, documented, owner = route.id, SIGNED_IN, caller.scope.actor
    limit = ratelimit.for_account(documented, route.id, caller.rate_limits)
    taken = limiter.take(owner or str(request.META.get("REMOTE_ADDR", "")), bucket, limit, now)
    if taken.retry_after:
        raise errors.throttled(taken.retry_after)
    headers.update(taken.headers())


def explained(error: Exception, request: HttpRequest, request_id: str) -> list[Problem]:
    """What to tell of a failure; what is our fault is logged with the id that the caller gets."""
    match error:
        case Refused(problems):
            return list(problems)
        case CairnError():
            return [errors.of(error)]
        case RequestDataTooBig():
            return [Problem(413, "payload_too_large", "Payload too large.", "The request body is too large.", "/data")]
        case DataError():
            return [Problem(400, "invalid", "Invalid input.", "A number or text is out of range.", "/data")]
        case OperationalError() | InterfaceError():
            logger.warning("%s %s: the database is away: %s [%s]", request.method, request.path, error, request_id)
            detail = "The database is not available at the moment."
            return [Problem(503, "unavailable", "Service unavailable.", detail, headers={"Retry-After": "2"})]
    logger.error("%s %s failed [%s]", request.method, request.path, request_id, exc_info=error)
    return [errors.server_error()]


def headers_of(problems: list[Problem]) -> dict[str, str]:
    return {name: value for problem in problems for name, value in problem.headers.items()}
