"""OpenAPI 3.1 from the declarations: the same words that the server obeys."""

import math
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import msgspec

from cairn.api.kernel import declare
from cairn.api.kernel.declare import Auth, Link, Resource
from cairn.api.kernel.errors import MEDIA_TYPE
from cairn.api.kernel.naming import tidy
from cairn.api.kernel.ratelimit import Limit
from cairn.api.kernel.revisions import NEWEST
from cairn.api.kernel.routes import PLACE, Route, Table
from cairn.api.kernel.sparse import names

Schema: TypeAlias = dict[str, Any]
REF = "#/components/schemas/{name}"
TEXT: Schema = {"type": "string"}
ERRORS: Schema = {"$ref": "#/components/responses/Errors"}
ACTS = {"GET": "Get", "POST": "Create", "PATCH": "Update", "DELETE": "Delete"}


def ref(name: str) -> Schema:
    return {"$ref": REF.format(name=name)}


def pascal(type_: str) -> str:
    return "".join(part.capitalize() for part in type_.split("-"))


def structs(table: Table) -> dict[type[msgspec.Struct], None]:
    """Every struct that a declaration names, in order."""
    found: dict[type[msgspec.Struct], None] = {}
    for route in table.routes:
        found[route.resource.attributes] = None
        if isinstance(route.step, declare.Create | declare.Update):
            found |= {kind: None for kind in (route.step.body, route.step.meta) if kind is not None}
    return found


