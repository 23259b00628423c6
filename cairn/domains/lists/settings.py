"""How an account asks for consent, and how its hosted pages look."""

import re
from collections.abc import Mapping
from typing import Any, Final

from cairn.domains.accounts import queries as accounts
from cairn.domains.lists.contracts import ConsentSettings, Hosted
from cairn.domains.lists.models import ConsentSettings as Row
from cairn.domains.lists.models import List
from cairn.domains.lists.rows import info
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope
from cairn.kernel.words.choosing import LANGUAGES

COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}\Z")
LONGEST: Final = 2000
FIELDS: Final = (
    "default_opt_in",
    "unsubscribe_from",
    "brand_name",
    "brand_color",
    "logo_url",
    "privacy_url",
    "sign_up_text",
    "language",
)


def of(scope: Scope) -> ConsentSettings:
    row = Row.objects.filter(account_id=scope.account_id).first()
    if row is None:
        return ConsentSettings(scope.account_id)
    return ConsentSettings(scope.account_id, **{name: getattr(row, name) for name in FIELDS})


def get(scope: Scope, account_id: str) -> ConsentSettings:
    """Raises NotFound for any account but the scope's own."""
    if account_id != scope.account_id:
        raise NotFound(f"A consent setting with id {account_id} does not exist.")
    return of(scope)


def change(scope: Scope, changes: Mapping[str, Any]) -> ConsentSettings:
    """Change settings by their names. Raises Invalid."""
    for name, value in changes.items():
        check(name, value)
    Row.objects.update_or_create(account_id=scope.account_id, defaults=dict(changes))
    return of(scope)


def check(name: str, value: str) -> None:
    at = f"/data/attributes/{name}"
    if len(value) > LONGEST:
        raise Invalid(f"At most {LONGEST} characters, please.", pointer=at)
    if name == "brand_color" and value and not COLOR.match(value):
        raise Invalid(f"{value!r} is no colour such as #1f5fd6.", pointer=at)
    if name in ("logo_url", "privacy_url") and value and not value.startswith(("https://", "http://", "/media/")):
        raise Invalid("An address begins with https://.", pointer=at)
    if name == "language" and value and value not in LANGUAGES:
        raise Invalid(f"Pages speak {', '.join(LANGUAGES)}, not {value!r}.", pointer=at)


def hosted(account_id: str, list_id: str = "") -> Hosted | None:
    """What a page without login shows of an account and one of its lists; None where either is missing."""
    try:
        scope = accounts.scope_of(account_id)
        account = accounts.get_account(scope, account_id)
        target = info(List.objects.of(scope, list_id)) if list_id else None
    except NotFound:
        return None
    found = of(scope)
    return Hosted(found, found.brand_name or account.name, account.locale, account.website_url, target)
