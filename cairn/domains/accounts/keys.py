"""Private keys: made, changed, rotated, and known by their digest."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from cairn.domains.accounts import networks as addresses
from cairn.domains.accounts.contracts import APP, KEY, KeyFacts, NewKey
from cairn.domains.accounts.models import ApiKey, OAuthGrant, OAuthToken
from cairn.kernel import ids
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

USE_NOTED: Final = timedelta(minutes=1)
LONGEST_OVERLAP: Final = timedelta(days=90)
EXPIRES: Final = "/data/attributes/expires_at"


def digest(secret: str) -> str:
    """What is kept of a key or token. It is random and long, so that one round of hashing is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def redacted(secret: str) -> str:
    return f"{secret[:6]}…{secret[-4:]}"


def create_key(
    scope: Scope,
    *,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    expires_at: datetime | None = None,
    networks: Sequence[str] = (),
) -> NewKey:
    """A private API key. Its secret is in the answer and nowhere else. Raises Invalid."""
    if not name.strip():
        raise Invalid("A key needs a name.", pointer="/data/attributes/name")
    check_expiry(expires_at, now)
    private_key = f"pk_{secrets.token_hex(17)}"
    key = ApiKey.objects.create(
        id=ids.ulid(),
        account_id=scope.account_id,
        name=name.strip(),
        digest=digest(private_key),
        redacted=redacted(private_key),
        scopes=list(scopes),
        created=now,
        expires_at=expires_at,
        networks=addresses.checked(networks) or None,
    )
    return NewKey(key.id, private_key)


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise Invalid("The expiry must lie in the future.", pointer=EXPIRES)


def disable_key(scope: Scope, *, key_id: str, now: datetime) -> None:
    """Refuse the key from now on. Raises NotFound."""
    key = ApiKey.objects.of(scope, key_id)
    ApiKey.objects.filter(pk=key.pk, disabled_at=None).update(disabled_at=now)


def change_key(
    scope: Scope,
    *,
    key_id: str,
    now: datetime,
    name: str | None = None,
    status: str | None = None,
    networks: Sequence[str] | None = None,
) -> None:
    """Rename a key, disable it or let it in again, change where it works from. Raises NotFound and Invalid."""
    key = ApiKey.objects.of(scope, key_id)
    if name is not None:
        key.name = name.strip()
    if status is not None:
        key.disabled_at = None if status == "active" else key.disabled_at or now
    if networks is not None:
        key.networks = addresses.checked(networks) or None
    key.save(update_fields=["name", "disabled_at", "networks"])


def set_expiry(scope: Scope, *, key_id: str, expires_at: datetime | None, now: datetime) -> None:
    """When the key ends by itself; None: never. Raises NotFound and Invalid."""
    key = ApiKey.objects.of(scope, key_id)
    check_expiry(expires_at, now)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=expires_at)


def rotate_key(scope: Scope, *, key_id: str, old_until: datetime, now: datetime) -> NewKey:
    """A new key in place of an old one, with its name, scopes and networks; the old one goes on until the given moment.

    Raises NotFound, Conflict for a key that is not in force, Invalid for a moment too far away.
    """
    if old_until > now + LONGEST_OVERLAP:
        detail = f"The old key may go on for at most {LONGEST_OVERLAP.days} days."
        raise Invalid(detail, pointer="/data/attributes/old_until")
    with transaction.atomic():
        ApiKey.objects.of(scope, key_id)
        old = ApiKey.objects.select_for_update().get(id=key_id)
        if old.disabled_at is not None or old.replaced_by or (old.expires_at is not None and old.expires_at <= now):
            raise Conflict("This key is disabled, expired or replaced; create a new one instead.")
        made = create_key(
            scope, name=old.name, scopes=old.scopes, now=now, expires_at=old.expires_at, networks=old.networks or ()
        )
        end = max(old_until, now)
        old.replaced_by = made.id
        old.expires_at = min(end, old.expires_at) if old.expires_at else end
        old.save(update_fields=["replaced_by", "expires_at"])
    return made


def delete_key(scope: Scope, *, key_id: str) -> None:
    """Remove the key. Raises NotFound."""
    ApiKey.objects.of(scope, key_id).delete()


def note_use(actors: Iterable[str], *, now: datetime) -> None:
    """Remember that these holders (`key:…`, `app:…:…`) called, to the minute; one statement for all of a kind."""
    names = list(actors)
    keys = [name.removeprefix(f"{KEY}:") for name in names if name.startswith(f"{KEY}:")]
    grants = [name.rpartition(":")[2] for name in names if name.startswith(f"{APP}:")]
    is_old = Q(last_used=None) | Q(last_used__lt=now - USE_NOTED)
    if keys:
        ApiKey.objects.filter(is_old, id__in=keys).update(last_used=now)
    if grants:
        OAuthGrant.objects.filter(is_old, id__in=grants).update(last_used=now)


def in_force(digests: Sequence[str] | None, *, now: datetime) -> list[KeyFacts]:
    """Keys and access tokens that let somebody in now; None: all."""
    keys = ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), disabled_at=None)
    tokens = OAuthToken.objects.filter(is_refresh=False, expires_at__gt=now, grant__revoked_at=None)
    if digests is not None:
        keys, tokens = keys.filter(digest__in=digests), tokens.filter(digest__in=digests)
    fields = ("digest", "id", "account_id", "scopes", "expires_at", "networks")
    found = [
        KeyFacts(key_digest, key_id, str(account_id), tuple(scopes), KEY, seconds(expires_at), tuple(networks or ()))
        for key_digest, key_id, account_id, scopes, expires_at, networks in keys.values_list(*fields)
    ]
    fields = ("digest", "grant__app_id", "grant_id", "grant__account_id", "grant__scopes", "expires_at")
    return found + [
        KeyFacts(token_digest, f"{app_id}:{grant_id}", str(account_id), tuple(scopes), APP, seconds(expires_at))
        for token_digest, app_id, grant_id, account_id, scopes, expires_at in tokens.values_list(*fields)
    ]


def seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.astimezone(UTC).timestamp())
