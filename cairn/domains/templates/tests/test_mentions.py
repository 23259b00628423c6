"""Which templates show a property."""

import pytest

from cairn.domains.templates.mentions import mentions


@pytest.mark.parametrize(
    ("text", "root", "name", "expected"),
    [
        ("Hello {{ person.Size }}!", "person", "Size", True),
        ("Hello {{ person.Size|default:'M' }}!", "person", "Size", True),
        ("Hello {{ person.Sizes }}!", "person", "Size", False),
        ("Hello {{ person.Size }}!", "event", "Size", False),
        ("{{ person|lookup:'Shoe size' }}", "person", "Shoe size", True),
        ('{{ person|lookup:"Shoe size" }}', "person", "Shoe size", True),
        ('{"html": "{{ person|lookup:\\"Shoe size\\" }}"}', "person", "Shoe size", True),
        ("{{ person|lookup:'Shoe sizes' }}", "person", "Shoe size", False),
        ("{% if event|lookup:'$extra' %}", "event", "$extra", True),
        ("{{ event.extra.Size }}", "event", "Size", False),
        ("salesperson.Size", "person", "Size", False),
        ("{{ person|lookup:'a.b(c' }}", "person", "a.b(c", True),
    ],
)
def test_mentions(text: str, root: str, name: str, expected: bool) -> None:
    assert mentions(text, root, name) is expected
