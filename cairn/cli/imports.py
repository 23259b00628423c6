"""`cairn import online-retail FILE`: a year of a real gift shop, through the public bulk ingest of a running server."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from cairn.cli import options as shared
from cairn.cli.bulk_client import BulkClient
from cairn.cli.stores import stores
from cairn.domains.integrations import online_retail
from cairn.domains.integrations.online_retail import Totals
from cairn.infra.supervisor import folder
from cairn.kernel import clock
from cairn.kernel.errors import Conflict, Invalid, Unavailable
from cairn.wiring import Settings

REPORT_SECONDS = 1.0
# The years that the data set covers; an aggregate answers for one year at most.
WINDOWS = (
    (datetime(2010, 12, 1, tzinfo=UTC), datetime(2011, 12, 1, tzinfo=UTC)),
    (datetime(2011, 12, 1, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)),
)
STORED_LIMIT = timedelta(minutes=10)


def parser() -> argparse.ArgumentParser:
    made = shared.parser("import", "Import a data set through the public bulk ingest of a running server.")
    kinds = made.add_subparsers(dest="kind", required=True)
    retail = kinds.add_parser("online-retail", help="UCI's Online Retail data set, .csv or .csv.xz")
    shared.add_shared(retail)
    retail.add_argument("file", type=Path, metavar="FILE")
    retail.add_argument("--account", help="account id, where this server has several")
    retail.add_argument("--base-url", help="another server's address; needs --private-key")
    retail.add_argument("--private-key", help="a key that may write events and profiles")
    return made


def main(arguments: Sequence[str]) -> int:
    options, settings = shared.begin("import", parser(), arguments)
    if not options.file.is_file():
        raise Invalid(f"There is no file {options.file}.")
    with target(options, settings) as client:
        progress = Progress()
        totals = online_retail.import_file(options.file, send=client.send, report=progress.report)
        progress.end(totals)
        stored = wait_until_stored(client, totals)
    print_totals(totals, stored)
    return 0 if matches(totals, stored) else 1


@contextmanager
def target(options: argparse.Namespace, settings: Settings) -> Iterator[BulkClient]:
    """A client of the server asked for; on this machine with a key that lives as long as the import."""
    if options.base_url:
        if not options.private_key:
            raise Invalid("--base-url needs --private-key.")
        yield BulkClient(options.base_url, options.private_key)
        return
    state = folder.read_state(settings.data_dir)
    if state is None:
        raise Unavailable(f"No server runs on the folder {settings.data_dir}: start `cairn serve` first.")
    if options.private_key:
        yield BulkClient(state.url, options.private_key)
        return
    with stores(settings):
        accounts = import_module("cairn.domains.accounts.actions")
        queries = import_module("cairn.domains.accounts.queries")
        scope = queries.scope_of(options.account or only_account(queries))
        key = accounts.create_key(scope, name=f"Import of {options.file.name}", scopes=["full"], now=clock.now())
        try:
            yield BulkClient(state.url, key.private_key)
        finally:
            accounts.delete_key(scope, key_id=key.id)


def only_account(queries: Any) -> str:
    found = [facts.id for facts in queries.account_facts()]
    if not found:
        raise Conflict("There is no account yet: make one with `cairn account create`.")
    if len(found) > 1:
        raise Invalid(f"This server has several accounts; choose one by --account: {', '.join(sorted(found))}.")
    return str(found[0])


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
