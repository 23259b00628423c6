"""What others may know of accounts, users and keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cairn.kernel.scope import Scope

# A key or user with this scope may do everything in its account.
FULL_ACCESS = "full"

RESOURCES = (
    "accounts agents applications brands campaigns catalogs conversations coupon-codes coupons credentials "
    "custom-objects data-privacy events flows forms images lists metrics profiles push-tokens reviews segments "
    "sender-config subscriptions tags templates tracking-settings translations users web-feeds webhooks"
)
# What a key can be limited to.
ALL_SCOPES: frozenset[str] = frozenset(
    {f"{name}:{right}" for name in RESOURCES.split() for right in ("read", "write")} | {"usage:read"}
)


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


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What making an account gives; the key is told this once."""

    account_id: str
    account_number: int
    user_id: int
    private_key: str

    @property
    def company_id(self) -> str:
        """The public key, which browsers use."""
        return self.account_id


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key; its secret is told this once."""

    id: str
    private_key: str


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whom a private key lets in."""

    digest: str
    key_id: str
    account_id: str
    account_number: int
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key as a list may show it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    redacted: str
    created: datetime
    last_used: datetime | None
    disabled_at: datetime | None
    private_key: str | None = None


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
    email_attribution_hours: int = 120


class AttributionChanged(msgspec.Struct, frozen=True):
    """Fact: orders are credited for a longer or shorter time from now on, and those of the past with them."""

    account_id: str


ATTRIBUTION_CHANGED = "accounts.attribution_changed"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user and the account that they work in."""

    user_id: int
    email: str
    name: str
    account: AccountRow
    rate_limits: Mapping[str, Any]