def document(
    table: Table,
    *,
    version: str,
    paths: Mapping[str, Schema] | None = None,
    bodies: Mapping[str, type[msgspec.Struct]] | None = None,
) -> Schema:
    """The whole document. `paths` are operations that are declared elsewhere (hot paths), `bodies` what they take, by
    operationId."""
    elsewhere = dict(bodies or {})
    kinds = list(structs(table) | dict.fromkeys(elsewhere.values()))
    described, components = msgspec.json.schema_components(kinds, ref_template=REF)
    schemas = dict(zip(kinds, described, strict=True))
    all_paths: dict[str, Schema] = {path: dict(item) for path, item in (paths or {}).items()}
    for operation in (one for item in all_paths.values() for one in item.values()):
        schema = schemas.get(elsewhere.get(operation["operationId"]), {"type": "object"})
        operation["requestBody"] = {"required": True, "content": {MEDIA_TYPE: {"schema": schema}}}
    describer = Describer(table, schemas, components)
    for route in table.routes:
        all_paths.setdefault(route.path, {})[route.method.lower()] = describer.route(route)
    for resource in table.resources.values():
        components[f"{pascal(resource.type)}Resource"] = member(resource, schemas, components)
    errors = {"description": "What is wrong", "content": {MEDIA_TYPE: {"schema": ref("Errors")}}}
    whole: Schema = {
        "openapi": "3.1.0",
        "info": about(version),
        "servers": [{"url": "/"}],
        "security": [{"PrivateKey": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(tag_of(route.resource) for route in table.routes)],
        "paths": dict(sorted(all_paths.items())),
        "components": {
            "securitySchemes": {"PrivateKey": KEY},
            "responses": {"Errors": errors},
            "schemas": {**components, **SHARED},
        },
    }
    return tidy(true_defaults(whole))


def true_defaults(value: Any) -> Any:
    """The same without defaults that may not be sent (null where no null is taken, no number): they only say that
    something may be left out."""
    if isinstance(value, list):
        return [true_defaults(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: true_defaults(one) for name, one in value.items()}
    default = kept.get("default", "")
    if (default is None and not takes_null(kept)) or (isinstance(default, float) and not math.isfinite(default)):
        del kept["default"]
    return kept


def takes_null(schema: Schema) -> bool:
    kinds = schema.get("type", [])
    choices = [one.get("type") for one in schema.get("anyOf", ())]
    return "null" in (kinds, *choices) or "null" in kinds or not {"type", "anyOf", "$ref", "enum"} & schema.keys()


def about(version: str) -> Schema:
    return {
        "title": "Cairn API",
        "version": NEWEST,
        "description": f"Cairn {version}. Wire-compatible with Klaviyo's API at revision {NEWEST}; operations with "
        "`x-cairn-extension` are our own.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }


KEY: Schema = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "`Klaviyo-API-Key <private key>`",
}
SHARED: dict[str, Schema] = {
    "Errors": {
        "type": "object",
        "required": ["errors"],
        "properties": {"errors": {"type": "array", "items": ref("Error")}},
    },
    "Error": {
        "type": "object",
        "required": ["id", "status", "code", "title", "detail", "source"],
        "properties": {
            "id": TEXT,
            "status": {"type": "integer"},
            "code": TEXT,
            "title": TEXT,
            "detail": TEXT,
            "source": {"type": "object", "properties": {"pointer": TEXT, "parameter": TEXT}},
            "links": {"type": "object"},
            "meta": {"type": "object"},
        },
    },
    "ObjectLinks": {"type": "object", "required": ["self"], "properties": {"self": TEXT}},
    "CollectionLinks": {
        "type": "object",
        "required": ["self"],
        "properties": {"self": TEXT, "next": {"type": ["string", "null"]}, "prev": {"type": ["string", "null"]}},
    },
    "RelationshipLinks": {
        "type": "object",
        "required": ["self", "related"],
        "properties": {"self": TEXT, "related": TEXT},
    },
}


def tag_of(resource: Resource) -> str:
    return resource.tag or resource.path.replace("-", " ").capitalize()


def identifier(type_: str) -> Schema:
    properties = {"type": {"type": "string", "const": type_}, "id": TEXT}
    return {"type": "object", "required": ["type", "id"], "properties": properties}


def linkage(type_: str, *, many: bool) -> Schema:
    return {"type": "array", "items": identifier(type_)} if many else identifier(type_)


def member(resource: Resource, schemas: Mapping[Any, Schema], components: Mapping[str, Schema]) -> Schema:
    """A resource object. Opt-in attributes are not required in it."""
    attributes = deepcopy(followed(schemas.get(resource.attributes, {}), components))
    if "required" in attributes:
        attributes["required"] = [name for name in attributes["required"] if name not in resource.additional]
    attributes.pop("title", None)
    properties: Schema = {
        "type": {"type": "string", "const": resource.type},
        "id": TEXT,
        "attributes": attributes,
        "links": ref("ObjectLinks"),
    }
    if resource.relationships:
        properties["relationships"] = {
            "type": "object",
            "properties": {
                relationship.name: {
                    "type": "object",
                    "properties": {
                        "data": linkage(relationship.type, many=relationship.many),
                        "links": ref("RelationshipLinks"),
                    },
                }
                for relationship in resource.relationships
            },
        }
    return {"type": "object", "required": ["type", "id", "attributes", "links"], "properties": properties}


def followed(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return components[name] if name else schema


def limits(limit: Limit) -> dict[str, str]:
    daily = {"daily": f"{limit.daily}/d"} if limit.daily else {}
    return {"burst": f"{limit.burst}/s", "steady": f"{limit.steady}/m", **daily}


def titled(operation_id: str) -> str:
    return operation_id.replace("_", " ").capitalize()


def query(name: str, schema: Schema, description: str = "", *, explode: bool | None = None) -> Schema:
    found: Schema = {"name": name, "in": "query", "required": False, "schema": schema}
    if description:
        found["description"] = description
    return found if explode is None else {**found, "explode": explode}


def choices(name: str, values: Iterable[str], description: str) -> Schema:
    return query(name, {"type": "array", "items": {"type": "string", "enum": list(values)}}, description, explode=False)


class Describer:
    """Describes the operations of one table."""

    def __init__(self, table: Table, schemas: Mapping[Any, Schema], components: Mapping[str, Schema]) -> None:
        self.table = table
        self.schemas = schemas
        self.components = components

    def route(self, route: Route) -> Schema:
        operation: Schema = {
            "operationId": route.id,
            "summary": (route.step.summary or titled(route.id)) + (" (ids)" if route.linkage else ""),
            "tags": [tag_of(route.resource)],
            "parameters": self.parameters(route),
            "responses": {**self.answers(route), "4XX": ERRORS, "5XX": ERRORS},
            "x-scopes": list(route.scopes),
            "x-ratelimit": limits(route.limit),
        }
        body = self.body(route)
        if body:
            operation["requestBody"] = body
        if route.auth is not Auth.ACCOUNT:
            operation["security"] = []
        if route.extension:
            operation["x-cairn-extension"] = True
        return operation

    def parameters(self, route: Route) -> list[Schema]:
        found: list[Schema] = [
            {
                "name": "revision",
                "in": "header",
                "required": not route.extension,
                "description": "The dated version of the API, YYYY-MM-DD[.suffix]",
                "schema": {"type": "string", "default": NEWEST},
            }
        ]
        if PLACE in route.path:
            found.insert(0, {"name": "id", "in": "path", "required": True, "schema": TEXT})
        step = route.step
        if isinstance(step, declare.Reading) and (isinstance(step, declare.List) or step.call):
            found += self.reading(step)
        if isinstance(step, declare.Change | declare.Delete) or route.linkage:
            return found
        include = step.include if isinstance(step, declare.Get | declare.Reading) else ()
        if include:
            found.append(choices("include", include, "Related resources to add to the answer"))
        return found + self.fields(self.answered(route), include)

    def reading(self, step: declare.Reading) -> list[Schema]:
        found = []
        if step.filters:
            lines = [
                f"`{name}`: {', '.join(f'`{one}`' for one in field.operators)}"
                + (f" ({field.kind.value})" if field.operators != ("has",) else "")
                for name, field in step.filters.items()
            ]
            demanded = f" Required: {' or '.join(step.required_filters)}." if step.required_filters else ""
            found.append(query("filter", TEXT, "<br>".join(["Fields and operators:" + demanded, *lines])))
        if step.sorts:
            values = [sign + name for name in step.sorts for sign in ("", "-")]
            found.append(query("sort", {"type": "string", "enum": values}))
        if step.page:
            found.append(query("page[cursor]", TEXT, "From `links.next` or `links.prev`"))
            if step.page.settable:
                size = {"type": "integer", "default": step.page.default, "minimum": 1, "maximum": step.page.maximum}
                found.append(query("page[size]", size))
        return found

    def fields(self, resource: Resource | None, include: Iterable[str]) -> list[Schema]:
        if resource is None:
            return []
        types = [link.type for link in resource.relationships if link.name in set(include)]
        shown = [resource, *(self.table.resources[type_] for type_ in types if type_ in self.table.resources)]
        found = []
        for one in {each.type: each for each in shown}.values():
            if one.additional:
                found.append(
                    choices(f"additional-fields[{one.type}]", one.additional, "Attributes shown only if asked")
                )
            found.append(choices(f"fields[{one.type}]", names(one.attributes), "Show only these attributes"))
        return found

    def answered(self, route: Route) -> Resource | None:
        """The declaration of what the answer shows."""
        if route.relationship is not None:
            return self.table.resources.get(route.relationship.type)
        return route.resource

    def body(self, route: Route) -> Schema | None:
        step = route.step
        if isinstance(step, declare.Change) and route.relationship:
            return content({"data": linkage(route.relationship.type, many=route.relationship.many)}, MEDIA_TYPE)
        if not isinstance(step, declare.Create | declare.Update):
            return None
        attributes = self.schemas[step.body] if step.body else None
        if step.multipart:
            form = deepcopy(followed(attributes or {"type": "object"}, self.components))
            form.setdefault("properties", {})["file"] = {"type": "string", "format": "binary"}
            form["required"] = [*form.get("required", []), "file"]
            return {"required": True, "content": {"multipart/form-data": {"schema": form}}}
        properties: Schema = {"type": {"type": "string", "const": step.takes or route.resource.type}}
        required = ["type"]
        if isinstance(step, declare.Update) or step.body_id:
            properties["id"] = TEXT
            required.append("id")
        if attributes is not None:
            properties["attributes"] = attributes
            required.append("attributes")
        if step.meta is not None:
            properties["meta"] = self.schemas[step.meta]
        if step.links:
            properties["relationships"] = relationships(step.links)
            required += ["relationships"] if any(link.required for link in step.links.values()) else []
        return content({"data": {"type": "object", "required": required, "properties": properties}}, MEDIA_TYPE)

    def answers(self, route: Route) -> Schema:
        also = route.step.also if isinstance(route.step, declare.Create) else ()
        return {str(status): self.response(route) for status in (*also, self.status(route))}

    def status(self, route: Route) -> int:
        if isinstance(route.step, declare.Create | declare.Update):
            return route.step.status
        return 204 if isinstance(route.step, declare.Delete | declare.Change) else 200

    def response(self, route: Route) -> Schema:
        status = self.status(route)
        if status == 204:
            return {"description": "Done"}
        many = isinstance(route.step, declare.List) or bool(route.relationship and route.relationship.many)
        if route.linkage and route.relationship:
            data: Schema = linkage(route.relationship.type, many=many)
        else:
            resource = self.answered(route)
            one = ref(f"{pascal(resource.type)}Resource") if resource else {"type": "object"}
            data = {"type": "array", "items": one} if many else one
        if route.relationship and not many:
            data = {"anyOf": [data, {"type": "null"}]}
        properties: Schema = {"data": data, "links": ref("CollectionLinks" if many else "ObjectLinks")}
        if isinstance(route.step, declare.List | declare.Get | declare.Related) and route.step.include:
            properties["included"] = {"type": "array", "items": self.included(route)}
        schema = {"type": "object", "required": ["data"], "properties": properties}
        description = "Accepted" if status == 202 else "Success"
        return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}

    def included(self, route: Route) -> Schema:
        """Whatever the operation can include; types without a declaration never appear."""
        shown, step = self.answered(route), route.step
        names_ = step.include if isinstance(step, declare.Get | declare.Reading) else ()
        types = [link.type for link in shown.relationships if link.name in names_] if shown else []
        known = [ref(f"{pascal(type_)}Resource") for type_ in dict.fromkeys(types) if type_ in self.table.resources]
        return {"anyOf": known} if len(known) > 1 else (known or [{"type": "object"}])[0]


def relationships(links: Mapping[str, Link]) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": {
            name: {
                "type": "object",
                **({"required": ["data"]} if link.required else {}),
                "properties": {"data": linked(link)},
            }
            for name, link in links.items()
        },
    }
    required = [name for name, link in links.items() if link.required]
    return {**found, "required": required} if required else found


def linked(link: Link) -> Schema:
    """What a body may give as a relationship: to one, nobody, too."""
    given = linkage(link.type, many=link.many)
    return given if link.many or link.required else {"anyOf": [given, {"type": "null"}]}


def content(properties: Schema, media_type: str) -> Schema:
    schema = {"type": "object", "required": ["data"], "properties": properties}
    return {"required": True, "content": {media_type: {"schema": schema}}}
