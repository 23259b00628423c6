"""`cairn import …`: files of people and events, an account of Klaviyo, postal codes (geonames), or the year of a real
gift shop (online-retail), which goes through the public bulk ingest of a running server."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from cairn.cli import file_imports
from cairn.cli import options as shared
from cairn.cli.bulk_client import BulkClient
from cairn.cli.stores import stores
from cairn.cli.targets import add_target, target
from cairn.domains.integrations import online_retail
from cairn.domains.integrations.online_retail import Totals
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.wiring import Settings

FILES = {
    "profiles": "people, members and consent from a file",
    "events": "what people did, from a file",
}
REPORT_SECONDS = 1.0
# The years that the data set covers; an aggregate answers for one year at most.
WINDOWS = (
    (datetime(2010, 12, 1, tzinfo=UTC), datetime(2011, 12, 1, tzinfo=UTC)),
    (datetime(2011, 12, 1, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)),
)
STORED_LIMIT = timedelta(minutes=10)


def parser() -> argparse.ArgumentParser:
    made = shared.parser("import", "Bring data into a running server.")
    kinds = made.add_subparsers(dest="kind", required=True)
    retail = kinds.add_parser("online-retail", help="UCI's Online Retail data set, .csv or .csv.xz")
    shared.add_shared(retail)
    retail.add_argument("file", type=Path, metavar="FILE")
    add_target(retail)
    for kind, summary in FILES.items():
        one = kinds.add_parser(kind, help=summary)
        shared.add_shared(one)
        file_imports.add_file(one, of_events=kind == "events")
        add_target(one)
    klaviyo = kinds.add_parser("klaviyo", help="copy an account of Klaviyo through its API")
    shared.add_shared(klaviyo)
    file_imports.add_klaviyo(klaviyo)
    add_target(klaviyo)
    places = kinds.add_parser("geonames", help="where a country's postal codes lie: GeoNames' file, .txt or .zip")
    shared.add_shared(places)
    places.add_argument("file", type=Path, metavar="FILE")
    return made


def main(arguments: Sequence[str]) -> int:
    options, settings = shared.begin("import", parser(), arguments)
    if options.kind == "klaviyo":
        return file_imports.move(options, settings)
    if options.kind in FILES:
        return file_imports.import_file(options, settings)
    if not options.file.is_file():
        raise Invalid(f"There is no file {options.file}.")
    if options.kind == "geonames":
        return import_places(options.file, settings)
    with target(options, settings, purpose=f"Import of {options.file.name}") as client:
        progress = Progress()
        totals = online_retail.import_file(options.file, send=client.send, report=progress.report)
        progress.end(totals)
        stored = wait_until_stored(client, totals)
    print_totals(totals, stored)
    return 0 if matches(totals, stored) else 1


def import_places(file: Path, settings: Settings) -> int:
    """Postal codes are facts of the world, for all accounts: they go to the store itself."""
    with stores(settings):
        counts = import_module("cairn.domains.segments.actions").import_postal_codes(file, now=clock.now())
    for country, count in sorted(counts.items()):
        print(f"{country}: {count} postal codes")
    return 0


class Progress:
    """A line a second on standard error."""

    def __init__(self) -> None:
        self.begun = self.told = time.monotonic()

    def report(self, totals: Totals) -> None:
        if time.monotonic() - self.told >= REPORT_SECONDS:
            self.told = time.monotonic()
            self.say(totals)

    def say(self, totals: Totals) -> None:
        seconds = time.monotonic() - self.begun
        print(
            f"{totals.rows:>9,} rows  {totals.orders:>7,} orders  {totals.rows / seconds:>9,.0f} rows/s",
            file=sys.stderr,
        )

    def end(self, totals: Totals) -> None:
        self.say(totals)
        print("All of it is accepted; waiting until it is stored.", file=sys.stderr)


def wait_until_stored(client: BulkClient, totals: Totals) -> dict[str, Any]:
    """The account's own totals, once they reach the file's, or as they are when nothing has moved for long."""
    deadline = time.monotonic() + STORED_LIMIT.total_seconds()
    while True:
        stored = stored_totals(client)
        if matches(totals, stored) or time.monotonic() > deadline:
            return stored
        time.sleep(REPORT_SECONDS)


def stored_totals(client: BulkClient) -> dict[str, Any]:
    ids = client.metric_ids()
    orders = client.measure(ids.get("Placed Order"), WINDOWS)
    products = client.measure(ids.get("Ordered Product"), WINDOWS)
    return {
        "orders": int(orders["count"]),
        "ordered_products": int(products["count"]),
        "buyers": client.people_with(ids.get("Placed Order")),
        "revenue": round(orders["sum_value"], 2),
    }


def matches(totals: Totals, stored: dict[str, Any]) -> bool:
    return stored == {
        "orders": totals.orders,
        "ordered_products": totals.ordered_products,
        "buyers": len(totals.buyers),
        "revenue": round(float(totals.revenue), 2),
    }


def print_totals(totals: Totals, stored: dict[str, Any]) -> None:
    rows = (
        ("orders", f"{totals.orders:,}", f"{stored['orders']:,}"),
        ("ordered products", f"{totals.ordered_products:,}", f"{stored['ordered_products']:,}"),
        ("buyers", f"{len(totals.buyers):,}", f"{stored['buyers']:,}"),
        ("revenue", f"{totals.revenue:,.2f}", f"{stored['revenue']:,.2f}"),
    )
    print(f"{'':<18}{'in the file':>16}{'in Cairn':>16}")
    for name, in_file, in_cairn in rows:
        print(f"{name:<18}{in_file:>16}{in_cairn:>16}")
    print(f"{totals.without_customer:,} of {totals.rows:,} rows name no customer and were left out.")
    if not matches(totals, stored):
        print("The account holds other sums: other orders of the same years are in it, or not all is stored yet.")
