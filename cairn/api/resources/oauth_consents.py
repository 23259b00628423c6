"""The consent screen's side of OAuth 2: what a signed-in person is asked, and where their answer leads."""

from dataclasses import dataclass
from typing import Literal

import msgspec
from django.http import HttpRequest

from cairn.api.kernel import callers
from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Auth, Create, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import AuthorizationRequest, Consent
from cairn.kernel import clock


class ConsentAttributes(msgspec.Struct):
    app_name: str
    website_url: str
    publisher: str
    is_own: bool
    scopes: list[str]
    account_id: str
    redirect_uri: str
    redirect_to: str | None


class Question(msgspec.Struct):
    """The query of /oauth/authorize, as the app's link had it. Without a decision it is only shown."""

    client_id: str
    redirect_uri: str
    response_type: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    decision: Literal["ask", "allow", "deny"] = "ask"


@dataclass(frozen=True, slots=True)
class Shown:
    """A consent with the account that it would be for."""

    id: str
    consent: Consent
    account_id: str
    redirect_to: str | None


def show(shown: Shown) -> ConsentAttributes:
    consent = shown.consent
    return ConsentAttributes(
        app_name=consent.app_name,
        website_url=consent.website_url,
        publisher=consent.publisher,
        is_own=consent.is_own,
        scopes=list(consent.scopes),
        account_id=shown.account_id,
        redirect_uri=consent.redirect_uri,
        redirect_to=shown.redirect_to,
    )


def decide(request: HttpRequest, body: Body[Question]) -> Shown:
    scope = callers.signed_in(request).scope
    given = body.attributes
    asked = AuthorizationRequest(
        client_id=given.client_id,
        redirect_uri=given.redirect_uri,
        response_type=given.response_type,
        scope=given.scope,
        state=given.state,
        code_challenge=given.code_challenge,
        code_challenge_method=given.code_challenge_method,
    )
    consent = queries.examine_authorization(scope, asked)
    redirect_to = consent.redirect_to
    if given.decision == "allow":
        redirect_to = actions.allow_app(scope, asked, user_id=int(request.user.pk or 0), now=clock.now())
    elif given.decision == "deny":
        redirect_to = actions.deny_app(scope, asked)
    return Shown(consent.app_id, consent, scope.account_id, redirect_to)


OAUTH_CONSENTS = Resource(
    type="oauth-consent",
    path="oauth-consents",
    tag="OAuth",
    attributes=ConsentAttributes,
    show=show,
    extension=True,
    operations=(
        Create(
            "create_oauth_consent",
            decide,
            auth=Auth.SESSION,
            status=200,
            limit=M,
            body=Question,
            summary="Ask a signed-in person about an app, or take their answer",
        ),
    ),
)
