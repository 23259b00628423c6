"""Whatever is sent to whichever operation: an answer that says what is wrong, and never a fault of ours."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction

from cairn.api import reference
from cairn.api.conftest import Api
from cairn.infra.clickhouse.client import ClickHouse

DOCUMENT = json.loads(reference.document())
SCHEMAS = DOCUMENT["components"]["schemas"]
SEED = 20_260_715
BODIES_EACH = 8
QUERIES_EACH = 6
DEEPEST = 8
NASTY: list[Any] = [
    *["\0", "", "\ufffe", "x" * 120_000, "😀\u202eעברית'; DROP TABLE x;--", "{{7*7}}{% debug %}", "../../etc/passwd"],
    *["9999-99-99", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
    *[None, True, -1, 2**63, 10**30, 1e308, [], {}, [[[[{}]]]], {"type": None, "id": 5}],
]
IDS = ["absent", "é'\"%", "x" * 500, "0", "01GDDKASAP8TKDDA2GRZDSVP4H", "\0"]
WORDS = ["x", "\0", "-1", "²", "a.b.c", "99999999999999999999"]
VALUES = [
    '"é😀\'%_"',
    "1",
    "-9999999999999999999999",
    "true",
    '["a","b"]',
    "0001-01-01T00:00:00Z",
    "1e300",
    '""',
    "x",
    "]",
]


def operations(*methods: str) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """By tag, the operations that Django answers; the hot paths have their own tests."""
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method in methods and operation["operationId"] not in reference.HOT_BODIES:
                found.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return found


READS, WRITES = operations("get"), operations("post", "patch", "delete")


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def sample(raw: dict[str, Any], depth: int = 0) -> Any:
    """A body that fits a schema, with every field."""
    schema = resolved(raw)
    if "const" in schema or "enum" in schema:
        return schema.get("const") or schema["enum"][0]
    if "anyOf" in schema:
        return sample(next(one for one in schema["anyOf"] if one.get("type") != "null"), depth)
    kind = schema.get("type", "object")
    if kind == "array":
        return [sample(schema.get("items", {}), depth + 1)] if depth < DEEPEST else []
    if kind == "object":
        fields = schema.get("properties", {}) if depth < DEEPEST else {}
        return {name: sample(field, depth + 1) for name, field in fields.items()}
    return {"integer": 1, "number": 1.5, "boolean": True}.get(kind, "2026-07-15T09:00:00+00:00")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from places(one, (*path, name))


def spoiled(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    found = copy.deepcopy(body)
    target = found
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return found


def send(api: Api, method: str, path: str, id_: str, **more: Any) -> None:
    with transaction.atomic():
        reply = api.call(method, path.replace("{id}", quote(id_, safe="")), **more)
        transaction.set_rollback(True)
    assert reply.status < 500, (method, path, id_, more)
    if reply.status >= 400:
        assert all(error["detail"] and error["code"] for error in reply.json["errors"])


@pytest.mark.parametrize("tag", WRITES)
def test_no_body_breaks_an_operation(api: Api, clickhouse: ClickHouse, tag: str) -> None:
    for method, path, operation in WRITES[tag]:
        content = operation.get("requestBody", {}).get("content", {})
        if not content or "multipart/form-data" in content:
            send(api, method, path, "absent", body={"data": None})
            continue
        chance = random.Random(f"{SEED} {operation['operationId']}")
        body = sample(next(iter(content.values()))["schema"])
        everywhere = list(places(body))
        for _ in range(BODIES_EACH):
            id_ = chance.choice(IDS)
            bad = spoiled(body, chance.choice(everywhere), chance.choice(NASTY))
            if isinstance(bad, dict) and isinstance(bad.get("data"), dict) and "id" in bad["data"]:
                bad["data"]["id"] = id_
            send(api, method, path, id_, body=bad)


@pytest.mark.parametrize("tag", READS)
def test_no_query_breaks_an_operation(api: Api, clickhouse: ClickHouse, tag: str) -> None:
    for method, path, operation in READS[tag]:
        chance = random.Random(f"{SEED} {operation['operationId']}")
        parameters = {one["name"]: one for one in operation["parameters"] if one["in"] == "query"}
        lines = parameters.get("filter", {}).get("description", "").split("<br>")
        rules = [(line.split("`")[1], line.split("`")[3::2]) for line in lines[1:]]
        for _ in range(QUERIES_EACH):
            query = {name: chance.choice(WORDS) for name in list(parameters)[:1]}
            if rules and chance.random() < 0.8:
                name, operators = chance.choice(rules)
                query = {"filter": f"{chance.choice(operators)}({name},{chance.choice(VALUES)})"}
            send(api, method, path, chance.choice(IDS), query=query)
