"""What a request passes before its body is looked at: who is it, which revision, how many, which media type."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

from cairn.api.edge.keyring import Keyring
from cairn.api.edge.known_lists import KnownLists
from cairn.api.kernel import errors, revisions
from cairn.api.kernel.ratelimit import Limit, RateLimiter, Taken, for_account
from cairn.domains.accounts.contracts import FULL_ACCESS
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.cors import ANY_ORIGIN
from cairn.infra.http.exchange import BodyTooLarge, Header, Reply, Request
from cairn.kernel.errors import CairnError
from cairn.kernel.scope import Scope

logger = logging.getLogger(__name__)

MEGABYTE: Final = 1024 * 1024
LARGEST_BODY: Final = 5 * MEGABYTE
LARGEST_PROFILE: Final = 100 * 1024
SCHEME: Final = "klaviyo-api-key"
JSON_TYPES: Final = (b"application/vnd.api+json", b"application/json")
# Browsers send what a page leaves behind (sendBeacon) as text.
CLIENT_TYPES: Final = (*JSON_TYPES, b"text/plain")
CONTENT_TYPE: Final[Header] = (b"content-type", errors.MEDIA_TYPE.encode())
SignIn = Callable[[Request], Awaitable[Scope]]
encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Command:
    """What a request asks, as an entry of the log."""

    lane: Lane
    kind: str
    body: msgspec.Struct


@dataclass(frozen=True, slots=True)
class Rules:
    """What a request must keep to."""

    name: str
    limit: Limit
    scopes: frozenset[str] = frozenset()
    public: bool = False
    largest: int = LARGEST_BODY
    methods: Sequence[str] = ("POST",)


@dataclass(frozen=True, slots=True)
class Operation:
    """A write that answers 202 when it is in the log. `read` turns a body into a command at a moment, `list_of` finds
    the list that a command names."""

    rules: Rules
    read: Callable[[bytes, datetime], Command]
    list_of: Callable[[Command], str | None] | None = None


Work = Callable[[Scope, bytes], Awaitable[Reply]]


class Gate:
    """Serves operations: checks, writes to the log, answers.

    A browser's session, which only Django can read, is known by `sign_in`.
    """

    def __init__(
        self,
        log: EventLog,
        keyring: Keyring,
        lists: KnownLists,
        limiter: RateLimiter,
        sign_in: SignIn,
        session_cookie: str,
    ) -> None:
        self._log = log
        self._lists = lists
        self._keyring = keyring
        self._limiter = limiter
        self._sign_in = sign_in
        self._session_cookie = session_cookie

    async def serve(self, operation: Operation, request: Request) -> Reply:
        async def accept(scope: Scope, content: bytes) -> Reply:
            command = operation.read(content, datetime.now(UTC))
            list_id = operation.list_of(command) if operation.list_of else None
            if list_id is not None:
                await self._lists.require(scope, list_id)
            await self.append(scope, command)
            return Reply(202)

        return await self.guard(operation.rules, request, accept)

    async def guard(self, rules: Rules, request: Request, work: Work) -> Reply:
        """The answer of `work`, for whoever may ask for it; every failure as a document."""
        headers: list[Header] = [*ANY_ORIGIN] if rules.public else []
        try:
            if request.method not in rules.methods:
                raise errors.method_not_allowed(request.method, rules.methods)
            scope = await self.authenticate(rules, request)
            taken = self.take(rules, scope)
            if taken.retry_after:
                raise errors.throttled(taken.retry_after)
            headers += rate_headers(taken)
            check_media_type(request, CLIENT_TYPES if rules.public else JSON_TYPES)
            reply = await work(scope, await request.body(rules.largest))
            reply.headers = [*reply.headers, *headers]
            return reply
        except BodyTooLarge:
            refusal = too_large(rules.largest)
        except errors.Refused as problem:
            refusal = problem
        except CairnError as problem:
            refusal = errors.Refused([errors.of(problem)])
        except Exception:
            logger.exception("%s failed", rules.name)
            refusal = errors.Refused([errors.server_error()])
        return refused(refusal, headers)

    async def append(self, scope: Scope, command: Command) -> None:
        """Returns once the command is on disk. Raises Unavailable."""
        try:
            body = encode(command.body)
        except OverflowError:
            raise errors.invalid("A number is too large.", pointer="/data") from None
        record = Record(scope.account_id, command.kind, body, time.time_ns() // 1_000_000)
        await self._log.append(command.lane, record)

    async def authenticate(self, rules: Rules, request: Request) -> Scope:
        """Who asks, in a revision that is served. Our own pages, which come by cookie, may leave the revision out."""
        if rules.public:
            known_revision(request.header(b"revision"))
            return await self.company(request)
        given = request.header(b"authorization")
        if not given and request.cookie(self._session_cookie):
            return await self._sign_in(request)
        scheme, _, key = given.partition(" ")
        if scheme.lower() != SCHEME or not key:
            raise errors.not_authenticated()
        scope = self._keyring.recent(key) or await self._keyring.key(key.strip())
        if scope is None:
            raise errors.authentication_failed()
        if not (FULL_ACCESS in scope.scopes or rules.scopes <= scope.scopes):
            raise errors.permission_denied(rules.scopes - scope.scopes)
        known_revision(request.header(b"revision"))
        return scope

    async def company(self, request: Request) -> Scope:
        """The account of a public key, as `company_id` in the query."""
        company_id = request.query().get("company_id", "")
        if not company_id:
            raise errors.invalid("The query parameter company_id is required.", parameter="company_id")
        account = await self._keyring.account(company_id)
        if account is None:
            raise errors.invalid(f"There is no company {company_id[:32]!r}.", parameter="company_id")
        return Scope(account.id, account.number, "public")

    def take(self, rules: Rules, scope: Scope) -> Taken:
        overrides = self._keyring.rate_limits(scope.account_id)
        limit = for_account(rules.limit, rules.name, overrides) if overrides else rules.limit
        return self._limiter.take(scope.account_id, rules.name, limit, datetime.now(UTC))


def check_media_type(request: Request, allowed: tuple[bytes, ...]) -> None:
    given = request.headers.get(b"content-type", b"")
    if not given.lower().startswith(allowed):
        raise errors.unsupported_media_type(given.decode("latin-1"))


def too_large(limit: int) -> errors.Refused:
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit // 1024} KB"
    return errors.invalid(f"The request body is larger than {size}.", pointer="/data", title="Payload too large.")


@lru_cache(maxsize=256)
def known_revision(header: str) -> revisions.Revision:
    """Refusals are not remembered."""
    return revisions.resolve(header)


@lru_cache(maxsize=10_000)
def rate_headers(taken: Taken) -> tuple[Header, ...]:
    return tuple((name.lower().encode(), value.encode()) for name, value in taken.headers().items())


def refused(refusal: errors.Refused, headers: Sequence[Header]) -> Reply:
    """The error document of a refusal."""
    own = [(name.lower().encode(), value.encode()) for name, value in refusal.headers.items()]
    return Reply(refusal.status, errors.document(refusal.problems), [CONTENT_TYPE, *headers, *own])
