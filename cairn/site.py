"""What a web process serves: hot paths by a dictionary, the API by Django, all else by the web app."""

import asyncio
import gc
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import django
from django.core.handlers.wsgi import WSGIHandler

from cairn import wiring

wiring.name_django_settings()
django.setup()

# These define Django's models, for which it must be set up.
from django.conf import settings as django_settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from cairn.api.client.operations import OPERATIONS as CLIENT_OPERATIONS  # noqa: E402
from cairn.api.edge.account_source import PostgresSource, list_exists, scope_of_session  # noqa: E402
from cairn.api.edge.gate import Gate  # noqa: E402
from cairn.api.edge.keyring import Keyring  # noqa: E402
from cairn.api.edge.known_lists import KnownLists  # noqa: E402
from cairn.api.edge.operations import MOVED  # noqa: E402
from cairn.api.edge.operations import OPERATIONS as SERVER_OPERATIONS  # noqa: E402
from cairn.api.edge.profile_import import ProfileImport  # noqa: E402
from cairn.api.legacy import hot as legacy  # noqa: E402
from cairn.domains.messaging.contracts import MessageLink  # noqa: E402
from cairn.domains.messaging.queries import web_view  # noqa: E402
from cairn.infra.http.cors import ANY_ORIGIN, preflight  # noqa: E402
from cairn.infra.http.counters import count  # noqa: E402
from cairn.infra.http.django_bridge import DjangoBridge  # noqa: E402
from cairn.infra.http.exchange import Disconnected, Exchange, Head, Reply, Request  # noqa: E402
from cairn.kernel.scope import Scope  # noqa: E402
from cairn.public.consent_pages import ConsentPages  # noqa: E402
from cairn.public.pages import page  # noqa: E402
from cairn.public.subscribe_pages import SubscribePages  # noqa: E402
from cairn.public.tracking import Tracking  # noqa: E402
from cairn.public.visits import Visits  # noqa: E402
from cairn.public.web_app import WebApp  # noqa: E402
from cairn.public.web_view import WebView  # noqa: E402
from cairn.urls import LIMITER  # noqa: E402

logger = logging.getLogger(__name__)

WEB_APP: Final = Path(__file__).parents[1] / "web" / "dist"
BY_DJANGO: Final = (
    "/api/",
    "/client/",
    "/docs/",
    "/demo-shop",
    "/media/",
    "/healthz/",
    "/metrics/",
    "/oauth/token/",
    "/oauth/revoke/",
    "/.well-known/",
)
# Listing events is Django's.
POST_ONLY: Final = frozenset({"/api/events"})
FIRST_LOAD_SECONDS: Final = 3.0
FLOOR: Final = "/-/floor"
COLLECT_AFTER: Final = (50_000, 20, 50)
TURN_SECONDS: Final = 0.0002

Hot = Callable[[Request], Awaitable[Reply]]
WithToken = Callable[[Request, str], Awaitable[Reply]]


class Site:
    """What a web process serves, from its start-up to its shutdown."""

    def __init__(self) -> None:
        settings = wiring.settings()
        self.log = wiring.event_log()
        self.keyring = Keyring(PostgresSource(), settings.data_dir / "cache" / "keys.json")
        self.django = DjangoBridge(WSGIHandler(), wiring.callers())
        self.app = WebApp(WEB_APP)
        lists = KnownLists(list_exists, self.django.threads)
        cookie = django_settings.SESSION_COOKIE_NAME
        gate = Gate(self.log, self.keyring, lists, LIMITER, self._sign_in, cookie, wiring.callers())
        tracking = Tracking(self.log, wiring.secret_key())
        visits = Visits(self.log, self.django.threads, wiring.callers(), settings.public_url)
        consent = ConsentPages(visits, wiring.secret_key())
        self.hot: dict[str, Hot] = {
            path: partial(gate.serve, operation)
            for path, operation in (SERVER_OPERATIONS | MOVED | CLIENT_OPERATIONS).items()
        }
        self.hot |= {
            "/api/profile-import": ProfileImport(gate, self.django.reply, settings.public_url).serve,
            **legacy.operations(self.log, self.keyring, LIMITER, self.django.threads, page, wiring.callers()),
        }
        if settings.bench:
            self.hot[FLOOR] = floor
        self.tokens: dict[str, WithToken] = {
            "/t/o/": tracking.open,
            "/t/c/": tracking.click,
            "/u/": consent.unsubscribe,
            "/p/": consent.preferences,
            "/c/": consent.confirm,
            "/s/": SubscribePages(visits).serve,
            "/w/": WebView(wiring.secret_key(), rendered, self.django.threads).show,
        }

    async def start(self) -> None:
        # A job of a thousand events makes many objects that live for a moment; collecting among them took most of its
        # time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        # The log's thread asks for its turn a few times per commit, and everybody waits for the commit.
        sys.setswitchinterval(TURN_SECONDS)
        self.keyring.restore()
        self._fresh = asyncio.create_task(self.keyring.keep_fresh())
        await self.keyring.loaded(FIRST_LOAD_SECONDS)

    async def stop(self) -> None:
        self._fresh.cancel()
        with suppress(asyncio.CancelledError):
            await self._fresh
        self.keyring.close()
        self.django.close()
        self.log.close()

    async def serve(self, head: Head, exchange: Exchange) -> None:
        path = head.path
        if len(path) > 1 and path[-1] == "/":
            path = path.rstrip("/")
        request = Request(head, exchange, path)
        try:
            hot = self.hot.get(path)
            if hot is not None and (request.method == "POST" or path not in POST_ONLY):
                reply = preflight(request) if request.method == "OPTIONS" else await hot(request)
                reply.send(exchange)
                count(path, reply.status)
            else:
                await self._serve_rest(path, request, exchange)
        except Disconnected:
            return
        except Exception:
            logger.exception("%s %s failed", request.method, path)
            Reply(500, b"Something broke on our side.\n", [("content-type", "text/plain")]).send(exchange)

    async def _serve_rest(self, path: str, request: Request, exchange: Exchange) -> None:
        for prefix, with_token in self.tokens.items():
            if path.startswith(prefix):
                reply = await with_token(request, path[len(prefix) :])
                reply.send(exchange)
                count(prefix, reply.status)
                return
        if not f"{path}/".startswith(BY_DJANGO):
            self.app.reply(request).send(exchange)
        elif not path.startswith("/client/"):
            await self.django.serve(request, exchange)
        elif request.method == "OPTIONS":
            preflight(request).send(exchange)
        else:
            await self.django.serve(request, exchange, ANY_ORIGIN)

    async def _sign_in(self, request: Request) -> Scope:
        return await asyncio.get_running_loop().run_in_executor(self.django.threads, scope_of_session, request)


def rendered(link: MessageLink) -> str | None:
    close_old_connections()
    return web_view(link)


async def floor(request: Request) -> Reply:
    """What the server costs without any work, for comparison."""
    await request.body(8 * 1024 * 1024)
    return Reply(202)
