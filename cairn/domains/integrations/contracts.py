"""What crosses the border of integrations."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class ShopWindow:
    """What the demo shop's own pages show: whose shop it is, and its products."""

    account_id: str
    name: str
    currency: str
    products: tuple["ShopProduct", ...]


@dataclass(frozen=True, slots=True)
class ShopProduct:
    id: str
    name: str
    category: str
    brand: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """How to get into the demo shop. `private_key` is kept in the data folder, for this account only."""

    account_id: str
    email: str
    password: str
    private_key: str


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """One import as the API and the command line show it. `rate` is events per second since it started."""

    id: str
    kind: str
    filename: str
    status: str
    detail: str
    rows: int
    sent_events: int
    rate: float
    totals: dict[str, Any]
    created: datetime
    started: datetime | None
    completed: datetime | None
