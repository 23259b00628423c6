"""`cairn export profiles|list|segment|metric|account`: a job of a running server, and its file."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cairn.cli import job_client
from cairn.cli import options as shared
from cairn.cli.targets import add_target, target
from cairn.kernel.errors import CairnError

KINDS = {
    "profiles": "All profiles, or those that match a filter",
    "list": "The members of a list",
    "segment": "The members of a segment",
    "metric": "The events of a metric",
    "account": "Profiles, lists and events in one archive",
}


def parser() -> argparse.ArgumentParser:
    made = shared.parser("export", "Write data of a running server to a file.")
    kinds = made.add_subparsers(dest="of", required=True)
    for kind, summary in KINDS.items():
        one = kinds.add_parser(kind, help=summary)
        shared.add_shared(one)
        if kind in ("list", "segment", "metric"):
            one.add_argument("id", metavar="ID")
        if kind == "profiles":
            one.add_argument("--filter", default="", help='as in the API: equals(email,"ann@example.com")')
        if kind in ("metric", "account"):
            one.add_argument("--since", help="beginning of the events' time, such as 2024-01-31T00:00:00Z")
            one.add_argument("--until", help="its end")
        one.add_argument("--column", action="append", default=[], metavar="NAME", help="a column; without it, all")
        one.add_argument("--format", choices=("csv", "jsonl", "parquet"), default="csv")
        one.add_argument("--output", type=Path, metavar="FILE", help="where to write it")
        add_target(one)
    return made


def main(arguments: Sequence[str]) -> int:
    options, settings = shared.begin("export", parser(), arguments)
    asked = {
        "of": options.of,
        "format": options.format,
        "id": getattr(options, "id", ""),
        "filter": getattr(options, "filter", ""),
        "columns": options.column,
        "since": getattr(options, "since", None),
        "until": getattr(options, "until", None),
    }
    with target(options, settings, purpose="Export") as client:
        document = {"data": {"type": "export-job", "attributes": asked}}
        job = job_client.watch(client, client.post("/api/export-jobs", document)["data"], told)
        attributes = job["attributes"]
        if attributes["status"] != "complete":
            raise CairnError(f"The export is {attributes['status']}. {attributes['detail']}".strip())
        to = options.output or Path(attributes["filename"])
        size = job_client.fetch(client, attributes["download_url"], to)
    print(f"{attributes['rows']:,} rows, {size:,} bytes in {to}")
    return 0


def told(attributes: Mapping[str, Any]) -> str:
    known = f" of {attributes['total_rows']:,}" if attributes["total_rows"] else ""
    return f"{attributes['status']:<10} {attributes['rows']:>9,}{known} rows"
