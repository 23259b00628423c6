"""`cairn clickhouse`: the embedded ClickHouse host, in a process of its own."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from cairn.cli import options as shared
from cairn.cli.stores import embedded_clickhouse
from cairn.infra.supervisor import folder
from cairn.kernel.errors import Invalid


def main(arguments: Sequence[str]) -> int:
    parser = shared.parser("clickhouse", "Run the embedded ClickHouse alone. CAIRN_CLICKHOUSE_SECRET is its password.")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    options, settings = shared.begin("clickhouse", parser, arguments)
    secret = os.environ.get("CAIRN_CLICKHOUSE_SECRET", "")
    if not secret:
        raise Invalid("CAIRN_CLICKHOUSE_SECRET must be set: whoever connects gives it as password of the user cairn.")
    folder.make(settings.data_dir)
    host = replace(embedded_clickhouse(settings), port=options.port, secret=secret)
    command = host.prepare()
    # This process becomes the host, so that no other one stands between it and whoever stops it.
    os.execve(sys.executable, list(command.argv), {**os.environ, **command.environ})
