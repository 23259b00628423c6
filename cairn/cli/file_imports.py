"""`cairn import profiles FILE`, `cairn import events FILE` and `cairn import klaviyo`: jobs of a running server."""

import argparse
import getpass
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cairn.cli import job_client
from cairn.cli.bulk_client import BulkClient
from cairn.cli.targets import target
from cairn.kernel.errors import CairnError, Invalid
from cairn.wiring import Settings

WORDS = ("created", "updated", "unchanged", "merged", "events", "joined", "kept", "refused")


def add_file(made: argparse.ArgumentParser, *, of_events: bool) -> None:
    made.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV, XLSX, JSONL or Parquet, also .gz, .xz or .zip")
    made.add_argument("--mapping", type=Path, metavar="JSON", help="what the columns mean; without it, as suggested")
    made.add_argument("--show-mapping", action="store_true", help="print the suggested mapping and import nothing")
    made.add_argument("--dry-run", action="store_true", help="count what the import would do, and import nothing")
    made.add_argument("--errors", type=Path, metavar="FILE", help="where refused rows go (FILE-errors.csv)")
    if of_events:
        made.add_argument("--metric", help="what happened, where no column says so")
    else:
        made.add_argument("--list", action="append", default=[], metavar="ID", help="a list that everybody joins")


def add_klaviyo(made: argparse.ArgumentParser) -> None:
    made.add_argument("--api-key", help="a private key with read access; without it, it is asked for")
    made.add_argument("--host", default="", help="another server than Klaviyo's own")
    made.add_argument("--what", action="append", default=[], metavar="KIND", help="profiles, events, …; everything")


def import_file(options: argparse.Namespace, settings: Settings) -> int:
    if not options.file.is_file():
        raise Invalid(f"There is no file {options.file}.")
    with target(options, settings, purpose=f"Import of {options.file.name}") as client:
        job = job_client.upload(client, "/api/import-jobs", {"kind": options.kind}, options.file)
        if options.show_mapping:
            client.call("DELETE", job_client.place(job))
            print(json.dumps(job["attributes"]["mapping"], indent=2, ensure_ascii=False))
            return 0
        job = job_client.change(client, job, {"mapping": mapping_of(options, job)})
        if options.dry_run:
            return rehearse(client, job)
        job = job_client.watch(client, job_client.change(client, job, {"status": "queued"}), told)
        return report(client, job, options)


def mapping_of(options: argparse.Namespace, job: Mapping[str, Any]) -> dict[str, Any]:
    mapping: dict[str, Any] = dict(job["attributes"]["mapping"])
    if options.mapping:
        try:
            mapping = json.loads(options.mapping.read_text())
        except (OSError, ValueError) as error:
            raise Invalid(f"{options.mapping} cannot be read: {error}") from None
    if getattr(options, "list", None):
        mapping["list_ids"] = [*mapping.get("list_ids", []), *options.list]
    if getattr(options, "metric", None):
        mapping["metric"] = options.metric
    return mapping


def rehearse(client: BulkClient, job: Mapping[str, Any]) -> int:
    job = job_client.watch(client, job_client.change(client, job, {"status": "checking"}), told)
    print_counts(job["attributes"]["checked"] or {})
    client.call("DELETE", job_client.place(job))
    return 0


def report(client: BulkClient, job: Mapping[str, Any], options: argparse.Namespace) -> int:
    attributes = job["attributes"]
    print_counts(attributes["counts"] or {})
    if attributes["errors_url"]:
        to = options.errors or Path(f"{options.file.name.partition('.')[0]}-errors.csv")
        job_client.fetch(client, attributes["errors_url"], to)
        print(f"The refused rows are in {to}, each with its reason: mend them and import that file.")
    return ended(attributes)


def ended(attributes: Mapping[str, Any]) -> int:
    if attributes["status"] != "complete":
        raise CairnError(f"The import is {attributes['status']}. {attributes['detail']}".strip())
    return 0


def move(options: argparse.Namespace, settings: Settings) -> int:
    key = options.api_key or os.environ.get("KLAVIYO_API_KEY") or getpass.getpass("Private API key: ")
    asked = {"api_key": key, "host": options.host, "what": options.what}
    with target(options, settings, purpose="Move from Klaviyo") as client:
        document = {"data": {"type": "klaviyo-move", "attributes": asked}}
        job = job_client.watch(client, client.post("/api/klaviyo-moves", document)["data"], told)
    print(f"{'':<12}{'copied':>12}{'here already':>16}{'left behind':>14}")
    for step in job["attributes"]["steps"]:
        counts = step["counts"]
        numbers = (counts.get(name, 0) for name in ("copied", "unchanged", "left_behind"))
        print("{:<12}{:>12,}{:>16,}{:>14,}".format(step["name"], *numbers))
        for one in counts.get("reasons", ()):
            print(f"    {one['count']:,} × {one['reason']}")
    return ended(job["attributes"])


def told(attributes: Mapping[str, Any]) -> str:
    rows = (attributes["checked"] or {}).get("rows", 0) if attributes["status"] == "checking" else attributes["rows"]
    known = f" of about {attributes['total_rows']:,}" if attributes["total_rows"] else ""
    return f"{attributes['status']:<10} {rows:>9,}{known} rows  {attributes['rate']:>9,.0f} rows/s"


def print_counts(counts: Mapping[str, int]) -> None:
    for word in WORDS:
        if counts.get(word):
            print(f"{word:<10} {counts[word]:>10,}")
