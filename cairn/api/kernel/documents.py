"""Response documents: rows to resources, with links, relationships and whatever is to be included."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from cairn.api.kernel import errors
from cairn.api.kernel.declare import Relationship, Resource, Row
from cairn.api.kernel.plain import plain
from cairn.api.kernel.sparse import EVERYTHING, Wish, pick
from cairn.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the documents of one request. `resources` finds a type's declaration, `base` is the server's address."""

    scope: Scope
    base: str
    resources: Mapping[str, Resource]
    wishes: Mapping[str, Wish] = field(default_factory=dict)

    def wish(self, type_: str) -> Wish:
        return self.wishes.get(type_, EVERYTHING)

    def showing(self, type_: str, names: Sequence[str]) -> "Writer":
        """The same with opt-in attributes that nobody has to ask for, unless the caller chose what to see."""
        wish = self.wish(type_)
        if not names or wish.fields is not None:
            return self
        return replace(self, wishes={**self.wishes, type_: replace(wish, additional=wish.additional | set(names))})

    def members(
        self, resource: Resource, rows: Sequence[Row], linked: Mapping[str, Mapping[str, Sequence[str]]] | None = None
    ) -> list[dict[str, Any]]:
        """The resource objects of some rows; `linked` holds the ids of relationships that were already asked for."""
        wish = self.wish(resource.type)
        extra = self.extra(resource, rows, wish)
        found = dict(linked or {})
        for relationship in resource.relationships:
            if relationship.shown and relationship.ids and relationship.name not in found:
                found[relationship.name] = relationship.ids(self.scope, rows)
        return [self.member(resource, row, wish, extra, found) for row in rows]

    def extra(self, resource: Resource, rows: Sequence[Row], wish: Wish) -> dict[str, Mapping[str, Any]]:
        wanted = ((name, resource.additional.get(name)) for name in wish.additional)
        return {name: loader(self.scope, rows) for name, loader in wanted if loader}

    def member(
        self,
        resource: Resource,
        row: Row,
        wish: Wish,
        extra: Mapping[str, Mapping[str, Any]],
        linked: Mapping[str, Mapping[str, Sequence[str]]],
    ) -> dict[str, Any]:
        id_ = str(row.id)
        address = f"{self.base}/api/{resource.path}/{id_}/"
        member: dict[str, Any] = {
            "type": resource.type,
            "id": id_,
            "attributes": self.attributes(resource, row, wish, extra),
        }
        if resource.relationships:
            member["relationships"] = {
                relationship.name: relation(relationship, address, id_, linked.get(relationship.name))
                for relationship in resource.relationships
            }
        member["links"] = {"self": address}
        return member

    def attributes(
        self, resource: Resource, row: Row, wish: Wish, extra: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        source = resource.show(row) if resource.show else row
        shown: dict[str, Any] = {}
        kind = resource.attributes
        for attribute, name in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True):
            if name in resource.additional:
                if name not in wish.additional:
                    continue
                value = extra[name].get(row.id) if name in extra else valued(source, attribute, name)
            elif wish.wants(name):
                value = valued(source, attribute, name)
            else:
                continue
            if value is msgspec.UNSET:
                continue
            whole = plain(value)
            shown[name] = pick(whole, wish.fields[name]) if wish.fields and name in wish.fields else whole
        return shown

    def included(
        self, resource: Resource, rows: Sequence[Row], names: Sequence[str]
    ) -> tuple[dict[str, Mapping[str, Sequence[str]]], list[dict[str, Any]]]:
        """The ids behind each included relationship, and the resources themselves, none twice and none of `rows`."""
        linked: dict[str, Mapping[str, Sequence[str]]] = {}
        wanted: dict[str, dict[str, None]] = {}
        for name in names:
            relationship = find(resource, name)
            linked[name] = relationship.ids(self.scope, rows) if relationship.ids else {}
            ids = (id_ for row in rows for id_ in linked[name].get(row.id, ()))
            wanted.setdefault(relationship.type, {}).update(dict.fromkeys(ids))
        included: list[dict[str, Any]] = []
        for type_, ids_ in wanted.items():
            target = self.resources.get(type_)
            if target and target.load and ids_:
                included += self.members(target, target.load(self.scope, list(ids_)))
        return linked, included

    def one(self, resource: Resource, row: Row, include: Sequence[str] = ()) -> dict[str, Any]:
        linked, included = self.included(resource, [row], include)
        member = self.members(resource, [row], linked)[0]
        document: dict[str, Any] = {"data": member, "links": {"self": member["links"]["self"]}}
        return {**document, "included": included} if include else document

    def many(
        self, resource: Resource, rows: Sequence[Row], links: Mapping[str, str | None], include: Sequence[str] = ()
    ) -> dict[str, Any]:
        linked, included = self.included(resource, rows, include)
        document: dict[str, Any] = {"data": self.members(resource, rows, linked), "links": dict(links)}
        return {**document, "included": included} if include else document


def valued(source: Any, attribute: str, name: str) -> Any:
    if isinstance(source, Mapping):
        return source.get(name, msgspec.UNSET)
    return getattr(source, attribute)


def relation(
    relationship: Relationship, address: str, id_: str, ids: Mapping[str, Sequence[str]] | None
) -> dict[str, Any]:
    related: dict[str, Any] = {
        "links": {
            "self": f"{address}relationships/{relationship.name}/",
            "related": f"{address}{relationship.name}/",
        }
    }
    if ids is None:
        return related
    data = identifiers(relationship.type, ids.get(id_, ()))
    if relationship.many:
        return {"data": data, **related}
    return {"data": data[0], **related} if data else related


def identifiers(type_: str, ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": type_, "id": str(id_)} for id_ in ids]


def find(resource: Resource, name: str) -> Relationship:
    for relationship in resource.relationships:
        if relationship.name == name:
            return relationship
    raise errors.invalid(f"'{resource.type}' has no relationship {name!r}.", parameter="include")
