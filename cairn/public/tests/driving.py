"""Calls pages without a server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from cairn.domains.messaging.contracts import MessageLink
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane
from cairn.infra.http.exchange import Reply, Request
from cairn.infra.http.tests.exchanges import Head, request_to
from cairn.kernel.signing import seal

SECRET = "a secret for tests"
LINK = MessageLink("AnnaAA", 7, "01PROFILE", "01DELIVERY", "01MESSAGE", "01CAMPAIGN", 1_700_000_000)
Page = Callable[[Request, str], Awaitable[Reply]]


def token(purpose: str, url: str = "") -> str:
    return seal(SECRET, purpose, msgspec.structs.replace(LINK, url=url))


def visit(page: Page, given: str, method: str = "GET", body: bytes = b"", query: str = "", **headers: str) -> Reply:
    raw = {name.replace("_", "-"): value for name, value in headers.items()}

    async def run() -> Reply:
        return await page(request_to(Head(method, query_string=query, headers=raw), body), given)

    return asyncio.run(run())


def header(reply: Reply, name: str) -> str:
    return dict(reply.headers)[name]


def commands(log: MemoryLog, lane: Lane) -> list[Any]:
    return [msgspec.json.decode(entry.record.body) for entry in log.entries[lane]]
