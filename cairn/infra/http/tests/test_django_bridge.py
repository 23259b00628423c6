import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from cairn.infra.http.django_bridge import DjangoBridge
from cairn.infra.http.exchange import Request
from cairn.infra.http.tests.exchanges import Exchange, Head, RepeatedHeaders

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
    application: Callable[[dict[str, Any], Start], Iterable[bytes]], pieces: Sequence[bytes] = (), **changes: Any
) -> Exchange:
    headers = RepeatedHeaders([("content-type", "text/plain"), ("x-twice", "1"), ("x-twice", "2")])
    talk = Exchange(pieces, broken=changes.pop("broken", False))
    head = Head(**{"method": "POST", "path": "/api/ä", "query_string": "a=1", "headers": headers} | changes)

    async def run() -> None:
        bridge = DjangoBridge(application)
        await bridge.serve(Request(head, talk), talk, [("x-extra", "yes")])
        bridge.close()

    asyncio.run(run())
    return talk


def test_a_request_arrives_whole_and_the_answer_leaves_whole() -> None:
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        seen.append(environ | {"body": environ["wsgi.input"].read(), "thread": threading.current_thread().name})
        start("201 Created", [("Content-Type", "text/html"), ("Set-Cookie", " a=1"), ("Set-Cookie", " b=2")])
        return [b"he", b"llo"]

    answer = exchange(application, [b"pa", b"rts"])
    assert answer.status == 201
    assert answer.headers == [
        ("content-type", "text/html"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x-extra", "yes"),
    ]
    assert answer.chunks == [b"hello"]
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

    assert exchange(application).chunks == [b"one,", b"two"]
    assert stream.closed


def test_who_leaves_early_is_not_served() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        raise AssertionError("asked for half a request")

    assert exchange(application, [b"half"], broken=True).status == 0
