"""Accounts by their id, remembered: each entry of the log names one."""

import threading
import time

from cairn.domains.accounts import queries as accounts
from cairn.kernel.errors import NotFound
from cairn.kernel.scope import Scope

FRESH_SECONDS = 5.0


class Scopes:
    """Scopes of accounts. An account that is made is found at once, one that is deleted is forgotten within seconds."""

    def __init__(self) -> None:
        self._scopes: dict[str, Scope] = {}
        self._read = -FRESH_SECONDS
        self._lock = threading.Lock()

    def find(self, account_id: str) -> Scope | None:
        scope = self._scopes.get(account_id)
        if scope is None:
            try:
                scope = accounts.scope_of(account_id)
            except NotFound:
                return None
            with self._lock:
                self._scopes[account_id] = scope
        return scope

    def all(self) -> list[Scope]:
        if time.monotonic() - self._read > FRESH_SECONDS:
            fresh = {one.id: Scope(one.id, one.number) for one in accounts.account_facts()}
            with self._lock:
                self._scopes = fresh
            self._read = time.monotonic()
        return list(self._scopes.values())
