"""The command `cairn`: finds the subcommand in the table and runs it."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from cairn.kernel.errors import CairnError


class Entry(NamedTuple):
    module: str
    summary: str


# Modules, not functions: each command loads only what it needs itself.
COMMANDS = {
    "serve": Entry("cairn.cli.serve", "Run everything: stores, web, worker"),
    "account": Entry("cairn.cli.account", "Make accounts"),
    "import": Entry("cairn.cli.imports", "Bring in people, events, or a Klaviyo account"),
    "export": Entry("cairn.cli.exports", "Write people, events or the whole account to a file"),
    "privacy": Entry("cairn.cli.privacy", "Forget people, or give them what is known of them"),
    "web": Entry("cairn.cli.web", "Run the web process alone"),
    "worker": Entry("cairn.cli.worker", "Run the worker alone"),
    "clickhouse": Entry("cairn.cli.clickhouse", "Run the embedded ClickHouse alone"),
    "reference": Entry("cairn.cli.reference", "Print the API's description: openapi or postman"),
    "settings": Entry("cairn.cli.settings", "Print every setting"),
    "migrate": Entry("cairn.cli.migrate", "Bring the stores' tables up to date"),
}


def usage() -> str:
    lines = [f"  {name:<12} {entry.summary}" for name, entry in COMMANDS.items()]
    return "\n".join(["usage: cairn COMMAND …", "", *lines, "", "cairn COMMAND --help tells more."])


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command. A refusal is one line on standard error, not a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    entry = COMMANDS.get(given[0])
    if entry is None:
        print(f"cairn: there is no command {given[0]!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        return int(import_module(entry.module).main(given[1:]) or 0)
    except CairnError as error:
        print(f"cairn: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
