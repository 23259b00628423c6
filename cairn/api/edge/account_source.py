"""What the edge asks PostgreSQL: accounts, keys, lists, and whose session a browser's cookie names. In threads."""

import io
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from cairn.api.kernel import callers
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import AccountFacts, KeyFacts
from cairn.domains.lists import queries as lists
from cairn.infra.http.exchange import Request
from cairn.kernel import clock
from cairn.kernel.scope import Scope

PASSED_ON = {
    "cookie": "HTTP_COOKIE",
    "x-csrftoken": "HTTP_X_CSRFTOKEN",
    "origin": "HTTP_ORIGIN",
    "referer": "HTTP_REFERER",
    "host": "HTTP_HOST",
}


class PostgresSource:
    """The keyring's source."""

    def accounts(self, ids: Sequence[str] | None) -> list[AccountFacts]:
        close_old_connections()
        return queries.account_facts(ids)

    def keys(self, digests: Sequence[str] | None) -> list[KeyFacts]:
        close_old_connections()
        return queries.key_facts(digests, now=clock.now())

    def used(self, actors: Sequence[str]) -> None:
        close_old_connections()
        actions.note_use(actors, now=clock.now())


def list_exists(scope: Scope, list_id: str) -> bool:
    close_old_connections()
    return "\0" not in list_id and bool(lists.lists_by_ids(scope, [list_id]))


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def scope_of_session(request: Request) -> Scope:
    """Refuses as the whole API does: 401 without a user, 403 without the CSRF token."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": "/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    environ |= {key: request.headers.get(name, "") for name, key in PASSED_ON.items() if name in request.headers}
    asked = WSGIRequest(environ)
    close_old_connections()
    SessionMiddleware(nothing).process_request(asked)
    AuthenticationMiddleware(nothing).process_request(asked)
    return callers.signed_in(asked).scope
