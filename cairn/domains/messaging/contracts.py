"""What crosses the border of messaging: the content of links in messages, what is sent, and how far it got."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec


class MessageLink(msgspec.Struct, array_like=True, frozen=True):
    """Who got which message, and where the link leads. Signed into every tracked link, so that a redirect asks
    no store.

    `delivery` is the ledger row's id, `message` the campaign message's, `sent` seconds since 1970 of the hand-over.
    `url` is empty for opens, unsubscribe and web-view links. `list_id` is the one list that the message went to, if
    it went to one; with `narrow`, one click leaves that list only.
    """

    account_id: str
    account_number: int
    profile_id: str
    delivery: str
    message: str
    campaign: str
    sent: int
    url: str = ""
    list_id: str = ""
    narrow: bool = False


OPEN = "open"
CLICK = "click"
UNSUBSCRIBE = "unsubscribe"
PREFERENCES = "preferences"
WEB_VIEW = "web-view"

EMAIL = "email"
CAMPAIGN = "campaign"
CONFIRMATION = "confirmation"


class Parameter(msgspec.Struct, frozen=True):
    """A query parameter added to links: `static` text, or a `dynamic` value by name."""

    name: str
    type: str
    value: str


class Organization(msgspec.Struct, frozen=True):
    """The shop, as messages name it."""

    name: str = ""
    url: str = ""
    street_address: str = ""
    street_address2: str = ""
    city: str = ""
    region: str = ""
    zip_code: str = ""
    country: str = ""

    @property
    def full_address(self) -> str:
        place = " ".join(part for part in (self.city, self.region, self.zip_code) if part)
        return ", ".join(part for part in (self.street_address, self.street_address2, place, self.country) if part)


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one message is made of, except its recipient. Stored when sending begins.

    A confirmation asks people who wait for it, may be nobody's profile yet, and carries no tracking and no way out but
    doing nothing; `words` are its texts. `list_id` is the one list that a message goes to, `narrow` as in MessageLink.
    """

    kind: str = CAMPAIGN
    list_id: str = ""
    narrow: bool = False
    words: dict[str, str] = {}
    campaign_id: str = ""
    campaign_name: str = ""
    flow_id: str = ""
    flow_name: str = ""
    message_id: str = ""
    message_name: str = ""
    subject: str
    preview_text: str = ""
    from_email: str
    from_label: str = ""
    reply_to: str = ""
    cc: str = ""
    bcc: str = ""
    html: str
    text: str = ""
    parameters: list[Parameter] = []
    track_clicks: bool = True
    track_opens: bool = True
    smart_sending: bool = False
    groups: list[tuple[str, str]] = []
    organization: Organization = Organization()
    currency: str = "USD"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as one person would get it. `errors` says what would stop it."""

    subject: str
    preview_text: str
    html: str
    text: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the messages of one campaign got."""

    recipients: int = 0
    queued: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    skipped_reasons: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageView:
    """A row of the ledger. `state` is queued, handed_over, accepted, failed or skipped, of which `reason` tells why."""

    id: str
    campaign_id: str
    message_id: str
    profile_id: str
    channel: str
    state: str
    reason: str
    detail: str
    email: str
    queued_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxView:
    """A mail of the built-in inbox."""

    id: str
    to: str
    sender: str
    subject: str
    html: str
    text: str
    headers: dict[str, str]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What the people of an account are told by mail. `id` names it for ever; `path` is where in the web app one looks,
    `label` what that is called."""

    id: str
    subject: str
    paragraphs: Sequence[str]
    path: str
    label: str
