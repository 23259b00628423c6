"""How an account asks for consent, and how its hosted pages look."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Get, Resource, Update
from cairn.api.kernel.ratelimit import S
from cairn.domains.lists import actions, queries
from cairn.domains.lists.contracts import ConsentSettings
from cairn.kernel.scope import Scope

Text = Annotated[str, msgspec.Meta(max_length=2000)]


class ConsentSettingsAttributes(msgspec.Struct):
    default_opt_in: str
    unsubscribe_from: str
    brand_name: str
    brand_color: str
    logo_url: str
    privacy_url: str
    sign_up_text: str
    language: str


class ConsentChanges(msgspec.Struct, forbid_unknown_fields=True):
    default_opt_in: Literal["single_opt_in", "double_opt_in"] | msgspec.UnsetType = msgspec.UNSET
    unsubscribe_from: Literal["all", "list"] | msgspec.UnsetType = msgspec.UNSET
    brand_name: Text | msgspec.UnsetType = msgspec.UNSET
    brand_color: Text | msgspec.UnsetType = msgspec.UNSET
    logo_url: Text | msgspec.UnsetType = msgspec.UNSET
    privacy_url: Text | msgspec.UnsetType = msgspec.UNSET
    sign_up_text: Text | msgspec.UnsetType = msgspec.UNSET
    language: Text | msgspec.UnsetType = msgspec.UNSET


def load(scope: Scope, ids: Sequence[str]) -> list[ConsentSettings]:
    return [queries.get_settings(scope, one) for one in ids if one == scope.account_id]


def update(scope: Scope, account_id: str, body: Body[ConsentChanges]) -> ConsentSettings:
    queries.get_settings(scope, account_id)
    return actions.change_settings(scope, given(body.attributes))


CONSENT_SETTINGS = Resource(
    type="consent-setting",
    path="consent-settings",
    tag="Accounts",
    extension=True,
    attributes=ConsentSettingsAttributes,
    load=load,
    operations=(
        Get("get_consent_setting", queries.get_settings, scopes=("accounts:read",), limit=S),
        Update("update_consent_setting", update, scopes=("accounts:write",), limit=S, body=ConsentChanges),
    ),
)
