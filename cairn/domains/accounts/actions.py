"""Making accounts, users and API keys."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q

from cairn.domains.accounts.contracts import (
    ATTRIBUTION_CHANGED,
    FULL_ACCESS,
    AttributionChanged,
    NewAccount,
    NewKey,
)
from cairn.domains.accounts.models import Account, ApiKey, Membership, User
from cairn.infra.postgres import outbox
from cairn.kernel import ids
from cairn.kernel.contact import is_email
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

MIN_PASSWORD = 8
ID_ATTEMPTS = 5
USE_NOTED = timedelta(minutes=1)


def create_account(
    *,
    name: str,
    email: str,
    password: str,
    now: datetime,
    timezone: str = "UTC",
    currency: str = "USD",
) -> NewAccount:
    """A new account with its owner and a full-scope key.

    A person who has a user already gets a further account, if the password is theirs.
    Raises Invalid for a missing name, a bad address or a short password, Conflict for another password.
    """
    name, email = name.strip(), email.strip().lower()
    check_credentials(name=name, email=email, password=password)
    with transaction.atomic():
        user = _owner(email=email, password=password, now=now)
        account = _new_account(name=name, email=email, timezone=timezone, currency=currency, now=now)
        Membership.objects.create(account=account, user=user, role="owner")
        scope = Scope(account.id, account.number)
        key = create_key(scope, name="First key", scopes=[FULL_ACCESS], now=now)
    return NewAccount(account.id, account.number, user.pk, key.private_key)


def add_user(scope: Scope, *, email: str, password: str, name: str = "", role: str = "member", now: datetime) -> int:
    """Let a person into the account; the number of their user. Raises as `create_account` does."""
    email = email.strip().lower()
    check_credentials(name=name or email, email=email, password=password)
    with transaction.atomic():
        user = _owner(email=email, password=password, now=now, name=name)
        Membership.objects.get_or_create(account_id=scope.account_id, user=user, defaults={"role": role})
    return int(user.pk)


def create_key(scope: Scope, *, name: str, scopes: Sequence[str], now: datetime) -> NewKey:
    """A private API key. Its secret is in the answer and nowhere else."""
    if not name.strip():
        raise Invalid("A key needs a name.", pointer="/data/attributes/name")
    private_key = f"pk_{secrets.token_hex(17)}"
    key = ApiKey.objects.create(
        id=ids.ulid(),
        account_id=scope.account_id,
        name=name.strip(),
        digest=digest(private_key),
        redacted=f"{private_key[:6]}…{private_key[-4:]}",
        scopes=list(scopes),
        created=now,
    )
    return NewKey(key.id, private_key)


def disable_key(scope: Scope, *, key_id: str, now: datetime) -> None:
    """Refuse the key from now on. Raises NotFound."""
    key = ApiKey.objects.of(scope, key_id)
    ApiKey.objects.filter(pk=key.pk, disabled_at=None).update(disabled_at=now)


def change_key(scope: Scope, *, key_id: str, now: datetime, name: str | None = None, status: str | None = None) -> None:
    """Rename a key, disable it or let it in again. Raises NotFound."""
    key = ApiKey.objects.of(scope, key_id)
    if name is not None:
        key.name = name.strip()
    if status is not None:
        key.disabled_at = None if status == "active" else key.disabled_at or now
    key.save(update_fields=["name", "disabled_at"])


def note_use(scope: Scope, *, now: datetime) -> None:
    """Remember when the key that made this scope was last used, to the minute."""
    mine = ApiKey.objects.within(scope).filter(id=scope.actor.removeprefix("key:"))
    mine.filter(Q(last_used=None) | Q(last_used__lt=now - USE_NOTED)).update(last_used=now)


def delete_key(scope: Scope, *, key_id: str) -> None:
    """Remove the key. Raises NotFound."""
    ApiKey.objects.of(scope, key_id).delete()


def digest(private_key: str) -> str:
    """What is kept of a key. Its secret is random and long, so that one round of hashing is enough."""
    return hashlib.sha256(private_key.encode()).hexdigest()


def check_credentials(*, name: str, email: str, password: str) -> None:
    """Raises Invalid with a pointer to what is wrong."""
    if not name:
        raise Invalid("A name is needed.", pointer="/data/attributes/name")
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(f"{email!r} is not an email address.", pointer="/data/attributes/email") from None
    if len(password) < MIN_PASSWORD:
        raise Invalid(
            f"The password is too short: it needs at least {MIN_PASSWORD} characters.",
            pointer="/data/attributes/password",
        )


def _owner(*, email: str, password: str, now: datetime, name: str = "") -> User:
    user, made = User.objects.get_or_create(email=email, defaults={"created": now, "name": name, "password": "!"})
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
    elif not user.check_password(password):
        raise Conflict("This person has a user already, with another password.", code="duplicate")
    return user


def _new_account(*, name: str, email: str, timezone: str, currency: str, now: datetime) -> Account:
    for _ in range(ID_ATTEMPTS):
        try:
            with transaction.atomic():
                return Account.objects.create(
                    id=ids.short_id(),
                    name=name,
                    timezone=timezone,
                    currency=currency,
                    sender_name=name,
                    sender_email=email,
                    created=now,
                )
        except IntegrityError:  # Another account has this id; there are 56 thousand million.
            continue
    raise Conflict("No free account id was found.")


def change_settings(scope: Scope, changes: Mapping[str, Any]) -> None:
    """Change fields of the account, by their names in AccountRow. Raises Invalid.

    With another time of attribution the worker credits the past anew, too.
    """
    checked = {name: checked_setting(name, value) for name, value in changes.items()}
    with transaction.atomic():
        before = Account.objects.select_for_update().get(id=scope.account_id)
        Account.objects.filter(id=scope.account_id).update(**checked)
        hours = checked.get("email_attribution_hours", before.email_attribution_hours)
        if hours != before.email_attribution_hours:
            outbox.send(ATTRIBUTION_CHANGED, AttributionChanged(scope.account_id))


def checked_setting(name: str, value: Any) -> Any:
    at = f"/data/attributes/{name}"
    if name == "timezone" and value not in available_timezones():
        raise Invalid(f"{value!r} is no time zone, such as Europe/Berlin.", pointer=at)
    if name == "currency" and not (len(value) == 3 and value.isalpha() and value.isupper()):
        raise Invalid(f"{value!r} is no currency's code of three letters, such as EUR.", pointer=at)
    if name == "sender_email" and value and not is_email(value):
        raise Invalid(f"{value!r} is no email address.", pointer=at)
    if name == "name" and not value.strip():
        raise Invalid("An account needs a name.", pointer=at)
    return value
