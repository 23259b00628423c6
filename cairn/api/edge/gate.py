"""What a request passes before its body is looked at: who is it, which revision, how many, which media type."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import msgspec

from cairn.api.edge.keyring import Keyring
from cairn.api.edge.known_lists import KnownLists
from cairn.api.kernel import errors, revisions
from cairn.api.kernel.ratelimit import Limit, RateLimiter, Taken, for_account, owner_of
from cairn.api.revisions.table import CHANGES
from cairn.domains.accounts import queries as accounts
from cairn.domains.accounts.contracts import APP, FULL_ACCESS, KEY
from cairn.domains.profiles.contracts import ChangeConsent
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.addresses import Addresses
from cairn.infra.http.cors import ANY_ORIGIN
from cairn.infra.http.exchange import BodyTooLarge, Disconnected, Header, Reply, Request
from cairn.kernel.errors import CairnError
from cairn.kernel.scope import Scope

logger = logging.getLogger(__name__)

MEGABYTE: Final = 1024 * 1024
LARGEST_BODY: Final = 5 * MEGABYTE
LARGEST_PROFILE: Final = 100 * 1024
SCHEMES: Final = {"klaviyo-api-key": KEY, "bearer": APP}
JSON_TYPES: Final = ("application/vnd.api+json", "application/json")
# Browsers send what a page leaves behind (sendBeacon) as text.
CLIENT_TYPES: Final = (*JSON_TYPES, "text/plain")
CONTENT_TYPE: Final[Header] = ("content-type", errors.MEDIA_TYPE)
SignIn = Callable[[Request], Awaitable[Scope]]
encode: Final = msgspec.json.Encoder().encode


class Command(msgspec.Struct, frozen=True, gc=False):
    """What a request asks, as an entry of the log."""

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
    """A write that answers 202 when it is in this lane of the log. `read` turns a body into a command at a moment
    (seconds since 1970), `list_of` finds the list that a command names. `until` is the first release that has it
    elsewhere. Of the live lane, where they come singly, bodies are read when they are about to be written."""

    rules: Rules
    lane: Lane
    read: Callable[[bytes, float], Command]
    list_of: Callable[[Command], str | None] | None = None
    until: str = ""


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
        addresses: Addresses | None = None,
    ) -> None:
        self._log = log
        self._lists = lists
        self._keyring = keyring
        self._limiter = limiter
        self._sign_in = sign_in
        self._session_cookie = session_cookie
        self._addresses = addresses or Addresses()

    async def serve(self, operation: Operation, request: Request) -> Reply:
        rules = operation.rules
        headers: list[Header] = []
        try:
            scope = await self._admit(rules, request, headers)
            content = newest_form(operation, request, await request.body(rules.largest))
            if operation.lane is Lane.LIVE:
                await self._log.append_made(Lane.LIVE, partial(read_record, operation, scope, content))
            else:
                await self._append_read(operation, scope, content, request)
            return Reply(202, b"", headers)
        except Exception as problem:
            return failed(problem, rules, headers)

    async def _append_read(self, operation: Operation, scope: Scope, content: bytes, request: Request) -> None:
        command = operation.read(content, time.time())
        if isinstance(command.body, ChangeConsent):
            self._prove(command.body, operation.rules, scope, request)
        if operation.list_of is not None:
            list_id = operation.list_of(command)
            if list_id is not None:
                await self._lists.require(scope, list_id)
        await self.append(scope, operation.lane, command)

    def _prove(self, wish: ChangeConsent, rules: Rules, scope: Scope, request: Request) -> None:
        """Consent has to be shown to whoever asks for it: who sent it and, where that was the person, from where."""
        for change in wish.changes:
            change.actor = scope.actor
            if rules.public:
                change.ip = self._addresses.of(request.head.client, request.headers.get("x-forwarded-for", ""))
                change.user_agent = request.headers.get("user-agent", "")[:500]

    async def guard(self, rules: Rules, request: Request, work: Work) -> Reply:
        """The answer of `work`, for whoever may ask for it; every failure as a document."""
        headers: list[Header] = []
        try:
            scope = await self._admit(rules, request, headers)
            reply = await work(scope, await request.body(rules.largest))
            reply.headers = [*reply.headers, *headers]
            return reply
        except Exception as problem:
            return failed(problem, rules, headers)

    async def _admit(self, rules: Rules, request: Request, headers: list[Header]) -> Scope:
        """Whoever asks, if they may; adds the headers that their answer has whatever it is."""
        if rules.public:
            headers += ANY_ORIGIN
        if request.method not in rules.methods:
            raise errors.method_not_allowed(request.method, rules.methods)
        scope = await self.authenticate(rules, request)
        taken = self.take(rules, scope)
        if taken.retry_after:
            raise errors.throttled(taken.retry_after)
        headers += taken.pairs()
        check_media_type(request, CLIENT_TYPES if rules.public else JSON_TYPES)
        return scope

    def append(self, scope: Scope, lane: Lane, command: Command) -> Awaitable[None]:
        """Done once the command is on disk. Raises Unavailable."""
        return self._log.append(lane, record_of(scope, command, time.time()))

    async def authenticate(self, rules: Rules, request: Request) -> Scope:
        """Who asks, in a revision that is served. Our own pages, which come by cookie, may leave the revision out."""
        if rules.public:
            known_revision(request.headers.get("revision", ""))
            return await self.company(request)
        given = request.headers.get("authorization", "")
        scope = self._keyring.recent(given)
        if scope is None:
            if not given and request.cookie(self._session_cookie):
                return await self._sign_in(request)
            scope = await self._key_of(given, request)
        if not (FULL_ACCESS in scope.scopes or rules.scopes <= scope.scopes):
            raise errors.permission_denied(rules.scopes - scope.scopes)
        known_revision(request.headers.get("revision", ""))
        return scope

    async def _key_of(self, given: str, request: Request) -> Scope:
        scheme, _, key = given.partition(" ")
        kind = SCHEMES.get(scheme.lower())
        if kind is None or not key:
            raise errors.not_authenticated()
        known = await self._keyring.key(key.strip())
        if known is None or known.kind != kind or 0 < known.expires <= time.time():
            raise errors.authentication_failed()
        if known.networks:
            address = self._addresses.of(request.head.client, request.headers.get("x-forwarded-for", ""))
            if not accounts.is_within(known.networks, address):
                raise errors.wrong_address(address)
        if known.is_unconditional:
            self._keyring.remember(given, known.scope)
        return known.scope

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
        return self._limiter.count(owner_of(scope), rules.name, limit, int(time.time()))


def read_record(operation: Operation, scope: Scope, content: bytes) -> Record:
    now = time.time()
    return record_of(scope, operation.read(content, now), now)


def record_of(scope: Scope, command: Command, now: float) -> Record:
    try:
        body = encode(command.body)
    except OverflowError:
        raise errors.invalid("A number is too large.", pointer="/data") from None
    return Record(scope.account_id, command.kind, body, int(now * 1000))


def newest_form(operation: Operation, request: Request, content: bytes) -> bytes:
    """The body as the newest release has it. Refuses releases in which the operation is elsewhere by now."""
    header = request.headers.get("revision", "")
    revision = known_revision(header) if header else revisions.LATEST
    if operation.until and revision.date >= operation.until:
        raise errors.Refused([errors.not_found("There is nothing at this address.")])
    return CHANGES.content(operation.rules.name, revision, content) if CHANGES.concerns(revision) else content


def check_media_type(request: Request, allowed: tuple[str, ...]) -> None:
    given = request.headers.get("content-type", "")
    if not given.startswith(allowed) and not given.lower().startswith(allowed):
        raise errors.unsupported_media_type(given)


def failed(problem: Exception, rules: Rules, headers: Sequence[Header]) -> Reply:
    """The answer that says what went wrong."""
    match problem:
        case Disconnected():
            raise problem
        case BodyTooLarge():
            refusal = too_large(rules.largest)
        case errors.Refused():
            refusal = problem
        case CairnError():
            refusal = errors.Refused([errors.of(problem)])
        case _:
            logger.error("%s failed", rules.name, exc_info=problem)
            refusal = errors.Refused([errors.server_error()])
    return refused(refusal, headers)


def too_large(limit: int) -> errors.Refused:
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit // 1024} KB"
    return errors.invalid(f"The request body is larger than {size}.", pointer="/data", title="Payload too large.")


@lru_cache(maxsize=256)
def known_revision(header: str) -> revisions.Revision:
    """Refusals are not remembered."""
    return revisions.resolve(header)


def refused(refusal: errors.Refused, headers: Sequence[Header]) -> Reply:
    """The error document of a refusal."""
    own = [(name.lower(), value) for name, value in refusal.headers.items()]
    return Reply(refusal.status, errors.document(refusal.problems), [CONTENT_TYPE, *headers, *own])
