"""From declarations to routes: one table of paths, each with its methods."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cairn.api.kernel import declare
from cairn.api.kernel.declare import Auth, Cost, Relationship, Resource
from cairn.api.kernel.errors import Refused, method_not_allowed, not_found
from cairn.api.kernel.ratelimit import Limit

Step: TypeAlias = declare.Operation | declare.Related | declare.Change
PLACE = "{id}"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation at its place. `linkage`: it speaks of ids only (`/relationships/…`)."""

    id: str
    method: str
    path: str
    resource: Resource
    step: Step
    relationship: Relationship | None = None
    linkage: bool = False

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.step.scopes

    @property
    def limit(self) -> Limit:
        return self.step.limit

    @property
    def costs(self) -> tuple[Cost, ...]:
        return () if isinstance(self.step, declare.Change) else self.step.costs

    @property
    def auth(self) -> Auth:
        return self.step.auth if isinstance(self.step, declare.Operation) else Auth.ACCOUNT

    @property
    def extension(self) -> bool:
        own = not isinstance(self.step, declare.Change) and self.step.extension and not self.linkage
        return own or self.resource.extension


METHODS: Mapping[type[declare.Operation], str] = {
    declare.List: "GET",
    declare.Get: "GET",
    declare.Create: "POST",
    declare.Update: "PATCH",
    declare.Delete: "DELETE",
}


def of_resource(resource: Resource) -> Iterable[Route]:
    for operation in resource.operations:
        single = isinstance(operation, declare.Get | declare.Update) or (
            isinstance(operation, declare.Delete) and not operation.every
        )
        own = f"/api/{resource.path}" + (f"/{PLACE}" if single else "")
        yield Route(operation.id, METHODS[type(operation)], operation.path or own, resource, operation)
    for relationship in resource.relationships:
        yield from of_relationship(resource, relationship)


def of_relationship(resource: Resource, relationship: Relationship) -> Iterable[Route]:
    one = f"/api/{resource.path}/{PLACE}"
    linkage = f"{one}/relationships/{relationship.name}"
    related = relationship.related
    if related:
        yield Route(related.id, "GET", f"{one}/{relationship.name}", resource, related, relationship)
        if related.linkage_id:
            yield Route(related.linkage_id, "GET", linkage, resource, related, relationship, linkage=True)
    changes = {"POST": relationship.add, "PATCH": relationship.replace, "DELETE": relationship.remove}
    for method, change in changes.items():
        if change:
            yield Route(change.id, method, linkage, resource, change, relationship, linkage=True)


@dataclass(frozen=True, slots=True)
class Table:
    """All routes, and the declarations by type (of several with one type, the one that can load)."""

    routes: tuple[Route, ...]
    resources: Mapping[str, Resource]
    by_path: Mapping[tuple[str, ...], Mapping[str, Route]]

    def find(self, method: str, path: str) -> tuple[Route, str | None]:
        """The route and the id in the path. Refuses with 404 or 405; a trailing slash makes no difference."""
        steps = path.strip("/").split("/")
        exact = self.by_path.get(tuple(steps))
        id_ = None
        if exact is None and len(steps) > 2:
            id_, steps[2] = steps[2], PLACE
            exact = self.by_path.get(tuple(steps)) if id_ else None
        if exact is None:
            raise Refused([not_found("There is nothing at this address.")])
        route = exact.get("GET" if method == "HEAD" else method)
        if route is None:
            raise method_not_allowed(method, exact)
        return route, id_


def table(resources: Iterable[Resource]) -> Table:
    """Join declarations. Two operations at one place or with one id are a mistake of ours, told at the start."""
    everything = tuple(resources)
    routes = tuple(route for resource in everything for route in of_resource(resource))
    by_path: dict[tuple[str, ...], dict[str, Route]] = {}
    ids: set[str] = set()
    for route in routes:
        place = by_path.setdefault(tuple(route.path.strip("/").split("/")), {})
        if route.method in place or route.id in ids:
            raise ValueError(f"{route.method} {route.path} ({route.id}) is declared twice")
        place[route.method] = route
        ids.add(route.id)
    by_type: dict[str, Resource] = {}
    for resource in everything:
        known = by_type.get(resource.type)
        if known is None or (resource.load and not known.load):
            by_type[resource.type] = resource
    return Table(routes, by_type, by_path)
