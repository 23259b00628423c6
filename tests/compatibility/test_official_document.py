"""Our OpenAPI document beside the official one: the same operations at the same places, scopes and limits."""

import json
from typing import Any

import pytest

from cairn.api import reference
from tests.compatibility.reference import conformance

# Parameters, or values of them, that mean nothing here yet.
ABSENT = {
    ("fields[campaign-message]", "render_options"): "text messages have them, and there are none",
    ("page_cursor", ""): "reports come in one page",
}
# Fields of requests that are not described, with the reason; in any operation.
UNDESCRIBED = {
    "/data/attributes/profiles/data/[]/attributes/age_gated_date_of_birth": "no account asks for an age",
    "/data/attributes/return_fields": "everything is returned",
    "/data/id": "taken where a profile is upserted, and named by the attributes as well",
}
# Push consent comes with the devices' tokens: they are registered by a call of their own.
WITH_DEVICES = "/subscriptions/push/"
# Who demands a field that the other does not, with the reason; in any operation.
DEMANDED = {
    "/data/attributes/profiles/data/[]/attributes/subscriptions": "old clients leave it out, new ones are told",
    "/data/relationships/list/data": "a visitor subscribes to a list",
    "/data/relationships/profiles/data": "a merge without a source is none",
    "/data/relationships/tag-group/data": "a relationship that must be given has a target",
    "/data/relationships/template/data": "a relationship that must be given has a target",
    "/data/relationships/webhook-topics/data": "a relationship that must be given has a target",
    "/data/attributes/timeframe/start": "one of two forms",
    "/data/attributes/timeframe/end": "one of two forms",
    "/data/attributes/timeframe/key": "one of two forms",
}
DEMANDED_TAILS = ("/push/marketing", "/relationships/image/data")
# Attributes that no answer has.
UNSHOWN = {
    "/data/attributes/render_options": "text messages have them, and there are none",
    "/data/[]/attributes/render_options": "text messages have them, and there are none",
}
# What makes a schema more than "anything".
SAYING = {"properties", "anyOf", "oneOf", "allOf", "items", "enum", "const"}
DEEPEST = 16
# Tags whose every operation is here.
SERVED = ("Accounts", "Campaigns", "Events", "Flows", "Images", "Lists", "Metrics", "Segments", "Tags")


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (method.upper(), path.replace("{job_id}", "{id}"), operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "operationId" in operation
    }


@pytest.fixture(scope="module")
def official() -> dict[str, tuple[str, str, dict[str, Any]]]:
    return operations(json.loads((conformance() / "openapi" / "stable.json").read_text()))


@pytest.fixture(scope="module")
def ours() -> dict[str, tuple[str, str, dict[str, Any]]]:
    return operations(json.loads(reference.document()))


Operations = dict[str, tuple[str, str, dict[str, Any]]]


@pytest.mark.shared
def test_official_operations_stand_where_they_should(official: Operations, ours: Operations) -> None:
    common = official.keys() & ours.keys()
    assert {name: ours[name][:2] for name in common} == {name: official[name][:2] for name in common}


@pytest.mark.shared
def test_what_is_not_official_is_marked(official: Operations, ours: Operations) -> None:
    assert [name for name, (*_, one) in ours.items() if name not in official and "x-cairn-extension" not in one] == []
    assert [name for name, (*_, one) in ours.items() if name in official and "x-cairn-extension" in one] == []


@pytest.mark.shared
@pytest.mark.parametrize(("own", "their"), [("x-scopes", "x-klaviyo-scopes"), ("x-ratelimit", "x-klaviyo-ratelimit")])
def test_scopes_and_limits_are_the_official_ones(official: Operations, ours: Operations, own: str, their: str) -> None:
    def stated(one: dict[str, Any], name: str) -> Any:
        return sorted(one[name]) if isinstance(one[name], list) else one[name]

    # Public keys have no scopes, whatever the official document says of them.
    common = sorted(name for name in official.keys() & ours.keys() if not ours[name][1].startswith("/client/"))
    found = {name: stated(ours[name][2], own) for name in common}
    assert found == {name: stated(official[name][2], their) for name in common}


@pytest.mark.shared
def test_filters_sorts_and_includes_are_the_official_ones(official: Operations, ours: Operations) -> None:
    """Ours may allow more; what the official document has must be there."""
    missing = []
    for name in sorted(official.keys() & ours.keys()):
        own = {one["name"]: one for one in ours[name][2]["parameters"]}
        for parameter in official[name][2]["parameters"]:
            values = choices(parameter) - choices(own.get(parameter["name"], {}))
            known_type = parameter["name"] in own or not parameter["name"].startswith(("fields", "additional-fields"))
            if parameter["in"] == "query" and known_type and (parameter["name"] not in own or values):
                missing += [(name, parameter["name"], value) for value in values or {""}]
    missing = [one for one in missing if one[1:] not in ABSENT]
    assert missing == [], "\n".join(map(str, missing))


