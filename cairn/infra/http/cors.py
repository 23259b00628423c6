"""Requests of pages of other sites, which the public endpoints welcome."""

from typing import Final

from cairn.infra.http.exchange import Header, Reply, Request

ANY_ORIGIN: Final[tuple[Header, ...]] = ((b"access-control-allow-origin", b"*"),)
METHODS: Final = b"GET, POST, OPTIONS"
HEADERS: Final = b"content-type, revision, accept, x-klaviyo-user-agent"
REMEMBERED_SECONDS: Final = b"86400"


def preflight(request: Request) -> Reply:
    """The answer to a browser that asks whether it may: it may, with whatever headers it wants to send."""
    wanted = request.headers.get(b"access-control-request-headers", HEADERS)
    return Reply(
        204,
        b"",
        [
            *ANY_ORIGIN,
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", wanted),
            (b"access-control-max-age", REMEMBERED_SECONDS),
        ],
    )
