"""Apps that an account registers, so that other accounts can let them in."""

import ipaddress
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cairn.domains.accounts.contracts import ALL_SCOPES, AppView, GrantView
from cairn.domains.accounts.keys import digest, redacted
from cairn.domains.accounts.models import OAuthApp, OAuthGrant
from cairn.kernel import ids
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

MOST_REDIRECTS: Final = 20
LONGEST_URI: Final = 2000
AT: Final = "/data/attributes"


def register_app(
    scope: Scope, *, name: str, website_url: str, redirect_uris: Sequence[str], scopes: Sequence[str], now: datetime
) -> AppView:
    """A new app. Its secret is in the answer and nowhere else. Raises Invalid."""
    check_app(name=name, website_url=website_url, redirect_uris=redirect_uris, scopes=scopes)
    secret = f"cas_{secrets.token_urlsafe(32)}"
    app = OAuthApp.objects.create(
        id=ids.ulid(),
        account_id=scope.account_id,
        name=name.strip(),
        website_url=website_url.strip(),
        secret_digest=digest(secret),
        secret_redacted=redacted(secret),
        redirect_uris=list(dict.fromkeys(redirect_uris)),
        scopes=sorted(set(scopes)),
        created=now,
    )
    return view(app, secret)


def change_app(scope: Scope, *, app_id: str, changes: dict[str, Any]) -> AppView:
    """Change fields of an app. What accounts agreed to before stays so. Raises NotFound and Invalid."""
    app = OAuthApp.objects.of(scope, app_id)
    for name, value in changes.items():
        setattr(app, name, sorted(set(value)) if name == "scopes" else value)
    check_app(name=app.name, website_url=app.website_url, redirect_uris=app.redirect_uris, scopes=app.scopes)
    app.save(update_fields=list(changes))
    return view(app)


def renew_secret(scope: Scope, *, app_id: str) -> AppView:
    """Another secret; the old one is refused from now on. Raises NotFound."""
    app = OAuthApp.objects.of(scope, app_id)
    secret = f"cas_{secrets.token_urlsafe(32)}"
    app.secret_digest, app.secret_redacted = digest(secret), redacted(secret)
    app.save(update_fields=["secret_digest", "secret_redacted"])
    return view(app, secret)


def delete_app(scope: Scope, *, app_id: str) -> None:
    """Remove the app, and with it every access that accounts gave it. Raises NotFound."""
    OAuthApp.objects.of(scope, app_id).delete()


def check_app(*, name: str, website_url: str, redirect_uris: Sequence[str], scopes: Sequence[str]) -> None:
    if not name.strip():
        raise Invalid("An app needs a name.", pointer=f"{AT}/name")
    if website_url and urlsplit_or_none(website_url) not in ("http", "https"):
        raise Invalid("The website must begin with https:// or http://.", pointer=f"{AT}/website_url")
    if not 0 < len(redirect_uris) <= MOST_REDIRECTS:
        raise Invalid(f"An app has 1 to {MOST_REDIRECTS} redirect URIs.", pointer=f"{AT}/redirect_uris")
    for position, uri in enumerate(redirect_uris):
        problem = problem_of(uri)
        if problem:
            raise Invalid(problem, pointer=f"{AT}/redirect_uris/{position}")
    unknown = sorted(set(scopes) - ALL_SCOPES)
    if unknown or not scopes:
        detail = f"Unknown scopes: {', '.join(unknown)}." if unknown else "An app needs at least one scope."
        raise Invalid(detail, pointer=f"{AT}/scopes")


def urlsplit_or_none(url: str) -> str | None:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return parts.scheme if parts.hostname else None


def problem_of(uri: str) -> str:
    """Why a redirect must not lead there: a code must travel encrypted, or not leave the machine."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
    except ValueError:
        return "This is not a valid URL."
    if not host or len(uri) > LONGEST_URI or any(sign <= " " for sign in uri):
        return "This is not a valid URL."
    if parts.fragment or "#" in uri:
        return "A redirect URI has no fragment (#)."
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return ""
    return "A redirect URI begins with https://; http:// is possible for localhost only."


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def list_apps(scope: Scope) -> list[AppView]:
    """The account's own apps, newest first."""
    return [view(app) for app in OAuthApp.objects.within(scope).order_by("-created", "-id")]


def get_app(scope: Scope, app_id: str) -> AppView:
    """Raises NotFound."""
    return view(OAuthApp.objects.of(scope, app_id))


def list_grants(scope: Scope) -> list[GrantView]:
    """Apps that may act for the account, whoever registered them, newest first."""
    rows = OAuthGrant.objects.within(scope).filter(revoked_at=None).select_related("app__account", "user")
    return [
        GrantView(
            id=row.id,
            app_id=row.app.id,
            app_name=row.app.name,
            publisher=row.app.account.name,
            scopes=tuple(row.scopes),
            user=row.user.email if row.user else "",
            created=row.created,
            last_used=row.last_used,
        )
        for row in rows.order_by("-created", "-id")
    ]


def view(app: OAuthApp, secret: str | None = None) -> AppView:
    return AppView(
        id=app.id,
        account_id=app.account_id,
        name=app.name,
        website_url=app.website_url,
        redirect_uris=tuple(app.redirect_uris),
        scopes=tuple(app.scopes),
        secret_redacted=app.secret_redacted,
        created=app.created,
        client_secret=secret,
    )
