"""Apps that may act for the account, whoever registered them, and the end of it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cairn.api.kernel.callers import KEYS
from cairn.api.kernel.declare import Delete, List, Resource
from cairn.api.kernel.ratelimit import S
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import GrantView
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope


class GrantAttributes(msgspec.Struct):
    app_id: str
    app_name: str
    publisher: str
    scopes: list[str]
    user: str
    created: datetime
    last_used: datetime | None


def list_grants(scope: Scope, _: Listing) -> Sequence[GrantView]:
    return queries.list_grants(scope)


def revoke(scope: Scope, grant_id: str) -> None:
    actions.revoke_grant(scope, grant_id=grant_id, now=clock.now())
    KEYS.forget()


OAUTH_GRANTS = Resource(
    type="oauth-grant",
    path="oauth-grants",
    tag="OAuth",
    attributes=GrantAttributes,
    extension=True,
    operations=(
        List("get_oauth_grants", list_grants, scopes=("credentials:read",), limit=S),
        Delete("revoke_oauth_grant", revoke, scopes=("credentials:write",), limit=S),
    ),
)
