"""Reading accounts, users and keys."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cairn.domains.accounts import keys, networks
from cairn.domains.accounts.contracts import (
    AccountFacts,
    AccountRow,
    ApiKeyView,
    Caller,
    KeyFacts,
    SignedIn,
    allowed,
)
from cairn.domains.accounts.models import Account, ApiKey, Membership
from cairn.domains.accounts.oauth import examine as examine_authorization
from cairn.domains.accounts.registration import get_app, list_apps, list_grants
from cairn.domains.accounts.tracking import tracking_settings
from cairn.kernel.errors import NotFound
from cairn.kernel.scope import Scope

__all__ = [
    "account_facts",
    "accounts",
    "caller_of",
    "email_attribution_hours",
    "examine_authorization",
    "get_account",
    "get_app",
    "get_key",
    "is_within",
    "key_facts",
    "list_apps",
    "list_grants",
    "list_keys",
    "scope_of",
    "signed_in",
    "timezone",
    "tracking_settings",
]


def is_within(allowed_networks: tuple[str, ...], address: str) -> bool:
    """Whether an address may use a key that is limited to these networks; none: any may."""
    return not allowed_networks or networks.contain(allowed_networks, address)


def account_facts(account_ids: Sequence[str] | None = None) -> list[AccountFacts]:
    """What the edge must know of accounts; None: of all."""
    rows = Account.objects.all() if account_ids is None else Account.objects.filter(id__in=account_ids)
    return [AccountFacts(*row) for row in rows.values_list("id", "number", "rate_limits")]


def key_facts(digests: Sequence[str] | None, *, now: datetime) -> list[KeyFacts]:
    """Private keys and access tokens in force, by their SHA-256 in hexadecimal; None: all."""
    return keys.in_force(digests, now=now)


def caller_of(secret: str, *, kind: str, now: datetime) -> Caller | None:
    """Whom a private key or an access token lets in, with the account's rate limits; None for any other."""
    for facts in keys.in_force([keys.digest(secret)], now=now):
        account = Account.objects.filter(id=facts.account_id).first()
        if facts.kind == kind and account is not None:
            scope = Scope(account.id, account.number, facts.actor, allowed(facts.scopes))
            return Caller(scope, account.rate_limits, facts.expires, facts.networks)
    return None


def signed_in(user_id: int, account_id: str | None = None) -> SignedIn | None:
    """A user's place in an account (by default their first); None when they have none."""
    places = Membership.objects.select_related("account", "user").filter(user_id=user_id, user__is_active=True)
    if account_id is not None:
        places = places.filter(account_id=account_id)
    place = places.order_by("id").first()
    if place is None:
        return None
    return SignedIn(
        place.user_id, place.user.email, place.user.name, _account_row(place.account), place.account.rate_limits
    )


def emails_of_people(scope: Scope) -> list[str]:
    """The addresses of everybody who works in the account, in the order in which they came."""
    places = Membership.objects.filter(account_id=scope.account_id, user__is_active=True).order_by("id")
    return list(places.values_list("user__email", flat=True))


def accounts(scope: Scope, account_ids: Sequence[str]) -> list[AccountRow]:
    """The scope's own account, if it is among these."""
    mine = [account_id for account_id in account_ids if account_id == scope.account_id]
    return [_account_row(account) for account in Account.objects.filter(id__in=mine)]


def get_account(scope: Scope, account_id: str) -> AccountRow:
    """Raises NotFound for any account but the scope's own."""
    for account in accounts(scope, [account_id]):
        return account
    raise NotFound(f"An account with id {account_id} does not exist.")


def scope_of(account_id: str, *, actor: str = "worker") -> Scope:
    """The scope of an account. Raises NotFound."""
    number = Account.objects.filter(id=account_id).values_list("number", flat=True).first()
    if number is None:
        raise NotFound(f"An account with id {account_id} does not exist.")
    return Scope(account_id, number, actor)


def timezone(scope: Scope) -> str:
    """The name of the account's time zone. Raises NotFound."""
    name = Account.objects.filter(id=scope.account_id).values_list("timezone", flat=True).first()
    if name is None:
        raise NotFound(f"An account with id {scope.account_id} does not exist.")
    return name


def email_attribution_hours(scope: Scope) -> int:
    """How long after an open or click an order is credited to the message. Raises NotFound."""
    hours = Account.objects.filter(id=scope.account_id).values_list("email_attribution_hours", flat=True).first()
    if hours is None:
        raise NotFound(f"An account with id {scope.account_id} does not exist.")
    return hours


def list_keys(scope: Scope) -> list[ApiKeyView]:
    """The account's keys, newest first."""
    return [_view(key) for key in ApiKey.objects.within(scope).order_by("-created", "-id")]


def get_key(scope: Scope, key_id: str, *, private_key: str | None = None) -> ApiKeyView:
    """A key; with its secret where the caller has just made it. Raises NotFound."""
    return replace(_view(ApiKey.objects.of(scope, key_id)), private_key=private_key)


def _view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        name=key.name,
        scopes=tuple(key.scopes),
        redacted=key.redacted,
        created=key.created,
        last_used=key.last_used,
        disabled_at=key.disabled_at,
        expires_at=key.expires_at,
        networks=tuple(key.networks or ()),
        replaced_by=key.replaced_by,
    )


def _account_row(account: Account) -> AccountRow:
    return AccountRow(
        id=account.id,
        number=account.number,
        name=account.name,
        timezone=account.timezone,
        currency=account.currency,
        locale=account.locale,
        industry=account.industry,
        website_url=account.website_url,
        sender_name=account.sender_name,
        sender_email=account.sender_email,
        address=account.address,
        email_attribution_hours=account.email_attribution_hours,
    )
