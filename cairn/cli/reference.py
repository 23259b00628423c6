"""`cairn reference`: the API's description, without a server."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import msgspec

from cairn.cli.stores import set_up_django

HOST: Final = "http://127.0.0.1:8000"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="cairn reference", description="Print the API's description.")
    parser.add_argument("form", choices=("openapi", "postman"), help="an OpenAPI 3.1 document, or a Postman collection")
    parser.add_argument("--host", default=HOST, help="the collection's host, a variable of it")
    given = parser.parse_args(arguments)
    set_up_django()
    reference = import_module("cairn.api.reference")
    openapi = given.form == "openapi"
    content = reference.document() if openapi else msgspec.json.encode(reference.collection(given.host))
    sys.stdout.write(msgspec.json.format(content, indent=1).decode() + "\n")
    return 0
