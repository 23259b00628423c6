"""Push tokens of apps, and whom they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final, Literal, get_args

import msgspec

from cairn.api.edge.profile_body import ProfileData, need_somebody, patch_of
from cairn.api.kernel.bodies import Body, Data
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Related, Resource, to_one
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L, M, S
from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import Device, PushTokenInfo
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ: Final = ("profiles:read", "push-tokens:read")
Platform = Literal["android", "ios"]
Vendor = Literal["apns", "fcm"]
Enablement = Literal["AUTHORIZED", "DENIED", "NOT_DETERMINED", "PROVISIONAL", "UNAUTHORIZED"]
Background = Literal["AVAILABLE", "DENIED", "RESTRICTED"]


class DeviceMetadata(msgspec.Struct):
    device_id: str | None = None
    klaviyo_sdk: Literal["android", "flutter", "flutter_community", "react_native", "swift"] | None = None
    sdk_version: str | None = None
    device_model: str | None = None
    os_name: Literal["android", "ios", "ipados", "macos", "tvos"] | None = None
    os_version: str | None = None
    manufacturer: str | None = None
    app_name: str | None = None
    app_version: str | None = None
    app_build: str | None = None
    app_id: str | None = None
    environment: Literal["debug", "release"] | None = None


class PushTokenAttributes(msgspec.Struct):
    created: datetime
    token: str
    enablement_status: str
    platform: str
    vendor: str
    background: str
    recorded_date: datetime
    metadata: dict[str, Any] | None


class NewPushToken(msgspec.Struct):
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    platform: Platform
    vendor: Vendor
    profile: Data[ProfileData]
    enablement_status: Enablement | None = None
    background: Background | None = None
    device_metadata: DeviceMetadata | None = None


def show(row: PushTokenInfo) -> Mapping[str, Any]:
    return {"created": row.created, "recorded_date": row.recorded, **asdict(row.device)}


def create(scope: Scope, body: Body[NewPushToken]) -> None:
    new = body.attributes
    patch = patch_of(new.profile.data, trusted=True, clearing=True)
    need_somebody(patch)
    device = Device(
        token=new.token,
        platform=new.platform,
        vendor=new.vendor,
        enablement_status=new.enablement_status or "AUTHORIZED",
        background=new.background or "AVAILABLE",
        metadata=msgspec.to_builtins(new.device_metadata) if new.device_metadata else None,
    )
    actions.register_push_token(scope, patch, device, now=clock.now())


def owner_of(scope: Scope, rows: Sequence[PushTokenInfo]) -> Mapping[str, Sequence[str]]:
    ids = queries.ids_of(scope, [row.number for row in rows])
    return {row.id: [ids[row.number]] for row in rows if row.number in ids}


PUSH_TOKENS = Resource(
    type="push-token",
    path="push-tokens",
    tag="Profiles",
    attributes=PushTokenAttributes,
    show=show,
    load=queries.push_tokens_by_ids,
    operations=(
        List(
            "get_push_tokens",
            queries.list_push_tokens,
            scopes=READ,
            limit=M,
            summary="Get Push Tokens",
            filters={
                "id": text("equals"),
                "profile.id": text("equals"),
                "enablement_status": text("equals", choices=get_args(Enablement)),
                "platform": text("equals", choices=get_args(Platform)),
            },
            page=Paging(20, 100),
            include=("profile",),
        ),
        Get(
            "get_push_token",
            queries.get_push_token,
            scopes=READ,
            limit=M,
            summary="Get Push Token",
            include=("profile",),
        ),
        Create(
            "create_push_token",
            create,
            scopes=("profiles:write", "push-tokens:write"),
            limit=L,
            status=202,
            body=NewPushToken,
            max_body=100 * 1024,
            summary="Create or Update Push Token",
        ),
        Delete(
            "delete_push_token",
            actions.unregister_push_token,
            scopes=("push-tokens:write",),
            limit=S,
            summary="Delete Push Token",
        ),
    ),
    relationships=(
        to_one(
            "profile",
            "profile",
            owner_of,
            shown=True,
            related=Related(
                "get_profile_for_push_token",
                "get_profile_id_for_push_token",
                scopes=READ,
                limit=M,
                summary="Get Profile for Push Token",
            ),
        ),
    ),
)
