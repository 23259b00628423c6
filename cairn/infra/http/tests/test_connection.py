"""What comes in over a socket, and what goes out: a real server on a real port."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest

from cairn.infra.http import connection
from cairn.infra.http.connection import HELD, LARGEST_HEAD, Connection, Exchange, Head
from cairn.infra.http.exchange import Disconnected

Story = Callable[["Line"], Awaitable[None]]
LOOK = 0.02


@dataclass
class Line:
    """A caller's end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    address: tuple[str, int]

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer."""
        start, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        status = int(start.split()[1])
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, await self._chunks()
        length = headers.get("content-length")
        body = await self.reader.readexactly(int(length)) if length else b""
        return status, headers, body

    async def _chunks(self) -> bytes:
        pieces = []
        while size := int(await self.reader.readline(), 16):
            pieces.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(pieces)

    async def rest(self) -> bytes:
        """All until the server ends the connection."""
        async with asyncio.timeout(5):
            return await self.reader.read()


class Echo:
    """Answers with what it understood, and remembers who went away."""

    def __init__(self) -> None:
        self.gone = 0

    async def serve(self, head: Head, exchange: Exchange) -> None:
        if head.path == "/early":
            exchange.response_bytes(413, [("content-type", "text/plain")], b"too large")
        elif head.path == "/stream":
            stream = exchange.response_stream(200, [])
            for piece in (b"one,", b"", b"two"):
                await stream.send_bytes(piece)
        elif head.path == "/endless":
            await self.endless(exchange)
        elif head.path == "/fails":
            raise ZeroDivisionError
        elif head.path == "/split":
            exchange.response_bytes(200, [("location", "/\r\nset-cookie: mine=1")], b"")
        elif head.path == "/pieces":
            exchange.response_bytes(200, [], b"|".join([piece async for piece in exchange])[:100])
        else:
            await self.echo(head, exchange)

    async def echo(self, head: Head, exchange: Exchange) -> None:
        try:
            body = await exchange()
        except Disconnected:
            self.gone += 1
            raise
        name = head.headers.get("x-name", "")
        said = f"{head.method} {head.path} {head.query_string} {name} {len(body)}".encode()
        exchange.response_bytes(204 if head.path == "/nothing" else 200, [("x-more", "1")], said)

    async def endless(self, exchange: Exchange) -> None:
        stream = exchange.response_stream(200, [])
        try:
            while True:
                await stream.send_bytes(b"x" * 65536)
        except Disconnected:
            self.gone += 1
            raise


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def tell(echo: Echo) -> Iterator[Callable[[Story], None]]:
    async def run(story: Story) -> None:
        everybody: set[Connection] = set()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(echo.serve, everybody), "127.0.0.1", 0)
        watch = loop.create_task(looking(everybody))
        address = server.sockets[0].getsockname()
        line = Line(*await asyncio.open_connection(*address), address)
        try:
            async with asyncio.timeout(20):
                await story(line)
        finally:
            line.writer.close()
            with contextlib.suppress(OSError):
                await line.writer.wait_closed()
            watch.cancel()
            for one in list(everybody):
                one.close()
            server.close()

    yield lambda story: asyncio.run(run(story))


async def looking(everybody: set[Connection]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(LOOK)
        for one in list(everybody):
            one.look(loop.time())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


def test_requests_of_one_connection_are_answered_in_order(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(
            b"GET /a?x=1 HTTP/1.1\r\nX-Name: Ann\r\n\r\n"
            b"POST /b HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcGET /c HTTP/1.1\r\n\r\n"
        )
        status, headers, body = await line.answer()
        assert (status, headers["x-more"], body) == (200, "1", b"GET /a x=1 Ann 0")
        assert headers["date"].endswith("GMT")
        assert (await line.answer())[2] == b"POST /b   3"
        assert (await line.answer())[2] == b"GET /c   0"

    tell(story)


def test_a_body_may_come_in_pieces_and_without_a_length(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"POST /b HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
        await line.writer.drain()
        line.say(b"2\r\nde\r\n0\r\n\r\n")
        assert (await line.answer())[2] == b"POST /b   5"

    tell(story)


def test_addresses_are_read_as_their_callers_mean_them(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        for target, said in (
            (b'/api/lists?filter=equals(name,"A%20b")', 'GET /api/lists filter=equals(name,"A%20b")  0'),
            (b"/%C3%A4", "GET /ä   0"),
            (b"http://shop.test/a?b=1", "GET /a b=1  0"),
            (b"/%", "GET /%   0"),
        ):
            line.say(b"GET %b HTTP/1.1\r\n\r\n" % target)
            assert (await line.answer())[2].decode() == said

    tell(story)


def test_a_head_and_an_empty_answer_have_no_body(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"HEAD /a HTTP/1.1\r\n\r\nGET /nothing HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n")
        start = await line.reader.readuntil(b"\r\n\r\n")
        assert b"content-length: 11" in start
        start = await line.reader.readuntil(b"\r\n\r\n")
        assert start.startswith(b"HTTP/1.1 204") and b"content-length" not in start

    tell(story)


def test_a_stream_leaves_as_it_comes(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"GET /stream HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n")
        assert (await line.answer())[2] == b"one,two"
        assert (await line.answer())[2] == b"GET /a   0"

    tell(story)


def test_an_old_caller_gets_a_stream_that_ends_with_the_connection(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"GET /stream HTTP/1.0\r\n\r\n")
        head, _, body = (await line.rest()).partition(b"\r\n\r\n")
        assert b"connection: close" in head and b"chunked" not in head
        assert body == b"one,two"

    tell(story)


def test_an_old_caller_may_keep_the_connection(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"GET /a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        assert (await line.answer())[1]["connection"] == "keep-alive"
        line.say(b"GET /a HTTP/1.0\r\n\r\n")
        assert b"connection: close" in await line.rest()

    tell(story)


def test_who_asks_first_is_told_to_go_on(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"POST /a HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        assert await line.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.say(b"ab")
        assert (await line.answer())[2] == b"POST /a   2"

    tell(story)


def test_who_asks_first_and_is_refused_sends_nothing(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"POST /early HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 9999999\r\n\r\n")
        assert (await line.answer())[0] == 413
        assert await line.rest() == b""

    tell(story)


def test_an_early_answer_arrives_although_the_body_goes_on(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"POST /early HTTP/1.1\r\ncontent-length: 8000000\r\n\r\n")
        for _ in range(80):
            line.say(b"x" * 100_000)
            await line.writer.drain()
        status, headers, body = await line.answer()
        assert (status, headers["connection"], body) == (413, "close", b"too large")
        assert await line.rest() == b""

    tell(story)


def test_a_body_that_nobody_reads_waits_in_the_network(tell: Callable[[Story], None], echo: Echo) -> None:
    async def story(line: Line) -> None:
        held = HELD * 40
        line.say(b"POST /pieces HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % held)
        line.say(b"x" * held)
        assert (await line.answer())[0] == 200

    tell(story)


def test_another_protocol_is_declined_by_an_answer_in_this_one(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(
            b"GET /a HTTP/1.1\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n"
            b"http2-settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\n\r\n"
        )
        assert (await line.answer())[2] == b"GET /a   0"
        line.say(b"GET /b HTTP/1.1\r\n\r\n")
        assert (await line.answer())[2] == b"GET /b   0"

    tell(story)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
        ("GET /ä HTTP/1.1\r\n\r\n".encode(), 400),
        (b"GET /" + b"a" * (LARGEST_HEAD + 1) + b" HTTP/1.1\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nx: " + b"a" * (LARGEST_HEAD + 1) + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused_with_a_word(tell: Callable[[Story], None], said: bytes, status: int) -> None:
    async def story(line: Line) -> None:
        line.say(said)
        answer = await line.rest()
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert answer.endswith(b"\n") and not answer.endswith(b"\r\n\r\n")

    tell(story)


def test_a_body_that_is_none_ends_the_request(tell: Callable[[Story], None], echo: Echo) -> None:
    async def story(line: Line) -> None:
        line.say(b"POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")
        assert (await line.rest()).startswith(b"HTTP/1.1 400 ")
        await until(lambda: echo.gone == 1)

    tell(story)


def test_whoever_leaves_early_is_not_served(tell: Callable[[Story], None], echo: Echo) -> None:
    async def story(line: Line) -> None:
        line.say(b"POST /a HTTP/1.1\r\ncontent-length: 10\r\n\r\nhalf")
        await line.writer.drain()
        line.writer.close()
        await until(lambda: echo.gone == 1)

    tell(story)


def test_a_stream_stops_when_its_reader_is_gone(tell: Callable[[Story], None], echo: Echo) -> None:
    async def story(line: Line) -> None:
        line.say(b"GET /endless HTTP/1.1\r\n\r\n")
        await line.reader.readexactly(1_000_000)
        line.writer.transport.abort()
        await until(lambda: echo.gone == 1)

    tell(story)


def test_a_failure_is_an_answer_and_ends_the_connection(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"GET /fails HTTP/1.1\r\n\r\n")
        assert (await line.rest()).startswith(b"HTTP/1.1 500 ")

    tell(story)


def test_a_header_cannot_smuggle_another_one(tell: Callable[[Story], None]) -> None:
    async def story(line: Line) -> None:
        line.say(b"GET /split HTTP/1.1\r\n\r\n")
        answer = await line.rest()
        assert answer.startswith(b"HTTP/1.1 500 ") and b"set-cookie" not in answer

    tell(story)


@pytest.mark.parametrize("said", [b"GET / HT", b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab"])
def test_whoever_stops_in_the_middle_is_left(
    tell: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(connection, "SILENT_SECONDS", 0.1)

    async def story(line: Line) -> None:
        line.say(said)
        with contextlib.suppress(ConnectionResetError):
            assert await line.rest() == b""

    tell(story)


def test_whoever_says_nothing_more_is_left(tell: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.1)

    async def story(line: Line) -> None:
        line.say(b"GET /a HTTP/1.1\r\n\r\n")
        assert (await line.answer())[0] == 200
        assert await line.rest() == b""

    tell(story)


def test_a_slow_reader_keeps_the_stream(tell: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SILENT_SECONDS", 0.5)

    async def story(line: Line) -> None:
        line.say(b"GET /endless HTTP/1.1\r\n\r\n")
        for _ in range(8):
            await line.reader.readexactly(4_000_000)
            await asyncio.sleep(LOOK * 5)

    tell(story)


def test_callers_are_known_by_their_address(tell: Callable[[Story], None]) -> None:
    assert connection.address_of(("127.0.0.1", 80)) == "127.0.0.1:80"
    assert connection.address_of(("::1", 80, 0, 0)) == "[::1]:80"
    with socket.socket(socket.AF_UNIX) as nameless:
        assert connection.address_of(nameless.getsockname()) == ""
