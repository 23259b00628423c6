"""Django's template parser with our own tags and filters, variables that see only data, and limits.

Everything that could reach Python objects, files or other templates is absent rather than switched off.
"""

import html
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, cast

from django.template.base import (
    FilterExpression,
    Lexer,
    Node,
    NodeList,
    Parser,
    Template,
    Token,
    Variable,
    VariableNode,
)
from django.template.context import Context
from django.template.defaulttags import ForNode
from django.template.exceptions import TemplateSyntaxError
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeData, SafeString

from cairn.domains.templates.dialect.data import MISSING, step
from cairn.domains.templates.dialect.environment import Environment
from cairn.domains.templates.dialect.limits import LOOP_ROUNDS, NODES, OUTPUT_CHARACTERS, SECONDS, TooMuch, bounded

WRONG_TYPE: Final = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What a filter raises on a value of another type; the value then passes unchanged: a mail must not fail for it."""


class RenderContext(Context):
    """Django's context plus what our tags need, and how much of the limits is used up."""

    def __init__(self, data: dict[str, Any], environment: Environment, *, autoescape: bool) -> None:
        super().__init__(data, autoescape=autoescape)
        self.environment = environment
        self.rounds = 0
        self.deadline = time.monotonic() + SECONDS

    def charge(self, rounds: int) -> None:
        self.rounds += rounds
        if self.rounds > LOOP_ROUNDS:
            raise TooMuch(f"The template loops more than {LOOP_ROUNDS} times.")
        if time.monotonic() > self.deadline:
            raise TooMuch(f"The template takes longer than {SECONDS:g} seconds.")


class DataPath:
    """`a.b.0`: looked up in dictionaries and lists, nowhere else."""

    __slots__ = ("bits",)

    def __init__(self, variable: Variable) -> None:
        self.bits = tuple(str(variable.var).split("."))

    def resolve(self, context: Any) -> Any:
        current = context.get(self.bits[0], MISSING)
        for bit in self.bits[1:]:
            if current is MISSING:
                return MISSING
            current = step(current, bit)
        return current


Argument = tuple[bool, Any]
Step = tuple[Callable[..., Any], Sequence[Argument], bool, bool, bool]


def plain(argument: Any) -> Any:
    return DataPath(argument) if isinstance(argument, Variable) and argument.lookups else argument


class Expression(FilterExpression):
    """A variable or constant with its filters."""

    __slots__ = ("steps",)

    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        self.var = plain(self.var)
        if isinstance(self.var, Variable):  # A number, which Django keeps wrapped.
            self.var = self.var.resolve({})
        self.is_var = isinstance(self.var, DataPath)
        self.steps: list[Step] = [
            (
                func,
                [(given, plain(argument)) for given, argument in args],
                getattr(func, "needs_autoescape", False),
                getattr(func, "needs_environment", False),
                getattr(func, "is_safe", False),
            )
            for func, args in self.filters
        ]

    def resolve(self, context: Any, ignore_failures: bool = False) -> Any:
        value: Any = self.var.resolve(context) if self.is_var else self.var
        if value is MISSING:
            value = None if ignore_failures and not self.steps else ""
        for func, args, autoescape, environment, safe in self.steps:
            given = [self.argument(variable, argument, context) for variable, argument in args]
            extra: dict[str, Any] = {"autoescape": context.autoescape} if autoescape else {}
            if environment:
                extra["environment"] = context.environment
            try:
                result = func(value, *given, **extra)
            except WRONG_TYPE:
                continue
            if isinstance(result, str):
                bounded(result)
            value = SafeString(result) if safe and isinstance(value, SafeData) else result
        return value

    @staticmethod
    def argument(variable: bool, argument: Any, context: Any) -> Any:
        if not variable:
            return SafeString(argument) if isinstance(argument, str) else argument
        found = argument.resolve(context)
        return None if found is MISSING else found


def printed(value: Any, autoescape: bool) -> str:
    """A value as text: nothing for None, dates as people write them."""
    if isinstance(value, str):
        text = value
    elif value is None:
        return ""
    elif isinstance(value, datetime):
        return format_date(value, "N j, Y, P")
    elif isinstance(value, date):
        return format_date(value, "N j, Y")
    else:
        text = str(value)
    if not autoescape or isinstance(text, SafeData):
        return text
    return html.escape(text)


class Output(Node):
    """`{{ … }}`."""

    def __init__(self, expression: FilterExpression) -> None:
        self.expression = expression

    def render(self, context: Any) -> SafeString:
        return SafeString(printed(self.expression.resolve(context), context.autoescape))


class Sequenced:
    """What a loop runs over: always a list, and charged before its first round."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def resolve(self, context: Any, ignore_failures: bool = False) -> list[Any]:
        value = self.expression.resolve(context, ignore_failures=True)
        if isinstance(value, dict):
            value = list(value)
        if not isinstance(value, list | tuple):
            return []
        context.charge(len(value))
        return list(value)


class DialectParser(Parser):
    """Knows the tags and filters of the dialect only, and swaps in the nodes that keep to data."""

    def __init__(
        self,
        tokens: Sequence[Token],
        tags: dict[str, Any],
        filters: dict[str, Any],
        *,
        markup: bool,
        targets: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(list(tokens), libraries={}, builtins=[])
        self.markup = markup
        self.targets = targets
        self.tags.update(tags)
        self.filters.update(filters)
        self.count = 0
        self.depth = 0

    def parse(self, parse_until: Any = None) -> NodeList:
        self.depth += 1
        if self.depth > 60:
            raise TemplateSyntaxError("Blocks are nested more than 60 deep")
        found = super().parse(parse_until)
        self.depth -= 1
        return found

    def compile_filter(self, token: str) -> Expression:
        return Expression(token, self)

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        self.count += 1
        if self.count > NODES:
            raise TemplateSyntaxError(f"A template may have at most {NODES} parts")
        if isinstance(node, VariableNode):
            node = Output(node.filter_expression)
        elif isinstance(node, ForNode):
            if "forloop" in node.loopvars:
                raise TemplateSyntaxError("'forloop' cannot be the name of a loop's variable")
            node.sequence = cast(FilterExpression, Sequenced(node.sequence))
        super().extend_nodelist(nodelist, node, token)


class Frame:
    """Stands in for the template object that Django's nodes expect in a context."""

    name = None


def render_nodes(nodes: NodeList, data: dict[str, Any], environment: Environment, *, autoescape: bool) -> str:
    context = RenderContext(data, environment, autoescape=autoescape)
    frame = cast(Template, Frame())
    with context.render_context.push_state(frame):
        context.template = frame
        try:
            text = "".join([node.render(context) for node in nodes])
        except WRONG_TYPE as error:
            raise TooMuch(f"The template cannot be rendered with this data: {error}") from error
    if len(text) > OUTPUT_CHARACTERS:
        raise TooMuch(f"The message would be longer than {OUTPUT_CHARACTERS} characters.")
    return text


def parse_source(
    source: str,
    tags: dict[str, Any],
    filters: dict[str, Any],
    *,
    markup: bool,
    targets: Sequence[tuple[str, str]],
) -> NodeList:
    return DialectParser(Lexer(source).tokenize(), tags, filters, markup=markup, targets=targets).parse()
