"""The filter grammar: text of `?filter=` to one tree, checked against what an operation allows. No Django.

filter = call *( "," call )           a comma at the top means AND
call   = operator "(" field "," value ")" | "has(" field ")" | "and(" filter ")" | "or(" filter ")" | "not(" call ")"
field  = name, which may have spaces inside | "properties['" any text "']"
value  = string | number | true | false | datetime | "[" value *( "," value ) "]"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import NoReturn

from cairn.api.kernel import errors
from cairn.kernel.listing import And, Compare, Filter, Not, Or, Value, comparisons

ORDERINGS = frozenset({"less-than", "less-or-equal", "greater-than", "greater-or-equal"})
LISTS = frozenset({"any", "contains-any", "contains-all"})
OPERATORS = ORDERINGS | LISTS | {"equals", "contains", "starts-with", "ends-with"}
MAX_DEPTH = 16
MAX_LENGTH = 200_000

WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.\-]*")
FIELD = re.compile(r"properties\['.{1,255}?'\]|" + WORD.pattern + r"(?: [A-Za-z0-9_$.\-]+)*", re.DOTALL)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?\d*)?(?:[Zz]|[+\- ]\d\d:?\d\d)?)?")
NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"' + r"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
SPACE = re.compile(r"\s*")


class Kind(Enum):
    """The type of a filter field's values, as an error names it."""

    TEXT = "a string"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    MOMENT = "a date and time"


@dataclass(frozen=True, slots=True)
class Field:
    """What an operation allows on one filter field. `choices` empty: any value."""

    kind: Kind
    operators: tuple[str, ...]
    choices: tuple[str, ...] = ()


def text(*operators: str, choices: tuple[str, ...] = ()) -> Field:
    return Field(Kind.TEXT, operators, choices)


def number(*operators: str) -> Field:
    return Field(Kind.NUMBER, operators)


def boolean(*operators: str) -> Field:
    return Field(Kind.BOOLEAN, operators)


def moment(*operators: str) -> Field:
    return Field(Kind.MOMENT, operators)


def refuse(detail: str) -> NoReturn:
    raise errors.invalid(f"Invalid filter provided: {detail}", parameter="filter")


@dataclass(frozen=True, slots=True)
class Instant:
    """A datetime as written, before the field's kind is known."""

    text: str


class Reader:
    """A recursive-descent reader of one filter; every method leaves `at` behind what it read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def skip(self) -> None:
        found = SPACE.match(self.source, self.at)
        self.at = found.end() if found else self.at

    def peek(self, mark: str) -> bool:
        self.skip()
        return self.source.startswith(mark, self.at)

    def expect(self, mark: str) -> None:
        if not self.peek(mark):
            refuse(f"expected {mark!r} at character {self.at + 1}.")
        self.at += len(mark)

    def word(self) -> str:
        self.skip()
        found = WORD.match(self.source, self.at)
        if found is None:
            refuse(f"expected a name at character {self.at + 1}.")
        self.at = found.end()
        return found.group()

    def field(self) -> str:
        self.skip()
        found = FIELD.match(self.source, self.at)
        if found is None:
            refuse(f"expected a name at character {self.at + 1}.")
        self.at = found.end()
        return found.group()

    def filters(self, depth: int) -> list[Filter]:
        parts = [self.call(depth)]
        while self.peek(","):
            self.at += 1
            parts.append(self.call(depth))
        return parts

    def call(self, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            refuse("it is nested too deeply.")
        name = self.word()
        self.expect("(")
        result = self.inside(name, depth)
        self.expect(")")
        return result

    def inside(self, name: str, depth: int) -> Filter:
        if name in ("and", "or"):
            parts = tuple(self.filters(depth + 1))
            return And(parts) if name == "and" else Or(parts)
        if name == "not":
            return Not(self.call(depth + 1))
        if name == "has":
            return Compare(self.field(), "has")
        if name not in OPERATORS:
            refuse(f"{name!r} is not an operator.")
        field = self.field()
        self.expect(",")
        return Compare(field, name, self.value())  # type: ignore[arg-type]  # Instants leave in `checked`.

    def value(self) -> object:
        if not self.peek("["):
            return self.scalar()
        self.at += 1
        values: list[object] = []
        while not self.peek("]"):
            if values:
                self.expect(",")
            values.append(self.scalar())
        self.at += 1
        return tuple(values)

    def scalar(self) -> object:
        self.skip()
        if found := STRING.match(self.source, self.at):
            self.at = found.end()
            return unescape(found.group(1) if found.group(1) is not None else found.group(2))
        if found := MOMENT.match(self.source, self.at):
            self.at = found.end()
            return Instant(found.group())
        if found := NUMBER.match(self.source, self.at):
            self.at = found.end()
            return float(found.group()) if set(".eE") & set(found.group()) else int(found.group())
        for word, value in (("true", True), ("false", False)):
            if self.source[self.at : self.at + len(word)].lower() == word:
                self.at += len(word)
                return value
        refuse(f"expected a value at character {self.at + 1} (strings need quotes).")


def unescape(raw: str) -> str:
    def plain(found: re.Match[str]) -> str:
        code = found.group(1)
        return chr(int(code[1:], 16)) if len(code) == 5 else ESCAPES.get(code, code)

    value = ESCAPE.sub(plain, raw)
    if "\\u" in raw:
        # A pair of \u escapes may be one character beyond the first plane.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if "\0" in value:
        refuse("a NUL character cannot be searched for.")
    return value


def parse(source: str) -> Filter:
    """The tree of a filter's text. Refuses with 400 whatever the grammar does not know."""
    if len(source) > MAX_LENGTH:
        refuse("it is too long.")
    reader = Reader(source)
    parts = reader.filters(0)
    reader.skip()
    if reader.at != len(source):
        refuse(f"unexpected text at character {reader.at + 1}.")
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def checked(where: Filter, fields: Mapping[str, Field]) -> Filter:
    """The same tree with values of the fields' types. Refuses fields and operators that the operation does not list."""
    match where:
        case And(parts):
            return And(tuple(checked(part, fields) for part in parts))
        case Or(parts):
            return Or(tuple(checked(part, fields) for part in parts))
        case Not(part):
            return Not(checked(part, fields))
        case Compare():
            return checked_comparison(where, fields)


