"""What others may know of accounts, users and keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cairn.kernel.scope import Scope

# A key or user with this scope may do everything in its account.
FULL_ACCESS = "full"
# A key with this scope may read everything: what `allowed` makes of it grows with the resources.
READ_ONLY = "read-only"

RESOURCES = (
    "accounts agents applications brands campaigns catalogs conversations coupon-codes coupons credentials "
    "custom-objects data-privacy events flows forms images lists metrics profiles push-tokens reviews segments "
    "sender-config subscriptions tags templates tracking-settings translations users web-feeds webhooks"
)
# What a key can be limited to.
ALL_SCOPES: frozenset[str] = frozenset(
    {f"{name}:{right}" for name in RESOURCES.split() for right in ("read", "write")} | {"usage:read"}
)


ALL_READS: frozenset[str] = frozenset(scope for scope in ALL_SCOPES if scope.endswith(":read"))


def allowed(scopes: Iterable[str]) -> frozenset[str]:
    """What chosen scopes stand for."""
    chosen = frozenset(scopes)
    return (chosen - {READ_ONLY}) | ALL_READS if READ_ONLY in chosen else chosen


class AccountFacts(msgspec.Struct, frozen=True, array_like=True):
    """An account as the edge knows it. `rate_limits` overrides the documented ones."""

    id: str
    number: int
    rate_limits: dict[str, Any] = {}


KEY, APP = "key", "app"
"""Who holds a credential: a private key's owner, or an app with an access token."""


class KeyFacts(msgspec.Struct, frozen=True, array_like=True):
    """A private key or access token in force. `digest` is its SHA-256 in hexadecimal, `id` the key's, or the app's and
    the grant's (`app:grant`). `expires` is seconds since 1970, 0: never; without `networks` it works from anywhere."""

    digest: str
    id: str
    account_id: str
    scopes: tuple[str, ...]
    kind: str = KEY
    expires: int = 0
    networks: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        return f"{self.kind}:{self.id}"


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
class ApiKeyView:
    """A key as a list may show it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    redacted: str
    created: datetime
    last_used: datetime | None
    disabled_at: datetime | None
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()
    replaced_by: str | None = None
    private_key: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """A recognised key, app or user: whose data, and the account's own rate limits. `expires` and `networks` as in
    KeyFacts."""

    scope: Scope
    rate_limits: Mapping[str, Any]
    expires: int = 0
    networks: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class AppView:
    """An app that the account registered. The secret is there only for whoever has just made it."""

    id: str
    account_id: str
    name: str
    website_url: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    secret_redacted: str
    created: datetime
    client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class GrantView:
    """An app that may act for the account. `user` is who allowed it, empty where they are gone."""

    id: str
    app_id: str
    app_name: str
    publisher: str
    scopes: tuple[str, ...]
    user: str
    created: datetime
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a code or refresh token is exchanged for; nobody is told them again."""

    access_token: str
    refresh_token: str
    expires_in: int
    scope: str


@dataclass(slots=True)
class OAuthRefused(Exception):
    """A request that the protocol answers with `error` and a description for the app's developer."""

    error: str
    description: str


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What an app asks of a person, as the query of /oauth/authorize says it."""

    client_id: str
    redirect_uri: str
    response_type: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person is asked. `redirect_to` is set when there is nothing to ask: the app made a mistake that it is told
    by the redirect."""

    app_id: str
    app_name: str
    website_url: str
    publisher: str
    is_own: bool
    scopes: tuple[str, ...]
    redirect_uri: str
    redirect_to: str | None = None


class LinkValue(msgspec.Struct, frozen=True):
    """The value of one parameter of links: `static` text, or a `dynamic` value by name."""

    type: str
    value: str


class LinkParameter(msgspec.Struct, frozen=True):
    """A parameter of links: what it is for flows and for campaigns; None: it is not added there."""

    name: str
    flow: LinkValue | None = None
    campaign: LinkValue | None = None


class TrackingSettings(msgspec.Struct, frozen=True):
    """What is added to the links of an account's messages. The standard parameters come first, in a fixed order."""

    id: str
    auto_add_parameters: bool
    parameters: tuple[LinkParameter, ...]
