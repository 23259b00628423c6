"""Accounts, private keys and access tokens in memory, so that a request is known without asking a database.

Loaded from PostgreSQL and loaded again every few seconds; what is not known is looked up, one question at a time. While
PostgreSQL is away the last state holds, also over a restart: it is kept as a file.
"""

import asyncio
import hashlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from cairn.domains.accounts.contracts import AccountFacts, KeyFacts, allowed
from cairn.kernel.errors import Unavailable
from cairn.kernel.scope import Scope

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 3.0
UNKNOWN_SECONDS = 1.0
AWAY_SECONDS = 1.0
MOST_UNKNOWN = 10_000
MOST_RECENT = 1_000
# A reload that takes long comes less often: at most this share of the time goes into reloading.
RELOAD_SHARE = 0.05
NOTED_SECONDS = 15.0


Found = TypeVar("Found")
Answer = TypeVar("Answer")


class Source(Protocol):
    """Where accounts and keys come from; None asks for all. Called in a thread, raises whatever its database raises."""

    def accounts(self, ids: Sequence[str] | None) -> list[AccountFacts]: ...

    def keys(self, digests: Sequence[str] | None) -> list[KeyFacts]: ...

    def used(self, actors: Sequence[str]) -> None: ...


class Known(msgspec.Struct, frozen=True, gc=False):
    """Whom a key or token lets in, and under which conditions; see KeyFacts."""

    scope: Scope
    kind: str
    expires: int
    networks: tuple[str, ...]

    @property
    def is_unconditional(self) -> bool:
        return not (self.expires or self.networks)


