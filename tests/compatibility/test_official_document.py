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
# Tags whose every operation is here.
SERVED = ("Accounts", "Campaigns", "Events", "Images", "Lists", "Segments", "Tags")


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
