"""`cairn web`: the HTTP server, in a process of its own."""

from collections.abc import Sequence

from cairn.cli import options as shared
from cairn.cli.stores import adopt
from cairn.infra.http import server

# Imported by the processes that serve it, not by the one that watches over them.
SITE = "cairn.site:Site"


def main(arguments: Sequence[str]) -> int:
    parser = shared.parser(
        "web", "Run the web process alone, on the stores given by URL or those of the running server."
    )
    shared.add_listening(parser)
    _, settings = shared.begin("web", parser, arguments)
    adopt(settings)
    server.run(SITE, host=settings.host, port=settings.port, workers=settings.workers)
    return 0
