"""OAuth 2.0 for apps: the authorization code grant with PKCE, tokens that rotate, and their end.

Codes and tokens are random and kept by their SHA-256. A code or refresh token that is used a second time was stolen, or
its owner was robbed of the answer: either way everything that came of it ends.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.db import transaction

from cairn.domains.accounts.contracts import AuthorizationRequest, Consent, OAuthRefused, Tokens
from cairn.domains.accounts.keys import digest
from cairn.domains.accounts.models import OAuthApp, OAuthCode, OAuthGrant, OAuthToken
from cairn.kernel import ids
from cairn.kernel.errors import NotFound
from cairn.kernel.scope import Scope

CODE_LIFE: Final = timedelta(minutes=5)
ACCESS_LIFE: Final = timedelta(hours=1)
REFRESH_LIFE: Final = timedelta(days=90)
"""Since the last use."""
SECOND_CHANCE: Final = timedelta(seconds=30)
"""An answer may be lost on its way: within this time a refresh token works once more, if nobody has used what it was
exchanged for."""
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
REVOKED, CODE_REUSED, TOKEN_REUSED = "revoked", "code_reused", "refresh_token_reused"


def examine(scope: Scope, request: AuthorizationRequest) -> Consent:
    """What a person is asked, or the redirect that tells the app of its mistake.

    Raises NotFound where it is not certain whom a redirect would reach.
    """
    app = OAuthApp.objects.filter(id=request.client_id).select_related("account").first()
    if app is None:
        raise NotFound("There is no app with this client_id.")
    if request.redirect_uri not in app.redirect_uris:
        raise NotFound("The app has not registered this redirect_uri; it must match to the letter.")
    scopes = tuple(sorted(set(request.scope.split())))
    mistake = mistake_in(request, app, scopes)
    return Consent(
        app_id=app.id,
        app_name=app.name,
        website_url=app.website_url,
        publisher=app.account.name,
        is_own=app.account_id == scope.account_id,
        scopes=scopes,
        redirect_uri=request.redirect_uri,
        redirect_to=refusal(request, *mistake) if mistake else None,
    )


def mistake_in(request: AuthorizationRequest, app: OAuthApp, scopes: tuple[str, ...]) -> tuple[str, str] | None:
    if request.response_type != "code":
        return "unsupported_response_type", "response_type must be code."
    if request.code_challenge_method != "S256" or not CHALLENGE.fullmatch(request.code_challenge):
        return "invalid_request", "PKCE is required: code_challenge (43 characters) and code_challenge_method=S256."
    beyond = sorted(set(scopes) - set(app.scopes))
    if beyond or not scopes:
        return "invalid_scope", f"The app may not ask for: {' '.join(beyond)}." if beyond else "No scope is asked for."
    return None


def refusal(request: AuthorizationRequest, error: str, description: str) -> str:
    return with_query(request.redirect_uri, {"error": error, "error_description": description, "state": request.state})


def with_query(uri: str, parameters: dict[str, str]) -> str:
    parts = urlsplit(uri)
    added = urlencode({name: value for name, value in parameters.items() if value})
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def allow(scope: Scope, request: AuthorizationRequest, *, user_id: int, now: datetime) -> str:
    """The redirect that carries a code to the app. Raises NotFound as `examine`."""
    consent = examine(scope, request)
    if consent.redirect_to is not None:
        return consent.redirect_to
    code = secrets.token_urlsafe(32)
    OAuthCode.objects.filter(expires_at__lt=now - REFRESH_LIFE).delete()
    OAuthCode.objects.create(
        digest=digest(code),
        account_id=scope.account_id,
        app_id=consent.app_id,
        user_id=user_id,
        redirect_uri=request.redirect_uri,
        challenge=request.code_challenge,
        scopes=list(consent.scopes),
        expires_at=now + CODE_LIFE,
    )
    return with_query(request.redirect_uri, {"code": code, "state": request.state})


def deny(scope: Scope, request: AuthorizationRequest) -> str:
    """The redirect that tells the app of a no. Raises NotFound as `examine`."""
    consent = examine(scope, request)
    return consent.redirect_to or refusal(request, "access_denied", "The account's user said no.")


def client(client_id: str, client_secret: str) -> OAuthApp:
    """Raises OAuthRefused for an unknown app or a wrong secret."""
    app = OAuthApp.objects.filter(id=client_id).first()
    known = app.secret_digest if app is not None else digest("")
    if not hmac.compare_digest(known, digest(client_secret)) or app is None:
        raise OAuthRefused("invalid_client", "The client id is unknown, or the secret is wrong.")
    return app


def exchange_code(
    *, client_id: str, client_secret: str, code: str, verifier: str, redirect_uri: str, now: datetime
) -> Tokens:
    """Tokens for a code, once. Raises OAuthRefused."""
    app = client(client_id, client_secret)
    with transaction.atomic():
        row = OAuthCode.objects.select_for_update(of=("self",)).filter(digest=digest(code), app=app).first()
        if row is None:
            raise OAuthRefused("invalid_grant", "The code is unknown.")
        reused = row.grant_id
        if reused is None:
            check_code(row, verifier, redirect_uri, now)
            row.grant = grant_of(row, now)
            row.save(update_fields=["grant"])
            return issue(row.grant, parent="", now=now)
    end(reused, CODE_REUSED, now)
    raise OAuthRefused("invalid_grant", "The code was used before; what it was exchanged for is revoked.")


def check_code(row: OAuthCode, verifier: str, redirect_uri: str, now: datetime) -> None:
    if row.expires_at <= now:
        raise OAuthRefused("invalid_grant", f"The code is older than {CODE_LIFE.seconds // 60} minutes.")
    if row.redirect_uri != redirect_uri:
        raise OAuthRefused("invalid_grant", "redirect_uri is not that of the authorization request.")
    if not VERIFIER.fullmatch(verifier) or not hmac.compare_digest(challenge_of(verifier), row.challenge):
        raise OAuthRefused("invalid_grant", "code_verifier does not fit the code_challenge.")


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def grant_of(code: OAuthCode, now: datetime) -> OAuthGrant:
    """The account's grant to the app, made or brought to what was agreed to last."""
    grant, made = OAuthGrant.objects.get_or_create(
        account_id=code.account_id,
        app_id=code.app_id,
        revoked_at=None,
        defaults={"id": ids.ulid(), "created": now, "scopes": code.scopes, "user_id": code.user_id},
    )
    if not made:
        grant.scopes, grant.user_id = code.scopes, code.user_id
        grant.save(update_fields=["scopes", "user"])
    return grant


