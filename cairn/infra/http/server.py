"""The HTTP server: Granian, running `cairn.asgi`."""

from granian import Granian
from granian.constants import Interfaces, Loops

# Connections that wait or are served at once, per process.
BACKLOG = 2048


def run(*, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM, then finish what was begun."""
    server = Granian(
        "cairn.asgi:app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=workers,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=2,
    )
    server.serve()
