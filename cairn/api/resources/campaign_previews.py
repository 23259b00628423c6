"""A campaign's message before it is sent: shown for one person, or mailed to a few addresses."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.campaigns import queries
from cairn.domains.messaging import actions as messaging
from cairn.domains.messaging import queries as messages
from cairn.domains.messaging.contracts import Content, Preview
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

READ, WRITE = ("campaigns:read",), ("campaigns:write",)
SAMPLE_ADDRESS = "preview@example.com"


class PreviewAttributes(msgspec.Struct):
    subject: str
    preview_text: str
    html: str
    text: str
    errors: list[str]


class NewPreview(msgspec.Struct):
    campaign_message_id: str | None = None
    subject: str | None = None
    preview_text: str | None = None
    html: str | None = None
    profile_id: str | None = None


class NewTestSend(msgspec.Struct):
    campaign_message_id: str
    emails: Annotated[list[str], msgspec.Meta(min_length=1, max_length=5)]
    profile_id: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    id: str
    subject: str
    preview_text: str
    html: str
    text: str
    errors: list[str]


def content(scope: Scope, new: NewPreview) -> Content:
    """The stored message with what was given in its place, so that an unsaved draft can be looked at."""
    given = {
        name: value
        for name, value in (("subject", new.subject), ("preview_text", new.preview_text), ("html", new.html))
        if value is not None
    }
    if new.campaign_message_id and not (new.subject and new.html):
        return msgspec.structs.replace(queries.content_of(scope, new.campaign_message_id), **given)
    if not new.html:
        raise Invalid("Name a campaign_message_id, or give html.", pointer="/data/attributes")
    return Content(
        subject=new.subject or "", preview_text=new.preview_text or "", html=new.html, from_email=SAMPLE_ADDRESS
    )


def preview(scope: Scope, body: Body[NewPreview]) -> PreviewRow:
    new = body.attributes
    try:
        shown = messages.preview(scope, content=content(scope, new), profile_id=new.profile_id, now=clock.now())
    except Invalid as error:
        if error.pointer:
            raise
        shown = Preview("", "", "", "", (error.detail,))
    return PreviewRow(
        new.campaign_message_id or "draft",
        shown.subject,
        shown.preview_text,
        shown.html,
        shown.text,
        list(shown.errors),
    )


def test_send(scope: Scope, body: Body[NewTestSend]) -> None:
    new = body.attributes
    messaging.send_test(
        scope,
        content=queries.content_of(scope, new.campaign_message_id),
        emails=new.emails,
        profile_id=new.profile_id,
        now=clock.now(),
    )


CAMPAIGN_PREVIEWS = Resource(
    type="campaign-preview",
    path="campaign-previews",
    tag="Campaigns",
    extension=True,
    attributes=PreviewAttributes,
    operations=(Create("create_campaign_preview", preview, scopes=READ, limit=M, body=NewPreview, status=200),),
)


class Nothing(msgspec.Struct):
    pass


CAMPAIGN_TEST_SENDS = Resource(
    type="campaign-test-send",
    path="campaign-test-sends",
    tag="Campaigns",
    extension=True,
    attributes=Nothing,
    operations=(Create("create_campaign_test_send", test_send, scopes=WRITE, limit=M, body=NewTestSend, status=202),),
)
