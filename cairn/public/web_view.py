"""A message in the browser, for whoever's mail program does not show it well."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final

from cairn.domains.messaging.contracts import WEB_VIEW, MessageLink
from cairn.infra.http.exchange import Header, Reply, Request
from cairn.kernel.errors import Invalid
from cairn.kernel.signing import unseal
from cairn.public.pages import page

# The shop's own HTML, so it may look as it likes but runs nothing and has no access to this site.
HEADERS: Final[tuple[Header, ...]] = (
    ("content-type", "text/html; charset=utf-8"),
    (
        "content-security-policy",
        "default-src 'none'; img-src * data:; style-src * 'unsafe-inline'; font-src *; media-src *; "
        "frame-ancestors 'none'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox "
        "allow-top-navigation-by-user-activation",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-robots-tag", "noindex"),
    ("cache-control", "private, no-store"),
)
Render = Callable[[MessageLink], str | None]


class WebView:
    """Serves `/w/<token>`. `render` makes the message's HTML, in one of the threads; None: it is gone."""

    def __init__(self, secret: str, render: Render, threads: Executor) -> None:
        self._secret = secret
        self._render = render
        self._threads = threads

    async def show(self, request: Request, token: str) -> Reply:
        try:
            link = unseal(self._secret, WEB_VIEW, token, MessageLink)
        except Invalid:
            return page(404, "This link is damaged", "It was cut or changed on its way. Please use the original.")
        html = await asyncio.get_running_loop().run_in_executor(self._threads, self._render, link)
        if html is None:
            return page(404, "This message is gone", "It can no longer be shown here.")
        return Reply(200, html.encode(), HEADERS)
