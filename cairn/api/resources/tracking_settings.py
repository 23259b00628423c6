"""What an account adds to the links in its messages: UTM and its own parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Create, Get, List, Paging, Resource, Update
from cairn.api.kernel.ratelimit import M
from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import LinkParameter, LinkValue, TrackingSettings
from cairn.domains.messaging import queries as messaging
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("tracking-settings:read",), ("tracking-settings:write",)
STANDARD: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_id", "utm_term")
Value = Annotated[str, msgspec.Meta(max_length=500)]
FlowField = Literal[
    "email_subject",
    "flow_id",
    "flow_name",
    "link_alt_text",
    "message_name",
    "message_name_id",
    "message_type",
    "profile_external_id",
    "profile_id",
]
CampaignField = Literal[
    "campaign_id",
    "campaign_name",
    "campaign_name_id",
    "campaign_name_send_day",
    "email_subject",
    "group_id",
    "group_name",
    "group_name_id",
    "link_alt_text",
    "message_type",
    "profile_external_id",
    "profile_id",
]


class Static(msgspec.Struct, tag_field="type", tag="static"):
    value: Value


class FlowDynamic(msgspec.Struct, tag_field="type", tag="dynamic"):
    value: FlowField


class CampaignDynamic(msgspec.Struct, tag_field="type", tag="dynamic"):
    value: CampaignField


class Values(msgspec.Struct):
    """A value per kind of message; null: the parameter is not added there."""

    flow: FlowDynamic | Static | UnsetType | None = UNSET
    campaign: CampaignDynamic | Static | UnsetType | None = UNSET


class CustomParameter(msgspec.Struct):
    name: str
    flow: FlowDynamic | Static | None = None
    campaign: CampaignDynamic | Static | None = None


class ShownValues(msgspec.Struct):
    flow: FlowDynamic | Static | None
    campaign: CampaignDynamic | Static | None


class TrackingAttributes(msgspec.Struct):
    auto_add_parameters: bool
    utm_source: ShownValues
    utm_medium: ShownValues
    utm_campaign: ShownValues
    utm_id: ShownValues
    utm_term: ShownValues
    custom_parameters: list[CustomParameter]


class TrackingChanges(msgspec.Struct):
    auto_add_parameters: bool | UnsetType | None = UNSET
    utm_source: Values | UnsetType = UNSET
    utm_medium: Values | UnsetType = UNSET
    utm_campaign: Values | UnsetType = UNSET
    utm_id: Values | UnsetType = UNSET
    utm_term: Values | UnsetType = UNSET
    custom_parameters: list[CustomParameter] | UnsetType = UNSET


def show(settings: TrackingSettings) -> Mapping[str, Any]:
    shown = {
        one.name: {"flow": shown_value(one.flow), "campaign": shown_value(one.campaign)} for one in settings.parameters
    }
    custom = [{"name": name, **values} for name, values in shown.items() if name not in STANDARD]
    standard = {name: shown[name] for name in STANDARD}
    return {"auto_add_parameters": settings.auto_add_parameters, **standard, "custom_parameters": custom}


def shown_value(value: LinkValue | None) -> dict[str, str] | None:
    return None if value is None else {"type": value.type, "value": value.value}


def link_value(value: FlowDynamic | CampaignDynamic | Static | None) -> LinkValue | None:
    if value is None:
        return None
    return LinkValue("static" if isinstance(value, Static) else "dynamic", value.value)


def custom_of(parameters: Sequence[CustomParameter]) -> list[LinkParameter]:
    return [LinkParameter(one.name, link_value(one.flow), link_value(one.campaign)) for one in parameters]


def list_settings(scope: Scope, _: Listing) -> Sequence[TrackingSettings]:
    return [queries.tracking_settings(scope)]


def load(scope: Scope, ids: Sequence[str]) -> Sequence[TrackingSettings]:
    return [queries.tracking_settings(scope)] if scope.account_id in ids else []


def update(scope: Scope, account_id: str, body: Body[TrackingChanges]) -> TrackingSettings:
    queries.tracking_settings(scope, account_id)
    changes = given(body.attributes)
    custom = changes.get("custom_parameters")
    standard: dict[str, dict[str, LinkValue | None]] = {
        name: {which: link_value(value) for which, value in given(changes[name]).items()}
        for name in STANDARD
        if name in changes
    }
    return actions.change_tracking(
        scope,
        auto_add=changes.get("auto_add_parameters"),
        standard=standard,
        custom=None if custom is None else custom_of(custom),
    )


class PreviewAttributes(msgspec.Struct):
    campaign_url: str
    flow_url: str


class PreviewWish(msgspec.Struct):
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    parameters: list[CustomParameter] = []


@dataclass(frozen=True, slots=True)
class Preview:
    id: str
    campaign_url: str
    flow_url: str


def preview(scope: Scope, body: Body[PreviewWish]) -> Preview:
    wish = body.attributes
    parameters = custom_of(wish.parameters)
    campaign, flow = messaging.tracked_examples(scope, wish.url, parameters, now=clock.now())
    return Preview(scope.account_id, campaign, flow)


TRACKING_SETTINGS = Resource(
    type="tracking-setting",
    path="tracking-settings",
    tag="Tracking Settings",
    attributes=TrackingAttributes,
    show=show,
    load=load,
    operations=(
        List(
            "get_tracking_settings",
            list_settings,
            scopes=READ,
            limit=M,
            page=Paging(1, 1),
            summary="Get Tracking Settings",
        ),
        Get("get_tracking_setting", queries.tracking_settings, scopes=READ, limit=M, summary="Get Tracking Setting"),
        Update(
            "update_tracking_setting",
            update,
            scopes=WRITE,
            limit=M,
            body=TrackingChanges,
            summary="Update Tracking Setting",
        ),
    ),
)

TRACKING_PREVIEWS = Resource(
    type="tracking-preview",
    path="tracking-previews",
    tag="Tracking Settings",
    attributes=PreviewAttributes,
    extension=True,
    operations=(
        Create(
            "create_tracking_preview",
            preview,
            scopes=READ,
            limit=M,
            status=200,
            body=PreviewWish,
            summary="A link as messages would carry it with these parameters",
        ),
    ),
)
