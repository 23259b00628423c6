"""`cairn worker`: the log into profiles, events, segments and messages, in a process of its own."""

from collections.abc import Sequence
from importlib import import_module

from cairn.cli import options as shared
from cairn.cli.stores import adopt, set_up_django


def main(arguments: Sequence[str]) -> int:
    parser = shared.parser("worker", "Run the worker alone, on the stores given by URL or those of the running server.")
    parser.add_argument("--only", default="", metavar="LOOPS", help="some of its loops, separated by commas")
    parser.add_argument("--jobs", action="store_true", help="do the imports and exports that wait, then end")
    options, settings = shared.begin("worker", parser, arguments)
    adopt(settings)
    set_up_django()
    # Django's models can be loaded only when it knows its database.
    if options.jobs:
        return int(import_module("cairn.workers.jobs").run())
    worker = import_module("cairn.workers.main")
    return int(worker.run([name for name in options.only.split(",") if name]))
