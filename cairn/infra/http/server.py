"""The HTTP server: Granian, running `cairn.site`."""

from granian import Granian
from granian.constants import Interfaces, Loops

# Connections that wait or are served at once, per process.
BACKLOG = 2048
# Granian's lines go the way of all others, which `cairn.infra.logging` made.
OWN_LOGGING = {"loggers": {"_granian": {"handlers": [], "propagate": True}}}


def run(*, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM, then finish what was begun."""
    server = Granian(
        "cairn.site:app",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        workers=workers,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        websockets=False,
        log_access=False,
        log_dictconfig=OWN_LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=2,
    )
    server.serve()
