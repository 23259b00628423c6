"""Sparse fieldsets: `fields[type]=a,b.c` and `additional-fields[type]=d`. No Django."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from cairn.api.kernel import errors
from cairn.api.kernel.declare import Resource

PARAMETER = re.compile(r"(fields|additional-fields)\[([^\]]+)\]")
Tree: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show of one type. `fields` None: everything that is not opt-in."""

    fields: Tree | None = None
    additional: frozenset[str] = frozenset()

    def wants(self, name: str) -> bool:
        return self.fields is None or name in self.fields


EVERYTHING = Wish()


def tree(paths: list[str]) -> Tree:
    """Dotted paths as nested dictionaries; an empty one shows the whole value."""
    root: Tree = {}
    whole = set(paths)
    for path in paths:
        node, seen = root, ""
        for step in path.split("."):
            seen = f"{seen}.{step}" if seen else step
            node = node.setdefault(step, {})
            if seen in whole and seen != path:
                break  # A shorter path already shows all of this.
    for path in whole:
        node = root
        for step in path.split("."):
            node = node.get(step, {})
        node.clear()
    return root


def names(attributes: type[msgspec.Struct]) -> tuple[str, ...]:
    """The attributes of a type, as documents spell them."""
    return attributes.__struct_encode_fields__


def wishes(parameters: Mapping[str, str], resources: Mapping[str, Resource]) -> dict[str, Wish]:
    """What the caller wants of each type. Refuses names that the type does not have."""
    shown: dict[str, Tree] = {}
    added: dict[str, frozenset[str]] = {}
    for parameter, value in parameters.items():
        found = PARAMETER.fullmatch(parameter)
        if found is None:
            continue
        kind, type_ = found.groups()
        paths = [path.strip() for path in value.split(",") if path.strip()]
        resource = resources.get(type_)
        if resource is None:
            continue  # A documented type that nothing here produces yet.
        known = set(resource.additional) if kind == "additional-fields" else {*names(resource.attributes), "id"}
        unknown = sorted({path for path in paths if path.split(".")[0] not in known})
        if unknown:
            raise errors.invalid(f"'{type_}' has no field {', '.join(unknown)}.", parameter=parameter)
        if kind == "fields":
            shown[type_] = tree(paths)
        else:
            added[type_] = frozenset(path.split(".")[0] for path in paths)
    return {type_: Wish(shown.get(type_), added.get(type_, frozenset())) for type_ in shown.keys() | added.keys()}


def pick(value: Any, wanted: Tree) -> Any:
    """The parts of a value that the tree names."""
    if not wanted or value is None:
        return value
    if isinstance(value, msgspec.Raw):
        value = msgspec.json.decode(value)
    if isinstance(value, list):
        return [pick(one, wanted) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: pick(value[name], inner) for name, inner in wanted.items() if name in value}
