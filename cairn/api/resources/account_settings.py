"""What an account can set for itself."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Get, Resource, Update
from cairn.api.kernel.ratelimit import S
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import AccountRow
from cairn.kernel.scope import Scope

Text = Annotated[str, msgspec.Meta(max_length=200)]
LONGEST_ATTRIBUTION = 90 * 24


class AccountSettingsAttributes(msgspec.Struct):
    name: str
    timezone: str
    currency: str
    locale: str
    website_url: str
    sender_name: str
    sender_email: str
    address: Mapping[str, Any]
    email_attribution_hours: int


class Address(msgspec.Struct, forbid_unknown_fields=True):
    address1: Text = ""
    address2: Text = ""
    city: Text = ""
    region: Text = ""
    country: Text = ""
    zip: Text = ""


class AccountChanges(msgspec.Struct, forbid_unknown_fields=True):
    name: Text | msgspec.UnsetType = msgspec.UNSET
    timezone: Text | msgspec.UnsetType = msgspec.UNSET
    currency: Text | msgspec.UnsetType = msgspec.UNSET
    website_url: Annotated[str, msgspec.Meta(max_length=500)] | msgspec.UnsetType = msgspec.UNSET
    sender_name: Text | msgspec.UnsetType = msgspec.UNSET
    sender_email: Text | msgspec.UnsetType = msgspec.UNSET
    address: Address | msgspec.UnsetType = msgspec.UNSET
    email_attribution_hours: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_ATTRIBUTION)] | msgspec.UnsetType = (
        msgspec.UNSET
    )


def update(scope: Scope, account_id: str, body: Body[AccountChanges]) -> AccountRow:
    queries.get_account(scope, account_id)
    changes = given(body.attributes)
    if "address" in changes:
        changes["address"] = msgspec.to_builtins(changes["address"])
    actions.change_settings(scope, changes)
    return queries.get_account(scope, account_id)


ACCOUNT_SETTINGS = Resource(
    type="account-setting",
    path="account-settings",
    tag="Accounts",
    extension=True,
    attributes=AccountSettingsAttributes,
    load=queries.accounts,
    operations=(
        Get("get_account_setting", queries.get_account, scopes=("accounts:read",), limit=S),
        Update("update_account_setting", update, scopes=("accounts:write",), limit=S, body=AccountChanges),
    ),
)
