"""The HTTP server: some processes beside each other, each with an event loop and a socket of its own.

The kernel spreads connections over the sockets. They belong to the process that watches over the others, so that
callers of one that died wait in its queue for the one that takes its place.
"""

import asyncio
import logging
import multiprocessing
import resource
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Protocol

import uvloop

from cairn.infra.http.connection import Connection, Exchange, Head
from cairn.infra.http.priority import come_first, own_processors
from cairn.infra.supervisor.child import die_with_parent
from cairn.kernel.errors import Conflict

logger = logging.getLogger(__name__)

BACKLOG = 2048
LOOK_SECONDS = 5.0
# What is being answered when the server is told to stop may take so long.
FINISH_SECONDS = 2.0
STOP_SECONDS = 4.0
RESTART_SECONDS = 1.0


class Application(Protocol):
    """What a process serves."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def serve(self, head: Head, exchange: Exchange, /) -> None: ...


def require_free(host: str, port: int, *, within: float = 0.0) -> None:
    """Raises Conflict where another server has the port: sockets that share one do not notice each other. One that
    was killed just now has these seconds to go."""
    deadline = time.monotonic() + within
    while True:
        with socket.socket(family_of(host)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if time.monotonic() >= deadline:
                    raise Conflict(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
        time.sleep(0.05)


def run(target: str, *, host: str, port: int, workers: int) -> None:
    """Serve an Application, given as module:class, in `workers` processes until SIGTERM or SIGINT, then finish what was
    begun. A process that dies is replaced."""
    require_free(host, port, within=STOP_SECONDS)
    raise_file_limit()
    places = [Place(bound(host, port), processor) for processor in own_processors(workers)]
    Watch(target, places).run()


def raise_file_limit() -> None:
    """Each connection is an open file."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def bound(host: str, port: int) -> socket.socket:
    listener = socket.socket(family_of(host))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, port))
    listener.setblocking(False)
    return listener


@dataclass(frozen=True, slots=True)
class Place:
    """What a process has to itself: a socket and, if given, a processor."""

    listener: socket.socket
    processor: int | None


class Watch:
    """The process that starts the others, and does nothing else."""

    def __init__(self, target: str, places: list[Place]) -> None:
        self._target = target
        self._places = places
        self._fork = multiprocessing.get_context("fork")
        self._processes: dict[Place, ForkProcess] = {}
        self._stopping = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping:
            for place in self._places:
                process = self._processes.get(place)
                if process is None or not process.is_alive():
                    self._start(place, again=process is not None)
            wait([process.sentinel for process in self._processes.values()], timeout=0.5)
        deadline = time.monotonic() + STOP_SECONDS
        self._terminate()
        for process in self._processes.values():
            process.join(max(deadline - time.monotonic(), 0))
            if process.is_alive():
                process.kill()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        # A signal does not end a wait; the end of those that are waited for does.
        self._terminate()

    def _terminate(self) -> None:
        for process in self._processes.values():
            process.terminate()

    def _start(self, place: Place, *, again: bool) -> None:
        if again:
            logger.error("a web process ended; another one takes its place")
            time.sleep(RESTART_SECONDS)
        process = self._fork.Process(target=work, args=(self._target, place))
        process.start()
        self._processes[place] = process


def work(target: str, place: Place) -> None:
    """The life of one process."""
    # What is acknowledged is on disk; a process that outlived its server would keep the port.
    die_with_parent()
    come_first(place.processor)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    module, _, name = target.partition(":")
    uvloop.run(serve(getattr(import_module(module), name)(), place.listener))


async def serve(application: Application, listener: socket.socket) -> None:
    """Answer on this socket until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await application.start()
    connections: set[Connection] = set()
    server = await loop.create_server(
        lambda: Connection(application.serve, connections), sock=listener, backlog=BACKLOG
    )
    logger.info("web answers on %s:%s", *listener.getsockname()[:2])
    while not stop.is_set():
        for connection in list(connections):
            connection.look(loop.time())
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
    server.close()
    for connection in list(connections):
        connection.close()
    deadline = loop.time() + FINISH_SECONDS
    while connections and loop.time() < deadline:
        await asyncio.sleep(0.01)
    await application.stop()
