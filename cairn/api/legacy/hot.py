"""The old calls that Django does not serve, by path: they answer when what they carry is in the log."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor

from cairn.api.edge.keyring import Keyring
from cairn.api.kernel.ratelimit import RateLimiter
from cairn.api.legacy import list_source
from cairn.api.legacy.back_in_stock import BackInStock
from cairn.api.legacy.embedded_forms import EmbeddedForms, Lists, Page
from cairn.api.legacy.track import Legacy
from cairn.infra.eventlog.port import EventLog
from cairn.infra.http.addresses import Addresses
from cairn.infra.http.exchange import Reply, Request

Serve = Callable[[Request], Awaitable[Reply]]


def operations(
    log: EventLog, keyring: Keyring, limiter: RateLimiter, threads: Executor, page: Page, addresses: Addresses
) -> dict[str, Serve]:
    """`threads` ask PostgreSQL, `page` makes a page that asks one thing, `addresses` tell where a request is from."""
    calls = Legacy(log, keyring, limiter)
    forms = EmbeddedForms(
        log, keyring, Lists(list_source.owners, list_source.is_subscribed, threads), limiter, page, addresses
    )
    waiting = BackInStock(log, keyring, limiter)
    return {
        "/api/track": calls.track,
        "/api/track-once": calls.track_once,
        "/api/identify": calls.identify,
        "/api/v1/catalog/subscribe": waiting.subscribe,
        "/onsite/components/back-in-stock/subscribe": waiting.subscribe,
        "/ajax/subscriptions/subscribe": forms.ajax,
        "/subscriptions/subscribe": forms.hosted,
    }
