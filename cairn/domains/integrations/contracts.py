"""What crosses the border of integrations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    """One import as the API and the command line show it. `rate` is rows per second since it started; `mapping`,
    `columns` and `checked` (the counts of a dry run) are those of files that are mapped."""

    id: str
    kind: str
    filename: str
    status: str
    detail: str
    size: int
    rows: int
    total_rows: int
    sent_events: int
    rate: float
    totals: Mapping[str, Any]
    counts: Mapping[str, int] | None
    checked: Mapping[str, int] | None
    columns: Sequence[Mapping[str, Any]]
    shape: Mapping[str, Any] | None
    mapping: Mapping[str, Any] | None
    steps: Sequence["MoveProgress"]
    errors_url: str
    created: datetime
    started: datetime | None
    completed: datetime | None


@dataclass(frozen=True, slots=True)
class MoveProgress:
    """How far one kind of thing is copied from another system."""

    name: str
    done: bool
    counts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What one row of a file would do: `create`, `update`, `unchanged`, `record` (an event) or `refuse`, with the
    reason and the column to mend. `changes` holds the old and the new value of each field."""

    row: int
    cells: Sequence[Any]
    action: str
    reason: str = ""
    column: str = ""
    who: str = ""
    profile_id: str = ""
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    consents: Sequence[str] = ()
    kept: int = 0
    merged: int = 0
    metric: str = ""


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """One export as the API and the command line show it. `download_url` is there while the file is."""

    id: str
    of: str
    format: str
    filename: str
    status: str
    detail: str
    rows: int
    total_rows: int
    size: int
    download_url: str
    created: datetime
    started: datetime | None
    completed: datetime | None
    expires: datetime | None
