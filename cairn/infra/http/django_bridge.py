"""Everything that is not hot: Django, in threads that keep their database connections.

Django's own ASGI handler makes a thread, and so a database connection, per request; its WSGI handler in a pool of
threads does not.
"""

import asyncio
import io
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final

from cairn.infra.http.exchange import AsgiScope, Disconnected, Header, Receive, Reply, Send

THREADS: Final = 8
IN_MEMORY: Final = 1024 * 1024

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Push = Callable[[dict[str, Any]], None]


class DjangoBridge:
    """Runs a WSGI application for ASGI exchanges."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.threads = ThreadPoolExecutor(THREADS, "django")

    async def serve(self, scope: AsgiScope, receive: Receive, send: Send, extra: Iterable[Header] = ()) -> None:
        loop = asyncio.get_running_loop()

        async def sent(message: dict[str, Any]) -> None:
            await send(message)

        def push(message: dict[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(sent(message), loop).result()

        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                await read_body(receive, body)
            except Disconnected:
                return
            environ = environ_of(scope, body)
            reply = await loop.run_in_executor(self.threads, self._run, environ, push, extra)
        if reply is not None:
            await reply.send(send)

    async def reply(self, scope: AsgiScope, content: bytes) -> Reply:
        """The answer to a request whose body was read already; not for streams."""

        def push(message: dict[str, Any]) -> None:
            raise RuntimeError("This answer cannot be a stream.")

        environ = environ_of(scope, io.BytesIO(content))
        reply = await asyncio.get_running_loop().run_in_executor(self.threads, self._run, environ, push, ())
        return reply or Reply(500)

    def close(self) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, environ: Environ, push: Push, extra: Iterable[Header]) -> Reply | None:
        """The whole answer, or None when it was a stream, which is pushed as it comes."""
        begun: list[tuple[int, list[Header]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun.append((int(status[:3]), [*(header(name, value) for name, value in headers), *extra]))

        response = self._application(environ, start_response)
        try:
            status, headers = begun[0]
            if not getattr(response, "streaming", False):
                content = b"".join(response)
                headers = [pair for pair in headers if pair[0] != b"content-length"]
                return Reply(status, b"" if environ["REQUEST_METHOD"] == "HEAD" else content, headers)
            push({"type": "http.response.start", "status": status, "headers": headers})
            for chunk in response:
                push({"type": "http.response.body", "body": chunk, "more_body": True})
            push({"type": "http.response.body", "body": b""})
            return None
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()


def header(name: str, value: str) -> Header:
    return name.lower().encode("latin-1"), value.strip().encode("latin-1")


async def read_body(receive: Receive, into: IO[bytes]) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        into.write(message.get("body", b""))
        if not message.get("more_body"):
            into.seek(0)
            return


def environ_of(scope: AsgiScope, body: IO[bytes]) -> Environ:
    """The CGI form of a request, as WSGI wants it."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # WSGI's text is bytes dressed as Latin-1.
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ and key != "HTTP_COOKIE" else value
    return environ
