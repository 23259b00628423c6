"""Posting to addresses that users name: any answer is an answer, and the network inside is not asked."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cairn.infra.http.guard import Forbidden, Guard, Unreachable

got: list[tuple[bytes, dict[str, str]]] = []


class Receiver(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        got.append((body, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(int(self.path[1:]))
        self.send_header("Retry-After", "7")
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()
        self.wfile.write(b"x\0" * 5000)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    got.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [200, 302, 404, 503])
def test_any_status_is_an_answer_and_no_redirect_is_followed(port: int, status: int) -> None:
    guard = Guard(allow=frozenset({("127.0.0.1", port)}))
    answer = guard.post(f"http://127.0.0.1:{port}/{status}", b'{"a": 1}', {"X-Mine": "yes"}, seconds=5)
    assert (answer.status, answer.headers["retry-after"]) == (status, "7")
    assert len(answer.excerpt) <= 2000 and "\0" not in answer.excerpt
    ((body, headers),) = got
    assert (body, headers["x-mine"], headers["user-agent"]) == (b'{"a": 1}', "yes", "Cairn")


def test_the_network_inside_is_not_asked(port: int) -> None:
    with pytest.raises(Forbidden):
        Guard().post(f"http://127.0.0.1:{port}/200", b"", {}, seconds=5)
    rebinding = Guard(resolve=lambda host, _: ["10.0.0.8"])
    with pytest.raises(Forbidden):
        rebinding.post("https://shop.example.com/hook", b"", {}, seconds=5)
    assert got == []


def test_who_does_not_answer_in_time_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        guard = Guard(allow=frozenset({("127.0.0.1", port)}))
        with pytest.raises(Unreachable, match="in time"):
            guard.post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=0.2)
    with pytest.raises(Unreachable):
        guard.post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=0.5)
