"""The language of templates, one table of examples per kind of word."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cairn.domains.templates.contracts import Environment, TooMuch
from cairn.domains.templates.queries import compiled
from cairn.kernel.errors import Invalid

NOW = datetime(2026, 11, 22, 5, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Lisbon"))
DATA: dict[str, Any] = {
    "first_name": "Ann",
    "email": "ann@example.com",
    "person": {
        "City": "Porto",
        "Points": 5,
        "Big Spender": True,
        "$address1": "Rua 1",
        "a.b": "dotted",
        "tags": ["b", "a", "b", None],
        "nothing": None,
        "nested": {"list": [{"t": "x", "n": 2}, {"t": "y", "n": 1}]},
    },
    "event": {"$value": 12.5, "extra": {"line_items": [{"title": "Lamp"}]}},
}


def shown(source: str, data: dict[str, Any] | None = None, *, markup: bool = True) -> str:
    return compiled(source, markup=markup).render(DATA if data is None else data, Environment(now=NOW))


VARIABLES = [
    ("{{ first_name }}", "Ann"),
    ("{{ First_name }}", ""),
    ("{{ person.City }}", "Porto"),
    ("{{ person.nested.list.0.t }}", "x"),
    ("{{ event.extra.line_items.0.title }}", "Lamp"),
    ("{{ event.extra.line_items.9.title }}", ""),
    ("{{ missing }}|{{ missing.deeper }}|{{ person.nothing }}", "||"),
    ("{{ person|lookup:'Big Spender' }}", "True"),
    ("{{ person|lookup:'$address1' }}", "Rua 1"),
    ("{{ event|lookup:'$value' }}", "12.5"),
    ("{{ person|lookup:'a.b' }}", "dotted"),
    ("{{ person|lookup:'Big Spender'|yesno:'y,n' }}", "y"),
]

BLOCKS = [
    ("{% if missing %}a{% else %}b{% endif %}", "b"),
    ("{% if person.Points > 3 and first_name == 'Ann' %}a{% endif %}", "a"),
    ("{% if person.Points == 4 %}a{% elif person.Points == 5 %}b{% elif 1 %}c{% else %}d{% endif %}", "b"),
    ("{% if 'a' in person.tags %}a{% endif %}", "a"),
    ("{% if 0 and 0 or 1 %}a{% endif %}", "a"),
    ("{% for tag in person.tags|compact %}{{ forloop.counter }}{{ tag }}{% endfor %}", "1b2a3b"),
    ("{% for x in missing %}{% empty %}none{% endfor %}", "none"),
    ("{% for x in first_name %}{{ x }}{% empty %}none{% endfor %}", "none"),
    ("{% for k, v in person.nested.list.0.items %}{{ k }}={{ v }};{% endfor %}", "t=x;n=2;"),
    ("{% with n=person.Points|add:1 %}{{ n }}{% endwith %}", "6"),
    ("{% comment %}x{% endcomment %}{# y #}z", "z"),
    ("{% verbatim %}{{ x }}{% endverbatim %}", "{{ x }}"),
    ("{% spaceless %}<p> <b>x</b> </p>{% endspaceless %}", "<p><b>x</b></p>"),
    ("{% firstof missing first_name %}", "Ann"),
    ("{% for x in person.nested.list %}{% cycle 'o' 'e' %}{% endfor %}", "oe"),
    ("{% widthratio 1 2 100 %}", "50"),
    ("{% filter upper %}{{ first_name }}{% endfilter %}", "ANN"),
    ("{% templatetag openblock %}", "{%"),
]

TAGS = [
    ("{% unsubscribe %}", '<a href="#unsubscribe">Unsubscribe</a>'),
    ("{% unsubscribe 'Stop <it>' %}", '<a href="#unsubscribe">Stop &lt;it&gt;</a>'),
    ("{% unsubscribe_link %}", "#unsubscribe"),
    ("{% manage_preferences %}", '<a href="#preferences">Manage preferences</a>'),
    ("{% manage_preferences_link %}", "#preferences"),
    ("{% web_view 'Look' %}", '<a href="#web-view">Look</a>'),
    ("{% web_view_link %}", "#web-view"),
    ("{% current_day %}.{% current_month %}.{% current_year %}", "22.11.2026"),
    ("{% current_weekday %} {% current_month_name %}", "Sunday November"),
    ('{% today "%Y-%m-%d" as today %}{{ today }}', "2026-11-22"),
    ('{% today "%d/%m %9999d" %}', "22/11 %9999d"),
    ("{% now 'H:i' %}", "05:30"),
    ("{% currency_format 1234.5 %}", "$1,234.50"),
    ("{% currency_format person.City %}", "Porto"),
]

NUMBERS = [
    ("-3|abs", "3"),
    ("3|add:2.7", "5"),
    ("1.1|floatadd:2.2", "3.3"),
    ("3|plus:1", "4.0"),
    ("3.3|floatsub:1.1", "2.2"),
    ("3|minus:1", "2.0"),
    ("3|multiply:4", "12"),
    ("'1.5'|multiply:2", "3.0"),
    ("10|divide:4", "2.5"),
    ("10|divide:0", "10"),
    ("10|modulo:4", "2"),
    ("10|remainder:3", "1"),
    ("1|at_least:5.0", "5.0"),
    ("9|at_most:5", "5"),
    ("5.01|ceil", "6.0"),
    ("5.9|floor", "5.0"),
    ("2.345|round:2", "2.35"),
    ("2.5|round", "3"),
    ("2.341|round_up:2", "2.35"),
    ("2.349|round_down:2", "2.34"),
    ("12|floatformat:2", "12.00"),
    ("0.256|percentize", "26%"),
    ("'1,2,3'|split:','|sum_list", "6"),
    ("5|gt:3", "True"),
    ("5|lte:3", "False"),
    ("5|stringformat:'03d'", "005"),
    ("5|stringformat:'999999999d'", ""),
    ("'abc'|multiply:3", "abc"),
]

TEXTS = [
    ("'a'|append:'b'|prepend:'c'", "cab"),
    ("'a'|concat:'b'", "ab"),
    ("'ann lee'|capitalize", "Ann lee"),
    ("'ann lee'|title", "Ann Lee"),
    ("'a'|upcase", "A"),
    ("'A'|downcase", "a"),
    ("'abcdef'|truncate:4", "abc…"),
    ("'abcdef'|truncatechars:4", "abc…"),
    ("'a b c'|truncatewords:2", "a b …"),
    ("' a '|strip", "a"),
    ("' a'|lstrip", "a"),
    ("'<p>a</p>'|strip_html", "a"),
    ("'a &amp; b & c'|escape_once", "a &amp; b &amp; c"),
    ("'abab'|remove:'b'", "aa"),
    ("'abab'|remove_first:'b'", "aab"),
    ("'abab'|remove_last:'a'", "abb"),
    ("'abab'|find_replace:'b|x'", "axax"),
    ("'abab'|replace_first:'b|x'", "axab"),
    ("'abab'|replace_last:'b|x'", "abax"),
    ("'a-b'|split:'-'|join:'+'", "a+b"),
    ("'a1b22c'|resplit:'[0-9]+'|join:'-'", "a-b-c"),
    ("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'|resplit:'(a+)+$'|join:'-'", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
    ("'abcdef'|slice:':3'", "abc"),
    ("'https://a.b/'|trim_slash", "https://a.b"),
    ("'a.b'|httpize", "http://a.b"),
    ("'http://a.b'|httpsize", "https://a.b"),
    ("'a b/c'|urlencode", "a%20b/c"),
    ("'a b/c'|urlencodeplus", "a+b%2Fc"),
    ("'a%20b'|urldecode", "a b"),
    ("'a+b'|urldecodeplus", "a b"),
    ("'ab?'|base64_encode", "YWI/"),
    ("'YWI/'|base64_decode", "ab?"),
    ("'ab?'|base64_url_safe_encode", "YWI_"),
    ("'YWI_'|base64_url_safe_decode", "ab?"),
    ("'a'|md5_hash", "0cc175b9c0f1b6a831c399e269772661"),
    ("'a'|sha_1", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
    ("'a'|sha_256", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    ("'abc'|count", "3"),
    ("'abc'|length", "3"),
    ("2|pluralize", "s"),
    ("'a b'|wordcount", "2"),
    ("'a b'|cut:' '", "ab"),
    ("''|missing_image:'x.png'", "x.png"),
]

LISTS = [
    ("person.tags|compact|join:', '", "b, a, b"),
    ("person.tags|compact|list_to_string", "b, a, b"),
    ("person.tags|first", "b"),
    ("person.tags|compact|last", "b"),
    ("person.tags|compact|sort|join:''", "abb"),
    ("person.tags|compact|reverse|join:''", "bab"),
    ("person.tags|compact|uniq|join:''", "ba"),
    ("person.nested.list|map:'t'|join:''", "xy"),
    ("person.nested.list|sort:'n'|map:'t'|join:''", "yx"),
    ("person.nested.list|dictsort:'n'|map:'t'|join:''", "yx"),
    ("person.nested.list|list_where:'t=y'|map:'n'|join:''", "1"),
    ("person.nested.list|dictfilter:'n'|count", "2"),
    ("missing|default:'x'", "x"),
    ("person.nothing|default_if_none:'x'", "x"),
    ("first_name|join:'-'", "Ann"),
]

DATES = [
    ("'2026-01-02T23:30:00+00:00'|format_date_string|date:'F j, Y H:i'", "January 2, 2026 23:30"),
    ("'01/31/2026'|format_date_string|date:'Y-m-d'", "2026-01-31"),
    ("'2026-01-02'|date:'D d M'", "Fri 02 Jan"),
    ("'2026-06-02T10:00:00Z'|datetime_from_string|date:'H:i'", "11:00"),
    ("'2026-01-30'|format_date_string|days_later:3|date:'Y-m-d'", "2026-02-02"),
    ("'2026-11-08'|weeks_since", "2"),
    ("'2026-11-20'|days_since", "2"),
    ("'2026-11-20'|timesince", "2\xa0days, 5\xa0hours"),
    ("'never'|format_date_string", "never"),
    ("missing|date:'Y'", ""),
]


@pytest.mark.parametrize(("source", "expected"), [*VARIABLES, *BLOCKS, *TAGS])
def test_source_shows(source: str, expected: str) -> None:
    assert shown(source) == expected


@pytest.mark.parametrize(("expression", "expected"), [*NUMBERS, *LISTS, *DATES])
def test_expression_gives(expression: str, expected: str) -> None:
    assert shown("{{ " + expression + " }}") == expected


@pytest.mark.parametrize(("expression", "expected"), TEXTS)
def test_text_filter_gives(expression: str, expected: str) -> None:
    assert shown("{{ " + expression + " }}", markup="escape" in expression) == expected


def test_what_people_write_is_escaped_in_html_and_only_there() -> None:
    data = {"first_name": "<b>&'"}
    assert shown("{{ first_name }}", data) == "&lt;b&gt;&amp;&#x27;"
    assert shown("{{ first_name|append:'<i>' }}", data) == "&lt;b&gt;&amp;&#x27;&lt;i&gt;"
    assert shown("{{ first_name|escape }}", data) == "&lt;b&gt;&amp;&#x27;"
    assert shown("{{ first_name|safe }}", data) == "<b>&'"
    assert shown("{{ first_name }}", data, markup=False) == "<b>&'"


@pytest.mark.parametrize(
    "source",
    [
        "{{ person.__class__ }}",
        "{% load static %}",
        "{% include 'x' %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% debug %}",
        "{% elsif x %}",
        "{{ x|foo }}",
        "{{ x|add : 1 }}",
        "{{ x|add: 1 }}",
        "{% if x %}",
        "{{ Big Spender }}",
        "{{ x|default:“y” }}",
        "{% unsubscribe 'a' 'b' %}",
        "{% cairn:follow 0 %}",
        "\0",
        "{{ " * 40_000,
        "{% \n" * 300_000,
        "{% if a %}" * 100 + "{% endif %}" * 100,
        "x" * 1_000_001,
    ],
)
def test_what_cannot_be_rendered_is_refused_when_compiled(source: str) -> None:
    with pytest.raises(Invalid) as refused:
        compiled(source, markup=True, pointer="/data/attributes/html")
    assert refused.value.pointer == "/data/attributes/html"


def test_the_refusal_names_line_and_remedy() -> None:
    with pytest.raises(Invalid) as refused:
        compiled("a\nb {{ x|uper }}", markup=True)
    assert refused.value.detail == "Unknown filter 'uper' (line 2). Check its spelling, or remove it."
    with pytest.raises(Invalid) as refused:
        compiled("{{ x|truncat }}", markup=True)
    assert refused.value.detail.endswith("Did you mean truncate or truncatechars or truncatewords?")


@pytest.mark.parametrize(
    "source",
    [
        "{{ person.clear }}{{ person.pop }}{{ person.items.clear }}",
        "{{ first_name.upper }}{{ first_name.format }}{{ person.Points.real }}",
        "{{ self }}{{ request }}{{ settings }}{{ block.super }}{{ forloop }}",
    ],
)
def test_attributes_and_methods_of_python_are_out_of_reach(source: str) -> None:
    assert shown(source) == ""
    assert DATA["person"]["City"] == "Porto"


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in l %}{% for b in l %}{% for c in l %}x{% endfor %}{% endfor %}{% endfor %}",
        "".join("{% with x=x|append:x %}" for _ in range(40)) + "{{ x }}" + "{% endwith %}" * 40,
        "{{ l|join:x|append:x|find_replace:'x|" + "y" * 5000 + "' }}",
    ],
)
def test_templates_that_grow_without_end_are_stopped(source: str) -> None:
    data = {"l": list(range(200)), "x": "x" * 200}
    with pytest.raises(TooMuch):
        shown(source, data)
