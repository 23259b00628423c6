"""The filter grammar as a whole: what is written is what is read, and nothing else ends in anything but a refusal."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as some

from cairn.api.kernel.errors import Refused
from cairn.api.kernel.filters import Instant, boolean, moment, number, parse, read, text
from cairn.kernel.listing import And, Compare, Filter, Not, Or

FIELDS = {
    "name": text("any", "contains", "equals"),
    "created": moment("greater-than", "less-than"),
    "count": number("equals", "less-or-equal"),
    "archived": boolean("equals"),
    "profile": text("has"),
}
WORDS = some.from_regex(r"[A-Za-z_$][A-Za-z0-9_$.\-]{0,20}", fullmatch=True)
TEXTS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NUMBERS = some.integers(-(10**29), 10**29) | some.floats(1e-9, 1e15) | some.floats(-1e15, -1e-9)
MOMENTS = some.datetimes().map(lambda at: Instant(at.isoformat(timespec="microseconds")))
SCALARS = some.booleans() | NUMBERS | MOMENTS | TEXTS
VALUES = SCALARS | some.lists(SCALARS, max_size=5).map(tuple)
ONE = some.sampled_from(["contains", "ends-with", "equals", "greater-than", "less-or-equal", "starts-with"])
COMPARES = some.builds(Compare, WORDS, ONE, VALUES) | some.builds(Compare, WORDS, some.just("has"), some.none())


def groups(inner: some.SearchStrategy[Filter]) -> some.SearchStrategy[Filter]:
    parts = some.lists(inner, min_size=1, max_size=4).map(tuple)
    return some.builds(And, parts) | some.builds(Or, parts) | some.builds(Not, inner)


FILTERS = some.recursive(COMPARES, groups, max_leaves=12)


def scalar(value: object, quote: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Instant():
            return value.text
        case str() if quote == "'":
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        case str():
            return json.dumps(value)
    return repr(value)


def written(where: Filter, space: str, quote: str) -> str:
    """A tree in the grammar's words, with `space` wherever there may be some."""
    match where:
        case And(parts) | Or(parts):
            name = "and" if isinstance(where, And) else "or"
            inside = f",{space}".join(written(part, space, quote) for part in parts)
        case Not(part):
            name, inside = "not", written(part, space, quote)
        case Compare(field, operator, value):
            name = operator
            values = f"{space},{space}".join(scalar(one, quote) for one in value) if isinstance(value, tuple) else ""
            shown = f"[{space}{values}{space}]" if isinstance(value, tuple) else scalar(value, quote)
            inside = field if operator == "has" else f"{field}{space},{space}{shown}"
    return f"{space}{name}{space}({space}{inside}{space}){space}"


@settings(deadline=None)
@given(FILTERS, some.sampled_from(["", " ", "\n\t "]), some.sampled_from(["'", '"']))
def test_what_is_written_is_read(where: Filter, space: str, quote: str) -> None:
    assert parse(written(where, space, quote)) == where


@settings(deadline=None)
@given(some.lists(FILTERS, min_size=2, max_size=4).map(tuple))
def test_commas_at_the_top_mean_all_of_them(parts: tuple[Filter, ...]) -> None:
    assert parse(",".join(written(part, "", '"') for part in parts)) == And(parts)


@settings(deadline=None)
@given(FILTERS, some.data())
def test_a_damaged_filter_is_read_or_refused(where: Filter, data: some.DataObject) -> None:
    source = written(where, "", '"')
    at = data.draw(some.integers(0, len(source)))
    end = data.draw(some.integers(at, min(len(source), at + 5)))
    refused_or_read(source[:at] + data.draw(some.text(max_size=3)) + source[end:])


PIECES = some.sampled_from(
    [*"()[],'\"\\-+.:$ \n\0²é😀", "and", "or(", "not(", "has(", "equals(name,", "any(name,[", "\\u"]
)


@settings(max_examples=300, deadline=None)
@given(some.lists(PIECES | some.text(max_size=4), max_size=30).map("".join))
@example("and(" * 1000)
@example("any(name,[" + "1," * 60_000)
@example('equals(name,"' + "\\" * 100_001)
@example("equals(created,9999-12-31T23:59:59-23:59)")
@example("equals(count,1e99)")
def test_nothing_ends_in_anything_but_a_refusal(source: str) -> None:
    refused_or_read(source)


def refused_or_read(source: str) -> None:
    try:
        read(source, FIELDS)
    except Refused as refusal:
        assert refusal.status == 400
        assert refusal.problems[0].parameter == "filter"
        assert refusal.problems[0].detail
