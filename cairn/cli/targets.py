"""Which server a command talks to: the one of this machine's data folder, or another by its address."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from cairn.cli.bulk_client import BulkClient
from cairn.cli.stores import stores
from cairn.infra.supervisor import folder
from cairn.kernel import clock
from cairn.kernel.errors import Conflict, Invalid, Unavailable
from cairn.wiring import Settings


def add_target(made: argparse.ArgumentParser) -> None:
    made.add_argument("--account", help="account id, where this server has several")
    made.add_argument("--base-url", help="another server's address; needs --private-key")
    made.add_argument("--private-key", help="a key with access to everything that the command touches")


@contextmanager
def target(options: argparse.Namespace, settings: Settings, *, purpose: str) -> Iterator[BulkClient]:
    """A client of the server asked for; on this machine with a key that lives as long as the command."""
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
        key = accounts.create_key(scope, name=purpose, scopes=["full"], now=clock.now())
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
