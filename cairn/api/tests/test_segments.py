"""Segments over HTTP: made, filled by ticks, read, previewed and explained."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cairn import wiring
from cairn.api.conftest import Api
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.segments import actions as segments
from cairn.domains.segments.tests.shop import Happening, write_events
from cairn.infra.eventlog.port import Lane
from cairn.kernel import clock
from cairn.kernel.scope import Scope

pytestmark = pytest.mark.usefixtures("clickhouse")


def in_city(city: str) -> dict[str, Any]:
    filter_ = {"type": "string", "operator": "equals", "value": city}
    return definition({"type": "profile-property", "property": "location['city']", "filter": filter_})


def definition(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"condition_groups": [{"conditions": list(conditions)}]}


def bought(metric_id: str, operator: str = "greater-than-or-equal", value: float = 1, days: int = 30) -> dict[str, Any]:
    return {
        "type": "profile-metric",
        "metric_id": metric_id,
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": operator, "value": value},
        "timeframe_filter": {"type": "date", "operator": "in-the-last", "quantity": days, "unit": "day"},
    }


def make(api: Api, name: str, given: dict[str, Any]) -> str:
    reply = api.post("/api/segments", "segment", {"name": name, "definition": given})
    assert reply.status == 201, reply.json
    assert reply.attributes["is_processing"] is True
    return str(reply.data["id"])


def person(api: Api, name: str, city: str = "") -> str:
    attributes = {"email": f"{name}@example.com", "first_name": name.title(), "location": {"city": city}}
    reply = api.post("/api/profiles", "profile", attributes)
    assert reply.status == 201, reply.json
    return str(reply.data["id"])


def metric(scope: Scope, name: str = "Placed Order") -> tuple[str, int]:
    number = events.resolve_metrics(scope, names=[("api", name)])["api", name]
    return next((one.id, number) for one in event_queries.all_metrics(scope) if one.number == number)


def facts(scope: Scope) -> list[str]:
    entries = wiring.log_reader().read(Lane.BULK, {}, 10_000)
    return [entry.record.kind for entry in entries if entry.record.account_id == scope.account_id]


def test_a_segment_fills_itself_and_follows_its_people(api: Api, bobs_api: Api, scope: Scope) -> None:
    ann, bea = person(api, "ann", "Boston"), person(api, "bea", "Berlin")
    segment = make(api, "Bostonians", in_city("Boston"))
    segments.tick(scope, set(), now=clock.now())
    assert api.get(f"/api/segments/{segment}/profiles").ids == [ann]
    assert facts(scope) == []  # Nobody did anything: the definition came to them.
    api.patch(f"/api/profiles/{bea}", "profile", {"location": {"city": "Boston"}}, id=bea)
    segments.tick(scope, set(), now=clock.now())
    assert sorted(bobs_api.get(f"/api/segments/{segment}/relationships/profiles").ids) == sorted([ann, bea])
    assert facts(scope) == ["segment.entered"]
    api.patch(f"/api/profiles/{ann}", "profile", {"location": {"city": "Bonn"}}, id=ann)
    segments.tick(scope, set(), now=clock.now())
    assert api.get(f"/api/segments/{segment}/profiles").ids == [bea]
    assert facts(scope) == ["segment.entered", "segment.left"]
    shown = api.get(f"/api/segments/{segment}", **{"additional-fields[segment]": "profile_count"}).attributes
    assert shown["profile_count"] == 1
    assert shown["is_processing"] is False
    assert shown["summary"] == "Everyone who has a city that is “Boston”."
    assert shown["watermark"]
    assert api.get(f"/api/profiles/{bea}/segments").ids == [segment]


def test_an_edit_builds_anew_and_deactivation_freezes(api: Api, scope: Scope) -> None:
    ann, bea = person(api, "ann", "Boston"), person(api, "bea", "Berlin")
    segment = make(api, "Somewhere", in_city("Boston"))
    segments.tick(scope, set(), now=clock.now())
    edited = api.patch(f"/api/segments/{segment}", "segment", {"definition": in_city("Berlin")}, id=segment)
    assert edited.attributes["is_processing"] is True
    segments.tick(scope, set(), now=clock.now())
    assert api.get(f"/api/segments/{segment}/profiles").ids == [bea]
    both = api.patch(f"/api/segments/{segment}", "segment", {"is_active": False, "name": "No"}, id=segment)
    assert both.status == 400
    assert api.patch(f"/api/segments/{segment}", "segment", {"is_active": False}, id=segment).status == 200
    api.patch(f"/api/profiles/{ann}", "profile", {"location": {"city": "Berlin"}}, id=ann)
    segments.tick(scope, set(), now=clock.now())
    assert api.get(f"/api/segments/{segment}/profiles").ids == [bea]
    api.patch(f"/api/segments/{segment}", "segment", {"is_active": True}, id=segment)
    segments.tick(scope, set(), now=clock.now())
    assert sorted(api.get(f"/api/segments/{segment}/profiles").ids) == sorted([ann, bea])
    assert api.delete(f"/api/segments/{segment}").status == 204
    assert api.get(f"/api/segments/{segment}").status == 404
    assert api.get(f"/api/profiles/{ann}/segments").ids == []


def test_members_in_pages_and_by_filter(api: Api, scope: Scope) -> None:
    people = [person(api, f"p{number}", "Boston") for number in range(5)]
    segment = make(api, "Bostonians", in_city("Boston"))
    segments.tick(scope, set(), now=clock.now())
    path = f"/api/segments/{segment}/profiles"
    first = api.get(path, sort="joined_group_at", **{"page[size]": "2"})
    cursor = first.json["links"]["next"]
    found = list(first.ids)
    while cursor:
        page = api.call("GET", cursor.partition("testserver")[2] or cursor)
        found += page.ids
        cursor = page.json["links"]["next"]
    assert found == people
    assert api.get(path, filter='equals(email,"p3@example.com")').ids == [people[3]]
    assert api.get(path, filter=f'any(profile_id,["{people[1]}","{people[4]}"])', sort="joined_group_at").ids == [
        people[1],
        people[4],
    ]
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert api.get(path, filter=f"greater-than(joined_group_at,{later})").ids == []
    assert len(api.get(path, filter=f"less-than(joined_group_at,{later})").ids) == 5


def test_a_preview_counts_each_condition(api: Api, scope: Scope) -> None:
    person(api, "ann", "Boston")
    person(api, "bea", "Berlin")
    segments.tick(scope, set(), now=clock.now())
    given = definition(*in_city("Boston")["condition_groups"][0]["conditions"])
    given["condition_groups"].append(
        {
            "conditions": [
                {"type": "profile-property", "property": "email", "filter": {"type": "existence", "operator": "is-set"}}
            ]
        }
    )
    reply = api.post("/api/segment-previews", "segment-preview", {"definition": given})
    assert reply.status == 200, reply.json
    assert reply.attributes["count"] == 1
    assert reply.attributes["conditions"] == [[1], [2]]
    assert [one["email"] for one in reply.attributes["sample"]] == ["ann@example.com"]
    assert reply.attributes["summary"] == "Everyone who has a city that is “Boston” and has an email that is set."
    assert reply.attributes["milliseconds"] < 5000


def test_an_explanation_names_the_orders_and_when_they_stop_counting(api: Api, scope: Scope) -> None:
    ann = person(api, "ann")
    number = 1
    metric_id, metric_number = metric(scope)
    now = clock.now()
    days_ago = now.replace(microsecond=0) - timedelta(days=3)
    write_events(scope, [Happening(number, metric_number, days_ago, Decimal("19.99"))])
    segment = make(api, "Recent buyers", definition(bought(metric_id)))
    segments.tick(scope, {number}, now=now)
    asked = {"segment_id": segment, "profile_id": ann}
    reply = api.post("/api/segment-explanations", "segment-explanation", asked)
    assert reply.status == 200, reply.json
    shown = reply.attributes
    assert (shown["member"], shown["holds"]) == (True, True)
    condition = shown["groups"][0]["conditions"][0]
    assert condition["summary"] == "Has done “Placed Order” at least once in the last 30 days"
    assert condition["value"] == 1
    assert len(condition["evidence"]) == 1
    assert datetime.fromisoformat(condition["since"]) == days_ago
    ends = days_ago.replace(hour=0, minute=0, second=0) + timedelta(days=31)
    assert datetime.fromisoformat(condition["until"]) == ends


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"condition_groups": []}, "/condition_groups"),
        ({"condition_groups": [{"conditions": []}]}, "/condition_groups/0/conditions"),
        (definition({"type": "profile-sample"}), "/condition_groups/0/conditions/0/type"),
        (definition(bought("NoSuch")), "/condition_groups/0/conditions/0/metric_id"),
        (
            definition({"type": "profile-group-membership", "is_member": True, "group_ids": ["NoSuch"]}),
            "/condition_groups/0/conditions/0/group_ids/0",
        ),
        (
            definition(
                {
                    "type": "profile-property",
                    "property": "email",
                    "filter": {"type": "string", "operator": "regex", "value": "("},
                }
            ),
            "/condition_groups/0/conditions/0/filter/value",
        ),
        (
            definition(
                {
                    "type": "profile-property",
                    "property": "emial",
                    "filter": {"type": "existence", "operator": "is-set"},
                }
            ),
            "/condition_groups/0/conditions/0/property",
        ),
        (definition(*[bought("NoSuch")] * 101), "/condition_groups"),
    ],
)
def test_a_definition_that_cannot_be_taken_is_refused_where_it_is_wrong(
    api: Api, given: dict[str, Any], pointer: str
) -> None:
    reply = api.post("/api/segments", "segment", {"name": "Wrong", "definition": given})
    assert reply.status == 400
    assert reply.error["source"]["pointer"] == "/data/attributes/definition" + pointer
    assert api.get("/api/segments").ids == []


def test_charlie_sees_nothing_of_annas_segment(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann = person(api, "ann", "Boston")
    segment = make(api, "Bostonians", in_city("Boston"))
    segments.tick(scope, set(), now=clock.now())
    assert charlies_api.get(f"/api/segments/{segment}").status == 404
    assert charlies_api.get(f"/api/segments/{segment}/profiles").status == 404
    assert charlies_api.patch(f"/api/segments/{segment}", "segment", {"name": "Mine"}, id=segment).status == 404
    assert charlies_api.delete(f"/api/segments/{segment}").status == 404
    asked = {"segment_id": segment, "profile_id": ann}
    assert charlies_api.post("/api/segment-explanations", "segment-explanation", asked).status == 404
    assert charlies_api.get("/api/segments").ids == []
    counted = charlies_api.post("/api/segment-previews", "segment-preview", {"definition": in_city("Boston")})
    assert counted.attributes["count"] == 0
    assert api.get(f"/api/segments/{segment}").attributes["name"] == "Bostonians"


def test_segments_are_listed_by_filter_and_order(api: Api) -> None:
    second, first = make(api, "B", in_city("Bonn")), make(api, "A", in_city("Aachen"))
    api.patch(f"/api/segments/{second}", "segment", {"is_starred": True}, id=second)
    assert api.get("/api/segments", sort="name").ids == [first, second]
    assert api.get("/api/segments", filter="equals(is_starred,true)").ids == [second]
    assert api.get("/api/segments", filter='any(name,["A"])').ids == [first]
    assert api.get(f"/api/segments/{first}/flow-triggers").data == []
    assert api.get(f"/api/segments/{first}/tags").data == []