def issue(grant: OAuthGrant, *, parent: str, now: datetime) -> Tokens:
    access, refresh = f"cat_{secrets.token_urlsafe(32)}", f"crt_{secrets.token_urlsafe(32)}"
    OAuthToken.objects.filter(grant=grant, expires_at__lte=now).delete()
    OAuthToken.objects.bulk_create(
        OAuthToken(
            digest=digest(token), grant=grant, is_refresh=is_refresh, parent=parent, created=now, expires_at=now + life
        )
        for token, is_refresh, life in ((access, False, ACCESS_LIFE), (refresh, True, REFRESH_LIFE))
    )
    return Tokens(access, refresh, int(ACCESS_LIFE.total_seconds()), " ".join(grant.scopes))


def refresh_tokens(*, client_id: str, client_secret: str, refresh_token: str, now: datetime) -> Tokens:
    """New tokens for a refresh token, which is used up by it. Raises OAuthRefused."""
    app = client(client_id, client_secret)
    mine = OAuthToken.objects.select_related("grant").select_for_update(of=("self",))
    with transaction.atomic():
        row = mine.filter(digest=digest(refresh_token), is_refresh=True, grant__app=app).first()
        if row is None or row.expires_at <= now or row.grant.revoked_at is not None:
            raise OAuthRefused("invalid_grant", "The refresh token is unknown, expired or revoked.")
        if row.used_at is None or may_try_again(row, now):
            OAuthToken.objects.filter(grant=row.grant, parent=row.digest).delete()
            row.used_at = row.used_at or now
            row.save(update_fields=["used_at"])
            return issue(row.grant, parent=row.digest, now=now)
    end(row.grant_id, TOKEN_REUSED, now)
    raise OAuthRefused("invalid_grant", "The refresh token was used before; the app's access is revoked.")


def may_try_again(row: OAuthToken, now: datetime) -> bool:
    children = OAuthToken.objects.filter(grant=row.grant, parent=row.digest, is_refresh=True)
    return (
        row.used_at is not None and now - row.used_at <= SECOND_CHANCE and not children.exclude(used_at=None).exists()
    )


def revoke_token(*, client_id: str, client_secret: str, token: str, now: datetime) -> None:
    """End what a token stands for; an unknown one is no mistake. Raises OAuthRefused for a wrong client."""
    app = client(client_id, client_secret)
    row = OAuthToken.objects.filter(digest=digest(token), grant__app=app).first()
    if row is None:
        return
    if row.is_refresh:
        end(row.grant_id, REVOKED, now)
    else:
        row.delete()


def revoke_grant(scope: Scope, *, grant_id: str, now: datetime) -> None:
    """End what an app may do for the account. Raises NotFound."""
    grant = OAuthGrant.objects.of(scope, grant_id)
    end(grant.id, REVOKED, now)


def end(grant_id: str, reason: str, now: datetime) -> None:
    with transaction.atomic():
        OAuthGrant.objects.filter(id=grant_id, revoked_at=None).update(revoked_at=now, reason=reason)
        OAuthToken.objects.filter(grant_id=grant_id).delete()
