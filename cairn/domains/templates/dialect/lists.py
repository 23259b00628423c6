"""Filters on lists and dictionaries."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.template import defaultfilters

from cairn.domains.templates.dialect.data import MISSING, number, step, walk
from cairn.domains.templates.dialect.limits import TEXT_CHARACTERS, TooMuch


def several(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    raise TypeError("not a list")


def join(value: Any, separator: Any = ", ") -> str:
    parts = ["" if one is None else str(one) for one in several(value)]
    if sum(map(len, parts)) + len(parts) * len(str(separator)) > TEXT_CHARACTERS:
        raise TooMuch("The template makes a text that is too long.")
    return str(separator).join(parts)


def list_to_string(value: Any, separator: Any = ", ") -> str:
    return join(value, separator)


def first(value: Any) -> Any:
    return value[0] if value else ""


def last(value: Any) -> Any:
    return value[-1] if value else ""


def rank(value: Any) -> tuple[int, Any]:
    """Numbers before text before all else, so that mixed lists have an order."""
    try:
        return (0, number(value)) if not isinstance(value, str) else (1, value)
    except (TypeError, ValueError):
        return (2, str(value))


def sort(value: Any, key: Any = None) -> list[Any]:
    return sorted(several(value), key=lambda one: rank(walk(one, str(key)) if key else one))


def sort_natural(value: Any, key: Any = None) -> list[Any]:
    return sorted(several(value), key=lambda one: str(walk(one, str(key)) if key else one).casefold())


def sort_reversed(value: Any, key: Any) -> list[Any]:
    return sort(value, key)[::-1]


def reverse(value: Any) -> Any:
    return value[::-1]


def unique(value: Any) -> list[Any]:
    seen: list[Any] = []
    known: set[str] = set()
    for one in several(value):
        if repr(one) not in known:
            known.add(repr(one))
            seen.append(one)
    return seen


def compact(value: Any) -> list[Any]:
    return [one for one in several(value) if one is not None]


def mapped(value: Any, key: Any) -> list[Any]:
    return [walk(one, str(key)) for one in several(value)]


def where(value: Any, condition: Any) -> list[Any]:
    """`'key=value'` keeps the objects with that value, `'key'` those where it is true."""
    key, equals, wanted = str(condition).partition("=")
    found = [(one, walk(one, key.strip())) for one in several(value)]
    if not equals:
        return [one for one, held in found if held]
    return [one for one, held in found if str(held) == wanted.strip().strip("\"'")]


def lookup(value: Any, key: Any) -> Any:
    found = step(value, str(key))
    return "" if found is MISSING else found


def concat(value: Any, other: Any) -> Any:
    if isinstance(value, list) and isinstance(other, list):
        if len(value) + len(other) > TEXT_CHARACTERS // 10:
            raise TooMuch("The template makes a list that is too long.")
        return value + other
    return str(value) + str(other)


def cut_slice(value: Any, argument: Any) -> Any:
    return defaultfilters.slice_filter(value, argument) if not isinstance(value, Mapping) else value


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "compact": compact,
    "concat": concat,
    "default": defaultfilters.default,
    "default_if_none": defaultfilters.default_if_none,
    "dictfilter": where,
    "dictsort": sort,
    "dictsortreversed": sort_reversed,
    "first": first,
    "join": join,
    "last": last,
    "list_to_string": list_to_string,
    "list_where": where,
    "lookup": lookup,
    "map": mapped,
    "reverse": reverse,
    "slice": cut_slice,
    "sort": sort,
    "sort_natural": sort_natural,
    "uniq": unique,
}
