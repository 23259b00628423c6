"""HTTP/1.1 on one event loop: llhttp takes requests apart, an application answers them.

A server with threads of its own hands each request over and back, which at a shop's usual pace costs four times what
checking and storing an event does; here nothing crosses a thread. What a caller does wrong ends their connection with
an answer that says why, and what they do slowly costs a socket and nothing else.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import unquote, urlsplit

import httptools

from cairn.infra.http.exchange import Disconnected, Header

logger = logging.getLogger(__name__)

LARGEST_HEAD: Final = 64 * 1024
# Of a body that nobody has asked for yet; the rest waits in the network.
HELD: Final = 256 * 1024
# Longer than proxies keep their side, so that it is they who close.
IDLE_SECONDS: Final = 90.0
SILENT_SECONDS: Final = 30.0
# For the end of a body after its answer: closing at once would take the answer away from a caller who still sends.
LINGER_SECONDS: Final = 10.0
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
BODILESS: Final = frozenset({204, 304})

Serve = Callable[["Head", "Exchange"], Awaitable[None]]


class Refused(Exception):
    """The request cannot be taken apart, or not held."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Headers:
    """The headers of a request by their names in lower case; of a repeated one, the first."""

    __slots__ = ("_named", "_pairs")

    def __init__(self, pairs: Sequence[Header]) -> None:
        self._pairs = pairs
        self._named = dict(reversed(pairs)) if pairs else {}

    def get(self, key: str, default: str, /) -> str:
        return self._named.get(key, default)

    def items(self) -> Iterable[Header]:
        return self._pairs

    def __contains__(self, key: str, /) -> bool:
        return key in self._named


class Head:
    """What comes before a request's body. `server` and `client` are addresses with ports."""

    __slots__ = ("client", "headers", "http_version", "method", "path", "query_string", "scheme", "server")

    def __init__(self, method: str, target: str, headers: Headers, version: str, server: str, client: str) -> None:
        self.method = method
        self.headers = headers
        self.http_version = version
        self.server = server
        self.client = client
        self.scheme = "http"
        if not target.startswith("/"):
            target = origin_form(target)
        path, _, self.query_string = target.partition("?")
        self.path = unquote(path) if "%" in path else path


def origin_form(target: str) -> str:
    """The path and query of an address that names its host, too, as requests to proxies do."""
    try:
        parts = urlsplit(target)
    except ValueError:
        raise Refused(400, "The address cannot be read.") from None
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


