"""Private API keys. The secret is in the answer that made the key, and nowhere else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.callers import KEYS, demand
from cairn.api.kernel.declare import Create, Delete, Get, List, Resource, Update
from cairn.api.kernel.ratelimit import S
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import ALL_SCOPES, FULL_ACCESS, READ_ONLY, ApiKeyView, allowed
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("credentials:read",), ("credentials:write",)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Networks = list[Annotated[str, msgspec.Meta(max_length=60)]]
USUAL_OVERLAP = timedelta(hours=24)


class KeyAttributes(msgspec.Struct):
    name: str
    scopes: list[str]
    redacted_key: str
    status: Literal["active", "disabled", "expired"]
    created: datetime
    last_used: datetime | None
    expires_at: datetime | None
    allowed_networks: list[str]
    replaced_by: str | None
    private_key: str | msgspec.UnsetType = msgspec.UNSET


class NewKey(msgspec.Struct):
    name: Name
    scopes: list[str] = msgspec.field(default_factory=lambda: [FULL_ACCESS])
    expires_at: datetime | None = None
    allowed_networks: Networks = []


class KeyChanges(msgspec.Struct):
    name: Name | msgspec.UnsetType = msgspec.UNSET
    status: Literal["active", "disabled"] | msgspec.UnsetType = msgspec.UNSET
    expires_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    allowed_networks: Networks | msgspec.UnsetType = msgspec.UNSET


class Rotation(msgspec.Struct):
    """`old_until` is how long the old key goes on; absent: a day."""

    key_id: str
    old_until: datetime | None = None


def show(key: ApiKeyView) -> KeyAttributes:
    return KeyAttributes(
        name=key.name,
        scopes=sorted(key.scopes),
        redacted_key=key.redacted,
        status=status_of(key, clock.now()),
        created=key.created,
        last_used=key.last_used,
        expires_at=key.expires_at,
        allowed_networks=list(key.networks),
        replaced_by=key.replaced_by,
        private_key=key.private_key or msgspec.UNSET,
    )


def status_of(key: ApiKeyView, now: datetime) -> Literal["active", "disabled", "expired"]:
    if key.disabled_at is not None:
        return "disabled"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "active"


def list_keys(scope: Scope, _: Listing) -> Sequence[ApiKeyView]:
    return queries.list_keys(scope)


def moment(value: datetime | None, pointer: str) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise Invalid("A moment needs its time zone, such as 2026-12-31T23:59:59Z.", pointer=pointer)
    return value


def demand_all(scope: Scope, scopes: Sequence[str]) -> None:
    """Nobody gives what they do not have."""
    demand(scope, tuple(allowed(scopes)))


def create(scope: Scope, body: Body[NewKey]) -> ApiKeyView:
    new = body.attributes
    unknown = sorted(set(new.scopes) - ALL_SCOPES - {FULL_ACCESS, READ_ONLY})
    if unknown or not new.scopes:
        problem = f"Unknown scopes: {', '.join(unknown)}." if unknown else "A key needs at least one scope."
        raise Invalid(problem, pointer="/data/attributes/scopes")
    demand_all(scope, new.scopes)
    made = actions.create_key(
        scope,
        name=new.name,
        scopes=new.scopes,
        now=clock.now(),
        expires_at=moment(new.expires_at, "/data/attributes/expires_at"),
        networks=new.allowed_networks,
    )
    return queries.get_key(scope, made.id, private_key=made.private_key)


def update(scope: Scope, key_id: str, body: Body[KeyChanges]) -> ApiKeyView:
    demand_all(scope, queries.get_key(scope, key_id).scopes)
    changes: dict[str, Any] = given(body.attributes)
    now = clock.now()
    if "expires_at" in changes:
        expires_at = moment(changes.pop("expires_at"), "/data/attributes/expires_at")
        actions.set_expiry(scope, key_id=key_id, expires_at=expires_at, now=now)
    networks = changes.pop("allowed_networks", None)
    actions.change_key(scope, key_id=key_id, now=now, networks=networks, **changes)
    KEYS.forget()
    return queries.get_key(scope, key_id)


def rotate(scope: Scope, body: Body[Rotation]) -> ApiKeyView:
    wanted = body.attributes
    demand_all(scope, queries.get_key(scope, wanted.key_id).scopes)
    now = clock.now()
    old_until = moment(wanted.old_until, "/data/attributes/old_until") or now + USUAL_OVERLAP
    made = actions.rotate_key(scope, key_id=wanted.key_id, old_until=old_until, now=now)
    KEYS.forget()
    return queries.get_key(scope, made.id, private_key=made.private_key)


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
        Create(
            "rotate_api_key",
            rotate,
            path="/api/api-key-rotations",
            takes="api-key-rotation",
            scopes=WRITE,
            limit=S,
            body=Rotation,
            summary="A new key in place of another, which goes on for a while",
        ),
        Update("update_api_key", update, scopes=WRITE, limit=S, body=KeyChanges),
        Delete("delete_api_key", delete, scopes=WRITE, limit=S),
    ),
)
