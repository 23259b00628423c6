"""The embedded ClickHouse as a process: chDB behind ClickHouse's HTTP protocol, on loopback, for holders of a secret.

Run as `python -m cairn.infra.clickhouse.host --folder F --port P` with the secret in CAIRN_CLICKHOUSE_SECRET.
"""

import argparse
import hmac
import logging
import os
import re
import sys
import threading
import uuid
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cairn.infra.clickhouse import statement
from cairn.infra.clickhouse.sessions import Sessions
from cairn.infra.supervisor.stopping import STORE_STOP_SECONDS, when_told

USER = "cairn"
CHUNK = 1 << 20
ERROR_CODE = re.compile(r"Code: (\d+)")
UNKNOWN_EXCEPTION = "1002"
AUTHENTICATION_FAILED = "516"
DRAIN_SECONDS = 3.0
LOOK_SECONDS = 0.5

log = logging.getLogger("cairn.clickhouse")


class Host(ThreadingHTTPServer):
    """The listener; it counts statements in flight, so that stopping can wait for them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, sessions: Sessions, secret: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.sessions = sessions
        self.secret = secret
        self.busy = 0
        self.closing = False
        self.changed = threading.Condition()

    def enter(self) -> bool:
        """Whether a statement may begin; each that does leaves again."""
        with self.changed:
            if self.closing:
                return False
            self.busy += 1
            return True

    def leave(self) -> None:
        with self.changed:
            self.busy -= 1
            self.changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Let no statement begin any more; whether those that run have ended within `timeout` seconds."""
        with self.changed:
            self.closing = True
            return self.changed.wait_for(lambda: self.busy == 0, timeout)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away in mid-answer is no event; anything else is."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            log.error("request failed", exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open by its client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    rbufsize = 1 << 16
    server: Host

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping":
            self._answer(200, b"Ok.\n", {})
        else:
            self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Statements are not logged: they are many, and carry customers' data."""

    def _serve(self) -> None:
        if not self._is_ours():
            for _ in self._body():
                pass
            self._fail("Code: 516. Authentication failed.", 401)
            return
        if not self.server.enter():
            # To the caller as if the host were gone already, as it is in a moment.
            self.close_connection = True
            return
        try:
            self._execute()
        finally:
            self.server.leave()

    def _is_ours(self) -> bool:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return False
        try:
            given = b64decode(token)
        except ValueError:
            return False
        return hmac.compare_digest(given, f"{USER}:{self.server.secret}".encode())

    def _execute(self) -> None:
        arguments = parse_qsl(urlsplit(self.path).query, keep_blank_values=True)
        body = self._body()
        try:
            boundary = statement.form_boundary(self.headers.get("Content-Type", ""))
            if boundary is not None:
                arguments += statement.read_form(b"".join(body), boundary)
            named = dict(arguments)
            context = statement.read_context(arguments)
            if self.headers.get("Content-Encoding", "identity") != "identity":
                raise RuntimeError("Code: 1. The embedded host takes no compressed requests.")
            text = named.get("query", "").encode() or b"".join(body)
            insert = statement.read_insert(text)
            if insert is not None:
                self._insert(context, insert, body)
            else:
                text += b"".join((b"\n", *body)) if named.get("query") else b""
                self._query(context, statement.read_query(text, named.get("default_format", "TabSeparated")))
        except (RuntimeError, ValueError) as error:
            for _ in body:  # The rest of the request, so that the connection can be used again.
                pass
            self._fail(str(error), 500)

    def _insert(self, context: statement.Context, insert: statement.Insert, body: Iterator[bytes]) -> None:
        with self.server.sessions.lease(context) as session:
            stream = session.send_insert(insert.statement, insert.format)
            try:
                if insert.head:
                    stream.append(insert.head)
                for chunk in body:
                    stream.append(chunk)
                result = stream.finish()
            except BaseException:
                stream.cancel()
                raise
            written = (result.rows_written, result.bytes_written)
        self._answer(200, b"", {"X-ClickHouse-Summary": summary(*written)})

    def _query(self, context: statement.Context, query: statement.Query) -> None:
        with self.server.sessions.lease(context) as session:
            result = session.query(query.statement, query.format, params=dict(context.parameters) or None)
            content: bytes = result.bytes() or b""
        headers = {"X-ClickHouse-Summary": summary(0, 0)}
        if content or query.has_result:
            headers["X-ClickHouse-Format"] = query.format
        self._answer(200, content, headers)

    def _body(self) -> Iterator[bytes]:
        """The request's body in pieces, however it was framed."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return
        left = int(self.headers.get("Content-Length", "0"))
        while left:
            piece = self.rfile.read(min(left, CHUNK))
            if not piece:
                raise ConnectionResetError("The caller went away.")
            left -= len(piece)
            yield piece

    def _fail(self, message: str, status: int) -> None:
        code = ERROR_CODE.search(message)
        headers = {"X-ClickHouse-Exception-Code": code.group(1) if code else UNKNOWN_EXCEPTION}
        self._answer(status, message.encode(), headers)

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("X-ClickHouse-Query-Id", str(uuid.uuid4()))
        self.send_header("X-ClickHouse-Timezone", "UTC")
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()


def summary(rows: int, size: int) -> str:
    return f'{{"read_rows":"0","read_bytes":"0","written_rows":"{rows}","written_bytes":"{size}"}}'


def main() -> None:
    parser = argparse.ArgumentParser(prog="cairn clickhouse")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--memory", type=int, default=2 << 30, help="bytes that queries may use together")
    parser.add_argument("--unsafe", action="store_true", help="no fsync: for throw-away folders")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    sessions = Sessions(options.folder.absolute(), memory=options.memory, durable=not options.unsafe)
    host = Host(options.port, sessions, os.environ["CAIRN_CLICKHOUSE_SECRET"])
    stop = threading.Event()
    # Only now: while the engine opens its tables no signal would be heard, and then its default is the right answer.
    when_told(stop.set, orphan_seconds=STORE_STOP_SECONDS)
    threading.Thread(target=host.serve_forever, name="listener", daemon=True).start()
    # The kernel may give the signal to any thread, and this one, which answers it, is not woken by that.
    while not stop.wait(LOOK_SECONDS):
        pass
    if host.drain(DRAIN_SECONDS):
        sessions.close()
    # What was acknowledged is on disk. To take the engine apart while a statement runs crashes it, or never ends.
    os._exit(0)


if __name__ == "__main__":
    main()
