"""What is copied into a table comes out of it as it went in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from cairn.infra.postgres import copying
from cairn.infra.postgres.copying import Copies

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def table() -> None:
    query("CREATE TEMP TABLE copied (name text, number bigint, at timestamptz, more jsonb, owner text) ON COMMIT DROP")


def query(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def test_every_kind_of_value() -> None:
    texts = ["plain", "", "tab\tnew\nline\rback\\slash", "\\N", None, "ü🙂"]
    rows = [(text, place, NOW, {"text": text, "list": [1, None, True]}) for place, text in enumerate(texts)]
    with Copies() as copies:
        copies.add("copied", ("name", "number", "at", "more"), rows, owner="me\tand\\you")
    assert query("SELECT name, number, at FROM copied ORDER BY number") == [row[:3] for row in rows]
    assert query("SELECT DISTINCT owner, more -> 'list' ->> 2 FROM copied") == [("me\tand\\you", "true")]
    assert query("SELECT more ->> 'text' FROM copied ORDER BY number") == [(text,) for text in texts]


def test_more_than_a_piece_in_order_beside_another_table() -> None:
    query("CREATE TEMP TABLE others (number bigint) ON COMMIT DROP")
    count = 3 * copying.PIECE + 1
    with Copies() as copies:
        copies.add("copied", ("name", "number"), ((f"n{number}", number) for number in range(count)))
        copies.add("others", ("number",), ((number,) for number in range(count)))
        copies.settle()
        assert query("SELECT count(*) FROM copied JOIN others USING (number)") == [(count,)]
        copies.add_dicts("copied", [{"number": -1, "name": None}])
    assert query("SELECT name FROM copied WHERE number = -1") == [(None,)]


def test_columns_are_rows() -> None:
    count = copying.PIECE + 2
    names = [None if number % 7 == 0 else f"a\\b{number}" for number in range(count)]
    with Copies() as copies:
        copies.add_columns("copied", {"number": range(count), "name": names}, at=NOW, owner="me")
    assert query("SELECT name, owner FROM copied ORDER BY number") == [(name, "me") for name in names]
    assert query("SELECT DISTINCT at FROM copied") == [(NOW,)]


def test_what_the_database_refuses_is_raised() -> None:
    with pytest.raises(DataError), transaction.atomic(), Copies() as copies:
        copies.add("copied", ("name", "number"), [("fine", 1), ("too large", 2**64)])
    assert query("SELECT count(*) FROM copied") == [(0,)]


def test_rows_that_cannot_be_made_leave_nothing_behind() -> None:
    def rows() -> Iterator[tuple[str, int]]:
        yield from (("some", number) for number in range(copying.PIECE))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic(), Copies() as copies:
        copies.add("copied", ("name", "number"), rows())
    assert query("SELECT count(*) FROM copied") == [(0,)]
