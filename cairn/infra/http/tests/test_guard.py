"""The guard against a real server on this machine, which only an explicit permission makes reachable."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cairn.infra.http.guard import Fetched, Forbidden, Guard, Unreachable, is_public
from cairn.kernel.errors import Unavailable

KILOBYTE = 1024
HERE = "127.0.0.1"


class Shop(BaseHTTPRequestHandler):
    """Answers by the path; `asked` says what reached it."""

    protocol_version = "HTTP/1.1"
    asked: list[str] = []
    hosts: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.hosts.append(self.headers["Host"])
        kind, _, rest = self.path[1:].partition("?")[0].partition("/")
        if kind == "to":
            self.answer(302, b"", Location=rest)
        elif kind == "loop":
            self.answer(302, b"", Location=f"/loop/{int(rest) - 1}" if int(rest) else "/cat.png")
        elif kind == "bytes":
            self.answer(200, b"x" * int(rest))
        elif kind == "endless":
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            for _ in range(64):
                self.wfile.write(b"x" * KILOBYTE)
        elif kind == "short":
            self.answer(200, b"half", **{"Content-Length": "8"})
            self.close_connection = True
        elif kind == "drip":
            self.drip()
        else:
            self.answer(200 if kind == "cat.png" else 404, b"a cat")

    def drip(self) -> None:
        """A byte at a time, so that no single wait is long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        waiting = threading.Event()
        try:
            while not waiting.wait(0.05):
                self.wfile.write(b"x")
        except OSError:
            self.close_connection = True

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server that is up."""
    Shop.asked, Shop.hosts = [], []
    server = ThreadingHTTPServer((HERE, 0), Shop)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def guard(port: int) -> Guard:
    return Guard(allow=frozenset({(HERE, port)}))


def get(guard: Guard, url: str, seconds: float = 5) -> Fetched:
    return guard.get(url, most_bytes=16 * KILOBYTE, seconds=seconds)


def test_an_allowed_address_gives_its_bytes(guard: Guard, port: int) -> None:
    url = f"http://{HERE}:{port}/cat.png"
    assert get(guard, f"{url}?size=1&name=ä b#part".replace(" ", "%20")).content == b"a cat"
    assert Shop.asked == ["/cat.png?size=1&name=%C3%A4%20b"]
    assert Shop.hosts == [f"{HERE}:{port}"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "localhost",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
    ],
)
def test_an_address_inside_is_refused_before_anything_is_sent(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        pytest.fail("it connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    for scheme in ("http", "https"):
        with pytest.raises(Forbidden, match="does not lead to the public internet"):
            get(Guard(), f"{scheme}://{host}/latest/meta-data/")


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111"])
def test_public_addresses_are_known_as_such(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "fe80::1%eth0", "::1", "no address"])
def test_one_inside_address_among_public_ones_is_enough_to_refuse(inside: str) -> None:
    guard = Guard(resolve=lambda host, port: ["93.184.216.34", inside])
    with pytest.raises(Forbidden):
        get(guard, "http://rebinding.example.com/")


def test_a_name_is_resolved_once_and_the_checked_address_is_what_gets_connected(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["93.184.216.34"], [HERE]])
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        get(Guard(resolve=lambda host, port: next(answers)), "http://rebinding.example.com/cat.png")
    assert connected == [("93.184.216.34", 80)]
    assert next(answers) == [HERE]


def test_a_permission_is_for_one_port_of_one_host(guard: Guard, port: int) -> None:
    with pytest.raises(Forbidden):
        get(guard, f"http://localhost:{port}/cat.png")
    with pytest.raises(Forbidden):
        get(guard, f"http://{HERE}/cat.png")
    assert Shop.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/a.png",
        "file:///etc/passwd",
        "//example.com/a.png",
        "example.com/a.png",
        "http://",
        "http:///a.png",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://[::1/",
        "http://exa mple.com/",
        "http://example.com/\r\nHost: inside",
        "http://user:password@example.com/",
        f"http://example.com/{'x' * 5000}",
        f"http://{'ä' * 70}.example/",
        "",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        get(Guard(resolve=lambda host, port: pytest.fail("it was resolved")), url)


@pytest.mark.parametrize("port", [22, 25, 5432, 8080])
def test_other_ports_than_those_of_the_web_are_refused(port: int) -> None:
    with pytest.raises(Forbidden, match=f"Port {port} "):
        get(Guard(), f"http://example.com:{port}/")


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/", "//10.0.0.1/", "file:///x"],
)
def test_a_redirect_to_the_inside_is_refused(guard: Guard, port: int, target: str) -> None:
    with pytest.raises(Forbidden):
        get(guard, f"http://{HERE}:{port}/to/{target}")
    assert len(Shop.asked) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(guard: Guard, port: int) -> None:
    found = get(guard, f"http://{HERE}:{port}/loop/2")
    assert (found.content, found.url) == (b"a cat", f"http://{HERE}:{port}/cat.png")
    Shop.asked.clear()
    with pytest.raises(Unreachable, match="redirects more than 3 times"):
        get(guard, f"http://{HERE}:{port}/loop/3")
    assert Shop.asked == ["/loop/3", "/loop/2", "/loop/1", "/loop/0"]


@pytest.mark.parametrize("path", ["bytes/16385", "endless"])
def test_more_than_the_most_is_refused(guard: Guard, port: int, path: str) -> None:
    assert len(get(guard, f"http://{HERE}:{port}/bytes/16384").content) == 16384
    with pytest.raises(Forbidden, match="larger"):
        get(guard, f"http://{HERE}:{port}/{path}")


@pytest.mark.parametrize("path", ["missing", "short"])
def test_an_error_or_half_an_answer_is_none(guard: Guard, port: int, path: str) -> None:
    with pytest.raises(Unreachable):
        get(guard, f"http://{HERE}:{port}/{path}")


def test_a_server_that_drips_is_left_at_the_deadline(guard: Guard, port: int) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match="in time"):
        get(guard, f"http://{HERE}:{port}/drip", seconds=0.5)
    assert 0.4 < time.monotonic() - began < 3


def test_an_unknown_name_is_unreachable() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(Unreachable, match=r"no server named nowhere\.example"):
        get(Guard(resolve=unknown), "http://nowhere.example/")


def test_slow_servers_hold_only_some_of_our_threads() -> None:
    waiting, go_on = threading.Barrier(5), threading.Event()

    def slow(host: str, port: int) -> list[str]:
        waiting.wait(5)
        go_on.wait(5)
        return []

    guard = Guard(resolve=slow)

    def ask() -> None:
        with pytest.raises(Unreachable):
            get(guard, "http://slow.example/")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    waiting.wait(5)
    with pytest.raises(Unavailable):
        get(guard, "http://slow.example/")
    go_on.set()
    for thread in threads:
        thread.join()
