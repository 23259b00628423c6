"""Signing in to the web app, and out of it."""

import msgspec
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.middleware.csrf import get_token

from cairn import wiring
from cairn.api.kernel import callers, errors
from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Auth, Create, Delete, Get, Resource
from cairn.api.kernel.ratelimit import Limit, M, RateLimiter
from cairn.domains.accounts import queries
from cairn.domains.accounts.contracts import SignedIn
from cairn.kernel import clock
from cairn.kernel.errors import NotFound

CURRENT = "current"
ATTEMPTS = Limit(burst=3, steady=10)
# Beside the limit by address: many addresses must not guess one person's password. Never lifted.
PER_PERSON = RateLimiter(enforce=True, share=wiring.shared_counts)


class SessionAttributes(msgspec.Struct):
    email: str
    name: str
    account_id: str
    account_name: str
    timezone: str
    currency: str
    company_id: str


class Session(SessionAttributes):
    id: str = CURRENT


class Credentials(msgspec.Struct):
    email: str
    password: str


def session(found: SignedIn) -> Session:
    return Session(
        email=found.email,
        name=found.name,
        account_id=found.account.id,
        account_name=found.account.name,
        timezone=found.account.timezone,
        currency=found.account.currency,
        company_id=found.account.id,
    )


def sign_in(request: HttpRequest, body: Body[Credentials]) -> Session:
    email = body.attributes.email.strip().lower()
    taken = PER_PERSON.take(email, "sign_in", ATTEMPTS, clock.now())
    if taken.retry_after:
        raise errors.throttled(taken.retry_after)
    user = authenticate(request, username=email, password=body.attributes.password)
    found = queries.signed_in(int(user.pk)) if user is not None else None
    if user is None or found is None:
        raise errors.authentication_failed("Email and password do not match.")
    login(request, user)
    request.session[callers.ACCOUNT_IN_SESSION] = found.account.id
    get_token(request)  # The answer carries the CSRF cookie that writes must repeat.
    return session(found)


def current(request: HttpRequest, session_id: str) -> Session:
    found = queries.signed_in(int(request.user.pk or 0), request.session.get(callers.ACCOUNT_IN_SESSION))
    if session_id != CURRENT or found is None:
        raise NotFound("There is no such session.")
    get_token(request)
    return session(found)


def sign_out(request: HttpRequest, session_id: str) -> None:
    if session_id != CURRENT:
        raise NotFound("There is no such session.")
    logout(request)


SESSIONS = Resource(
    type="session",
    path="sessions",
    tag="Sessions",
    attributes=SessionAttributes,
    extension=True,
    operations=(
        Create("create_session", sign_in, body=Credentials, auth=Auth.NONE, limit=M),
        Get("get_session", current, auth=Auth.SESSION, limit=M),
        Delete("delete_session", sign_out, auth=Auth.SESSION, limit=M),
    ),
)
