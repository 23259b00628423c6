"""Reading a ClickHouse HTTP request: which part is the statement, which is data, and how the answer goes out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COMMENTS = rb"^(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*"
INSERT = re.compile(COMMENTS + rb"INSERT\s+INTO\s", re.I | re.S)
INPUT_FORMAT = re.compile(rb"\bFORMAT\s+([A-Za-z]\w*)[ \t]*(?:;?\s*$|\r?\n|\s)", re.I)
OUTPUT_FORMAT = re.compile(rb"\bFORMAT\s+(\w+)\s*;?\s*(?:SETTINGS\b.*)?$", re.I | re.S)
ANSWERS = re.compile(COMMENTS + rb"(SELECT|WITH|SHOW|DESC|DESCRIBE|EXISTS|EXPLAIN|CHECK)\b", re.I | re.S)

# Parameters of the HTTP interface itself; every other one is a setting of the query.
CONTROL = frozenset(
    {
        *("query", "query_id", "database", "default_format", "user", "password", "quota_key", "role"),
        *("session_id", "session_timeout", "session_check", "client_protocol_version", "stacktrace"),
        *("compress", "decompress", "enable_http_compression", "buffer_size", "wait_end_of_query"),
        *("send_progress_in_http_headers", "http_headers_progress_interval_ms"),
    }
)
PARAMETER = "param_"
FORM = "multipart/form-data"
FIELD_NAME = re.compile(rb'name="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows that follow a statement, in a format. `head` are those of them that came with the statement."""

    statement: str
    format: str
    head: bytes


@dataclass(frozen=True, slots=True)
class Query:
    """Everything else. `has_result` is false where even an empty answer has no format."""

    statement: str
    format: str
    has_result: bool


@dataclass(frozen=True, slots=True)
class Context:
    """What a session must be set to before the statement, and the values of `{name:Type}`."""

    database: str
    settings: tuple[tuple[str, str], ...]
    parameters: Mapping[str, str]


def read_context(arguments: Sequence[tuple[str, str]]) -> Context:
    plain = [(name, value) for name, value in arguments if not name.startswith(PARAMETER)]
    return Context(
        database=dict(plain).get("database", ""),
        settings=tuple(sorted((name, value) for name, value in plain if name not in CONTROL)),
        parameters={name.removeprefix(PARAMETER): value for name, value in arguments if name.startswith(PARAMETER)},
    )


def read_insert(text: bytes) -> Insert | None:
    """An INSERT whose rows follow as data; None for others (INSERT … SELECT, … VALUES, any query)."""
    start = INSERT.match(text)
    if start is None:
        return None
    form = INPUT_FORMAT.search(text, start.end())
    if form is None or form.group(1).upper() == b"VALUES":
        return None
    return Insert(text[: form.start()].decode(), form.group(1).decode(), text[form.end() :])


def read_query(text: bytes, default_format: str) -> Query:
    """Any other statement; its FORMAT clause is taken out, since the engine is told the format beside it."""
    form = OUTPUT_FORMAT.search(text)
    if form is None:
        return Query(text.decode(), default_format, ANSWERS.match(text) is not None)
    without = text[: form.start()] + text[form.end(1) :]
    return Query(without.decode(), form.group(1).decode(), ANSWERS.match(text) is not None)


def form_boundary(content_type: str) -> bytes | None:
    """What separates the fields of a form; None for a body that is no form."""
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != FORM:
        return None
    return b"--" + rest.partition("boundary=")[2].strip().strip('"').encode()


def read_form(body: bytes, boundary: bytes) -> list[tuple[str, str]]:
    """Fields of a form: clients put a statement and its values there when they are too long for a URL."""
    fields = []
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = FIELD_NAME.search(head)
        if name is not None:
            fields.append((name.group(1).decode(), value.removesuffix(b"\r\n").decode()))
    return fields
