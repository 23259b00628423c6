"""What a call of the old API carries, wherever its client put it: in the address, in a form or in JSON."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

NESTED: Final = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")
MOST_ASKED: Final = 100
TRUE: Final = frozenset({"true", "1", "yes", "on"})
FALSE: Final = frozenset({"false", "0", "no", "off", ""})
Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who asks, for what, with which parameters. `fields` are those that a client sent in the address or as
    a form, where every value is a text."""

    scope: Scope
    now: datetime
    places: Mapping[str, str]
    parameters: Mapping[str, Any]
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, place: str) -> str:
        """What stands in the path."""
        return self.places[place]

    def has(self, name: str) -> bool:
        return self.parameters.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.parameters.get(name)
        if value is None:
            return default
        if isinstance(value, list | dict):
            raise Invalid(f"{name} must be a text.")
        return str(value).strip()

    def need(self, name: str) -> str:
        found = self.text(name)
        if not found:
            raise Invalid(f"{name} is a required parameter.")
        return found

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        given = self.text(name)
        if not given:
            return default
        if not re.fullmatch(r"-?[0-9]{1,12}", given) or not least <= int(given) <= most:
            raise Invalid(f"{name} must be a number from {least} to {most}.")
        return int(given)

    def choice(self, name: str, default: str, *choices: str) -> str:
        given = self.text(name) or default
        if given not in choices:
            raise Invalid(f"{name} must be one of {', '.join(choices)}.")
        return given

    def flag(self, name: str, default: bool) -> bool:
        given = self.text(name, str(default)).lower()
        if given not in TRUE | FALSE:
            raise Invalid(f"{name} must be true or false.")
        return given in TRUE

    def texts(self, name: str) -> list[str]:
        """A list: repeated, with commas, as JSON, or a lone text. In the order given, each once."""
        value = self.parameters.get(name)
        if isinstance(value, str):
            value = listed(value)
        if value is None:
            return []
        found = value if isinstance(value, list) else [value]
        if any(isinstance(one, list | dict | bool) or one is None for one in found):
            raise Invalid(f"{name} must be a list of texts.")
        return list(dict.fromkeys(text for one in found if (text := str(one).strip())))

    def mapping(self, name: str) -> dict[str, Any]:
        """An object, or one written as JSON."""
        value = self.parameters.get(name)
        if value is None or value == "":
            return {}
        found = structure(value) if isinstance(value, str) else value
        if not isinstance(found, dict):
            raise Invalid(f"{name} must be a JSON object.")
        return found

    def records(self, name: str, most: int = MOST_ASKED) -> list[dict[str, Any]]:
        """A list of objects; a single one is a list of one."""
        value = self.parameters.get(name)
        if isinstance(value, str):
            value = structure(value)
        found = [value] if isinstance(value, dict) else value
        if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
            raise Invalid(f"{name} must be a list of objects.")
        if len(found) > most:
            raise Invalid(f"{name} may have {most} items at a time, not {len(found)}.")
        return found


def structure(text: str) -> Any:
    """A value that was written as JSON, or as Python writes one: one of the official libraries does."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return ast.literal_eval(text) if len(text) < 10_000 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def listed(text: str) -> Any:
    if text.lstrip().startswith("["):
        found = structure(text)
        if isinstance(found, list):
            return found
    return text.split(",")


def merged(query: str, content: bytes, kind: str) -> tuple[Given, Given]:
    """All parameters, and those that are texts. Of a name that comes twice, the body's value holds.

    The media type says little: clients send forms as JSON and JSON with requests that have no body.
    """
    fields = pairs(query)
    body: Given = {}
    if content.strip():
        if content.lstrip()[:1] in (b"{", b"["):
            body = object_of(content)
        elif kind != "application/json" or b"=" in content:
            fields = {**fields, **pairs(content.decode("utf-8", "replace"))}
        else:
            raise Invalid("The body is not valid JSON.")
    return {**fields, **body}, fields


def object_of(content: bytes) -> Given:
    try:
        content.decode()
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("The body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise Invalid("The body must be a JSON object.")
    return found


def pairs(text: str) -> Given:
    """Fields of an address or a form: `a=1&a=2` and `a[]=1` are lists, `a[b]=1` an object."""
    found: Given = {}
    try:
        given = parse_qsl(text, keep_blank_values=True, max_num_fields=2_000)
    except ValueError:
        raise Invalid("There are too many fields.") from None
    for name, value in given:
        nested = NESTED.fullmatch(name)
        if nested is None:
            found[name] = value if name not in found else [*as_list(found[name]), value]
        elif nested[2]:
            inner = found.setdefault(nested[1], {})
            if isinstance(inner, dict):
                inner[nested[2]] = value
        else:
            found[nested[1]] = [*as_list(found.get(nested[1])), value]
    return found


def as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def refuse_nul(value: Any) -> None:
    """No store can hold one."""
    match value:
        case str():
            if "\0" in value:
                raise Invalid("NUL characters are not allowed.")
        case dict():
            for name, inner in value.items():
                refuse_nul(name)
                refuse_nul(inner)
        case list():
            for inner in value:
                refuse_nul(inner)


def moment(text: str, name: str) -> datetime:
    """`YYYY-MM-DD HH:MM:SS` in UTC, a date, or Unix seconds."""
    try:
        if re.fullmatch(r"[0-9]{9,10}", text):
            return datetime.fromtimestamp(int(text), UTC)
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{name} must be a date such as 2024-05-06 07:08:09, not {text[:60]!r}.") from None
