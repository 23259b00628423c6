"""UCI's Online Retail data set as a shop's events: a year of a British gift shop, to try Cairn with real numbers.

One row of the file is a line of an invoice. Invoices that begin with C are returns. Rows without a customer cannot
belong to a profile and are counted, not imported.
"""

import csv
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TextIO

from cairn.domains.events.contracts import EventDraft
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel.errors import Invalid

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%dT%H:%M:%S")
CURRENCY = "GBP"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice, or of a return when `quantity` is negative."""

    invoice: str
    product: str
    description: str
    quantity: int
    at: datetime
    price: Decimal
    customer: str
    country: str

    @property
    def amount(self) -> Decimal:
        return self.price * self.quantity


@dataclass(slots=True)
class Totals:
    """What the file holds of identified sales; an import must end with the same."""

    orders: int = 0
    ordered_products: int = 0
    refunds: int = 0
    revenue: Decimal = Decimal(0)
    rows: int = 0
    without_customer: int = 0
    buyers: set[str] = field(default_factory=set)


def open_text(path: Path) -> TextIO:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8", errors="replace", newline="")
    return path.open(encoding="utf-8", errors="replace", newline="")


def parse_date(text: str) -> datetime:
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Invalid(f"InvoiceDate {text!r} is no date that this import knows.")


def parse_row(row: dict[str, str], number: int) -> Line:
    """One row of the file. Raises Invalid that names the row and what is wrong with it."""
    try:
        return Line(
            invoice=row["InvoiceNo"].strip(),
            product=row["StockCode"].strip(),
            description=(row["Description"] or "").strip(),
            quantity=int(row["Quantity"]),
            at=parse_date(row["InvoiceDate"].strip()),
            price=Decimal(row["UnitPrice"]),
            customer=(row["CustomerID"] or "").strip().removesuffix(".0"),
            country=(row["Country"] or "").strip(),
        )
    except (ArithmeticError, ValueError, TypeError) as problem:
        raise Invalid(f"Row {number} cannot be read: {problem}") from problem


def read_lines(path: Path) -> Iterator[Line]:
    """Every line of the file in its order. Raises Invalid where a column is missing or a row cannot be read."""
    with open_text(path) as text:
        rows = csv.DictReader(text)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise Invalid(f"The file lacks the column {missing[0]}; an Online Retail file has {', '.join(COLUMNS)}.")
        for number, row in enumerate(rows, start=2):
            yield parse_row(row, number)


def customer(line: Line) -> ProfilePatch:
    return ProfilePatch(external_id=line.customer, location={"country": line.country})


def item(line: Line) -> dict[str, object]:
    return {
        "ProductID": line.product,
        "ProductName": line.description,
        "Quantity": abs(line.quantity),
        "ItemPrice": float(line.price),
        "RowTotal": float(abs(line.amount)),
    }


def order(invoice: list[Line]) -> EventDraft:
    first = invoice[0]
    value = sum((line.amount for line in invoice), Decimal(0))
    return EventDraft(
        metric="Placed Order",
        profile=customer(first),
        time=int(first.at.timestamp()),
        value=float(value),
        currency=CURRENCY,
        unique_id=first.invoice,
        properties={
            "OrderId": first.invoice,
            "Country": first.country,
            "ItemNames": sorted({line.description for line in invoice}),
            "Item Count": len(invoice),
            "$extra": {"Items": [item(line) for line in invoice]},
        },
    )


def ordered_product(line: Line, position: int) -> EventDraft:
    return EventDraft(
        metric="Ordered Product",
        profile=customer(line),
        time=int(line.at.timestamp()),
        value=float(line.amount),
        currency=CURRENCY,
        unique_id=f"{line.invoice}:{position}",
        properties={"OrderId": line.invoice, **item(line)},
    )


def refund(invoice: list[Line]) -> EventDraft:
    first = invoice[0]
    value = -sum((line.amount for line in invoice), Decimal(0))
    return EventDraft(
        metric="Refunded Order",
        profile=customer(first),
        time=int(first.at.timestamp()),
        value=float(value),
        currency=CURRENCY,
        unique_id=first.invoice,
        properties={"OrderId": first.invoice, "Items": [line.description for line in invoice]},
    )


def invoice_events(invoice: list[Line], totals: Totals) -> Iterator[EventDraft]:
    """The events of one invoice, adding to `totals` what they stand for."""
    sold = [line for line in invoice if line.quantity > 0]
    returned = [line for line in invoice if line.quantity < 0]
    if sold:
        totals.orders += 1
        totals.ordered_products += len(sold)
        totals.revenue += sum((line.amount for line in sold), Decimal(0))
        totals.buyers.add(sold[0].customer)
        yield order(sold)
        yield from (ordered_product(line, position) for position, line in enumerate(sold))
    if returned:
        totals.refunds += 1
        yield refund(returned)


def scattered_invoices(path: Path) -> frozenset[str]:
    """Invoices whose lines do not stand together in the file (there is one in the published version)."""
    closed: set[str] = set()
    scattered: set[str] = set()
    current = ""
    with open_text(path) as text:
        for row in csv.DictReader(text):
            invoice = (row.get("InvoiceNo") or "").strip()
            if invoice != current:
                closed.add(current)
                current = invoice
                if invoice in closed:
                    scattered.add(invoice)
    return frozenset(scattered)


def invoices(lines: Iterator[Line], scattered: frozenset[str]) -> Iterator[list[Line]]:
    """The lines of each invoice and customer together; only scattered invoices wait for the end of the file."""
    waiting: dict[tuple[str, str], list[Line]] = {}
    for key, group in groupby(lines, key=lambda line: (line.invoice, line.customer)):
        if key[0] in scattered:
            waiting.setdefault(key, []).extend(group)
        else:
            yield list(group)
    yield from waiting.values()


def events(path: Path, totals: Totals) -> Iterator[EventDraft]:
    for invoice in invoices(read_lines(path), scattered_invoices(path)):
        totals.rows += len(invoice)
        if invoice[0].customer:
            yield from invoice_events(invoice, totals)
        else:
            totals.without_customer += len(invoice)


def import_file(path: Path, *, send: Callable[[list[EventDraft]], None], report: Callable[[Totals], None]) -> Totals:
    """Sends the file's events in batches of at most 1,000; `report` hears the totals so far after each.

    Repeating an import changes nothing: every event has the invoice's number as its unique id.
    """
    totals = Totals()
    batch: list[EventDraft] = []
    for draft in events(path, totals):
        batch.append(draft)
        if len(batch) == BATCH:
            send(batch)
            report(totals)
            batch = []
    if batch:
        send(batch)
    report(totals)
    return totals
