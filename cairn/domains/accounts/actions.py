"""Making accounts, users and API keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from cairn.domains.accounts.contracts import (
    ATTRIBUTION_CHANGED,
    FULL_ACCESS,
    AttributionChanged,
    NewAccount,
)
from cairn.domains.accounts.keys import (
    change_key,
    create_key,
    delete_key,
    disable_key,
    note_use,
    rotate_key,
    set_expiry,
)
from cairn.domains.accounts.models import Account, Membership, User
from cairn.domains.accounts.oauth import allow as allow_app
from cairn.domains.accounts.oauth import deny as deny_app
from cairn.domains.accounts.oauth import exchange_code, refresh_tokens, revoke_grant, revoke_token
from cairn.domains.accounts.registration import change_app, delete_app, register_app, renew_secret
from cairn.domains.accounts.tracking import change_tracking
from cairn.infra.postgres import outbox
from cairn.kernel import ids
from cairn.kernel.contact import is_email
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

__all__ = [
    "add_user",
    "allow_app",
    "change_app",
    "change_key",
    "change_settings",
    "change_tracking",
    "check_credentials",
    "create_account",
    "create_key",
    "delete_app",
    "delete_key",
    "deny_app",
    "disable_key",
    "exchange_code",
    "note_use",
    "refresh_tokens",
    "register_app",
    "renew_secret",
    "revoke_grant",
    "revoke_token",
    "rotate_key",
    "set_expiry",
]

NO_PLACES: Final = frozenset({"localtime", "Factory", "posixrules"})
"""Among the names of time zones, but none: what they mean differs from machine to machine."""

MIN_PASSWORD = 8
ID_ATTEMPTS = 5


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
    if name == "timezone" and value not in available_timezones() - NO_PLACES:
        raise Invalid(f"{value!r} is no time zone, such as Europe/Berlin.", pointer=at)
    if name == "currency" and not (len(value) == 3 and value.isalpha() and value.isupper()):
        raise Invalid(f"{value!r} is no currency's code of three letters, such as EUR.", pointer=at)
    if name == "sender_email" and value and not is_email(value):
        raise Invalid(f"{value!r} is no email address.", pointer=at)
    if name == "name" and not value.strip():
        raise Invalid("An account needs a name.", pointer=at)
    return value
