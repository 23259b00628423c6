"""The API as a Postman collection (v2.1), made from the OpenAPI document: every operation with an example of its body,
host and keys as variables. No Django."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

Schema = Mapping[str, Any]

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
DEEPEST: Final = 9
TEXT: Final = "2026-07-15T09:00:00+00:00"
EXAMPLES: Final[Mapping[str, Any]] = {
    "address1": "1 Market Street",
    "city": "Porto",
    "color": "#1f5fd6",
    "country": "Portugal",
    "currency": "USD",
    "editor_type": "CODE",
    "email": "ann@example.com",
    "external_id": "customer-17",
    "first_name": "Ann",
    "from_email": "shop@example.com",
    "from_label": "Shop",
    "html": "<html><body><p>Hi {{ first_name|default:'friend' }}</p>{% unsubscribe %}</body></html>",
    "id": "",
    "image": "https://shop.example/ann.png",
    "last_name": "Prado",
    "locale": "en-US",
    "metric_id": "",
    "name": "Example",
    "organization": "Studio",
    "password": "",
    "phone_number": "+15005550006",
    "subject": "Good morning",
    "timezone": "UTC",
    "title": "Guide",
    "unique_id": "order-1001",
    "url": "https://shop.example/",
    "value": 49.95,
    "value_currency": "USD",
}
VARIABLES: Final = ("host", "private_key", "company_id", "revision")


def collection(document: Schema, *, host: str) -> dict[str, Any]:
    """One folder per tag, one request per operation."""
    maker = Maker(document)
    folders: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            folders.setdefault(operation["tags"][0], []).append(maker.request(method.upper(), path, operation))
    values = {"host": host, "private_key": "", "company_id": "", "revision": document["info"]["version"]}
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"]["description"],
            "version": document["info"]["version"],
            "schema": SCHEMA,
        },
        "auth": {
            "type": "apikey",
            "apikey": [
                {"key": "key", "value": "Authorization", "type": "string"},
                {"key": "value", "value": "Klaviyo-API-Key {{private_key}}", "type": "string"},
                {"key": "in", "value": "header", "type": "string"},
            ],
        },
        "variable": [{"key": name, "value": values[name], "type": "string"} for name in VARIABLES],
        "item": [
            {"name": tag, "item": sorted(requests, key=lambda one: one["name"])}
            for tag, requests in sorted(folders.items())
        ],
    }


class Maker:
    """Makes requests of one document."""

    def __init__(self, document: Schema) -> None:
        self.schemas: Schema = document["components"]["schemas"]

    def request(self, method: str, path: str, operation: Schema) -> dict[str, Any]:
        made: dict[str, Any] = {
            "method": method,
            "header": [{"key": "accept", "value": "application/vnd.api+json"}],
            "url": self.url(path, operation["parameters"]),
            "description": described(operation),
        }
        made["header"] += [
            {"key": one["name"], "value": "{{revision}}", "disabled": not one["required"]}
            for one in operation["parameters"]
            if one["in"] == "header"
        ]
        if operation.get("security") == []:
            made["auth"] = {"type": "noauth"}
        content = operation.get("requestBody", {}).get("content", {})
        for media_type, described_body in content.items():
            made["header"].append({"key": "content-type", "value": media_type})
            made["body"] = self.body(media_type, described_body["schema"])
        return {"name": operation["summary"], "request": made, "response": []}

    def url(self, path: str, parameters: list[Schema]) -> dict[str, Any]:
        steps = [f":{step[1:-1]}" if step.startswith("{") else step for step in path.strip("/").split("/")]
        places = [one for one in parameters if one["in"] == "path"]
        query = [self.parameter(one) for one in parameters if one["in"] == "query"]
        raw = "{{host}}/" + "/".join(steps)
        wanted = [f"{one['key']}={one['value']}" for one in query if not one["disabled"]]
        return {
            "raw": f"{raw}?{'&'.join(wanted)}" if wanted else raw,
            "host": ["{{host}}"],
            "path": steps,
            "query": query,
            "variable": [{"key": one["name"], "value": "", "description": "Its id"} for one in places],
        }

    def parameter(self, given: Schema) -> dict[str, Any]:
        schema = given["schema"]
        choices = schema.get("enum") or schema.get("items", {}).get("enum") or [""]
        value = "{{company_id}}" if given["name"] == "company_id" else str(schema.get("default", choices[0]))
        return {
            "key": given["name"],
            "value": value,
            "description": given.get("description", ""),
            "disabled": not given["required"],
        }

    def body(self, media_type: str, schema: Schema) -> dict[str, Any]:
        if media_type == "multipart/form-data":
            fields = self.resolved(schema).get("properties", {})
            return {
                "mode": "formdata",
                "formdata": [
                    {"key": name, "type": "file", "src": []}
                    if one.get("format") == "binary"
                    else {"key": name, "type": "text", "value": str(self.example(one, name) or "")}
                    for name, one in fields.items()
                ],
            }
        text = msgspec.json.format(msgspec.json.encode(self.example(schema)), indent=2).decode()
        return {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def example(self, given: Schema, name: str = "", depth: int = 0) -> Any:
        """A value that fits a schema: what is required, and what can be said in one word."""
        schema = self.resolved(given)
        if "const" in schema or "enum" in schema:
            return schema.get("const", (schema.get("enum") or [None])[0])
        choices = [one for one in schema.get("anyOf", ()) if self.resolved(one).get("type") != "null"]
        if choices:
            return self.example(choices[0], name, depth)
        kind = schema.get("type", "object")
        kind = next((one for one in kind if one != "null"), "string") if isinstance(kind, list) else kind
        if kind == "array":
            return [self.example(schema["items"], name, depth + 1)] if depth < DEEPEST and "items" in schema else []
        if kind == "object":
            return self.object(schema, depth)
        return one_word(kind, schema, name)

    def object(self, schema: Schema, depth: int) -> dict[str, Any]:
        if depth >= DEEPEST:
            return {}
        required = schema.get("required", ())
        return {
            name: self.example(one, name, depth + 1)
            for name, one in schema.get("properties", {}).items()
            if name in required or (name in EXAMPLES and name != "id")
        }


def one_word(kind: str, schema: Schema, name: str) -> Any:
    if name in EXAMPLES and isinstance(EXAMPLES[name], str) == (kind == "string"):
        return EXAMPLES[name]
    if schema.get("default") is not None:
        return schema["default"]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return TEXT if schema.get("format") == "date-time" or name.endswith(("_at", "datetime")) else ""


def described(operation: Schema) -> str:
    limit, scopes = operation["x-ratelimit"], operation["x-scopes"]
    lines = [operation.get("description", "")]
    if scopes:
        lines.append(f"Scopes: {', '.join(scopes)}.")
    lines.append(f"Limits: {', '.join(limit.values())}.")
    if "x-cairn-extension" in operation:
        lines.append("An extension of Cairn's.")
    return "\n\n".join(filter(None, lines))
