"""Visits to the demo shop that happen now, so that something moves while a newcomer watches."""

import heapq
from datetime import datetime, timedelta
from random import Random

from cairn.domains.events.contracts import EventDraft
from cairn.domains.integrations.demo_shop.history import Shop

MEAN_PAUSE = 4.0  # seconds between visits
HASTE = 6  # visitors of the demo click this many times faster than real ones, so that a visit fits a minute


class Trickle:
    """Draws visitors and hands out what they did, once its time has come."""

    def __init__(self, shop: Shop, *, now: datetime) -> None:
        self.shop = shop
        self.chance = Random(f"{shop.seed}-trickle-{int(now.timestamp())}")
        self.next_visit = now
        self.pending: list[tuple[datetime, int, EventDraft]] = []
        self.drawn = 0

    def due(self, now: datetime) -> list[EventDraft]:
        """What happened up to `now` and was not handed out before."""
        while self.next_visit <= now:
            self.begin_visit(self.next_visit)
            self.next_visit += timedelta(seconds=self.chance.expovariate(1 / MEAN_PAUSE))
        happened: list[EventDraft] = []
        while self.pending and self.pending[0][0] <= now:
            happened.append(heapq.heappop(self.pending)[2])
        return happened

    def begin_visit(self, at: datetime) -> None:
        customer = self.chance.choice(self.shop.customers)
        for when, draft in self.shop.visit(customer, at, self.chance, keenness=1.3):
            if when - at > timedelta(hours=1):
                continue  # a refund weeks ahead is not part of what happens now
            hurried = at + (when - at) / HASTE
            draft.time = int(hurried.timestamp())
            self.drawn += 1
            heapq.heappush(self.pending, (hurried, self.drawn, draft))
