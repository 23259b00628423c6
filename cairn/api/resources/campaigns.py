"""Campaigns: made, changed, copied."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from cairn.api.kernel.bodies import Body, Data, DataList
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Related, Resource, Update, to_many
from cairn.api.kernel.filters import boolean, moment, text
from cairn.api.kernel.ratelimit import M, S
from cairn.api.resources.campaign_messages import checked_definition
from cairn.api.resources.tags import tags_of
from cairn.domains.campaigns import actions, queries
from cairn.domains.campaigns.contracts import Audiences, CampaignView, MessageDraft
from cairn.domains.messaging.contracts import Progress
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ, WRITE = ("campaigns:read",), ("campaigns:write",)
MOMENTS = ("greater-or-equal", "greater-than", "less-or-equal", "less-than")
MESSAGES = "/data/attributes/campaign-messages/data"


class AudienceIds(msgspec.Struct):
    included: list[str]
    excluded: list[str] = []


class AudienceChanges(msgspec.Struct):
    included: list[str] | None = None
    excluded: list[str] | None = None


class StaticOptions(msgspec.Struct, omit_defaults=True):
    is_local: bool
    send_past_recipients_immediately: bool = False


class Static(msgspec.Struct, tag_field="method", tag="static", omit_defaults=True):
    datetime: datetime
    options: StaticOptions | None = None


class Throttled(msgspec.Struct, tag_field="method", tag="throttled"):
    datetime: datetime
    throttle_percentage: int


class Immediate(msgspec.Struct, tag_field="method", tag="immediate"):
    pass


class SmartSendTime(msgspec.Struct, tag_field="method", tag="smart_send_time"):
    date: date


Strategy = Static | Throttled | Immediate | SmartSendTime


class SendOptions(msgspec.Struct):
    use_smart_sending: bool | None = True


class TrackingParameter(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    type: Literal["dynamic", "static"]
    value: Annotated[str, msgspec.Meta(max_length=500)]


class TrackingOptions(msgspec.Struct, omit_defaults=True):
    add_tracking_params: bool | None = None
    custom_tracking_params: list[TrackingParameter] | None = None
    is_tracking_clicks: bool | None = None
    is_tracking_opens: bool | None = None


class ImageId(msgspec.Struct):
    type: Literal["image"]
    id: str


class MessageLinks(msgspec.Struct):
    image: Data[ImageId] | None = None


class MessageAttributes(msgspec.Struct):
    definition: dict[str, Any]


class NewMessage(msgspec.Struct):
    type: Literal["campaign-message"]
    attributes: MessageAttributes
    relationships: MessageLinks | None = None


class CampaignAttributes(msgspec.Struct):
    name: str
    status: str
    archived: bool
    audiences: AudienceIds
    send_options: dict[str, Any]
    tracking_options: dict[str, Any]
    send_strategy: dict[str, Any]
    created_at: datetime
    scheduled_at: datetime | None
    updated_at: datetime
    send_time: datetime | None
    progress: Progress | None
    reason: str


class NewCampaign(msgspec.Struct, rename={"campaign_messages": "campaign-messages"}):
    name: str
    audiences: AudienceIds
    campaign_messages: DataList[NewMessage]
    send_strategy: Strategy | None = None
    send_options: SendOptions | None = None
    tracking_options: TrackingOptions | None = None


class CampaignChanges(msgspec.Struct):
    name: str | None = None
    audiences: AudienceChanges | None = None
    send_strategy: Strategy | None = None
    send_options: SendOptions | None = None
    tracking_options: TrackingOptions | None = None


class CopyName(msgspec.Struct):
    new_name: str | None = None


def plain(value: msgspec.Struct | None) -> dict[str, Any] | None:
    return None if value is None else msgspec.to_builtins(value)


def create(scope: Scope, body: Body[NewCampaign]) -> CampaignView:
    new = body.attributes
    drafts = [
        MessageDraft(
            checked_definition(message.attributes.definition, f"{MESSAGES}/{place}/attributes/definition"),
            message.relationships.image.data.id if message.relationships and message.relationships.image else "",
        )
        for place, message in enumerate(new.campaign_messages.data)
    ]
    return actions.create_campaign(
        scope,
        name=new.name,
        audiences=Audiences(tuple(new.audiences.included), tuple(new.audiences.excluded)),
        messages=drafts,
        send_strategy=plain(new.send_strategy),
        send_options=plain(new.send_options),
        tracking_options=plain(new.tracking_options),
        now=clock.now(),
    )


def update(scope: Scope, campaign_id: str, body: Body[CampaignChanges]) -> CampaignView:
    changes = body.attributes
    audiences = changes.audiences or AudienceChanges()
    return actions.update_campaign(
        scope,
        campaign_id,
        name=changes.name,
        included=audiences.included,
        excluded=audiences.excluded,
        send_strategy=plain(changes.send_strategy),
        send_options=plain(changes.send_options),
        tracking_options=plain(changes.tracking_options),
        now=clock.now(),
    )


def clone(scope: Scope, body: Body[CopyName]) -> CampaignView:
    return actions.clone_campaign(scope, body.id or "", name=body.attributes.new_name, now=clock.now())


CAMPAIGNS = Resource(
    type="campaign",
    path="campaigns",
    tag="Campaigns",
    attributes=CampaignAttributes,
    load=queries.get_campaigns,
    operations=(
        List(
            "get_campaigns",
            queries.list_campaigns,
            scopes=READ,
            limit=M,
            filters={
                "id": text("any"),
                "messages.channel": text("equals"),
                "name": text("contains"),
                "status": text("any", "equals"),
                "archived": boolean("equals"),
                "created_at": moment(*MOMENTS),
                "scheduled_at": moment(*MOMENTS),
                "updated_at": moment(*MOMENTS),
            },
            required_filters=("messages.channel",),
            sorts=("created_at", "id", "name", "scheduled_at", "updated_at"),
            page=Paging(100, 100),
            include=("campaign-messages", "tags"),
        ),
        Get("get_campaign", queries.get_campaign, scopes=READ, limit=M, include=("campaign-messages", "tags")),
        Create("create_campaign", create, scopes=WRITE, limit=M, body=NewCampaign),
        Update("update_campaign", update, scopes=WRITE, limit=M, body=CampaignChanges),
        Delete("delete_campaign", actions.delete_campaign, scopes=WRITE, limit=M),
        Create(
            "create_campaign_clone",
            clone,
            scopes=WRITE,
            limit=M,
            path="/api/campaign-clone",
            body=CopyName,
            body_id=True,
        ),
    ),
    relationships=(
        to_many(
            "campaign-messages",
            "campaign-message",
            queries.message_ids_of,
            shown=True,
            related=Related(
                "get_messages_for_campaign",
                "get_message_ids_for_campaign",
                scopes=READ,
                limit=M,
                include=("campaign", "image", "template"),
            ),
        ),
        to_many(
            "tags",
            "tag",
            tags_of("campaign"),
            related=Related(
                "get_tags_for_campaign", "get_tag_ids_for_campaign", scopes=("campaigns:read", "tags:read"), limit=S
            ),
        ),
    ),
)
