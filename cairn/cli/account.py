"""`cairn account create`: a shop, its owner and its first key, with the server running or stopped."""

import argparse
import json
from collections.abc import Sequence
from importlib import import_module

from cairn.cli import options as shared
from cairn.cli.stores import stores
from cairn.kernel import clock


def parser() -> argparse.ArgumentParser:
    made = shared.parser("account", "Make accounts.")
    actions = made.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="a new account with its owner and a key that may do everything")
    shared.add_shared(create)
    create.add_argument("--name", required=True, help="the shop's name")
    create.add_argument("--email", required=True, help="who signs in")
    create.add_argument("--password", required=True, help="at least 8 characters")
    create.add_argument("--timezone", default="UTC", help="the shop's time zone, such as Europe/Berlin")
    create.add_argument("--currency", default="USD", help="the shop's currency, three letters")
    create.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def main(arguments: Sequence[str]) -> int:
    options, settings = shared.begin("account", parser(), arguments)
    with stores(settings):
        # Django's models can be loaded only when it knows its database, which has been found just now.
        accounts = import_module("cairn.domains.accounts.actions")
        made = accounts.create_account(
            name=options.name,
            email=options.email,
            password=options.password,
            timezone=options.timezone,
            currency=options.currency,
            now=clock.now(),
        )
    facts = {name: getattr(made, name) for name in ("account_id", "company_id", "private_key")}
    if options.json:
        print(json.dumps(facts))
    else:
        print("\n".join(f"{name:<12} {value}" for name, value in facts.items()))
        print("The private key is shown this once.")
    return 0
