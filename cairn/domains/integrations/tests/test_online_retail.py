import lzma
import os
from decimal import Decimal
from pathlib import Path

import pytest

from cairn.domains.events.contracts import EventDraft
from cairn.domains.integrations import online_retail
from cairn.kernel.errors import Invalid

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS = (
    "536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
    "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
    "536366,22633,HAND WARMER,1,2010-12-01 08:28:00,1.85,,United Kingdom\n"
    "C536379,85123A,WHITE HEART,-1,2010-12-01 09:41:00,2.55,17850.0,United Kingdom\n"
    "536365,21730,STAR,3,2010-12-01 08:26:00,4.00,17850.0,United Kingdom\n"
)


def run(path: Path) -> tuple[list[EventDraft], online_retail.Totals]:
    sent: list[EventDraft] = []
    totals = online_retail.import_file(path, send=sent.extend, report=lambda _: None)
    return sent, totals


def test_an_invoice_becomes_one_order_with_its_products_even_where_its_lines_stand_apart(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(HEADER + ROWS)
    sent, totals = run(path)
    orders = [event for event in sent if event.metric == "Placed Order"]
    assert [(order.unique_id, order.value, order.currency) for order in orders] == [("536365", 34.08, "GBP")]
    assert [event.unique_id for event in sent if event.metric == "Ordered Product"] == [
        "536365:0",
        "536365:1",
        "536365:2",
    ]
    assert orders[0].profile.external_id == "17850"
    assert (totals.orders, totals.ordered_products, totals.refunds, totals.without_customer) == (1, 3, 1, 1)
    assert totals.revenue == Decimal("34.08")


def test_a_return_becomes_a_refund_of_what_was_given_back(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(HEADER + ROWS)
    refunds = [event for event in run(path)[0] if event.metric == "Refunded Order"]
    assert [(refund.unique_id, refund.value) for refund in refunds] == [("C536379", 2.55)]


def test_a_compressed_file_reads_the_same(tmp_path: Path) -> None:
    plain, packed = tmp_path / "retail.csv", tmp_path / "retail.csv.xz"
    plain.write_text(HEADER + ROWS)
    packed.write_bytes(lzma.compress((HEADER + ROWS).encode()))
    assert run(plain)[0] == run(packed)[0]


def test_a_file_without_a_column_is_refused_by_the_columns_name(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("Name,Email\nAnna,anna@example.com\n")
    with pytest.raises(Invalid, match="lacks the column InvoiceNo"):
        run(path)


def test_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(HEADER + "1,A,THING,many,2010-12-01 08:26:00,2.55,1,UK\n")
    with pytest.raises(Invalid, match="Row 2 cannot be read"):
        run(path)


@pytest.mark.shared
def test_the_whole_data_set_has_its_published_totals() -> None:
    reference = Path(os.environ.get("CAIRN_REFERENCE_DIR", Path(__file__).parents[5] / "shared"))
    path = reference / "data" / "online_retail.csv.xz"
    if not path.exists():
        pytest.skip("the Online Retail file is not beside this checkout (CAIRN_REFERENCE_DIR)")
    counted = 0

    def count(batch: list[EventDraft]) -> None:
        nonlocal counted
        counted += len(batch)

    totals = online_retail.import_file(path, send=count, report=lambda _: None)
    assert (totals.orders, totals.ordered_products, len(totals.buyers)) == (18_536, 397_924, 4_339)
    assert round(totals.revenue, 2) == Decimal("8911407.90")
    assert counted == 18_536 + 397_924 + totals.refunds
