"""One HTTP exchange over ASGI, as little of it as the hot paths need."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

AsgiScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]


class BodyTooLarge(Exception):
    """The body is longer than the operation takes."""


class Disconnected(Exception):
    """The caller went away before the request was whole."""


@dataclass(slots=True)
class Request:
    """A request whose body may not have arrived yet."""

    method: str
    path: str
    query_string: bytes
    headers: dict[bytes, bytes]
    receive: Receive
    client: str
    scope: AsgiScope = field(default_factory=dict)

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    def query(self) -> dict[str, str]:
        """Parameters of the query; of a repeated one, the last."""
        if not self.query_string:
            return {}
        return dict(parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True))

    def cookie(self, name: str) -> str | None:
        try:
            morsel = SimpleCookie(self.header(b"cookie")).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises BodyTooLarge without reading it to its end."""
        message = await self.receive()
        if not message.get("more_body"):
            content: bytes = message.get("body", b"")
            if len(content) > limit:
                raise BodyTooLarge
            return content
        return await self._rest(message, limit)

    async def _rest(self, message: MutableMapping[str, Any], limit: int) -> bytes:
        parts, length = [], 0
        while True:
            if message["type"] == "http.disconnect":
                raise Disconnected
            part = message.get("body", b"")
            length += len(part)
            if length > limit:
                raise BodyTooLarge
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)
            message = await self.receive()


@dataclass(slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes = b""
    headers: Iterable[Header] = ()

    async def send(self, send: Send) -> None:
        headers = [*self.headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def request_of(scope: AsgiScope, receive: Receive) -> Request:
    client = scope.get("client")
    return Request(
        method=scope["method"],
        path=scope["path"],
        query_string=scope["query_string"],
        headers=dict(scope["headers"]),
        receive=receive,
        client=client[0] if client else "",
        scope=scope,
    )
