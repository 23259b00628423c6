"""Apps that the account registered for OAuth 2. The client secret is in the answer that made it, and nowhere else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Create, Delete, Get, List, Resource, Update
from cairn.api.kernel.ratelimit import S
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import AppView
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("applications:read",), ("applications:write",)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Url = Annotated[str, msgspec.Meta(max_length=500)]


class AppAttributes(msgspec.Struct):
    name: str
    website_url: str
    redirect_uris: list[str]
    scopes: list[str]
    redacted_secret: str
    created: datetime
    client_secret: str | msgspec.UnsetType = msgspec.UNSET


class NewApp(msgspec.Struct):
    name: Name
    redirect_uris: list[str]
    scopes: list[str]
    website_url: Url = ""


class AppChanges(msgspec.Struct):
    name: Name | msgspec.UnsetType = msgspec.UNSET
    redirect_uris: list[str] | msgspec.UnsetType = msgspec.UNSET
    scopes: list[str] | msgspec.UnsetType = msgspec.UNSET
    website_url: Url | msgspec.UnsetType = msgspec.UNSET


class SecretRenewal(msgspec.Struct):
    app_id: str


def show(app: AppView) -> AppAttributes:
    return AppAttributes(
        name=app.name,
        website_url=app.website_url,
        redirect_uris=list(app.redirect_uris),
        scopes=list(app.scopes),
        redacted_secret=app.secret_redacted,
        created=app.created,
        client_secret=app.client_secret or msgspec.UNSET,
    )


def list_apps(scope: Scope, _: Listing) -> Sequence[AppView]:
    return queries.list_apps(scope)


def create(scope: Scope, body: Body[NewApp]) -> AppView:
    new = body.attributes
    return actions.register_app(
        scope,
        name=new.name,
        website_url=new.website_url,
        redirect_uris=new.redirect_uris,
        scopes=new.scopes,
        now=clock.now(),
    )


def update(scope: Scope, app_id: str, body: Body[AppChanges]) -> AppView:
    return actions.change_app(scope, app_id=app_id, changes=given(body.attributes))


def renew_secret(scope: Scope, body: Body[SecretRenewal]) -> AppView:
    return actions.renew_secret(scope, app_id=body.attributes.app_id)


def delete(scope: Scope, app_id: str) -> None:
    actions.delete_app(scope, app_id=app_id)


OAUTH_APPS = Resource(
    type="oauth-app",
    path="oauth-apps",
    tag="OAuth",
    attributes=AppAttributes,
    show=show,
    extension=True,
    operations=(
        List("get_oauth_apps", list_apps, scopes=READ, limit=S),
        Get("get_oauth_app", queries.get_app, scopes=READ, limit=S),
        Create("create_oauth_app", create, scopes=WRITE, limit=S, body=NewApp),
        Create(
            "renew_oauth_app_secret",
            renew_secret,
            path="/api/oauth-app-secrets",
            takes="oauth-app-secret",
            scopes=WRITE,
            limit=S,
            body=SecretRenewal,
            summary="Another client secret for an app; the old one is refused from then on",
        ),
        Update("update_oauth_app", update, scopes=WRITE, limit=S, body=AppChanges),
        Delete("delete_oauth_app", delete, scopes=WRITE, limit=S),
    ),
)
