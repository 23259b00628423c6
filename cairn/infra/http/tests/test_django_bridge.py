import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cairn.infra.http.django_bridge import DjangoBridge

Start = Callable[..., Any]


class Streaming:
    streaming = True
    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"one,"
        yield b"two"

    def close(self) -> None:
        self.closed = True


def exchange(
    application: Callable[[dict[str, Any], Start], Iterable[bytes]], pieces: Iterable[bytes] = (b"",), **changes: Any
) -> list[dict[str, Any]]:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/ä",
        "query_string": b"a=1",
        "headers": [(b"content-type", b"text/plain"), (b"x-twice", b"1"), (b"x-twice", b"2")],
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.1", 999),
    } | changes
    parts = list(pieces)
    messages = iter(
        {"type": "http.request", "body": part, "more_body": at < len(parts) - 1} for at, part in enumerate(parts)
    )
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        bridge = DjangoBridge(application)
        await bridge.serve(scope, receive, send, [(b"x-extra", b"yes")])
        bridge.close()

    asyncio.run(run())
    return sent


def test_a_request_arrives_whole_and_the_answer_leaves_whole() -> None:
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        seen.append(environ | {"body": environ["wsgi.input"].read(), "thread": threading.current_thread().name})
        start("201 Created", [("Content-Type", "text/html"), ("Set-Cookie", " a=1"), ("Set-Cookie", " b=2")])
        return [b"he", b"llo"]

    head, body = exchange(application, [b"pa", b"rts"])
    assert head["status"] == 201
    assert head["headers"] == [
        (b"content-type", b"text/html"),
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
        (b"x-extra", b"yes"),
        (b"content-length", b"5"),
    ]
    assert body["body"] == b"hello"
    (environ,) = seen
    assert environ["body"] == b"parts"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/api/ä"
    assert (environ["CONTENT_TYPE"], environ["HTTP_X_TWICE"]) == ("text/plain", "1,2")
    assert (environ["REMOTE_ADDR"], environ["QUERY_STRING"]) == ("192.0.2.1", "a=1")
    assert environ["thread"].startswith("django")


def test_a_stream_leaves_as_it_comes_and_is_closed() -> None:
    stream = Streaming()

    def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return stream

    sent = exchange(application)
    assert [message.get("body") for message in sent[1:]] == [b"one,", b"two", b""]
    assert stream.closed


def test_a_head_has_no_body() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [])
        return [b"hello"]

    assert exchange(application, method="HEAD")[1]["body"] == b""


def test_who_leaves_early_is_not_served() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        raise AssertionError("asked for half a request")

    assert exchange(application, []) == []
