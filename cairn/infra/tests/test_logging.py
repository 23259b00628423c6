"""Log lines as an operator and their tools read them."""

import json
import logging
import sys

import pytest

from cairn.infra.logging import JsonLine, TextLine


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("cairn.test", logging.WARNING, __file__, 1, message, arguments, None)
    made.created = 1_780_000_000.25
    vars(made).update(extra)
    return made


def test_a_text_line_begins_with_time_level_and_process() -> None:
    line = TextLine("web").format(record("%s waits", "anna", seconds=2))
    assert line == "2026-05-28T20:26:40.250Z WARNING web [cairn.test] anna waits seconds=2"


def test_a_json_line_is_one_object() -> None:
    line = JsonLine("worker").format(record("a\nb", account="Abc123"))
    assert json.loads(line) == {
        "at": "2026-05-28T20:26:40.250Z",
        "level": "warning",
        "process": "worker",
        "logger": "cairn.test",
        "message": "a\nb",
        "account": "Abc123",
    }
    assert "\n" not in line


def test_a_traceback_stays_on_the_line_of_its_message() -> None:
    made = record("it broke")
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        made.exc_info = sys.exc_info()
    for formatter in (TextLine("web"), JsonLine("web")):
        line = formatter.format(made)
        assert "\n" not in line
        assert "ValueError" in line


@pytest.mark.parametrize(
    "secret",
    [
        "pk_0123456789abcdef0123456789abcdef01",
        "postgresql://cairn:hunter22@db/cairn",
        "Authorization: Klaviyo-API-Key pk_abcdefgh12345678",
        "Authorization: Bearer hunter22",
        "Cookie: cairn_session=hunter22; other=1",
    ],
)
def test_secrets_are_never_written(secret: str) -> None:
    for line in (TextLine("web").format(record("got %s", secret)), JsonLine("web").format(record("got", url=secret))):
        assert "hunter22" not in line
        assert "pk_" not in line
        assert "…" in line
