"""One message, compiled once, composed per recipient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from cairn.domains.messaging import markup
from cairn.domains.messaging.contracts import CONFIRMATION, Content, MessageLink, Preview
from cairn.domains.messaging.links import PER_PERSON, SignedLinks, Visited, alts_of, pairs_of
from cairn.domains.messaging.people import Recipient, message_data, organization_data
from cairn.domains.templates import queries as templates
from cairn.domains.templates.contracts import Compiled, Environment, Links, NoLinks
from cairn.infra.mail import mime
from cairn.infra.mail.port import Mail
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

PIXEL: Final = '<img src="{{ cairn_pixel }}" width="1" height="1" alt="" style="display:block;border:0">'
SUBJECT_LIMIT: Final = 988


@dataclass(frozen=True, slots=True)
class Site:
    """Where links lead, and the key that signs them."""

    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Composed:
    """A message for one person. `subject` is as the reader sees it."""

    mail: Mail
    subject: str


class Composition:
    """A message's content, ready for any number of recipients. Raises Invalid where it could never be sent."""

    def __init__(self, scope: Scope, source_id: str, content: Content, site: Site) -> None:
        self.scope, self.source_id, self.content, self.site = scope, source_id, content, site
        self.sender = mime.mailbox(content.from_label, content.from_email)
        self.zone = zone(content.timezone)
        self.organization = organization_data(content.organization)
        self.subject = templates.compiled(content.subject, markup=False, pointer="subject")
        self.preview_text = templates.compiled(content.preview_text, markup=False, pointer="preview_text")
        self.html = self.compile_html()
        # Styles and comments are no place for character references.
        self.entities = all(match.group(0).isascii() for match in markup.RAW.finditer(content.html))
        self.text = self.compile_text()
        self.per_person = any(one.value in PER_PERSON for one in content.parameters if one.type != "static")
        self.everybody: tuple[str, Visited] = ("", Visited([]))

    def compile_html(self) -> Compiled:
        content = self.content
        asks = content.kind == CONFIRMATION
        footer = not asks and not templates.compiled(content.html, markup=True, pointer="html").unsubscribes
        pixel = PIXEL if content.track_opens else ""
        prepared = markup.prepared_html(
            content.html, preview_text=bool(content.preview_text), footer=footer, pixel=pixel
        )
        return templates.compiled(prepared.source, markup=True, pointer="html", targets=prepared.targets)

    def compile_text(self) -> Compiled:
        """The given text, else the HTML's. Where that is torn apart by its template code, the text is empty but for
        the footer, since a mail without text is worse than one with little."""
        given = self.content.text or markup.text_of(self.content.html)
        for source in (given, ""):
            try:
                asks = self.content.kind == CONFIRMATION
                footer = not asks and not templates.compiled(source, markup=False, pointer="text").unsubscribes
                prepared = markup.prepared_text(source, footer=footer)
                return templates.compiled(prepared.source, markup=False, pointer="text", targets=prepared.targets)
            except Invalid:
                if self.content.text or not source:
                    raise
        raise Invalid("The plain text cannot be made.", pointer="text")

    def link(self, recipient: Recipient, delivery: str, now: datetime) -> MessageLink:
        return MessageLink(
            account_id=self.scope.account_id,
            account_number=self.scope.account_number,
            profile_id=recipient.id,
            delivery=delivery,
            message=self.source_id,
            campaign=self.content.campaign_id,
            sent=int(now.timestamp()),
            list_id=self.content.list_id,
            narrow=self.content.narrow,
        )

    def visited(self, recipient: Recipient, now: datetime) -> Visited:
        """The parameters of this person's links; made once a day where they are everybody's."""
        day = f"{now:%Y-%m-%d}"
        if self.everybody[0] == day and not self.per_person:
            return self.everybody[1]
        pairs = pairs_of(self.content.parameters, self.content, recipient, day)
        self.everybody = (day, Visited(pairs, alts_of(self.content.parameters)))
        return self.everybody[1]

    def links(self, recipient: Recipient, delivery: str, now: datetime, *, tracked: bool) -> SignedLinks:
        link = self.link(recipient, delivery, now)
        return SignedLinks(self.site.url, self.site.key, link, self.visited(recipient, now), tracked=tracked)

    def rendered(self, recipient: Recipient, links: Links, *, pixel: str, now: datetime) -> Preview:
        """All texts for one person. Raises Invalid (TooMuch) where the data makes the template pass a limit."""
        local = now.astimezone(self.zone)
        data: dict[str, Any] = message_data(recipient, self.organization)
        if self.content.words:
            data["confirm"] = {**self.content.words, "link": recipient.confirm_link}
        plain = Environment(now=local, currency=self.content.currency, links=links)
        subject = mime.one_line(self.subject.render(data, plain))[:SUBJECT_LIMIT]
        preview_text = mime.one_line(self.preview_text.render(data, plain))[:SUBJECT_LIMIT]
        environment = Environment(now=local, currency=self.content.currency, links=links, preview_text=preview_text)
        data["cairn_pixel"] = pixel
        html = self.html.render(data, environment)
        return Preview(subject, preview_text, html, self.text.render(data, environment))

    def compose(self, recipient: Recipient, delivery: str, *, now: datetime) -> Composed:
        """The whole message for one person. Raises Invalid."""
        links = self.links(recipient, delivery, now, tracked=self.content.track_clicks)
        shown = self.rendered(recipient, links, pixel=links.pixel(), now=now)
        headers = self.headers(recipient, delivery, links, shown.subject, now)
        parts = (mime.Part("text/plain", shown.text), mime.Part("text/html", shown.html, entities=self.entities))
        raw = mime.alternatives(headers, parts, boundary=f"cairn-{delivery}")
        copies = [address for address in (self.content.cc, self.content.bcc) if address]
        return Composed(Mail(self.content.from_email, (recipient.email, *copies), raw), shown.subject)

    def headers(
        self, recipient: Recipient, delivery: str, links: SignedLinks, subject: str, now: datetime
    ) -> Sequence[tuple[str, str]]:
        content = self.content
        domain = content.from_email.rpartition("@")[2]
        headers = [
            ("From", self.sender),
            ("To", mime.mailbox("", recipient.email)),
            ("Subject", mime.encoded(subject)),
            ("Date", mime.date_header(now)),
            ("Message-ID", f"<{delivery}@{domain}>"),
            ("Feedback-ID", f"{content.campaign_id or content.kind}:{self.source_id}:{self.scope.account_id}:cairn"),
            ("X-Cairn-Account", self.scope.account_id),
        ]
        if content.kind == CONFIRMATION:
            headers.append(("Auto-Submitted", "auto-generated"))
        else:
            headers.append(("List-Unsubscribe", f"<{links.unsubscribe()}>"))
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        if content.reply_to:
            headers.append(("Reply-To", mime.mailbox("", content.reply_to)))
        if content.cc:
            headers.append(("Cc", mime.mailbox("", content.cc)))
        return headers

    def web_page(self, link: MessageLink, recipient: Recipient) -> str:
        """The message in a browser, at the moment it was sent, with its tracked links."""
        sent = datetime.fromtimestamp(link.sent, tz=self.zone)
        visited = self.visited(recipient, sent)
        links = SignedLinks(self.site.url, self.site.key, link, visited, tracked=self.content.track_clicks)
        blank = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
        return self.rendered(recipient, links, pixel=blank, now=sent).html

    def preview(self, recipient: Recipient, *, now: datetime) -> Preview:
        """The message as this person would get it, links untouched. Errors are told, not raised."""
        try:
            return self.rendered(recipient, NoLinks(), pixel="data:,", now=now)
        except Invalid as error:
            return Preview("", "", "", "", (error.detail,))


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def content_of(stored: dict[str, Any]) -> Content:
    return msgspec.convert(stored, Content)
