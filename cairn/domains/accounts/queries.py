"""Reading accounts, users and keys."""

from collections.abc import Sequence
from dataclasses import replace

from cairn.domains.accounts.actions import digest
from cairn.domains.accounts.contracts import (
    AccountFacts,
    AccountRow,
    ApiKeyView,
    Caller,
    KeyFacts,
    KeyHolder,
    SignedIn,
)
from cairn.domains.accounts.models import Account, ApiKey, Membership
from cairn.kernel.errors import NotFound
from cairn.kernel.scope import Scope


def holder_of(private_key: str) -> KeyHolder | None:
    """Whom a private key lets in; None for an unknown or disabled one."""
    return holder_by_digest(digest(private_key))


def holder_by_digest(key_digest: str) -> KeyHolder | None:
    key = ApiKey.objects.select_related("account").filter(digest=key_digest, disabled_at=None).first()
    return None if key is None else _holder(key)


def account_facts(account_ids: Sequence[str] | None = None) -> list[AccountFacts]:
    """What the edge must know of accounts; None: of all."""
    rows = Account.objects.all() if account_ids is None else Account.objects.filter(id__in=account_ids)
    return [AccountFacts(*row) for row in rows.values_list("id", "number", "rate_limits")]


def key_facts(digests: Sequence[str] | None = None) -> list[KeyFacts]:
    """Private keys in force, by the SHA-256 of the key in hexadecimal; None: all."""
    rows = ApiKey.objects.filter(disabled_at=None)
    if digests is not None:
        rows = rows.filter(digest__in=digests)
    return [
        KeyFacts(digest, key_id, str(account_id), tuple(scopes))
        for digest, key_id, account_id, scopes in rows.values_list("digest", "id", "account_id", "scopes")
    ]


def caller_of(private_key: str) -> Caller | None:
    """Whom a private key lets in, with the account's rate limits; None for an unknown or disabled one."""
    key = ApiKey.objects.select_related("account").filter(digest=digest(private_key), disabled_at=None).first()
    if key is None:
        return None
    scope = Scope(key.account_id, key.account.number, f"key:{key.id}", frozenset(key.scopes))
    return Caller(scope, key.account.rate_limits)


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


def _holder(key: ApiKey) -> KeyHolder:
    return KeyHolder(key.digest, key.id, key.account_id, key.account.number, frozenset(key.scopes))


def _view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        name=key.name,
        scopes=tuple(key.scopes),
        redacted=key.redacted,
        created=key.created,
        last_used=key.last_used,
        disabled_at=key.disabled_at,
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
