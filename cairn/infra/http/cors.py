"""Requests of pages of other sites, which the public endpoints welcome."""

from typing import Final

from cairn.infra.http.exchange import Header, Reply, Request

ANY_ORIGIN: Final[tuple[Header, ...]] = (("access-control-allow-origin", "*"),)
METHODS: Final = "GET, POST, OPTIONS"
HEADERS: Final = "content-type, revision, accept, x-klaviyo-user-agent"
REMEMBERED_SECONDS: Final = "86400"


def preflight(request: Request) -> Reply:
    """The answer to a browser that asks whether it may: it may, with whatever headers it wants to send."""
    wanted = request.headers.get("access-control-request-headers", HEADERS)
    return Reply(
        204,
        b"",
        [
            *ANY_ORIGIN,
            ("access-control-allow-methods", METHODS),
            ("access-control-allow-headers", wanted),
            ("access-control-max-age", REMEMBERED_SECONDS),
        ],
    )
