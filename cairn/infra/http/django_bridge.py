"""Everything that is not hot: Django, in threads that keep their database connections.

Django's own asynchronous handler makes a thread, and so a database connection, per request; its WSGI handler in a pool
of threads does not.
"""

import asyncio
import io
import math
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final

from cairn.infra.http.addresses import Addresses
from cairn.infra.http.exchange import Disconnected, Exchange, Header, Reply, Request, Transport, pieces

THREADS: Final = 8
IN_MEMORY: Final = 1024 * 1024

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# Takes a stream's chunks, once it was told the status and the headers.
Begin = Callable[[int, list[Header]], Callable[[bytes], None]]


class DjangoBridge:
    """Runs a WSGI application for exchanges."""

    def __init__(self, application: Application, addresses: Addresses | None = None) -> None:
        self._application = application
        self._addresses = addresses or Addresses()
        self.threads = ThreadPoolExecutor(THREADS, "django")

    async def serve(self, request: Request, exchange: Exchange, extra: Iterable[Header] = ()) -> None:
        loop = asyncio.get_running_loop()

        async def sent(transport: Transport, chunk: bytes) -> None:
            await transport.send_bytes(chunk)

        def begin(status: int, headers: list[Header]) -> Callable[[bytes], None]:
            transport = exchange.response_stream(status, headers)
            return lambda chunk: asyncio.run_coroutine_threadsafe(sent(transport, chunk), loop).result()

        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                await read_body(request, body)
            except Disconnected:
                return
            environ = environ_of(request, body, self._addresses)
            reply = await loop.run_in_executor(self.threads, self._run, environ, begin, extra)
        if reply is not None:
            reply.send(exchange)

    async def reply(self, request: Request, content: bytes) -> Reply:
        """The answer to a request whose body was read already; not for streams."""

        def begin(status: int, headers: list[Header]) -> Callable[[bytes], None]:
            raise RuntimeError("This answer cannot be a stream.")

        environ = environ_of(request, io.BytesIO(content), self._addresses)
        reply = await asyncio.get_running_loop().run_in_executor(self.threads, self._run, environ, begin, ())
        return reply or Reply(500)

    def close(self) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, environ: Environ, begin: Begin, extra: Iterable[Header]) -> Reply | None:
        """The whole answer, or None when it was a stream, which is pushed as it comes."""
        begun: list[tuple[int, list[Header]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun.append((int(status[:3]), [*((name.lower(), value.strip()) for name, value in headers), *extra]))

        response = self._application(environ, start_response)
        try:
            status, headers = begun[0]
            if not getattr(response, "streaming", False):
                headers = [pair for pair in headers if pair[0] != "content-length"]
                return Reply(status, b"".join(response), headers)
            push = begin(status, headers)
            for chunk in response:
                push(chunk)
            return None
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()


async def read_body(request: Request, into: IO[bytes]) -> None:
    if request.headers.get("content-length", "") == "0":
        return
    async for piece in pieces(request, math.inf):
        into.write(piece)
    into.seek(0)


def place(text: str) -> tuple[str, str]:
    """Host and port of an address such as 127.0.0.1:8000 or [::1]:8000."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), port


def environ_of(request: Request, body: IO[bytes], addresses: Addresses) -> Environ:
    """The CGI form of a request, as WSGI wants it."""
    head = request.head
    server, port = place(head.server)
    environ: Environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # WSGI's text is bytes dressed as Latin-1.
        "PATH_INFO": head.path.encode().decode("latin-1"),
        "QUERY_STRING": head.query_string.encode().decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{head.http_version}",
        "REMOTE_ADDR": addresses.of(head.client, request.headers.get("x-forwarded-for", "")),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": head.scheme,
        "wsgi.input": body,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, value in request.headers.items():
        name = raw_name.upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        if key in environ:
            value = f"{environ[key]}; {value}" if key == "HTTP_COOKIE" else f"{environ[key]},{value}"
        environ[key] = value
    return environ
