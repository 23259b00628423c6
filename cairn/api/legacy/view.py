"""The one Django view of the old API: it reads the call, lets in whom it may, and turns every end into an answer of its
family. Nothing of today's API shows: no revision is asked for, and no JSON:API comes back."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from cairn.api.kernel import errors
from cairn.api.kernel.callers import holder_of
from cairn.api.kernel.errors import Problem, Refused
from cairn.api.kernel.ratelimit import Limit, RateLimiter, for_account
from cairn.api.legacy.calls import Call, merged, refuse_nul
from cairn.api.legacy.endpoints import Endpoint, Table
from cairn.domains.accounts.contracts import FULL_ACCESS, Caller
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.kernel.errors import CairnError, Conflict

logger = logging.getLogger(__name__)

LARGEST_BODY: Final = 5 * 1024 * 1024
NO_KEY: Final = "You must specify an API key to make requests."
WRONG_KEY: Final = "The API key specified is invalid."
SCHEME: Final = "Klaviyo-API-Key"
JSON: Final = "application/json"
MINUTE: Final = 60


def view(
    table: Callable[[], Table], *, limiter: RateLimiter, now: Callable[[], datetime]
) -> Callable[..., HttpResponse]:
    """The view over a table of endpoints."""

    @csrf_exempt  # A key needs none, and no browser sends one by itself.
    def handle(request: HttpRequest, **_: str) -> HttpResponse:
        request_id = str(uuid.uuid4())
        try:
            found = respond(request, table(), limiter, now())
            body = b"" if found is None else msgspec.json.encode(found)
            reply = HttpResponse(body, content_type=JSON)
        except Exception as error:
            reply = refusal(explained(error, request, request_id), request.path)
        reply.headers["X-Request-Id"] = request_id
        reply.headers["Cache-Control"] = "no-store"
        return reply

    return handle


def respond(request: HttpRequest, table: Table, limiter: RateLimiter, now: datetime) -> Any:
    endpoint, places = table.find(request.method or "GET", request.path)
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise errors.payload_too_large(LARGEST_BODY)
    parameters, fields = merged(request.META.get("QUERY_STRING", ""), request.body, request.content_type or "")
    caller = identify(parameters, request.headers.get("api-key", ""), str(request.META.get("REMOTE_ADDR", "")))
    throttle(endpoint, caller, limiter, now)
    demand(caller, endpoint)
    refuse_nul(parameters)
    return endpoint.call(Call(caller.scope, now, places, parameters, fields))


def identify(parameters: dict[str, Any], header: str, address: str) -> Caller:
    """The caller of a private key, which may stand in the address, in the body or in a header."""
    given = parameters.pop("api_key", None)
    if isinstance(given, list):  # One library sends it twice.
        given = given[-1] if given else None
    key = str(given or header).strip()
    if not key:
        raise Refused([Problem(403, "not_authenticated", "Forbidden.", NO_KEY)])
    try:
        return holder_of(f"{SCHEME} {key}", address)
    except Refused as refusal:
        if refusal.status == 403:  # A right key from a wrong place.
            raise
        raise Refused([Problem(403, "authentication_failed", "Forbidden.", WRONG_KEY)]) from None


def demand(caller: Caller, endpoint: Endpoint) -> None:
    missing = set(endpoint.scopes) - caller.scope.scopes
    if missing and FULL_ACCESS not in caller.scope.scopes:
        names = ", ".join(sorted(missing))
        raise Refused([Problem(401, "permission_denied", "Unauthorized.", f"This key lacks the scope(s) {names}.")])


def throttle(endpoint: Endpoint, caller: Caller, limiter: RateLimiter, now: datetime) -> None:
    """The old API has counters of its own. An hour is counted by a clock that counts minutes."""
    limit = for_account(endpoint.limit, endpoint.id, caller.rate_limits)
    account, name, second = caller.scope.account_id, f"legacy {endpoint.id}", int(now.timestamp())
    wait = limiter.count(account, name, limit, second).retry_after
    if not wait and endpoint.per_hour:
        hourly = Limit(endpoint.per_hour, endpoint.per_hour)
        wait = limiter.count(account, f"{name} by the hour", hourly, second // MINUTE).retry_after * MINUTE
    if wait:
        # One library takes the number from the text, as its last word but one.
        detail = f"Request was throttled. Expected available in {wait}.0 seconds."
        raise Refused([Problem(429, "throttled", "Throttled.", detail, headers={"Retry-After": str(wait)})])


def explained(error: Exception, request: HttpRequest, request_id: str) -> Problem:
    """What to tell of a failure; what is our fault is logged with the id that the caller gets."""
    match error:
        case Refused(problems):
            return problems[0]
        case Conflict():
            return Problem(400, error.code, error.title, error.detail)
        case CairnError():
            return errors.of(error)
        case RequestDataTooBig():
            return Problem(413, "payload_too_large", "Payload too large.", "The request body is too large.")
        case DataError():
            return Problem(400, "invalid", "Invalid input.", "A number or text is out of range.")
        case OperationalError() | InterfaceError() | ClickHouseError():
            logger.warning("%s %s: a store is away: %s [%s]", request.method, request.path, error, request_id)
            detail = "A database is not available at the moment."
            return Problem(503, "unavailable", "Service unavailable.", detail, headers={"Retry-After": "2"})
    logger.error("%s %s failed [%s]", request.method, request.path, request_id, exc_info=error)
    return errors.server_error()


def refusal(problem: Problem, path: str) -> HttpResponse:
    """The second version has `detail`, which some of its clients read as `message`; the first has `message` alone."""
    body: dict[str, Any] = {"status": problem.status, "message": problem.detail}
    if path.startswith("/api/v2/"):
        body["detail"] = problem.detail
    reply = HttpResponse(msgspec.json.encode(body), status=problem.status, content_type=JSON)
    for name, value in problem.headers.items():
        reply.headers[name] = value
    return reply
