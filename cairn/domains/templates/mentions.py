"""Which templates show a property."""

import re

import msgspec
from django.db.models import Q

from cairn.domains.templates.contracts import Mention
from cairn.domains.templates.models import Template
from cairn.kernel.scope import Scope


def pattern(root: str, name: str) -> re.Pattern[str]:
    """`person.Size` and `person|lookup:"Size"`, as the dialect writes them; quotes may be escaped in a definition."""
    quoted = re.escape(name)
    return re.compile(rf"""\b{root}(?:\.{quoted}(?![\w$-])|\s*\|\s*lookup:\\?['"]{quoted}\\?['"])""")


def mentions(text: str, root: str, name: str) -> bool:
    return name in text and pattern(root, name).search(text) is not None


def mentioning(scope: Scope, root: str, name: str) -> list[Mention]:
    """Templates, copies of campaign messages among them, that show `name` of `root` (person or event)."""
    near = Q(html__contains=name) | Q(text__contains=name) | Q(amp__contains=name) | Q(definition__isnull=False)
    rows = Template.objects.within(scope).filter(near)
    return [
        Mention(row.id, row.name, row.private)
        for row in rows.iterator(chunk_size=100)
        if any(mentions(text, root, name) for text in texts(row))
    ]


def texts(row: Template) -> tuple[str, ...]:
    definition = msgspec.json.encode(row.definition).decode() if row.definition else ""
    return row.html, row.text or "", row.amp or "", definition
