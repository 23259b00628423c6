"""The client against the real (embedded) ClickHouse."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cairn.infra.clickhouse.client import ClickHouse, ClickHouseError
from cairn.infra.clickhouse.embedded import free_port
from cairn.kernel.errors import Unavailable

MEMBERS = ("account", "segment", "profile", "version", "member", "joined")
JOINED = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def test_values_come_back_as_they_went_in(clickhouse: ClickHouse) -> None:
    odd = "tab\t, line\n, quote ', backslash \\, brace {x}, percent %(y)s, \N{GRINNING FACE}, \u05d0"
    assert clickhouse.query("SELECT {odd:String}", {"odd": odd}) == [(odd,)]


def test_a_parameter_may_hold_a_hundred_thousand_numbers(clickhouse: ClickHouse) -> None:
    numbers = list(range(100_000))
    rows = clickhouse.query("SELECT length(numbers), arraySum({n:Array(UInt32)} AS numbers)", {"n": numbers})
    assert rows == [(100_000, 4_999_950_000)]


def test_rows_inserted_by_row_and_by_column_are_read_back(clickhouse: ClickHouse) -> None:
    clickhouse.insert("segment_members", MEMBERS, [(1, 2, 3, 1, 1, JOINED)])
    columns: list[list[Any]] = [[1, 1], [2, 2], [4, 5], [1, 1], [1, 0], [JOINED, JOINED]]
    clickhouse.insert("segment_members", MEMBERS, columns, by_column=True)
    answer = clickhouse.columns("SELECT profile, member FROM segment_members ORDER BY profile")
    assert {name: list(values) for name, values in answer.items()} == {"profile": [3, 4, 5], "member": [1, 1, 0]}


def test_no_rows_are_no_insert(clickhouse: ClickHouse) -> None:
    clickhouse.insert("segment_members", MEMBERS, [])
    clickhouse.insert("segment_members", MEMBERS, [[] for _ in MEMBERS], by_column=True)
    assert clickhouse.query("SELECT count() FROM segment_members") == [(0,)]


def test_a_refused_statement_says_why_and_the_connection_goes_on(clickhouse: ClickHouse) -> None:
    with pytest.raises(ClickHouseError, match="UNKNOWN_IDENTIFIER"):
        clickhouse.query("SELECT nothing_like_this")
    assert clickhouse.ping()


def test_a_store_that_is_away_is_unavailable() -> None:
    nobody = ClickHouse(f"http://cairn:x@127.0.0.1:{free_port()}/cairn")
    assert not nobody.ping()
    with pytest.raises(Unavailable):
        nobody.query("SELECT 1")


def test_a_store_that_has_not_been_set_up_is_unavailable(clickhouse: ClickHouse) -> None:
    with pytest.raises(Unavailable, match="not been set up"):
        clickhouse.query("SELECT 1 FROM a_table_of_the_next_migration")
