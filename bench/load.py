"""A load generator light enough to share two cores with what it measures: raw sockets, kept alive, one request in
flight on each, prepared bytes."""

import select
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
LONGEST_HEAD = 65_536
GIVE_UP_SECONDS = 30.0

Make = Callable[[int], bytes]


@dataclass(slots=True)
class Outcome:
    """What came back. `latencies` in seconds; of a paced run, counted from when the request was due."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    broken: int = 0

    @property
    def done(self) -> int:
        return len(self.latencies)

    @property
    def per_second(self) -> float:
        return self.done / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 2) if ordered else 0.0


@dataclass(slots=True)
class Connection:
    socket: socket.socket
    began: float = 0.0
    rest: bytes = b""
    unsent: bytes = b""


class Load:
    """Sends `make(0)`, `make(1)`, … over some connections, for some seconds or a number of requests.

    With `rate` requests per second fall due at even distances, whether or not earlier ones were answered.
    """

    def __init__(self, address: tuple[str, int], make: Make, *, connections: int, rate: float = 0.0) -> None:
        self._address = address
        self._make = make
        self._number = connections
        self._rate = rate
        self._sent = 0
        self._connections: dict[int, Connection] = {}
        self._idle: list[Connection] = []
        self._poll = select.epoll()

    def run(self, *, seconds: float = 0.0, requests: int = 0) -> Outcome:
        outcome = Outcome()
        for _ in range(self._number):
            self._idle.append(self._connect())
        self._began = time.perf_counter()
        end = self._began + seconds if seconds else float("inf")
        most = requests or float("inf")
        while True:
            now = time.perf_counter()
            going = now < end and self._sent < most
            if going:
                self._send_due(now, most)
            elif len(self._idle) == len(self._connections) or now > end + GIVE_UP_SECONDS:
                break
            for number, _ in self._poll.poll(self._pause(now) if going else 0.1):
                self._receive(self._connections[number], outcome)
        outcome.seconds = time.perf_counter() - self._began
        for connection in self._connections.values():
            connection.socket.close()
        self._poll.close()
        return outcome

    def _connect(self) -> Connection:
        connection = Connection(socket.create_connection(self._address, timeout=GIVE_UP_SECONDS))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections[connection.socket.fileno()] = connection
        self._poll.register(connection.socket.fileno(), select.EPOLLIN)
        return connection

    def _pause(self, now: float) -> float:
        if not self._rate or not self._idle:
            return 0.1
        return max(self._began + self._sent / self._rate - now, 0.0)

    def _send_due(self, now: float, most: float) -> None:
        while self._idle and self._sent < most:
            due = self._began + self._sent / self._rate if self._rate else now
            if due > now:
                return
            connection = self._idle.pop()
            connection.began = due if self._rate else time.perf_counter()
            connection.socket.sendall(self._make(self._sent))
            self._sent += 1

    def _receive(self, connection: Connection, outcome: Outcome) -> None:
        try:
            received = connection.socket.recv(LONGEST_HEAD)
        except OSError:
            received = b""
        if not received:
            outcome.broken += 1
            self._replace(connection)
            return
        connection.rest += received
        status = self._whole(connection)
        if status:
            now = time.perf_counter()
            outcome.statuses[status] += 1
            outcome.latencies.append(now - connection.began)
            if 200 <= status < 300:
                outcome.accepted.append(now)
            self._idle.append(connection)

    def _replace(self, connection: Connection) -> None:
        number = connection.socket.fileno()
        self._poll.unregister(number)
        del self._connections[number]
        connection.socket.close()
        self._idle.append(self._connect())

    @staticmethod
    def _whole(connection: Connection) -> int:
        """The status once the whole answer is here; 0 before."""
        rest = connection.rest
        head = rest.find(HEAD_END)
        if head < 0:
            return 0
        length = rest.lower().find(LENGTH, 0, head)
        body = int(rest[length + len(LENGTH) : rest.find(b"\r\n", length)]) if length >= 0 else 0
        if len(rest) < head + len(HEAD_END) + body:
            return 0
        connection.rest = rest[head + len(HEAD_END) + body :]
        return int(rest[9:12])


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of a POST."""
    lines = [f"POST {path} HTTP/1.1", "host: bench", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + HEAD_END + body
