"""What the messages of a flow's actions may say, channel by channel. A field that is absent stays absent."""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

Text: TypeAlias = str | UnsetType | None
Choices: TypeAlias = dict[str, Any] | UnsetType | None
"""Condition groups as they were written; `conditions` checks them."""
MOST_ALERTED = 5
MOST_BUTTONS = 3


class TrackingParameter(msgspec.Struct):
    param: str
    value: str


class FlowEmail(msgspec.Struct):
    CHANNEL: ClassVar = "Email"
    ADDRESSES: ClassVar = ("from_email", "reply_to_email", "cc_email", "bcc_email")
    CODED: ClassVar = ("subject_line", "preview_text")

    id: Text = UNSET
    name: Text = UNSET
    from_email: Text = UNSET
    from_label: Text = UNSET
    reply_to_email: Text = UNSET
    cc_email: Text = UNSET
    bcc_email: Text = UNSET
    subject_line: Text = UNSET
    preview_text: Text = UNSET
    template_id: Text = UNSET
    smart_sending_enabled: bool = True
    transactional: bool = False
    add_tracking_params: bool = False
    custom_tracking_params: list[TrackingParameter] | UnsetType | None = UNSET
    additional_filters: Choices = UNSET


class Suggestion(msgspec.Struct):
    id: str
    text: str
    type: Literal["OPEN_URL", "REPLY"]
    url: Text = UNSET
    open_mode: Literal["BROWSER", "WEBVIEW_FULL", "WEBVIEW_HALF", "WEBVIEW_TALL"] | UnsetType | None = UNSET


class Card(msgspec.Struct):
    id: str
    title: Text = UNSET
    text: Text = UNSET
    extra: dict[str, Any] | UnsetType | None = UNSET
    image: dict[str, Any] | UnsetType | None = UNSET
    video: dict[str, Any] | UnsetType | None = UNSET
    buttons: list[Suggestion] | UnsetType | None = UNSET


class RichContent(msgspec.Struct):
    cards: list[Card] | UnsetType | None = UNSET
    suggestions: list[Suggestion] | UnsetType | None = UNSET
    file: dict[str, Any] | UnsetType = UNSET


class Fallback(msgspec.Struct):
    """One of the forms of a text message, the first of which that the recipient's telephone knows is sent."""

    message: str = ""
    message_format: Literal["RCS", "SMS"] | UnsetType = UNSET
    rich_content: RichContent | UnsetType = UNSET
    extra: dict[str, Any] | UnsetType | None = UNSET
    image: dict[str, Any] | UnsetType | None = UNSET
    selected_image: dict[str, Any] | UnsetType = UNSET
    media: dict[str, Any] | UnsetType | None = UNSET


class FlowSms(msgspec.Struct):
    CHANNEL: ClassVar = "SMS"

    body: str
    id: Text = UNSET
    name: Text = UNSET
    image_id: Text = UNSET
    dynamic_image: Text = UNSET
    message_hierarchy: list[Fallback | str] | UnsetType | None = UNSET
    shorten_links: bool = True
    include_contact_card: bool = False
    add_org_prefix: bool = True
    add_info_link: bool = True
    add_opt_out_language: bool = False
    smart_sending_enabled: bool = True
    sms_quiet_hours_enabled: bool = True
    transactional: bool = False
    add_tracking_params: bool = False
    custom_tracking_params: list[TrackingParameter] | UnsetType | None = UNSET
    template_id: Text = UNSET
    additional_filters: Choices = UNSET


class Increment(msgspec.Struct, tag_field="badge_config", tag="increment_one"):
    pass


class SetCount(msgspec.Struct, tag_field="badge_config", tag="set_count"):
    value: str


class SetProperty(msgspec.Struct, tag_field="badge_config", tag="set_property"):
    set_from_property: str


class Button(msgspec.Struct):
    label: str
    action_type: Literal["deep_link", "dismiss", "open_app", "open_url"]
    position: int | UnsetType | None = UNSET
    url: Text = UNSET
    icon: Text = UNSET
    custom_action_id: Text = UNSET


class FlowPush(msgspec.Struct):
    CHANNEL: ClassVar = "Mobile Push"

    body: str
    id: Text = UNSET
    name: Text = UNSET
    title: Text = UNSET
    sound: bool = False
    badge: bool = False
    badge_options: Increment | SetCount | SetProperty | UnsetType = UNSET
    image_id: Text = UNSET
    dynamic_image: Text = UNSET
    video_asset_id: Text = UNSET
    on_open: Literal["home", "link", "open_url"] = "home"
    ios_link: Text = UNSET
    android_link: Text = UNSET
    web_url: Text = UNSET
    push_type: Literal["silent", "standard"] | UnsetType | None = UNSET
    kv_pairs: dict[str, Any] | UnsetType | None = UNSET
    conversion_metric_id: Text = UNSET
    smart_sending_enabled: bool = True
    additional_filters: Choices = UNSET
    action_buttons: Annotated[list[Button], msgspec.Meta(max_length=MOST_BUTTONS)] | UnsetType | None = UNSET


class FlowWhatsApp(msgspec.Struct):
    CHANNEL: ClassVar = "WhatsApp"

    id: Text = UNSET
    name: Text = UNSET
    vendor_id: Text = UNSET
    smart_sending_enabled: bool = True
    transactional: bool = False
    add_tracking_params: bool = False
    additional_filters: Choices = UNSET


class FlowWebhook(msgspec.Struct):
    CHANNEL: ClassVar = "Webhook"

    url: str | None
    id: Text = UNSET
    name: Text = UNSET
    headers: dict[str, Any] | UnsetType | None = UNSET
    body: Text = UNSET


class FlowInternalAlert(msgspec.Struct):
    CHANNEL: ClassVar = "Internal Alert"
    ADDRESSES: ClassVar = ("from_email",)
    CODED: ClassVar = ("subject_line",)

    from_email: str | None
    from_label: str | None
    to_emails: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_ALERTED)]
    subject_line: str | None
    id: Text = UNSET
    name: Text = UNSET
    template_id: Text = UNSET


Message: TypeAlias = FlowEmail | FlowSms | FlowPush | FlowWhatsApp | FlowWebhook | FlowInternalAlert
