"""The filter grammar: what it means, and that nothing breaks it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cairn.api.kernel.errors import Refused
from cairn.api.kernel.filters import boolean, moment, number, parse, read, text
from cairn.kernel.listing import And, Compare, Filter, Not, Or, conjunction

FIELDS = {
    "name": text("equals", "any", "contains", "starts-with", "ends-with"),
    "email": text("equals", "any"),
    "status": text("equals", "any", choices=("draft", "sent")),
    "created": moment("greater-than", "less-than", "equals"),
    "count": number("equals", "less-or-equal", "any"),
    "archived": boolean("equals"),
    "profile": text("has"),
    "messages.channel": text("equals"),
}


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ('equals(name,"Ann")', Compare("name", "equals", "Ann")),
        ("equals(name,'Ann')", Compare("name", "equals", "Ann")),
        (r'equals(name,"say \"hi\" \u00e9\ud83d\ude00")', Compare("name", "equals", 'say "hi" é😀')),
        ("contains( name , 'a,b)' )", Compare("name", "contains", "a,b)")),
        ('any(email,["a@x.y","b@x.y"])', Compare("email", "any", ("a@x.y", "b@x.y"))),
        ('equals(email,["a@x.y"])', Compare("email", "any", ("a@x.y",))),
        ("equals(archived,true)", Compare("archived", "equals", True)),
        ("equals(archived,False)", Compare("archived", "equals", False)),
        ("equals(count,-3)", Compare("count", "equals", -3)),
        ("less-or-equal(count,2.5)", Compare("count", "less-or-equal", 2.5)),
        ("has(profile)", Compare("profile", "has")),
        ('equals(messages.channel,"email")', Compare("messages.channel", "equals", "email")),
        (
            "greater-than(created,2026-03-01T00:00:00+02:00)",
            Compare("created", "greater-than", datetime(2026, 2, 28, 22, tzinfo=UTC)),
        ),
        (
            "less-than(created,2026-03-01T00:00:00 01:00)",  # A plus that was not percent-encoded.
            Compare("created", "less-than", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ),
        ('greater-than(created,"2026-03-01")', Compare("created", "greater-than", datetime(2026, 3, 1, tzinfo=UTC))),
        (
            'equals(name,"a"),equals(email,"b")',
            And((Compare("name", "equals", "a"), Compare("email", "equals", "b"))),
        ),
        (
            'or(equals(name,"a"),not(equals(email,"b")))',
            Or((Compare("name", "equals", "a"), Not(Compare("email", "equals", "b")))),
        ),
    ],
)
def test_a_filter_means(written: str, meaning: Filter) -> None:
    assert read(written, FIELDS) == meaning


@pytest.mark.parametrize(
    "written",
    [
        "equals(",
        "equals",
        "equals()",
        "equals(name)",
        "equals(name,)",
        "equals(name,Ann)",
        'equals(name,"Ann"',
        'equals(name,"Ann")x',
        'equals(name,"Ann"),',
        'like(name,"A%")',
        'equals(color,"red")',
        'less-than(name,"x")',
        'equals(status,"lost")',
        "equals(name,3)",
        'equals(count,"3")',
        'equals(archived,"true")',
        "equals(created,2026-13-01)",
        "equals(created,9999-12-31T23:59:59-23:59)",
        "any(email,[])",
        'any(email,"a@x.y")',
        'contains(name,["a"])',
        "has(name)",
        "and()",
        r'equals(name,"a\u0000b")',
        "not(" * 100 + "has(profile)" + ")" * 100,
    ],
)
def test_a_wrong_filter_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(written, FIELDS)
    (problem,) = refusal.value.problems
    assert (problem.status, problem.code, problem.parameter) == (400, "invalid", "filter")


def test_a_demanded_filter_is_missed() -> None:
    with pytest.raises(Refused):
        read(None, FIELDS, ("messages.channel",))
    with pytest.raises(Refused):
        read('equals(name,"x")', FIELDS, ("messages.channel",))
    assert read('equals(messages.channel,"email")', FIELDS, ("messages.channel",)) is not None


def test_a_conjunction_is_flat() -> None:
    where = parse("and(has(a),and(has(b),has(c)))")
    assert [compare.field for compare in conjunction(where)] == ["a", "b", "c"]


MARKS = [
    "equals(",
    "any(",
    "and(",
    "or(",
    "not(",
    "has(",
    ",",
    ")",
    "[",
    "]",
    '"',
    "'",
    "\\",
    "\\u",
    "\\ud800",
    " ",
    ".",
]
WORDS = ["name", "created", "archived", "count", "true", "2026-03-01T00:00:00Z", "-1", "1e9", "x", "😀", "\0"]
PIECES = some.sampled_from(MARKS + WORDS)


@given(some.one_of(some.text(), some.lists(PIECES, max_size=30).map("".join)))
def test_any_text_is_a_filter_or_a_clean_refusal(written: str) -> None:
    try:
        read(written, FIELDS)
    except Refused as refusal:
        assert refusal.status == 400
        assert refusal.problems[0].parameter == "filter"


@given(some.text(alphabet=some.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_string_survives_quoting(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert read(f'equals(name,"{quoted}")', FIELDS) == Compare("name", "equals", value)
