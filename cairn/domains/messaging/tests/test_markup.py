"""HTML with template code in it, prepared for sending."""

import contextlib
import re
import time

import pytest

from cairn.domains.messaging.markup import inlined, prepared_html, prepared_text, text_of
from cairn.kernel.errors import Invalid


def prepared(source: str, *, preview_text: bool = False, footer: bool = False, pixel: str = "") -> str:
    return prepared_html(source, preview_text=preview_text, footer=footer, pixel=pixel).source


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2">x</a>', [("https://a.example/?x=1&y=2", "")]),
        ("<a class=b href='http://a.example'>x</a>", [("http://a.example", "")]),
        ("<a href=https://a.example/b>x</a>", [("https://a.example/b", "")]),
        (
            '<A HREF="https://a.example">x</A><area href="https://b.example">',
            [("https://a.example", ""), ("https://b.example", "")],
        ),
        ('<a href="{{ event.URL }}">x</a>', [("", "")]),
        ('<a href="{{ event|lookup:"URL" }}">x</a>', [("", "")]),
        ('<a href="https://a.example/{{ id }}">x</a>', [("", "")]),
        ('<a href="{% unsubscribe_link %}">x</a>', []),
        ('<a href="{% web_view_link %}">x</a>', []),
        ('<a href="mailto:a@b.example">x</a><a href="tel:1">x</a><a href="#top">x</a><a>x</a>', []),
        ('<link href="https://a.example/x.css"><img src="https://a.example/x.png">', []),
        ('<a title="a > b" href="https://a.example">x</a>', [("https://a.example", "")]),
        (
            '<a href="https://a.example"><b><img src="x" alt="Tom &amp; Ann"></b></a><img alt="y"><a href="http://b.c">z</a>',
            [("https://a.example", "Tom & Ann"), ("http://b.c", "")],
        ),
        ('<a href="https://a.example"><img alt="{{ first_name }}"></a>', [("https://a.example", "")]),
    ],
)
def test_targets_of_links_are_found(source: str, targets: list[tuple[str, str]]) -> None:
    found = prepared_html(source, preview_text=False, footer=False, pixel="")
    assert list(found.targets) == targets
    assert re.findall(r"cairn:follow (\d+)", found.source) == [str(number) for number in range(len(targets))]


def test_styles_are_copied_into_elements_and_code_stays_where_it_was() -> None:
    source = (
        "<html><head><style>.a{color:red} @media (max-width:9px){.a{color:blue}}</style></head><body><table>"
        '{% for i in event.items %}<tr class="a"><td {% if i.x %}title="{{ i.t }}"{% endif %}>{{ i.n }}</td></tr>'
        "{% endfor %}</table><!-- {{ note }} --></body></html>"
    )
    result = inlined(source)
    assert '<tr class="a" style="color: red;">' in result
    assert "@media" in result
    code = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
    assert code.findall(result) == code.findall(source)
    assert re.search(r"<table>\s*\{% for", result) and "<tbody>" not in result
    assert "<!-- {{ note }} -->" in result


def test_a_source_that_would_be_torn_apart_is_left_alone() -> None:
    source = "<style>p{color:red}</style><p>{{ a }}<select>{{ b }}</p>"
    assert re.findall(r"\{\{.*?\}\}", inlined(source)) == ["{{ a }}", "{{ b }}"]


def test_preheader_footer_and_pixel_have_their_places() -> None:
    result = prepared("<html><body><p>x</p></body></html>", preview_text=True, footer=True, pixel="<img>")
    assert result.index("render_variable preview_text") < result.index("<p>x</p>") < result.index("{% unsubscribe %}")
    assert result.endswith("<img></body></html>")
    bare = prepared("<p>x</p>", preview_text=True, footer=True, pixel="<img>")
    assert bare.startswith("<div") and bare.endswith("<img>")


def test_plain_text_keeps_words_links_and_code() -> None:
    source = (
        "<html><head><title>T</title><style>p{}</style></head><body><h1>Hi {{ first_name }}</h1>"
        "<p>One<br>two &amp; three</p>{% if x %}<p>Only <b>x</b></p>{% endif %}"
        '<a href="https://a.example">Shop</a><a href="{% unsubscribe_link %}">Leave</a></body></html>'
    )
    assert text_of(source).splitlines() == [
        "Hi {{ first_name }}",
        "One",
        "two & three",
        "{% if x %}Only x",
        "{% endif %}Shop (https://a.example)Leave ({% unsubscribe_link %})",
    ]
    assert prepared_text(text_of(source), footer=False).targets == (("https://a.example", ""),)


def test_hostile_html_takes_no_time() -> None:
    for source in ("<a " * 20_000, '<a href="' * 20_000, "<!--" * 20_000, "{{ " * 20_000, "<a " + "x='" * 20_000):
        begun = time.monotonic()
        for make in (prepared, text_of):
            with contextlib.suppress(Invalid):
                make(source)
        assert time.monotonic() - begun < 20
