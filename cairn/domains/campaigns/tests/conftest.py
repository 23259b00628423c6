"""A shop with a list, a template, a campaign, and an inbox that speaks SMTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from cairn.domains.campaigns import actions, running
from cairn.domains.campaigns.contracts import Audiences, CampaignView, MessageDraft
from cairn.domains.campaigns.queries import get_campaign, message_ids_of
from cairn.domains.lists import actions as lists
from cairn.domains.messaging.composing import Site
from cairn.domains.messaging.handlers import Sender
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.templates import actions as templates
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.mail.journal import Seat
from cairn.infra.mail.sink import Received, Sink
from cairn.infra.mail.smtp import Relay, SmtpMailer
from cairn.kernel import clock
from cairn.kernel.scope import Scope

HTML = (
    "<html><body><p>Hi {{ first_name|default:'there' }}</p>"
    '<a href="https://shop.example.com/sale">Sale</a> {% unsubscribe %}</body></html>'
)


@dataclass
class Shop:
    """Makes what a campaign needs, and runs the worker's steps."""

    scope: Scope
    sender: Sender
    sink: Sink
    log: MemoryLog
    received: list[Received] = field(default_factory=list)

    def person(self, email: str, **attributes: str) -> str:
        patch = ProfilePatch(email=email, attributes=dict(attributes))
        return profiles.create(self.scope, patch, now=clock.now()).id

    def list_of(self, *profile_ids: str, name: str = "Newsletter") -> str:
        made = lists.create_list(self.scope, name=name, now=clock.now())
        lists.add_members(self.scope, made.id, profile_ids, now=clock.now())
        return made.id

    def campaign(self, *list_ids: str, html: str = HTML, smart: bool = False, **content: str) -> CampaignView:
        written = {
            "subject": "Hello {{ first_name }}",
            "from_email": "shop@example.com",
            "from_label": "Shop",
            **content,
        }
        made = actions.create_campaign(
            self.scope,
            name="Spring",
            audiences=Audiences(list_ids),
            messages=[MessageDraft({"channel": "email", "label": "One", "content": written})],
            send_options={"use_smart_sending": smart},
            now=clock.now(),
        )
        template = templates.create_template(self.scope, name="T", editor_type="CODE", html=html, now=clock.now())
        actions.assign_template(self.scope, self.message_id(made), template_id=template.id, now=clock.now())
        return made

    def message_id(self, campaign: CampaignView) -> str:
        return message_ids_of(self.scope, [campaign])[campaign.id][0]

    def work(self, *, now: datetime | None = None) -> None:
        while running.run_due(self.sender, now=now or clock.now()):
            pass

    def sent(self, campaign: CampaignView) -> CampaignView:
        """Sends it and works until nothing is left to do."""
        actions.send_campaign(self.scope, campaign.id, now=clock.now())
        self.work()
        return get_campaign(self.scope, campaign.id)

    @property
    def mails(self) -> list[EmailMessage]:
        found = [message_from_bytes(one.content, policy=policy.default) for one in self.received]
        return sorted((mail for mail in found if isinstance(mail, EmailMessage)), key=lambda mail: str(mail["To"]))

    def to(self, address: str) -> EmailMessage:
        return next(mail for mail in self.mails if mail["To"] == address)


@pytest.fixture
def judge() -> Callable[[str], str | None]:
    """Which recipients the relay refuses; tests override it."""
    return lambda _: None


@pytest.fixture
def shop(scope: Scope, tmp_path: Path, judge: Callable[[str], str | None]) -> Iterator[Shop]:
    received: list[Received] = []
    sink = Sink(received.extend, judge=judge).start()
    mailer = SmtpMailer(Relay.parse(sink.url))
    log = MemoryLog()
    sender = Sender(mailer, Seat(tmp_path / "sending"), log, Site("https://mail.example.com", "key"))
    yield Shop(scope, sender, sink, log, received)
    mailer.close()
    sink.stop()
