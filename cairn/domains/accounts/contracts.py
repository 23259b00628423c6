"""What crosses the border of accounts."""

from typing import Any

import msgspec


class AccountFacts(msgspec.Struct, frozen=True, array_like=True):
    """An account as the edge knows it. `rate_limits` overrides the documented ones."""

    id: str
    number: int
    rate_limits: dict[str, Any] = {}


class KeyFacts(msgspec.Struct, frozen=True, array_like=True):
    """A private key in force. `digest` is the SHA-256 of the key in hexadecimal."""

    digest: str
    id: str
    account_id: str
    scopes: tuple[str, ...]
