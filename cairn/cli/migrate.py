"""`cairn migrate`: the tables of both stores, brought up to date. `cairn serve` does it by itself."""

from collections.abc import Sequence

from cairn.cli import options as shared
from cairn.cli.stores import adopt, bring_up_to_date, set_up_django

STORES = ("postgres", "clickhouse")


def main(arguments: Sequence[str]) -> int:
    parser = shared.parser("migrate", "Bring the stores' tables up to date.")
    parser.add_argument("--only", choices=STORES, help="one store instead of both")
    options, settings = shared.begin("migrate", parser, arguments)
    settings = adopt(settings)
    chosen = (options.only,) if options.only else STORES
    if "postgres" in chosen:
        set_up_django()
    bring_up_to_date(settings, postgres="postgres" in chosen, clickhouse="clickhouse" in chosen)
    return 0
