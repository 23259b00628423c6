"""Source to something that renders: compiled once per message, rendered once per recipient."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.template.base import NodeList, TextNode
from django.template.exceptions import TemplateSyntaxError

from cairn.domains.templates.dialect import dates, lists, numbers, tags, text
from cairn.domains.templates.dialect.environment import Environment
from cairn.domains.templates.dialect.limits import BRACES, SOURCE_CHARACTERS, runs_away
from cairn.domains.templates.dialect.parser import parse_source, render_nodes
from cairn.kernel.errors import Invalid

FILTERS: Final = {**numbers.FILTERS, **text.FILTERS, **lists.FILTERS, **dates.FILTERS}
TAG: Final = re.compile(r"\{%-?\s*([\w:]+)")
UNKNOWN_FILTER: Final = re.compile(r"Invalid filter: '([^']*)'")
UNKNOWN_TAG: Final = re.compile(r"Invalid block tag on line \d+: '([^']*)'")
UNSUBSCRIBES: Final = frozenset({"unsubscribe", "unsubscribe_link"})


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked source. `constant` is its text where it holds no template code."""

    nodes: NodeList
    constant: str | None
    used_tags: frozenset[str]
    autoescape: bool

    @property
    def unsubscribes(self) -> bool:
        return bool(self.used_tags & UNSUBSCRIBES)

    def render(self, data: dict[str, Any], environment: Environment) -> str:
        """Raises TooMuch (an Invalid) where the data makes the template pass a limit."""
        if self.constant is not None:
            return self.constant
        return render_nodes(self.nodes, data, environment, autoescape=self.autoescape)


def compile_source(
    source: str, *, markup: bool, pointer: str | None = None, targets: Sequence[tuple[str, str]] = ()
) -> Compiled:
    """Checks and compiles. `markup` says HTML (escaping) or plain text. Raises Invalid with the line and a remedy."""
    if len(source) > SOURCE_CHARACTERS:
        raise Invalid(f"A template may have at most {SOURCE_CHARACTERS} characters.", pointer=pointer)
    if "\0" in source:
        raise Invalid("A template cannot contain the NUL character.", pointer=pointer)
    if runs_away(source, BRACES) or any(runs_away(line, BRACES) for line in source.split("\n")):
        raise Invalid("The template opens template code again and again without closing it.", pointer=pointer)
    try:
        nodes = parse_source(source, tags.TAGS, FILTERS, markup=markup, targets=targets)
    except (TemplateSyntaxError, ValueError, RecursionError) as error:
        raise Invalid(explained(error), pointer=pointer, title="Invalid template.") from error
    constant = source if all(isinstance(node, TextNode) for node in nodes) and "{#" not in source else None
    return Compiled(nodes, constant, frozenset(TAG.findall(source)), markup)


def explained(error: Exception) -> str:
    """What is wrong, on which line, and what to write instead."""
    message = str(error)
    token = getattr(error, "token", None)
    line = f" (line {token.lineno})" if token is not None else ""
    unknown = UNKNOWN_FILTER.search(message)
    if unknown:
        return f"Unknown filter '{unknown[1]}'{line}. {nearest(unknown[1], FILTERS)}"
    unknown = UNKNOWN_TAG.search(message)
    if unknown:
        if unknown[1] == "elsif":
            return f"Unknown tag 'elsif'{line}. Write elif."
        if unknown[1] in tags.REFUSED:
            return f"The tag '{unknown[1]}' is not available{line}. A template stands alone."
        return f"Unknown tag '{unknown[1]}'{line}. {nearest(unknown[1], tags.TAGS)}"
    if "begin with underscores" in message or "Could not parse" in message:
        return (
            f"{message}{line}. Names with spaces, hyphens, $ or a leading underscore are read by lookup, as in "
            "person|lookup:'Name'; there is no space around the colon, and quotes are straight."
        )
    return f"{message}{line}"


def nearest(name: str, known: dict[str, Any]) -> str:
    alike = sorted(word for word in known if ":" not in word and word[:3] == name[:3])
    return f"Did you mean {' or '.join(alike[:3])}?" if alike else "Check its spelling, or remove it."
