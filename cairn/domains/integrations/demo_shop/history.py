"""What the demo shop's customers did: visits, carts, orders, refunds, and what they made of earlier campaigns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from random import Random

from cairn.domains.events.contracts import EventDraft
from cairn.domains.integrations.demo_shop.catalog import CURRENCY, Product, products
from cairn.domains.integrations.demo_shop.customers import DAYS, Customer, customers
from cairn.domains.profiles.contracts import ConsentChange
from cairn.domains.templates import queries as templates
from cairn.domains.templates.contracts import Compiled, Environment

DAY = timedelta(days=1)
REFUND_RATE = 0.05
UNSUBSCRIBE_RATE = 0.012

Happening = tuple[datetime, Customer, EventDraft | ConsentChange]


@dataclass(frozen=True, slots=True)
class PastSend:
    """A campaign of the past year: when it went out, and the ids that its opens and clicks name."""

    at: datetime
    campaign_id: str
    campaign_name: str
    message_id: str
    subject: str
    category: str


class Shop:
    """The demo shop between `start` and a year later. Every call draws from seeded chance, in a fixed order."""

    def __init__(self, *, seed: int, start: datetime, base_url: str) -> None:
        self.seed = seed
        self.start = start
        self.base_url = base_url
        self.products = products(seed)
        self.customers = customers(seed)
        self.subjects: dict[str, Compiled] = {}
        self.by_category: dict[str, list[Product]] = {}
        for product in self.products:
            self.by_category.setdefault(product.category, []).append(product)

    def event(
        self,
        customer: Customer,
        metric: str,
        at: datetime,
        properties: dict[str, object],
        value: Decimal | None = None,
        unique_id: str | None = None,
    ) -> EventDraft:
        return EventDraft(
            metric=metric,
            profile=customer.identity(),
            time=int(at.timestamp()),
            properties=properties,
            value=None if value is None else float(value),
            currency=None if value is None else CURRENCY,
            unique_id=unique_id,
        )

    def facts(self, product: Product, quantity: int = 1) -> dict[str, object]:
        return {
            "ProductName": product.name,
            "ProductID": product.id,
            "Categories": [product.category],
            "Brand": product.brand,
            "Price": float(product.price),
            "URL": self.base_url + product.path,
            "Quantity": quantity,
        }

    def visit(
        self, customer: Customer, at: datetime, chance: Random, *, keenness: float = 1.0
    ) -> Iterator[tuple[datetime, EventDraft]]:
        """One visit: pages seen, perhaps a cart, a checkout, an order."""
        liked = self.by_category[customer.interest]
        seen = [chance.choice(liked if chance.random() < 0.6 else self.products) for _ in range(chance.randint(1, 4))]
        yield (
            at,
            self.event(customer, "Active on Site", at, {"Page": self.base_url + seen[0].path, "Browser": "Firefox"}),
        )
        for product in seen:
            at += timedelta(seconds=chance.randint(8, 90))
            yield at, self.event(customer, "Viewed Product", at, self.facts(product))
        if chance.random() > 0.3 * keenness:
            return
        cart = [(product, chance.choice((1, 1, 1, 2, 3))) for product in dict.fromkeys(seen)][: chance.randint(1, 3)]
        total = sum((product.price * quantity for product, quantity in cart), Decimal(0))
        at += timedelta(seconds=chance.randint(10, 60))
        yield at, self.event(customer, "Added to Cart", at, self.facts(*cart[-1]), total)
        if chance.random() > 0.62:
            return
        at += timedelta(seconds=chance.randint(20, 180))
        names: list[object] = [product.name for product, _ in cart]
        yield at, self.event(customer, "Started Checkout", at, {"ItemNames": names, "Item Count": len(cart)}, total)
        if chance.random() < 0.74:
            yield from self.order(customer, cart, at + timedelta(seconds=chance.randint(30, 300)), chance)

    def order(
        self, customer: Customer, cart: Sequence[tuple[Product, int]], at: datetime, chance: Random
    ) -> Iterator[tuple[datetime, EventDraft]]:
        number = f"{customer.number}-{int(at.timestamp())}"
        total = sum((product.price * quantity for product, quantity in cart), Decimal(0))
        items: list[object] = [self.facts(product, quantity) for product, quantity in cart]
        summary: dict[str, object] = {
            "OrderId": number,
            "ItemNames": [product.name for product, _ in cart],
            "Item Count": len(cart),
            "Collections": sorted({product.category for product, _ in cart}),
            "Discount Codes": ["TRAIL10"] if chance.random() < 0.15 else [],
            "$extra": {"Items": items},
        }
        yield at, self.event(customer, "Placed Order", at, summary, total, number)
        for position, (product, quantity) in enumerate(cart):
            line = self.event(
                customer,
                "Ordered Product",
                at,
                self.facts(product, quantity),
                product.price * quantity,
                f"{number}:{position}",
            )
            yield at, line
        if chance.random() < REFUND_RATE:
            later = at + timedelta(days=chance.randint(3, 20))
            yield later, self.event(customer, "Refunded Order", later, {"OrderId": number}, total, number)

    def subscription(self, customer: Customer, at: datetime) -> ConsentChange:
        return ConsentChange(
            profile=customer.identity(),
            channel="email.marketing",
            consent="SUBSCRIBED",
            at=at.isoformat(),
            method="FORM",
            method_detail=("footer", "checkout", "popup")[customer.number % 3],
            historical=True,
        )

    def withdrawal(self, customer: Customer, at: datetime) -> ConsentChange:
        return ConsentChange(
            profile=customer.identity(),
            channel="email.marketing",
            consent="UNSUBSCRIBED",
            at=at.isoformat(),
            method="PREFERENCE_PAGE",
            historical=True,
        )

    def reads(self, customer: Customer, at: datetime) -> bool:
        """Whether the newsletter of that moment went to the customer."""
        return customer.subscribes and self.start + (customer.first_day + 1) * DAY < at

    def year(self, customer: Customer) -> Iterator[Happening]:
        """Everything that one customer did, campaigns aside."""
        chance = Random(f"{self.seed}-year-{customer.number}")
        arrival = self.start + customer.first_day * DAY + timedelta(seconds=chance.randint(25_000, 80_000))
        first = self.event(
            customer, "Active on Site", arrival, {"Page": self.base_url + "/demo-shop", "Browser": "Safari"}
        )
        first.profile = customer.introduction()
        yield arrival, customer, first
        if customer.subscribes:
            joined = arrival + timedelta(minutes=2)
            yield joined, customer, self.subscription(customer, joined)
        last_day = min(DAYS, customer.first_day + customer.quits_after)
        day = float(customer.first_day)
        while (day := day + chance.expovariate(customer.visits_a_day)) < last_day:
            at = self.start + int(day) * DAY + timedelta(seconds=chance.randint(20_000, 85_000))
            # Before holidays people are keener to buy.
            keenness = 1.5 if at.month in (11, 12) else 1.0
            yield from ((when, customer, draft) for when, draft in self.visit(customer, at, chance, keenness=keenness))

    def subject(self, customer: Customer, send: PastSend) -> str:
        """The subject as the customer read it."""
        if send.subject not in self.subjects:
            self.subjects[send.subject] = templates.compiled(send.subject, markup=False, pointer="subject")
        return self.subjects[send.subject].render({"first_name": customer.first_name}, Environment(now=send.at))

    def responses(self, customer: Customer, send: PastSend) -> Iterator[Happening]:
        """What one subscriber made of one campaign: received, opened, clicked, bought, or had enough."""
        chance = Random(f"{self.seed}-send-{send.message_id}-{customer.number}")
        properties: dict[str, object] = {
            "$message": send.message_id,
            "Campaign Name": send.campaign_name,
            "Subject": self.subject(customer, send),
            "Email Domain": "demo.example",
        }

        def happened(metric: str, at: datetime, more: dict[str, object] | None = None) -> Happening:
            draft = self.event(customer, metric, at, {**properties, **(more or {})})
            draft.service, draft.message = "cairn", send.message_id
            draft.unique_id = f"{send.message_id}:{customer.number}:{metric}"
            return at, customer, draft

        received = send.at + timedelta(seconds=chance.randint(1, 240))
        yield happened("Received Email", received)
        if chance.random() > customer.opens:
            return
        opened = received + timedelta(minutes=chance.expovariate(1 / 240))
        yield happened("Opened Email", opened, {"Client Name": chance.choice(("Gmail", "Apple Mail", "Outlook"))})
        if chance.random() < UNSUBSCRIBE_RATE:
            enough = opened + timedelta(seconds=40)
            yield happened("Clicked and Unsubscribed from Email", enough, {"Method": "PREFERENCE_PAGE"})
            yield enough, customer, self.withdrawal(customer, enough)
            return
        if chance.random() > 0.22:
            return
        clicked = opened + timedelta(seconds=chance.randint(10, 300))
        target = chance.choice(self.by_category[send.category])
        yield happened("Clicked Email", clicked, {"URL": self.base_url + target.path})
        visit = self.visit(customer, clicked + timedelta(seconds=5), chance, keenness=2.4)
        yield from ((at, customer, draft) for at, draft in visit)


def past_year(shop: Shop, sends: Sequence[PastSend], *, until: datetime) -> list[Happening]:
    """All that happened before `until`, in order of time."""
    happenings: list[Happening] = []
    for customer in shop.customers:
        happenings.extend(shop.year(customer))
        for send in sends:
            if shop.reads(customer, send.at):
                happenings.extend(shop.responses(customer, send))
    return sorted((happening for happening in happenings if happening[0] < until), key=itemgetter(0))
