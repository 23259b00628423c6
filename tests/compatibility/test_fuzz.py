"""Requests that fit our own description, and requests that nearly do, sent to a real server: no answer is a fault of
ours, and each refusal says what is wrong.

`CAIRN_FUZZ_EXAMPLES=200` makes a long run of it; the seed is fixed, so that a failure comes again.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from cairn.api import reference
from tests.server import Server

SEED = 20_260_715
EXAMPLES = int(os.environ.get("CAIRN_FUZZ_EXAMPLES", "3"))
# Signing in and out ends the session of whoever runs this, and what is sent to a stranger leaves the machine.
NOT_ASKED = frozenset({"create_session", "delete_session"})
TIMEOUT = 30.0
"""Seconds; a request that takes longer is a failure, too."""


def operations() -> dict[str, Any]:
    """Operations by tag."""
    schema = schemathesis.openapi.from_dict(json.loads(reference.document()))
    found: dict[str, Any] = {}
    for one in schema.get_all_operations():
        assert isinstance(one, Ok), one
        operation = one.ok()
        if operation.definition.raw["operationId"] not in NOT_ASKED:
            found.setdefault(operation.definition.raw["tags"][0], []).append(operation)
    return found


OPERATIONS = operations()


@dataclass(frozen=True)
class Shop:
    """An account on a real server."""

    url: str
    headers: dict[str, str]
    company_id: str

    def send(self, case: Any) -> Any:
        """The answer to a case, sent with the account's keys in place of what was made up for them."""
        case.headers = {**{name: text for name, text in case.headers.items() if is_sent(name, text)}, **self.headers}
        if "company_id" in (case.query or {}):
            case.query["company_id"] = self.company_id
        return case.call(base_url=self.url, timeout=TIMEOUT)


def is_sent(name: str, text: str) -> bool:
    """A server of HTTP itself refuses what is no header."""
    return name.lower() not in ("authorization", "revision", "cookie") and text.isascii() and text.isprintable()


@pytest.fixture(scope="module")
def shop(server: Server) -> Shop:
    account = server.create_account("fuzz@example.com")
    headers = {"authorization": f"Klaviyo-API-Key {account['private_key']}", "revision": "2026-07-15"}
    return Shop(server.url, headers, account["company_id"])


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("tag", OPERATIONS)
def test_no_request_breaks_the_server(shop: Shop, tag: str, mode: GenerationMode) -> None:
    for operation in OPERATIONS[tag]:
        check(shop, operation, mode)


def check(shop: Shop, operation: Any, mode: GenerationMode) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        reply = shop.send(case)
        told = f"{case.method} {case.path} -> {reply.status_code} {reply.text[:300]}\n{case.as_curl_command()[:3000]}"
        assert reply.status_code < 500, told
        if reply.status_code >= 400:
            assert all(error["detail"] and error["code"] for error in reply.json()["errors"]), told

    each()
