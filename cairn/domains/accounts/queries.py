"""What others may ask of accounts."""

from collections.abc import Sequence

from cairn.domains.accounts.contracts import AccountFacts, KeyFacts
from cairn.domains.accounts.models import Account, ApiKey


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
        KeyFacts(digest, key_id, account_id, tuple(scopes))
        for digest, key_id, account_id, scopes in rows.values_list("digest", "id", "account_id", "scopes")
    ]
