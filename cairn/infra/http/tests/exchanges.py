"""The server's side of an exchange, for tests without a server."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from cairn.infra.http.exchange import Disconnected, Header, Request


class RepeatedHeaders(dict[str, str]):
    """Headers of which some come twice."""

    def __init__(self, pairs: Sequence[Header]) -> None:
        super().__init__(reversed(pairs))
        self._pairs = pairs

    def items(self) -> Sequence[Header]:  # type: ignore[override]
        return self._pairs


@dataclass
class Head:
    """What a server says of a request."""

    method: str = "POST"
    path: str = "/"
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "192.0.2.1:999"


@dataclass
class Exchange:
    """A body in pieces, `broken` off after the last of them, and the answer to it."""

    pieces: Sequence[bytes] = ()
    broken: bool = False
    status: int = 0
    headers: Sequence[Header] = ()
    chunks: list[bytes] = field(default_factory=list)

    async def __call__(self) -> bytes:
        if self.broken:
            raise Disconnected
        return b"".join(self.pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in filter(None, self.pieces):
            yield piece
        if self.broken:
            raise Disconnected

    def response_bytes(self, status: int, headers: Sequence[Header], body: bytes) -> None:
        self.status, self.headers, self.chunks = status, headers, [body]

    def response_stream(self, status: int, headers: Sequence[Header]) -> "Exchange":
        self.status, self.headers = status, headers
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.chunks.append(data)


def request_to(head: Head, *pieces: bytes) -> Request:
    return Request(head, Exchange(pieces))