def choices(parameter: dict[str, Any]) -> set[str]:
    schema = parameter.get("schema", {})
    found: list[str] = schema.get("enum") or schema.get("items", {}).get("enum") or []
    # Nested names of a sparse fieldset follow from their first part.
    return {value.split(".")[0] if not value.startswith("-") else value for value in found} - {"id"}


@pytest.mark.shared
def test_every_operation_of_the_served_tags_is_here(official: Operations, ours: Operations) -> None:
    wanted = {name for name, (*_, one) in official.items() if one["tags"][0] in SERVED}
    assert wanted - ours.keys() == set()


Document = dict[str, Any]


@pytest.fixture(scope="module")
def documents() -> tuple[Document, Document]:
    """The official one and ours."""
    return json.loads((conformance() / "openapi" / "stable.json").read_text()), json.loads(reference.document())


def resolved(document: Document, schema: Document) -> Document:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def fields(document: Document, raw: Document, at: str = "", depth: int = 0) -> dict[str, bool]:
    """Every field of a schema by its place, and whether it must be given. A place that ends in `*` takes anything."""
    schema = resolved(document, raw)
    if depth > DEEPEST:
        return {}
    found: dict[str, bool] = {}
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        found |= fields(document, inner, at, depth + 1)
    if "items" in schema:
        found |= fields(document, schema["items"], f"{at}/[]", depth + 1)
    for name, inner in schema.get("properties", {}).items():
        found[f"{at}/{name}"] = name in schema.get("required", ())
        found |= fields(document, inner, f"{at}/{name}", depth + 1)
    if schema.get("type", "object") == "object" and not SAYING & schema.keys():
        found[f"{at}/*"] = False
    return found


def body(document: Document, operation: Document) -> dict[str, bool]:
    content = operation.get("requestBody", {}).get("content", {})
    return fields(document, next(iter(content.values()))["schema"]) if content else {}


def answer(document: Document, operation: Document) -> dict[str, bool]:
    for status, reply in operation["responses"].items():
        if status.startswith("2") and reply.get("content"):
            return fields(document, next(iter(reply["content"].values()))["schema"])
    return {}


def is_taken(place: str, known: dict[str, bool]) -> bool:
    """Whether a field is described, or lies within something that takes anything."""
    parts = place.split("/")
    return place in known or any(f"{'/'.join(parts[:end])}/*" in known for end in range(1, len(parts)))


@pytest.mark.shared
def test_answers_have_the_official_status(official: Operations, ours: Operations) -> None:
    def successes(one: Document) -> set[str]:
        return {status for status in one["responses"] if status.startswith("2")}

    common = official.keys() & ours.keys()
    assert {name: successes(ours[name][2]) for name in common} == {
        name: successes(official[name][2]) for name in common
    }


@pytest.mark.shared
def test_every_official_field_of_a_request_is_described(
    official: Operations, ours: Operations, documents: tuple[Document, Document]
) -> None:
    missing = []
    for name in sorted(official.keys() & ours.keys()):
        known = body(documents[1], ours[name][2])
        missing += [
            (name, place)
            for place in body(documents[0], official[name][2])
            if not is_taken(place, known) and place not in UNDESCRIBED and WITH_DEVICES not in place
        ]
    assert missing == [], "\n".join(map(str, missing))


@pytest.mark.shared
def test_the_same_fields_must_be_given(
    official: Operations, ours: Operations, documents: tuple[Document, Document]
) -> None:
    different = []
    for name in sorted(official.keys() & ours.keys()):
        theirs, own = body(documents[0], official[name][2]), body(documents[1], ours[name][2])
        different += [
            (name, place, "official" if theirs[place] else "ours")
            for place in theirs.keys() & own.keys()
            if theirs[place] != own[place] and place not in DEMANDED and not place.endswith(DEMANDED_TAILS)
        ]
    assert different == [], "\n".join(map(str, different))


@pytest.mark.shared
def test_every_official_attribute_of_an_answer_is_shown(
    official: Operations, ours: Operations, documents: tuple[Document, Document]
) -> None:
    missing = []
    for name in sorted(official.keys() & ours.keys()):
        known = answer(documents[1], ours[name][2])
        attributes = [place for place in answer(documents[0], official[name][2]) if is_attribute(place)]
        missing += [(name, place) for place in attributes if not is_taken(place, known) and place not in UNSHOWN]
    assert missing == [], "\n".join(map(str, missing))


def is_attribute(place: str) -> bool:
    """`/data/attributes/x` or `/data/[]/attributes/x`, and nothing deeper."""
    head, _, tail = place.partition("/attributes/")
    return head in ("/data", "/data/[]") and bool(tail) and "/" not in tail
