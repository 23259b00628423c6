"""What campaigns say, per channel."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from cairn.api.kernel import errors
from cairn.api.kernel.bodies import Body, convert
from cairn.api.kernel.declare import Change, Create, Get, Link, Related, Resource, Update, to_one
from cairn.api.kernel.ratelimit import M
from cairn.domains.campaigns import actions, queries
from cairn.domains.campaigns.contracts import CampaignMessageView
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

READ, WRITE = ("campaigns:read",), ("campaigns:write",)
WITH_TEMPLATES, WITH_IMAGES = ("campaigns:read", "templates:read"), ("campaigns:read", "images:read")


class EmailContent(msgspec.Struct, omit_defaults=True):
    subject: str | None = None
    preview_text: str | None = None
    from_email: str | None = None
    from_label: str | None = None
    reply_to_email: str | None = None
    cc_email: str | None = None
    bcc_email: str | None = None


class Email(msgspec.Struct, omit_defaults=True):
    channel: Literal["email"]
    label: str | None = None
    content: EmailContent | None = None


class SmsContent(msgspec.Struct, omit_defaults=True):
    body: str | None = None


class RenderOptions(msgspec.Struct):
    shorten_links: bool | None = True
    add_org_prefix: bool | None = True
    add_info_link: bool | None = True
    add_opt_out_language: bool | None = False


class Sms(msgspec.Struct, omit_defaults=True):
    channel: Literal["sms"]
    content: SmsContent | None = None
    render_options: RenderOptions | None = None


class ActionButton(msgspec.Struct, omit_defaults=True):
    label: str
    action_type: Literal["open_app", "deep_link", "open_url", "dismiss"]
    position: int | None = None
    url: str | None = None


class PushContent(msgspec.Struct, omit_defaults=True):
    body: str | None = None
    title: str | None = None
    dynamic_image: str | None = None
    action_buttons: list[ActionButton] | None = None


class Push(msgspec.Struct, omit_defaults=True):
    channel: Literal["mobile_push"]
    notification_type: Literal["standard", "silent"] | None = None
    content: PushContent | None = None
    kv_pairs: dict[str, Any] | None = None
    options: dict[str, Any] | None = None


DEFINITIONS: dict[str, type[msgspec.Struct]] = {"email": Email, "sms": Sms, "mobile_push": Push}


def checked_definition(given: dict[str, Any], pointer: str) -> dict[str, Any]:
    """A definition of one of the channels, without what the API does not know."""
    kind = DEFINITIONS.get(str(given.get("channel")))
    if kind is None:
        raise errors.invalid(f"'channel' must be one of {', '.join(DEFINITIONS)}.", pointer=f"{pointer}/channel")
    found: dict[str, Any] = msgspec.to_builtins(convert(given, kind, pointer))
    if kind is Push:
        found.setdefault("notification_type", "standard")
        if found["notification_type"] == "standard" and not (found.get("content") or {}).get("body"):
            raise errors.invalid("A push notification needs a body.", pointer=f"{pointer}/content/body")
    return found


class MessageAttributes(msgspec.Struct):
    definition: dict[str, Any]
    send_times: list[dict[str, Any]]
    created_at: datetime
    updated_at: datetime
    # The parts of the definition, as older callers know them.
    label: str
    channel: str
    content: dict[str, Any]


def show(row: CampaignMessageView) -> MessageAttributes:
    definition = dict(row.definition)
    return MessageAttributes(
        definition=definition,
        send_times=[dict(one) for one in row.send_times],
        created_at=row.created_at,
        updated_at=row.updated_at,
        label=definition.get("label") or "",
        channel=definition["channel"],
        content=definition.get("content") or {},
    )


class MessageChanges(msgspec.Struct):
    definition: dict[str, Any] | None = None


def update(scope: Scope, message_id: str, body: Body[MessageChanges]) -> CampaignMessageView:
    definition = body.attributes.definition
    if definition is not None:
        definition = checked_definition(definition, "/data/attributes/definition")
    return actions.update_message(scope, message_id, definition=definition, image_id=body.one("image"), now=clock.now())


def assign(scope: Scope, body: Body[Any]) -> CampaignMessageView:
    return actions.assign_template(scope, body.id or "", template_id=body.one("template") or "", now=clock.now())


def set_image(scope: Scope, message_id: str, ids: list[str]) -> None:
    if not ids:
        raise Invalid("Name an image.", pointer="/data")
    actions.update_message(scope, message_id, image_id=ids[0], now=clock.now())


CAMPAIGN_MESSAGES = Resource(
    type="campaign-message",
    path="campaign-messages",
    tag="Campaigns",
    attributes=MessageAttributes,
    show=show,
    load=queries.get_messages,
    operations=(
        Get(
            "get_campaign_message",
            queries.get_message,
            scopes=READ,
            limit=M,
            include=("campaign", "image", "template"),
        ),
        Update(
            "update_campaign_message",
            update,
            scopes=WRITE,
            limit=M,
            body=MessageChanges,
            links={"image": Link("image")},
        ),
        Create(
            "assign_template_to_campaign_message",
            assign,
            scopes=WRITE,
            limit=M,
            path="/api/campaign-message-assign-template",
            body_id=True,
            links={"template": Link("template", required=True)},
            status=200,
        ),
    ),
    relationships=(
        to_one(
            "campaign",
            "campaign",
            "campaign_id",
            shown=True,
            related=Related(
                "get_campaign_for_campaign_message", "get_campaign_id_for_campaign_message", scopes=READ, limit=M
            ),
        ),
        to_one(
            "template",
            "template",
            "template_id",
            shown=True,
            related=Related(
                "get_template_for_campaign_message",
                "get_template_id_for_campaign_message",
                scopes=WITH_TEMPLATES,
                limit=M,
            ),
        ),
        to_one(
            "image",
            "image",
            "image_id",
            related=Related(
                "get_image_for_campaign_message", "get_image_id_for_campaign_message", scopes=WITH_IMAGES, limit=M
            ),
            replace=Change(
                "update_image_for_campaign_message", set_image, scopes=("campaigns:write", "images:read"), limit=M
            ),
        ),
    ),
)
