"""What crosses the border of accounts: who calls, and what a key may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.kernel.scope import Scope

RESOURCES = (
    "accounts agents applications brands campaigns catalogs conversations coupon-codes coupons credentials "
    "custom-objects data-privacy events flows forms images lists metrics profiles push-tokens reviews segments "
    "sender-config subscriptions tags templates tracking-settings translations users web-feeds webhooks"
)
ALL_SCOPES: frozenset[str] = frozenset(
    {f"{name}:{right}" for name in RESOURCES.split() for right in ("read", "write")} | {"usage:read"}
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A recognised key or user: whose data, and the account's own rate limits."""

    scope: Scope
    rate_limits: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the API shows it."""

    id: str
    number: int
    name: str
    timezone: str
    currency: str
    locale: str
    industry: str
    website_url: str
    sender_name: str
    sender_email: str
    address: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A private key as the API shows it; `private_key` only in the answer that made it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    redacted_key: str
    created: datetime
    last_used: datetime | None
    status: str
    private_key: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user and the account that they work in."""

    user_id: int
    email: str
    name: str
    account: AccountRow
