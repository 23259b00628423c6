"""Opens the demo shop, tells its past to the log, and then keeps it alive."""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec
from django.db import transaction

from cairn.domains.accounts import actions as accounts
from cairn.domains.accounts import queries as account_queries
from cairn.domains.campaigns import actions as campaigns
from cairn.domains.campaigns import queries as campaign_queries
from cairn.domains.campaigns.contracts import Audiences, MessageDraft
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.events.contracts import EventDraft, RecordEvents
from cairn.domains.integrations.contracts import DemoLogin
from cairn.domains.integrations.demo_shop import content
from cairn.domains.integrations.demo_shop.catalog import CURRENCY, SHOP_NAME
from cairn.domains.integrations.demo_shop.customers import DAYS
from cairn.domains.integrations.demo_shop.history import Happening, PastSend, Shop, past_year
from cairn.domains.integrations.models import DemoShop
from cairn.domains.lists import actions as lists
from cairn.domains.profiles.contracts import ChangeConsent, ConsentChange
from cairn.domains.segments import actions as segments
from cairn.domains.templates import actions as templates
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.kernel import clock
from cairn.kernel.scope import Scope

log = logging.getLogger(__name__)

SEED = 7
EMAIL = "demo@lantern-and-larch.example"
PASSWORD = "lantern-and-larch"
BATCH = 1000
COUNTED = ("Placed Order", "Viewed Product", "Started Checkout")
OWN_COUNTED = ("Opened Email",)


def open_shop(*, secrets: Path, now: datetime) -> DemoLogin:
    """The demo shop's login, made at the first call. Its key is kept in `secrets`, readable by Cairn's user only."""
    kept = secrets / "demo_shop.json"
    if kept.exists() and DemoShop.objects.exists():
        return DemoLogin(**json.loads(kept.read_text()))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        made = accounts.create_account(
            name=SHOP_NAME, email=EMAIL, password=PASSWORD, now=now, timezone="America/New_York", currency=CURRENCY
        )
        scope = account_queries.scope_of(made.account_id)
        sender = {
            "sender_name": content.SENDER_NAME,
            "sender_email": content.SENDER_EMAIL,
            "address": content.ADDRESS,
        }
        accounts.change_settings(scope, sender)
        DemoShop.objects.create(
            account_id=made.account_id, seed=SEED, start=midnight - timedelta(days=DAYS), until=now, created=now
        )
        login = DemoLogin(made.account_id, EMAIL, PASSWORD, made.private_key)
        secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(asdict(login)))
    return login


class Storyteller:
    """Puts the demo shop's past on the log, from wherever an earlier process got to."""

    def __init__(self, row: DemoShop, *, base_url: str, event_log: EventLog) -> None:
        self.row = row
        self.scope = account_queries.scope_of(row.account_id)
        self.shop = Shop(seed=row.seed, start=row.start, base_url=base_url)
        self.log = event_log

    def prepare(self, now: datetime) -> None:
        """The marketer's work: a list, a template, and the campaigns of the past year. All of it or nothing."""
        if self.row.list_id:
            return
        with transaction.atomic():
            self.row.list_id = lists.create_list(self.scope, name=content.NEWSLETTER, now=now).id
            sends = [self.past_campaign(campaign, now) for campaign in content.CAMPAIGNS]
            self.row.sends = [{**asdict(send), "at": send.at.isoformat()} for send in sends]
            templates.create_template(
                self.scope,
                name=content.TEMPLATE_NAME,
                editor_type="CODE",
                html=self.letter("Long light, short list", "Three things for the evenings ahead.", "Camp"),
                now=now,
            )
            self.row.save()

    def letter(self, heading: str, text: str, category: str) -> str:
        return content.letter(heading, text, self.shop.by_category[category], self.shop.base_url)

    def past_campaign(self, campaign: content.PastCampaign, now: datetime) -> PastSend:
        """A campaign with its message and template, as if Cairn had sent it."""
        at = campaign.sent_at(self.row.until)
        letter = templates.create_template(
            self.scope,
            name=campaign.name,
            editor_type="CODE",
            html=self.letter(campaign.name, campaign.text, campaign.category),
            private=True,
            now=now,
        )
        words = {
            "subject": campaign.subject,
            "preview_text": campaign.text,
            "from_email": content.SENDER_EMAIL,
            "from_label": content.SENDER_NAME,
        }
        made = campaigns.create_campaign(
            self.scope,
            name=campaign.name,
            audiences=Audiences((self.row.list_id,)),
            messages=[MessageDraft({"channel": "email", "label": campaign.name, "content": words})],
            now=now,
        )
        (message_id,) = campaign_queries.message_ids_of(self.scope, [made])[made.id]
        campaigns.assign_template(self.scope, message_id, template_id=letter.id, now=now)
        templates.delete_template(self.scope, letter.id)
        readers = sum(1 for customer in self.shop.customers if self.shop.reads(customer, at))
        campaigns.record_as_sent(self.scope, made.id, sent_at=at, recipients=readers)
        return PastSend(at, made.id, campaign.name, message_id, campaign.subject, campaign.category)

    def sends(self) -> list[PastSend]:
        return [PastSend(**{**send, "at": datetime.fromisoformat(send["at"])}) for send in self.row.sends]

    def tell(self) -> Iterator[int]:
        """Appends the past, a batch at a time; yields how many happenings are told. Segments come after all of it."""
        happenings = past_year(self.shop, self.sends(), until=self.row.until)
        rest = iter(happenings[self.row.told :])
        while batch := list(islice(rest, BATCH)):
            self.append(batch)
            self.row.told += len(batch)
            self.row.save(update_fields=["told"])
            yield self.row.told
        self.make_segments()
        self.row.finished = True
        self.row.save(update_fields=["finished"])
        log.info("the demo shop's year is told", extra={"happenings": self.row.told})

    def append(self, batch: Sequence[Happening]) -> None:
        drafts = [what for _, _, what in batch if isinstance(what, EventDraft)]
        wishes = [what for _, _, what in batch if isinstance(what, ConsentChange)]
        for wish in wishes:
            if wish.consent == "SUBSCRIBED":
                wish.list_id = self.row.list_id
        at = clock.millis(clock.now())
        # Consent has a lane of its own, which is read first.
        if wishes:
            body = msgspec.json.encode(ChangeConsent(changes=wishes))
            self.log.append_now(Lane.CONSENT, [Record(self.scope.account_id, "profiles.consent", body, at)])
        self.log.append_now(Lane.BULK, [events_record(self.scope, drafts, at)])

    def make_segments(self) -> None:
        names = [("api", name) for name in COUNTED] + [("cairn", name) for name in OWN_COUNTED]
        events.resolve_metrics(self.scope, names=names)
        metric_ids = {metric.name: metric.id for metric in event_queries.all_metrics(self.scope)}
        for name, definition in content.segments(metric_ids, self.row.list_id).items():
            segments.create(self.scope, name=name, definition=definition, now=clock.now())


def events_record(scope: Scope, drafts: Sequence[EventDraft], at: int) -> Record:
    return Record(scope.account_id, "events.record", msgspec.json.encode(RecordEvents(events=list(drafts))), at)
