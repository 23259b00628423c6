"""Private API keys. The secret is in the answer that made the key, and nowhere else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.callers import KEYS, demand
from cairn.api.kernel.declare import Create, Delete, Get, List, Resource, Update
from cairn.api.kernel.ratelimit import S
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import ALL_SCOPES, FULL_ACCESS, ApiKeyView
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("credentials:read",), ("credentials:write",)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class KeyAttributes(msgspec.Struct):
    name: str
    scopes: list[str]
    redacted_key: str
    status: str
    created: datetime
    last_used: datetime | None
    private_key: str | msgspec.UnsetType = msgspec.UNSET


class NewKey(msgspec.Struct):
    name: Name
    scopes: list[str] = msgspec.field(default_factory=lambda: [FULL_ACCESS])


class KeyChanges(msgspec.Struct):
    name: Name | msgspec.UnsetType = msgspec.UNSET
    status: Literal["active", "disabled"] | msgspec.UnsetType = msgspec.UNSET


def show(key: ApiKeyView) -> KeyAttributes:
    return KeyAttributes(
        name=key.name,
        scopes=sorted(key.scopes),
        redacted_key=key.redacted,
        status="disabled" if key.disabled_at else "active",
        created=key.created,
        last_used=key.last_used,
        private_key=key.private_key or msgspec.UNSET,
    )


def list_keys(scope: Scope, _: Listing) -> Sequence[ApiKeyView]:
    return queries.list_keys(scope)


def create(scope: Scope, body: Body[NewKey]) -> ApiKeyView:
    wanted = body.attributes.scopes
    unknown = sorted(set(wanted) - ALL_SCOPES - {FULL_ACCESS})
    if unknown or not wanted:
        problem = f"Unknown scopes: {', '.join(unknown)}." if unknown else "A key needs at least one scope."
        raise Invalid(problem, pointer="/data/attributes/scopes")
    demand(scope, tuple(wanted))  # Nobody gives what they do not have.
    made = actions.create_key(scope, name=body.attributes.name, scopes=wanted, now=clock.now())
    return queries.get_key(scope, made.id, private_key=made.private_key)


def update(scope: Scope, key_id: str, body: Body[KeyChanges]) -> ApiKeyView:
    actions.change_key(scope, key_id=key_id, now=clock.now(), **given(body.attributes))
    KEYS.forget()
    return queries.get_key(scope, key_id)


def delete(scope: Scope, key_id: str) -> None:
    actions.delete_key(scope, key_id=key_id)
    KEYS.forget()


API_KEYS = Resource(
    type="api-key",
    path="api-keys",
    tag="API keys",
    attributes=KeyAttributes,
    show=show,
    extension=True,
    operations=(
        List("get_api_keys", list_keys, scopes=READ, limit=S),
        Get("get_api_key", queries.get_key, scopes=READ, limit=S),
        Create("create_api_key", create, scopes=WRITE, limit=S, body=NewKey),
        Update("update_api_key", update, scopes=WRITE, limit=S, body=KeyChanges),
        Delete("delete_api_key", delete, scopes=WRITE, limit=S),
    ),
)
