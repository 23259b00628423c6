"""Calls the hot endpoints without a server: a request in, an answer and the log's entries out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from cairn.api.client.operations import OPERATIONS as CLIENT_OPERATIONS
from cairn.api.edge.gate import Gate
from cairn.api.edge.keyring import Keyring, digest_of
from cairn.api.edge.known_lists import KnownLists
from cairn.api.edge.operations import MOVED
from cairn.api.edge.operations import OPERATIONS as SERVER_OPERATIONS
from cairn.api.kernel import errors
from cairn.api.kernel.ratelimit import RateLimiter
from cairn.api.legacy.track import Legacy
from cairn.domains.accounts.contracts import AccountFacts, KeyFacts
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.http.exchange import Reply, Request
from cairn.infra.http.tests.exchanges import Head, request_to
from cairn.kernel import scope as kernel

ANNAS_KEY = "pk_annas"
WEAK_KEY = "pk_reads_only"
COMPANY = "AnnaAA"
HEADERS = {
    "authorization": f"Klaviyo-API-Key {ANNAS_KEY}",
    "revision": "2026-07-15",
    "content-type": "application/vnd.api+json",
}


@dataclass
class Accounts:
    """PostgreSQL, as far as the edge asks it. `away` makes it fail."""

    accounts_known: list[AccountFacts] = field(default_factory=lambda: [AccountFacts(COMPANY, 7)])
    keys_known: list[KeyFacts] = field(
        default_factory=lambda: [
            KeyFacts(digest_of(ANNAS_KEY), "k1", COMPANY, ("full",)),
            KeyFacts(digest_of(WEAK_KEY), "k2", COMPANY, ("events:read",)),
        ]
    )
    away: bool = False
    asked: int = 0
    uses: list[list[str]] = field(default_factory=list)

    def accounts(self, ids: Sequence[str] | None) -> list[AccountFacts]:
        self._ask()
        return [account for account in self.accounts_known if ids is None or account.id in ids]

    def keys(self, digests: Sequence[str] | None) -> list[KeyFacts]:
        self._ask()
        return [key for key in self.keys_known if digests is None or key.digest in digests]

    def used(self, actors: Sequence[str]) -> None:
        self._ask()
        self.uses.append(list(actors))

    def _ask(self) -> None:
        self.asked += 1
        if self.away:
            raise ConnectionError("PostgreSQL is away")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        first: dict[str, Any] = msgspec.json.decode(self.body)["errors"][0]
        return first

    @property
    def pointer(self) -> str | None:
        pointer: str | None = self.error["source"].get("pointer")
        return pointer


def asked(
    method: str, url: str, body: bytes, headers: Mapping[str, str], pieces: int = 1, client: str = "192.0.2.1:999"
) -> Request:
    path, _, query = url.partition("?")
    size = max(-(-len(body) // pieces), 1)
    parts = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    given = {name.lower(): value for name, value in headers.items()}
    return request_to(Head(method, path, query, given, client=client), *parts)


def answered(handler: Callable[[Request], Awaitable[Reply]], request: Request) -> Answer:
    async def run() -> Reply:
        return await handler(request)

    reply = asyncio.run(run())
    return Answer(reply.status, dict(reply.headers), reply.body)


class Edge:
    """The hot endpoints over a log in memory."""

    def __init__(self, folder: Path, *, enforce: bool = False) -> None:
        self.log = MemoryLog()
        self.accounts = Accounts()
        self.keyring = Keyring(self.accounts, folder / "keys.json")
        self.list_ids = {"NewsLL"}
        self.lists_away = False
        lists = KnownLists(self._list_exists, ThreadPoolExecutor(1))
        self.gate = Gate(self.log, self.keyring, lists, RateLimiter(enforce=enforce), self._sign_in, "cairn_session")
        legacy = Legacy(self.log, self.keyring, RateLimiter(enforce=enforce))
        self._legacy = {
            "/api/track": legacy.track,
            "/api/track-once": legacy.track_once,
            "/api/identify": legacy.identify,
        }

    def call(self, method: str, url: str, body: Any = b"", **changes: Any) -> Answer:
        """`headers` given replace the usual ones by name; None leaves one out."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {name: value for name, value in (HEADERS | changes.get("headers", {})).items() if value is not None}
        request = asked(method, url, content, headers, changes.get("pieces", 1), changes.get("client", "192.0.2.1:999"))
        path = request.path
        if path in self._legacy:
            return answered(self._legacy[path], request)
        operation = (SERVER_OPERATIONS | MOVED | CLIENT_OPERATIONS)[path]
        return answered(lambda asked_for: self.gate.serve(operation, asked_for), request)

    def post(self, url: str, body: Any, **changes: Any) -> Answer:
        return self.call("POST", url, body, **changes)

    def records(self, lane: Lane = Lane.LIVE) -> list[Record]:
        return [entry.record for entry in self.log.entries[lane]]

    def commands(self, lane: Lane = Lane.LIVE) -> list[Any]:
        return [msgspec.json.decode(record.body) for record in self.records(lane)]

    def nothing_accepted(self) -> bool:
        return not any(self.log.entries.values())

    def _list_exists(self, scope: kernel.Scope, list_id: str) -> bool:
        if self.lists_away:
            raise ConnectionError("PostgreSQL is away")
        return scope.account_id == COMPANY and list_id in self.list_ids

    async def _sign_in(self, request: Request) -> kernel.Scope:
        if request.cookie("cairn_session") == "annas":
            return kernel.Scope(COMPANY, 7, "user:1", frozenset({"full"}))
        raise errors.not_authenticated()
