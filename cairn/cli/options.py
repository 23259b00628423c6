"""Options that commands share. They become settings: an option wins over its environment variable."""

import argparse
import os
from collections.abc import Sequence

from cairn import wiring
from cairn.infra import logging as log_lines
from cairn.wiring import Settings

# Option, and the setting that it stands for.
SHARED = {"data_dir": "CAIRN_DATA_DIR", "log_json": "CAIRN_LOG_JSON"}
LISTENING = {"host": "CAIRN_HOST", "port": "CAIRN_PORT", "demo": "CAIRN_DEMO"}


def parser(name: str, description: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog=f"cairn {name}", description=description)
    add_shared(made)
    return made


def add_shared(made: argparse.ArgumentParser) -> None:
    """For a command, and again for each of its subcommands: people write these options in either place."""
    # SUPPRESS: an option that is not given must not undo what stood before the subcommand.
    absent = argparse.SUPPRESS
    made.add_argument("--data-dir", metavar="FOLDER", default=absent, help="folder of all data (CAIRN_DATA_DIR)")
    made.add_argument("--log-json", action="store_const", const="on", default=absent, help="log lines as JSON")


def add_listening(made: argparse.ArgumentParser) -> None:
    made.add_argument("--host", help="address to listen on (CAIRN_HOST)")
    made.add_argument("--port", help="port to listen on (CAIRN_PORT)")


def apply(options: argparse.Namespace) -> Settings:
    """Put the options into the environment, where child processes find them, too; the settings that follow."""
    for option, variable in {**SHARED, **LISTENING}.items():
        value = getattr(options, option, None)
        if value is not None:
            os.environ[variable] = str(value)
    wiring.settings.cache_clear()
    return wiring.settings()


def begin(name: str, made: argparse.ArgumentParser, arguments: Sequence[str]) -> tuple[argparse.Namespace, Settings]:
    """Parse, settle the settings and start logging as process `name`."""
    options = made.parse_args(arguments)
    settings = apply(options)
    log_lines.configure(name, as_json=settings.log_json)
    return options, settings