class Exchange:
    """One request's body and its answer."""

    def __init__(self, connection: "Connection", head: Head, *, keep_alive: bool) -> None:
        self.head = head
        self.complete = False
        self.answered = False
        self.keep_alive = keep_alive
        self._connection = connection
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._whole = False
        self._waiting: asyncio.Future[None] | None = None
        self._chunked = False
        self._expects_sign = head.headers.get("expect", "").lower() == "100-continue"

    def feed(self, piece: bytes) -> None:
        if self.answered:
            return
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held > HELD and not self._whole:
            self._connection.pause()
        self._wake()

    def finish(self) -> None:
        self.complete = True
        self._wake()

    def abandon(self) -> None:
        """The caller is gone."""
        self._wake()

    async def __call__(self) -> bytes:
        """The whole body. Raises Disconnected."""
        self._whole = True
        while not self.complete:
            await self._more()
        return self._take()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises Disconnected."""
        while True:
            if self._pieces:
                yield self._take()
            elif self.complete:
                return
            else:
                await self._more()

    def response_bytes(self, status: int, headers: Sequence[Header], body: bytes) -> None:
        """The whole answer."""
        start = self._begin(status, headers, b"" if status in BODILESS else b"content-length: %d\r\n" % len(body))
        self._connection.write(start if self.head.method == "HEAD" else start + body)

    def response_stream(self, status: int, headers: Sequence[Header]) -> "Exchange":
        """An answer that comes in pieces, until the application returns."""
        framing = b""
        if not any(name == "content-length" for name, _ in headers):
            if self.head.http_version == "1.0":
                self.keep_alive = False
            else:
                self._chunked = True
                framing = b"transfer-encoding: chunked\r\n"
        self._connection.write(self._begin(status, headers, framing))
        return self

    async def send_bytes(self, data: bytes) -> None:
        """A piece of a stream, once the caller has taken enough of those before it. Raises Disconnected."""
        if data and self.head.method != "HEAD":
            self._connection.write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
        await self._connection.drained()

    def end(self) -> None:
        """What the application left open is closed."""
        if not self.answered:
            self.response_bytes(500, [], b"")
        elif self._chunked and self.head.method != "HEAD":
            self._connection.write(b"0\r\n\r\n")

    def _begin(self, status: int, headers: Sequence[Header], framing: bytes) -> bytes:
        if self.answered:
            raise RuntimeError("A request has one answer.")
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
        if lines.count("\n") != len(headers) or lines.count("\r") != len(headers) or "\0" in lines:
            raise ValueError("A header's value has more than one line.")
        self.answered = True
        self._pieces.clear()
        self.keep_alive = self.keep_alive and self.complete and not self._connection.closing
        ending = b"\r\n"
        if not self.keep_alive:
            ending = b"connection: close\r\n\r\n"
        elif self.head.http_version == "1.0":
            ending = b"connection: keep-alive\r\n\r\n"
        return b"%b%b%b%b%b" % (status_line(status), date_line(int(time.time())), encoded(lines), framing, ending)

    def _take(self) -> bytes:
        taken = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        return taken

    async def _more(self) -> None:
        if self._connection.gone:
            raise Disconnected
        if self._expects_sign:
            self._expects_sign = False
            self._connection.write(CONTINUE)
        self._connection.resume()
        self._waiting = asyncio.get_running_loop().create_future()
        await self._waiting

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class Connection(asyncio.Protocol):
    """A caller's connection: its requests are answered one after the other, in order. `everybody` are the connections
    of the server, which this one enters and leaves by itself."""

    def __init__(self, serve: Serve, everybody: set["Connection"]) -> None:
        self._serve = serve
        self._everybody = everybody
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._requests: deque[Exchange] = deque()
        self._task: asyncio.Task[None] | None = None
        self._incoming: Exchange | None = None
        self._in_head = False
        self._target = b""
        self._headers: list[Header] = []
        self._size = 0
        self._heard = self._begun = self._blocked_since = self._loop.time()
        self._blocked: asyncio.Future[None] | None = None
        self._paused = False
        self.closing = False
        self.gone = False

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._client = address_of(transport.get_extra_info("peername"))
        self._server = address_of(transport.get_extra_info("sockname"))
        self._everybody.add(self)

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        if self.closing and self._incoming is None:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # They would rather speak another protocol, and are answered in this one.
            self._parser = httptools.HttpRequestParser(self)
        except httptools.HttpParserError as problem:
            cause = problem.__context__
            self._refuse(cause if isinstance(cause, Refused) else Refused(400, f"This is not HTTP/1.1: {problem}"))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, problem: Exception | None) -> None:
        self.gone = self.closing = True
        self._everybody.discard(self)
        if self._incoming is not None:
            self._incoming.abandon()
        for request in self._requests:
            request.abandon()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._blocked = self._loop.create_future()
        self._blocked_since = self._loop.time()

    def resume_writing(self) -> None:
        if self._blocked is not None and not self._blocked.done():
            self._blocked.set_result(None)
        self._blocked = None

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._in_head = True
        self._begun = self._heard
        self._target = b""
        self._headers = []
        self._size = 0

    def on_url(self, part: bytes) -> None:
        self._target += part
        self._count(len(part))

    def on_header(self, name: bytes, value: bytes | None) -> None:
        self._count(len(name) + len(value or b""))
        self._headers.append((name.decode("latin-1").lower(), (value or b"").decode("latin-1").strip()))

    def on_headers_complete(self) -> None:
        self._in_head = False
        parser = self._parser
        method = parser.get_method().decode("ascii")
        version, target = parser.get_http_version(), self._target.decode("utf-8", "replace")
        head = Head(method, target, Headers(self._headers), version, self._server, self._client)
        self._incoming = Exchange(self, head, keep_alive=parser.should_keep_alive())
        self._requests.append(self._incoming)
        if self._task is None:
            self._task = self._loop.create_task(self._answer())

    def on_body(self, piece: bytes) -> None:
        if self._incoming is not None:
            self._incoming.feed(piece)

    def on_message_complete(self) -> None:
        if self._incoming is not None:
            self._incoming.finish()
            self._incoming = None
        if len(self._requests) > 1:
            self.pause()
        elif self.closing and self._task is None:
            self._transport.close()

    # What exchanges call.

    def write(self, data: bytes) -> None:
        if not self.gone:
            self._transport.write(data)

    async def drained(self) -> None:
        if self._blocked is not None:
            await asyncio.shield(self._blocked)
        if self.gone:
            raise Disconnected

    def pause(self) -> None:
        if not self._paused and not self.gone:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._paused and not self.gone:
            self._paused = False
            self._transport.resume_reading()

    # What the server calls.

    def look(self, now: float) -> None:
        """Leave callers who have been silent for too long. Those who wait for an answer may wait."""
        since = None
        if self._blocked is not None:
            since = self._blocked_since
        elif self._in_head:
            since = self._begun
        elif self._incoming is not None and not self._paused:
            since = self._heard
        if since is not None and now - since > SILENT_SECONDS:
            self._transport.abort()
        elif self._task is None and now - self._heard > IDLE_SECONDS:
            self._transport.close()

    def close(self) -> None:
        """No more requests; what was begun is answered."""
        self.closing = True
        if self._task is None:
            self._transport.close()

    def _count(self, length: int) -> None:
        self._size += length
        if self._size > LARGEST_HEAD:
            raise Refused(431, f"Address and headers are larger than {LARGEST_HEAD // 1024} KB.")

    def _refuse(self, refusal: Refused) -> None:
        """The end of the connection, with a word for whoever waits for no other answer."""
        waiting = [request for request in self._requests if request is not self._incoming or request.answered]
        if not waiting:
            start = b"%bcontent-type: text/plain\r\nconnection: close\r\n" % status_line(refusal.status)
            text = refusal.reason.encode() + b"\n"
            self.write(b"%bcontent-length: %d\r\n\r\n%b" % (start, len(text), text))
        self.closing = True
        if self._incoming is not None:
            # Its end will not come, as if the caller had gone.
            self.gone = True
            self._incoming.abandon()
        if self._task is None or self.gone:
            self._transport.close()

    async def _answer(self) -> None:
        """Answers what has come, in order; ends when nothing waits."""
        while self._requests:
            request = self._requests[0]
            try:
                await self._serve(request.head, request)
                request.end()
            except Disconnected:
                self.closing = True
            except Exception:
                logger.exception("%s %s failed", request.head.method, request.head.path)
                self.closing = True
                if not request.answered:
                    request.end()
            self._requests.popleft()
            if not request.complete and not self.gone:
                self._linger()
                break
            if self.closing or not request.keep_alive:
                self.closing = True
                self._transport.close()
                break
            self.resume()
        self._task = None

    def _linger(self) -> None:
        """After an answer to a body that goes on: take the rest and forget it, for a while."""
        self.closing = True
        self.resume()
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._loop.call_later(LINGER_SECONDS, self._transport.abort)


def address_of(name: object) -> str:
    """Host and port, as a socket tells them; empty where it does not."""
    if not isinstance(name, tuple):
        return ""
    host, port = str(name[0]), name[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@lru_cache(maxsize=64)
def status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return b"HTTP/1.1 %d %b\r\n" % (status, phrase.encode())


@lru_cache(maxsize=2)
def date_line(second: int) -> bytes:
    return b"date: %b\r\n" % formatdate(second, usegmt=True).encode()


def encoded(lines: str) -> bytes:
    """WSGI's text is bytes dressed as Latin-1; what does not fit into it is ours, and UTF-8."""
    try:
        return lines.encode("latin-1")
    except UnicodeEncodeError:
        return lines.encode()
