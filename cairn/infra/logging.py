"""Log lines: one per message, as text or as JSON, and never a secret in one."""

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

HIDDEN = "…"
SECRETS = (
    re.compile(r"\bpk_[0-9A-Za-z]{8,}"),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
    re.compile(r"(?<=Klaviyo-API-Key )\S+|(?<=Basic )\S+|(?<=Bearer )\S+"),
    re.compile(r"(?<=cairn_session=)[^;\s]+"),
)
# What every record carries; anything else on it was given as `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def without_secrets(text: str) -> str:
    for pattern in SECRETS:
        text = pattern.sub(HIDDEN, text)
    return text


class Line(logging.Formatter):
    """Common ground of both forms: time, words, extras and the traceback, on one line."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def parts(self, record: logging.LogRecord) -> dict[str, Any]:
        moment = datetime.fromtimestamp(record.created, UTC)
        parts: dict[str, Any] = {
            "at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": self.process,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        extras = {name: value for name, value in vars(record).items() if name not in STANDARD}
        parts.update(
            {name: without_secrets(str(value)) if isinstance(value, str) else value for name, value in extras.items()}
        )
        if record.exc_info:
            parts["traceback"] = without_secrets(self.formatException(record.exc_info))
        return parts


class JsonLine(Line):
    def format(self, record: logging.LogRecord) -> str:
        return msgspec.json.encode(self.parts(record), enc_hook=str).decode()


class TextLine(Line):
    def format(self, record: logging.LogRecord) -> str:
        parts = self.parts(record)
        head = f"{parts.pop('at')} {parts.pop('level').upper():<7} {parts.pop('process')}"
        name, message = parts.pop("logger"), parts.pop("message")
        rest = "".join(f" {key}={one_line(value)}" for key, value in parts.items())
        return f"{head} [{name}] {one_line(message)}{rest}"


def one_line(value: object) -> str:
    return str(value).replace("\r", "\\r").replace("\n", "\\n")


def configure(process: str, *, as_json: bool) -> None:
    """Log to standard error, as `process`. Later calls replace earlier ones."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine(process) if as_json else TextLine(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # One line per request or statement of a library is noise; its warnings are not.
    for name in ("urllib3", "clickhouse_connect", "django.request", "httpx", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