class Snapshot(msgspec.Struct):
    accounts: list[AccountFacts]
    keys: list[KeyFacts]


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class Keyring:
    """Answers at once for what it knows. `account` and `key` return None for what does not exist, and raise Unavailable
    when that cannot be told."""

    def __init__(self, source: Source, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._file = file
        self._clock = clock
        self._accounts: dict[str, AccountFacts] = {}
        self._keys: dict[str, Known] = {}
        self._used: set[str] = set()
        self._noted_at = 0.0
        self._recent: dict[str, Scope] = {}
        self._unknown: dict[str, float] = {}
        self._asking = asyncio.Lock()
        self._loaded = asyncio.Event()
        self._found = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "keyring")
        self._saved = b""
        self._away_until = 0.0

    def restore(self) -> None:
        """Takes the state that the last process kept."""
        try:
            content = self._file.read_bytes()
            self._take(msgspec.json.decode(content, type=Snapshot))
            self._saved = content
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError) as problem:
            logger.warning("The kept keys cannot be read: %s", problem)

    def _learn(self) -> None:
        """Adds what another process has kept since: it may have met a key before the database went away."""
        try:
            content = self._file.read_bytes()
            if content == self._saved:
                return
            snapshot = msgspec.json.decode(content, type=Snapshot)
        except (OSError, msgspec.MsgspecError):
            return
        self._saved = content
        for account in snapshot.accounts:
            self._accounts.setdefault(account.id, account)
        for key in snapshot.keys:
            self._add(key)

    async def keep_fresh(self) -> None:
        """Reloads for ever. Failures are told once, until it works again."""
        failing = False
        while True:
            started = self._clock()
            try:
                await self.reload()
                failing = False
            except Exception as problem:
                if not failing:
                    logger.warning("Accounts and keys cannot be reloaded, the known ones hold: %s", problem)
                failing = True
            rest = (self._clock() - started) / RELOAD_SHARE
            await asyncio.sleep(rest)
            # A key that had to be looked up is kept at once: after a restart nobody might be there to ask.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._found.wait(), max(REFRESH_SECONDS - rest, 0))
            self._found.clear()

    async def reload(self) -> None:
        snapshot = await self._in_thread(lambda: Snapshot(self._source.accounts(None), self._source.keys(None)))
        self._take(snapshot)
        self._loaded.set()
        await self._in_thread(lambda: self._save(snapshot))
        await self._note_use()

    async def _note_use(self) -> None:
        """Who called since the last time, in one statement: `recent` is emptied by each reload, so that whoever goes on
        calling is met again."""
        if not self._used or self._clock() - self._noted_at < NOTED_SECONDS:
            return
        used, self._used = self._used, set()
        self._noted_at = self._clock()
        await self._in_thread(lambda: self._source.used(sorted(used)))

    async def loaded(self, seconds: float) -> None:
        """Returns after the first load, or after some time: what was kept has to do then."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._loaded.wait(), seconds)

    def recent(self, credentials: str) -> Scope | None:
        """Whom the header belongs to, if it was remembered since the last reload."""
        return self._recent.get(credentials)

    def remember(self, credentials: str, scope: Scope) -> None:
        """Spares the next request with the same header the work of knowing it."""
        if len(self._recent) < MOST_RECENT:
            self._recent[credentials] = scope

    async def key(self, key: str) -> Known | None:
        known = await self._find(digest_of(key))
        if known is not None:
            self._used.add(known.scope.actor)
        return known

    async def _find(self, digest: str) -> Known | None:
        known = self._keys.get(digest)
        if known is not None:
            return known
        if self._is_unknown(digest):
            return None
        async with self._asking:
            if digest not in self._keys and not self._is_unknown(digest):
                try:
                    await self._look_up_key(digest)
                except Unavailable:
                    self._learn()
                    if digest not in self._keys:
                        raise
        return self._keys.get(digest)

    async def account(self, account_id: str) -> AccountFacts | None:
        known = self._accounts.get(account_id)
        if known is not None or self._is_unknown(account_id):
            return known
        async with self._asking:
            if account_id not in self._accounts and not self._is_unknown(account_id):
                try:
                    await self._look_up_account(account_id)
                except Unavailable:
                    self._learn()
                    if account_id not in self._accounts:
                        raise
        return self._accounts.get(account_id)

    def rate_limits(self, account_id: str) -> dict[str, object]:
        facts = self._accounts.get(account_id)
        return facts.rate_limits if facts else {}

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    async def _look_up_key(self, digest: str) -> None:
        keys = await self._ask(self._source.keys, digest)
        accounts = await self._ask(self._source.accounts, keys[0].account_id) if keys else []
        for account in accounts:
            self._accounts[account.id] = account
        for key in keys:
            self._add(key)
            self._found.set()
        if not keys:
            self._remember_unknown(digest)

    async def _look_up_account(self, account_id: str) -> None:
        found = await self._ask(self._source.accounts, account_id)
        for account in found:
            self._accounts[account.id] = account
        if not found:
            self._remember_unknown(account_id)

    async def _ask(self, question: Callable[[Sequence[str]], list[Found]], name: str) -> list[Found]:
        """Raises Unavailable while the database is away: whether the key exists cannot be told then."""
        if self._clock() >= self._away_until:
            try:
                return await self._in_thread(lambda: question([name]))
            except Exception as problem:
                logger.warning("A key cannot be looked up: %s", problem)
                self._away_until = self._clock() + AWAY_SECONDS
        raise Unavailable("This key cannot be checked at the moment.")

    async def _in_thread(self, question: Callable[[], Answer]) -> Answer:
        # One thread of its own, and so one connection.
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    def _take(self, snapshot: Snapshot) -> None:
        self._accounts = {account.id: account for account in snapshot.accounts}
        self._keys = {}
        self._recent = {}
        for key in snapshot.keys:
            self._add(key)

    def _add(self, key: KeyFacts) -> None:
        account = self._accounts.get(key.account_id)
        if account is not None:
            scope = Scope(account.id, account.number, key.actor, allowed(key.scopes))
            self._keys[key.digest] = Known(scope, key.kind, key.expires, key.networks)

    def _is_unknown(self, name: str) -> bool:
        until = self._unknown.get(name)
        return until is not None and self._clock() < until

    def _remember_unknown(self, name: str) -> None:
        if len(self._unknown) >= MOST_UNKNOWN:
            self._unknown.clear()
        self._unknown[name] = self._clock() + UNKNOWN_SECONDS

    def _save(self, snapshot: Snapshot) -> None:
        content = msgspec.json.encode(snapshot)
        if content == self._saved:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(self._file)
        self._saved = content
