"""Small steps that the changes of several releases are made of."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def inner(document: Any, *path: str) -> Json:
    """The object at a path; an empty one where there is none."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def with_data(document: Json, **changes: Any) -> Json:
    """The document with other members in its `data`."""
    return {**document, "data": {**inner(document, "data"), **changes}}


def without(given: Mapping[str, Any], *names: str) -> Json:
    return {name: value for name, value in given.items() if name not in names}


def known(**values: Any) -> Json:
    """Those that have a value."""
    return {name: value for name, value in values.items() if value is not None}


def identifier(type_: str, id_: Any) -> Json:
    return {"data": {"type": type_, "id": id_}}


def named(query: Mapping[str, str], name: str) -> list[str]:
    return [one.strip() for one in query.get(name, "").split(",") if one.strip()]