def checked_comparison(compare: Compare, fields: Mapping[str, Field]) -> Compare:
    field = fields.get(compare.field)
    if field is None:
        refuse(f"{compare.field!r} is not a filterable field; these are: {', '.join(sorted(fields)) or 'none'}.")
    if compare.operator not in field.operators:
        allowed = ", ".join(field.operators)
        refuse(f"operator {compare.operator!r} is not possible on {compare.field!r}; these are: {allowed}.")
    if compare.operator == "has":
        return compare
    if isinstance(compare.value, tuple):
        if compare.operator not in LISTS | {"equals"}:
            refuse(f"operator {compare.operator!r} takes one value, not a list.")
        if not compare.value:
            refuse("a list needs at least one value.")
        operator = "any" if compare.operator == "equals" else compare.operator
        return Compare(compare.field, operator, tuple(typed(one, compare.field, field) for one in compare.value))
    if compare.operator in LISTS:
        refuse(f'operator {compare.operator!r} takes a list, such as ["a","b"].')
    return Compare(compare.field, compare.operator, typed(compare.value, compare.field, field))


def typed(value: object, name: str, field: Field) -> Value:
    if field.kind is Kind.TEXT and isinstance(value, str):
        if field.choices and value not in field.choices:
            refuse(f"{value!r} is not a value of {name!r}; these are: {', '.join(field.choices)}.")
        return value
    if field.kind is Kind.BOOLEAN and isinstance(value, bool):
        return value
    if field.kind is Kind.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if field.kind is Kind.MOMENT and isinstance(value, Instant | str):
        return instant(value.text if isinstance(value, Instant) else value, name)
    refuse(f"{name!r} must be {field.kind.value}.")


def instant(written: str, name: str) -> datetime:
    try:
        # A space stands for the `+` of an offset that was not percent-encoded.
        found = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", written.strip()))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(f"{written!r} is not a date and time for {name!r}.")


def read(source: str | None, fields: Mapping[str, Field], required: tuple[str, ...] = ()) -> Filter | None:
    """The filter of a request: parsed, checked, with the fields that the operation demands (one of them)."""
    where = checked(parse(source), fields) if source else None
    if required and not {compare.field for compare in comparisons(where)} & set(required):
        raise errors.invalid(f"A filter on {' or '.join(required)} is required.", parameter="filter")
    return where
