"""Who calls: a private key or an app's token in the Authorization header, or a signed-in user by their session cookie
(with CSRF for writes)."""

import threading
import time

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from cairn.api.kernel import errors
from cairn.api.kernel.declare import Auth
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import APP, FULL_ACCESS, KEY, Caller
from cairn.kernel import clock
from cairn.kernel.scope import Scope

SCHEMES = {"klaviyo-api-key": KEY, "bearer": APP}
KNOWN_SECONDS = 2.0
MOST_KNOWN = 10_000
ACCOUNT_IN_SESSION = "account_id"
ANYONE = Caller(Scope("", 0, "anyone"), {})


class Keys:
    """Recently used keys, so that a burst asks PostgreSQL once. A disabled key is refused two seconds later at most;
    `forget` makes that at once in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[float, Caller]] = {}

    def find(self, secret: str, kind: str = KEY) -> Caller | None:
        known = self._known.get((kind, secret))
        if known and known[0] > time.monotonic():
            return known[1]
        caller = queries.caller_of(secret, kind=kind, now=clock.now())
        if caller:
            actions.note_use([caller.scope.actor], now=clock.now())
        with self._lock:
            self._known.pop((kind, secret), None)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            if caller:
                self._known[kind, secret] = (time.monotonic() + KNOWN_SECONDS, caller)
        return caller

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


KEYS = Keys()


class Csrf(CsrfViewMiddleware):
    """Django's check, asked for an answer instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def same_site(request: HttpRequest) -> None:
    check = Csrf(lambda _: HttpResponse())
    check.process_request(request)
    reply = check.process_view(request, lambda _: HttpResponse(), (), {})
    if reply is not None:
        raise errors.forbidden(f"CSRF check failed: {reply.content.decode()} Send the cookie's token as X-CSRFToken.")


def identify(request: HttpRequest, auth: Auth) -> Caller:
    """The caller of an operation. Refuses with 401, or 403 for a browser's write without its token."""
    if auth is Auth.NONE:
        return ANYONE
    header = request.headers.get("Authorization", "")
    if header and auth is Auth.ACCOUNT:
        return holder_of(header, str(request.META.get("REMOTE_ADDR", "")))
    return signed_in(request)


def holder_of(header: str, address: str) -> Caller:
    scheme, _, secret = header.partition(" ")
    kind = SCHEMES.get(scheme.lower())
    if kind is None or not secret.strip():
        raise errors.not_authenticated()
    caller = KEYS.find(secret.strip(), kind)
    if caller is None or 0 < caller.expires <= time.time():
        raise errors.authentication_failed()
    if not queries.is_within(caller.networks, address):
        raise errors.wrong_address(address)
    return caller


def signed_in(request: HttpRequest) -> Caller:
    if not request.user.is_authenticated:
        raise errors.not_authenticated()
    found = queries.signed_in(int(request.user.pk), request.session.get(ACCOUNT_IN_SESSION))
    if found is None:
        raise errors.not_authenticated()
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        same_site(request)
    scope = Scope(found.account.id, found.account.number, f"user:{found.user_id}", frozenset({FULL_ACCESS}))
    return Caller(scope, found.rate_limits)


def demand(scope: Scope, scopes: tuple[str, ...]) -> None:
    """Refuses with 403 that names what is missing."""
    if FULL_ACCESS in scope.scopes:
        return
    missing = set(scopes) - scope.scopes
    if missing:
        raise errors.permission_denied(missing)
