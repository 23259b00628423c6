"""Anna's webhook at a receiver that runs, and a sender whose clock the test turns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cairn import wiring
from cairn.domains.events import actions as events
from cairn.domains.events.contracts import StoredEvent
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.webhooks import actions, sending
from cairn.domains.webhooks.models import Delivery, Webhook
from cairn.domains.webhooks.tests.receiver import Receiver, receiving
from cairn.infra.http.guard import Guard
from cairn.kernel.scope import Scope

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "a key of sixteen or more letters"
ORDERED = "event:api.placed_order"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as running:
        guard = Guard(allow=frozenset({("127.0.0.1", running.port)}))
        monkeypatch.setattr(wiring, "outgoing", lambda: guard)
        yield running


@dataclass
class Post:
    """Anna's webhook, what is put down for it, and who sends it."""

    scope: Scope
    receiver: Receiver
    webhook_id: str
    profile: int
    metric: int
    now: datetime = NOON
    made: int = 0
    ids: list[str] = field(default_factory=list)

    def order(self, count: int = 1, *, backfill: bool = False) -> Sequence[StoredEvent]:
        """Somebody orders; what the worker would tell of it."""
        made = []
        for _ in range(count):
            self.made += 1
            made.append(
                StoredEvent(
                    id=UUID(int=self.made),
                    profile=self.profile,
                    metric=self.metric,
                    metric_name="Placed Order",
                    service="api",
                    ts=int(self.now.timestamp()),
                    value=42_500_000,
                    currency="EUR",
                    message="",
                    machine=0,
                    received=int(self.now.timestamp() * 1000),
                    properties=b'{"Items":["Lantern"],"$value":42.5}',
                    backfill=backfill,
                )
            )
        self.ids += [str(one.id) for one in made]
        actions.tell_events(self.scope, made, now=self.now)
        return made

    def send(self) -> sending.Outcome | None:
        """One request, if one is due."""
        webhook = sending.take(now=self.now)
        if webhook is None:
            return None
        return sending.serve(webhook, wiring.outgoing(), wiring.vault(), lambda: self.now)

    def send_all(self) -> int:
        requests = 0
        while self.send() is not None:
            requests += 1
        return requests

    def later(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    @property
    def webhook(self) -> Webhook:
        return Webhook.objects.of(self.scope, self.webhook_id)

    @property
    def deliveries(self) -> list[Delivery]:
        return list(Delivery.objects.within(self.scope).order_by("id"))


@pytest.fixture
def post(scope: Scope, receiver: Receiver) -> Post:
    webhook_id = actions.create_webhook(
        scope, name="Shop", endpoint_url=receiver.url, secret_key=SECRET, topic_ids=[ORDERED], now=NOON
    )
    (ann,) = profiles.apply_patches(scope, [ProfilePatch(email="ann@example.com")], now=NOON)
    events.registry.forget()
    metric = events.resolve_metrics(scope, names=[("api", "Placed Order")])[("api", "Placed Order")]
    return Post(scope, receiver, webhook_id, ann.number, metric)
