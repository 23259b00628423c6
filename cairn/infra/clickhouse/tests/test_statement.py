"""What the embedded host makes of requests that real clients send."""

import pytest

from cairn.infra.clickhouse.migrate import statements
from cairn.infra.clickhouse.statement import Query, form_boundary, read_context, read_form, read_insert, read_query


@pytest.mark.parametrize(
    ("text", "statement", "form", "head"),
    [
        (b"INSERT INTO t (a) FORMAT Native\n\x01\x02", "INSERT INTO t (a) ", "Native", b"\x01\x02"),
        (b"insert into t format JSONEachRow", "insert into t ", "JSONEachRow", b""),
        (b"-- why\nINSERT INTO t FORMAT CSV\n1\n", "-- why\nINSERT INTO t ", "CSV", b"1\n"),
    ],
)
def test_rows_behind_an_insert_are_told_from_it(text: bytes, statement: str, form: str, head: bytes) -> None:
    insert = read_insert(text)
    assert insert is not None
    assert (insert.statement, insert.format, insert.head) == (statement, form, head)


@pytest.mark.parametrize(
    "text", [b"INSERT INTO t SELECT 1", b"INSERT INTO t VALUES (1)", b"INSERT INTO t FORMAT VALUES (1)", b"SELECT 1"]
)
def test_other_statements_carry_no_rows(text: bytes) -> None:
    assert read_insert(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"SELECT 1\n FORMAT Native", Query("SELECT 1\n ", "Native", True)),
        (b"SELECT 1", Query("SELECT 1", "TabSeparated", True)),
        (b"SELECT 1 FORMAT CSV SETTINGS max_threads = 1", Query("SELECT 1  SETTINGS max_threads = 1", "CSV", True)),
        (
            b"CREATE TABLE t (a Int8) ENGINE = Memory",
            Query("CREATE TABLE t (a Int8) ENGINE = Memory", "TabSeparated", False),
        ),
    ],
)
def test_a_querys_format_is_taken_out(text: bytes, expected: Query) -> None:
    assert read_query(text, "TabSeparated") == expected


def test_arguments_are_settings_values_or_the_protocols_own() -> None:
    context = read_context([("database", "d"), ("param_x", "1"), ("max_threads", "2"), ("query_id", "q")])
    assert (context.database, context.settings, context.parameters) == ("d", (("max_threads", "2"),), {"x": "1"})


def test_a_form_gives_its_fields_as_they_are() -> None:
    boundary = form_boundary("multipart/form-data; boundary=xyz")
    assert boundary == b"--xyz"
    body = (
        b'--xyz\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT\r\n1\r\n'
        b'--xyz\r\nContent-Disposition: form-data; name="param_x"\r\n\r\n\r\n--xyz--\r\n'
    )
    assert read_form(body, boundary) == [("query", "SELECT\r\n1"), ("param_x", "")]
    assert form_boundary("application/octet-stream") is None


def test_a_migration_file_is_split_at_line_ends_only() -> None:
    text = "-- One; two\nCREATE TABLE a (x String DEFAULT ';');\n\n-- Last.\nCREATE TABLE b (y Int8);\n"
    assert list(statements(text)) == ["CREATE TABLE a (x String DEFAULT ';')", "CREATE TABLE b (y Int8)"]
