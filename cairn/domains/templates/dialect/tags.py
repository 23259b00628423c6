"""The tags of the dialect: Django's harmless ones, and Klaviyo's own."""

import html
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.template import defaulttags
from django.template.base import Node, Parser, Token
from django.template.exceptions import TemplateSyntaxError
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString

from cairn.domains.templates.dialect.data import number
from cairn.domains.templates.dialect.environment import Environment, Links
from cairn.domains.templates.dialect.parser import printed

DIRECTIVE: Final = re.compile(r"%-?([a-zA-Z%])")
SYMBOLS: Final = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "AUD": "A$", "CAD": "CA$", "NZD": "NZ$", "INR": "₹", "BRL": "R$",
    "CNY": "CN¥", "KRW": "₩", "ILS": "₪", "MXN": "MX$", "VND": "₫",
}  # fmt: skip
NO_CENTS: Final = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "HUF"})


class Anchor(Node):
    """A whole link, or its bare address."""

    def __init__(self, address: Callable[[Links], str], label: Any, *, bare: bool, markup: bool) -> None:
        self.address, self.label, self.bare, self.markup = address, label, bare, markup

    def render(self, context: Any) -> SafeString:
        address = self.address(context.environment.links)
        label = self.label if isinstance(self.label, str) else printed(self.label.resolve(context), False)
        if not self.markup:
            return SafeString(address if self.bare else f"{label}: {address}")
        if self.bare:
            return SafeString(html.escape(address))
        return SafeString(f'<a href="{html.escape(address)}">{html.escape(label)}</a>')


def anchor(address: Callable[[Links], str], label: str, *, bare: bool) -> Callable[[Any, Token], Node]:
    def compiled(parser: Any, token: Token) -> Node:
        bits = token.split_contents()
        if len(bits) > 2:
            raise TemplateSyntaxError(f"'{bits[0]}' takes one text at most")
        given = parser.compile_filter(bits[1]) if len(bits) == 2 else label
        return Anchor(address, given, bare=bare, markup=parser.markup)

    return compiled


class Computed(Node):
    """Text from the environment, printed or kept under a name (`as name`)."""

    def __init__(self, compute: Callable[..., str], arguments: Sequence[Any], name: str | None) -> None:
        self.compute, self.arguments, self.name = compute, arguments, name

    def render(self, context: Any) -> str:
        text = self.compute(context.environment, *[argument.resolve(context) for argument in self.arguments])
        if self.name is None:
            return SafeString(printed(text, context.autoescape))
        context[self.name] = text
        return ""


def computed(compute: Callable[..., str], least: int, most: int) -> Callable[[Parser, Token], Node]:
    def compiled(parser: Parser, token: Token) -> Node:
        bits = token.split_contents()
        name = bits[-1] if len(bits) > 2 and bits[-2] == "as" else None
        given = bits[1:-2] if name else bits[1:]
        if not least <= len(given) <= most:
            raise TemplateSyntaxError(f"'{bits[0]}' takes {least} to {most} arguments, not {len(given)}")
        return Computed(compute, [parser.compile_filter(bit) for bit in given], name)

    return compiled


def directive(moment: datetime) -> Callable[[re.Match[str]], str]:
    return lambda found: moment.strftime(found.group(0))


def today(environment: Environment, form: Any = "%Y-%m-%d") -> str:
    return DIRECTIVE.sub(directive(environment.now), str(form)[:200])


def now(environment: Environment, form: Any = "N j, Y") -> str:
    return format_date(environment.now, str(form)[:200])


def part(form: str) -> Callable[[Environment], str]:
    return lambda environment: format_date(environment.now, form)


def money(environment: Environment, value: Any, currency: Any = None) -> str:
    """An amount with its currency's sign; what is no number stays as it is."""
    code = str(currency or environment.currency).upper()[:3]
    try:
        amount = number(value)
    except (TypeError, ValueError):
        return "" if value is None else str(value)
    digits = 0 if code in NO_CENTS else 2
    sign = "-" if amount < 0 else ""
    return f"{sign}{SYMBOLS.get(code, code + ' ')}{abs(amount):,.{digits}f}"


class RenderVariable(Node):
    """`{% render_variable preview_text %}`: a variable of the message, else of the data."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def render(self, context: Any) -> SafeString:
        if self.expression.token == "preview_text":
            return SafeString(printed(context.environment.preview_text, context.autoescape))
        return SafeString(printed(self.expression.resolve(context), context.autoescape))


def render_variable(parser: Parser, token: Token) -> Node:
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError("'render_variable' takes one variable")
    return RenderVariable(parser.compile_filter(bits[1]))


class Follow(Node):
    """A link's target: known when the message is compiled, or written with template code."""

    def __init__(self, url: Any, alt: str, markup: bool) -> None:
        self.url, self.alt, self.markup = url, alt, markup

    def render(self, context: Any) -> SafeString:
        url = self.url
        if not isinstance(url, str):
            url = "".join([node.render(context) for node in url]).strip()
            url = html.unescape(url) if self.markup else url
        followed = context.environment.links.follow(url, self.alt)
        return SafeString(html.escape(followed) if self.markup else followed)


def follow(parser: Any, token: Token) -> Node:
    """`{% cairn:follow 3 %}` stands for the third target given to the compiler; users have no reason to write it."""
    bits = token.split_contents()
    index = int(bits[1]) if len(bits) == 2 and bits[1].isdecimal() else -1
    if not 0 <= index < len(parser.targets):
        raise TemplateSyntaxError("'cairn:follow' is not a tag for templates")
    url, alt = parser.targets[index]
    if url:
        return Follow(url, alt, parser.markup)
    nodes = parser.parse(("cairn:endfollow",))
    parser.delete_first_token()
    return Follow(nodes, alt, parser.markup)


DJANGO: Final = (
    "autoescape", "comment", "cycle", "filter", "firstof", "for", "if", "ifchanged", "resetcycle", "spaceless",
    "templatetag", "verbatim", "widthratio", "with",
)  # fmt: skip
TAGS: Final[dict[str, Callable[..., Node]]] = {
    **{name: defaulttags.register.tags[name] for name in DJANGO},
    "cairn:follow": follow,
    "currency_format": computed(money, 1, 2),
    "current_day": computed(part("j"), 0, 0),
    "current_month": computed(part("n"), 0, 0),
    "current_month_name": computed(part("F"), 0, 0),
    "current_weekday": computed(part("l"), 0, 0),
    "current_year": computed(part("Y"), 0, 0),
    "manage_preferences": anchor(lambda links: links.preferences(), "Manage preferences", bare=False),
    "manage_preferences_link": anchor(lambda links: links.preferences(), "", bare=True),
    "now": computed(now, 0, 1),
    "render_variable": render_variable,
    "today": computed(today, 0, 1),
    "unsubscribe": anchor(lambda links: links.unsubscribe(), "Unsubscribe", bare=False),
    "unsubscribe_link": anchor(lambda links: links.unsubscribe(), "", bare=True),
    "web_view": anchor(lambda links: links.web_view(), "View in browser", bare=False),
    "web_view_link": anchor(lambda links: links.web_view(), "", bare=True),
}
REFUSED: Final = frozenset({"assign", "block", "capture", "debug", "elsif", "extends", "include", "load", "ssi", "url"})
