"""One HTTP exchange as its servants see it: the head, a body that may not have arrived yet, and the answer."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import parse_qsl

Header = tuple[str, str]


class BodyTooLarge(Exception):
    """The body is longer than the operation takes."""


class Disconnected(Exception):
    """The caller went away before the request was whole."""


class Headers(Protocol):
    """The headers of a request, by their names in lower case."""

    def get(self, key: str, default: str, /) -> str: ...

    def items(self) -> Iterable[Header]: ...

    def __contains__(self, key: str, /) -> bool: ...


class Head(Protocol):
    """What the server says of a request; addresses with their ports."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def http_version(self) -> str: ...
    @property
    def scheme(self) -> str: ...
    @property
    def server(self) -> str: ...
    @property
    def client(self) -> str: ...


class Content(Protocol):
    """A body that may not have arrived yet, as a whole or in pieces. Both raise Disconnected."""

    def __call__(self) -> Awaitable[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Transport(Protocol):
    def send_bytes(self, data: bytes) -> Awaitable[None]: ...


class Exchange(Content, Protocol):
    """The server's side of an exchange."""

    def response_bytes(self, status: int, headers: Sequence[Header], body: bytes) -> None: ...

    def response_stream(self, status: int, headers: Sequence[Header]) -> Transport: ...


class Given:
    """A body that was read already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __call__(self) -> bytes:
        return self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._content:
            yield self._content


class Request:
    """A request whose body may not have arrived yet."""

    __slots__ = ("content", "head", "headers", "method", "path")

    def __init__(self, head: Head, content: Content, path: str | None = None) -> None:
        self.head = head
        self.content = content
        self.method = head.method
        self.path = head.path if path is None else path
        self.headers = head.headers

    def query(self) -> dict[str, str]:
        """Parameters of the query; of a repeated one, the last."""
        query_string = self.head.query_string
        return dict(parse_qsl(query_string, keep_blank_values=True)) if query_string else {}

    def cookie(self, name: str) -> str | None:
        try:
            morsel = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises BodyTooLarge without reading it to its end, and Disconnected."""
        length = self.headers.get("content-length", "")
        if not length or int(length) > limit:
            return b"".join([piece async for piece in pieces(self, limit)])
        return await self.content()


async def pieces(request: Request, limit: float) -> AsyncIterator[bytes]:
    """The body as it arrives."""
    length = 0
    async for piece in request.content:
        length += len(piece)
        if length > limit:
            raise BodyTooLarge
        yield piece


@dataclass(slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes = b""
    headers: Sequence[Header] = ()

    def send(self, exchange: Exchange) -> None:
        exchange.response_bytes(self.status, self.headers, self.body)
