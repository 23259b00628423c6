"""Accounts: the caller's own, and no other."""

from collections.abc import Sequence

import msgspec

from cairn.api.kernel.declare import Get, List, Resource
from cairn.api.kernel.ratelimit import XS
from cairn.domains.accounts import queries
from cairn.domains.accounts.contracts import AccountRow
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ = ("accounts:read",)


class StreetAddress(msgspec.Struct):
    address1: str | None
    address2: str | None
    city: str | None
    region: str | None
    country: str | None
    zip: str | None


class ContactInformation(msgspec.Struct):
    default_sender_name: str
    default_sender_email: str
    website_url: str | None
    organization_name: str
    street_address: StreetAddress


class AccountAttributes(msgspec.Struct):
    test_account: bool
    contact_information: ContactInformation
    industry: str | None
    timezone: str
    preferred_currency: str
    public_api_key: str
    locale: str


def show(account: AccountRow) -> AccountAttributes:
    parts = {name: account.address.get(name) or None for name in StreetAddress.__struct_fields__}
    return AccountAttributes(
        test_account=False,
        contact_information=ContactInformation(
            default_sender_name=account.sender_name,
            default_sender_email=account.sender_email,
            website_url=account.website_url or None,
            organization_name=account.name,
            street_address=StreetAddress(**parts),
        ),
        industry=account.industry,
        timezone=account.timezone,
        preferred_currency=account.currency,
        public_api_key=account.id,
        locale=account.locale,
    )


def list_accounts(scope: Scope, _: Listing) -> Sequence[AccountRow]:
    return queries.accounts(scope, [scope.account_id])


ACCOUNTS = Resource(
    type="account",
    path="accounts",
    tag="Accounts",
    attributes=AccountAttributes,
    show=show,
    load=queries.accounts,
    operations=(
        List("get_accounts", list_accounts, scopes=READ, limit=XS, summary="Get Accounts"),
        Get("get_account", queries.get_account, scopes=READ, limit=XS, summary="Get Account"),
    ),
)
