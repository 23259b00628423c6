"""OAuth 2's endpoints for apps: /oauth/token, /oauth/revoke, and the document that names them.

/oauth/authorize is a page of the web app, where a person says yes or no.
"""

import base64
import binascii
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from cairn import wiring
from cairn.domains.accounts import actions
from cairn.domains.accounts.contracts import ALL_SCOPES, OAuthRefused, Tokens
from cairn.kernel import clock

FORM = "application/x-www-form-urlencoded"
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Wait = Callable[[str], int]
"""Seconds that a caller with this name has to wait before the next request, usually 0."""
Work = Callable[[HttpRequest, str, str], HttpResponse]


def endpoint(work: Work, wait: Wait) -> Callable[[HttpRequest], HttpResponse]:
    """A view for apps, which show their client id and secret. Failures have OAuth's shape."""

    @csrf_exempt  # An app's server calls, with credentials of its own; no browser sends them by itself.
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        seconds = wait(str(request.META.get("REMOTE_ADDR", "")))
        if seconds:
            refused = OAuthRefused("slow_down", f"Too many requests; try again in {seconds} s.")
            return refusal(refused, 429, {"Retry-After": str(seconds)})
        try:
            if request.content_type != FORM:
                raise OAuthRefused("invalid_request", f"The body must be {FORM}.")
            return work(request, *credentials(request))
        except OAuthRefused as problem:
            if problem.error == "invalid_client":
                return refusal(problem, 401, {"WWW-Authenticate": 'Basic realm="Cairn"'})
            return refusal(problem, 400)

    return view


def credentials(request: HttpRequest) -> tuple[str, str]:
    """The app's id and secret: Basic, or fields of the form for clients that cannot do it."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not given:
        return field(request, "client_id"), field(request, "client_secret")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        client_id, mark, secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise OAuthRefused("invalid_client", "Send `Authorization: Basic base64(client_id:client_secret)`.") from None
    if not mark:
        raise OAuthRefused("invalid_client", "Send `Authorization: Basic base64(client_id:client_secret)`.")
    return unquote_plus(client_id), unquote_plus(secret)


def field(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).replace("\0", "")


def required(request: HttpRequest, name: str) -> str:
    value = field(request, name)
    if not value:
        raise OAuthRefused("invalid_request", f"The field {name} is missing.")
    return value


def token(request: HttpRequest, client_id: str, client_secret: str) -> HttpResponse:
    match required(request, "grant_type"):
        case "authorization_code":
            return issued(
                actions.exchange_code(
                    client_id=client_id,
                    client_secret=client_secret,
                    code=required(request, "code"),
                    verifier=required(request, "code_verifier"),
                    redirect_uri=required(request, "redirect_uri"),
                    now=clock.now(),
                )
            )
        case "refresh_token":
            return issued(
                actions.refresh_tokens(
                    client_id=client_id,
                    client_secret=client_secret,
                    refresh_token=required(request, "refresh_token"),
                    now=clock.now(),
                )
            )
    raise OAuthRefused("unsupported_grant_type", "grant_type must be authorization_code or refresh_token.")


def issued(tokens: Tokens) -> HttpResponse:
    document = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.refresh_token,
        "scope": tokens.scope,
    }
    return JsonResponse(document, headers=NOT_KEPT)


def revoke(request: HttpRequest, client_id: str, client_secret: str) -> HttpResponse:
    actions.revoke_token(
        client_id=client_id, client_secret=client_secret, token=required(request, "token"), now=clock.now()
    )
    return JsonResponse({}, headers=NOT_KEPT)


def refusal(problem: OAuthRefused, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    document = {"error": problem.error, "error_description": problem.description}
    return JsonResponse(document, status=status, headers=NOT_KEPT | (headers or {}))


token_view = partial(endpoint, token)
revoke_view = partial(endpoint, revoke)


@require_safe
def discovery(_: HttpRequest) -> HttpResponse:
    """What client libraries read to configure themselves (RFC 8414)."""
    base = wiring.settings().public_url
    ways = ["client_secret_basic", "client_secret_post"]
    return JsonResponse(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "scopes_supported": sorted(ALL_SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ways,
            "revocation_endpoint_auth_methods_supported": ways,
        }
    )
