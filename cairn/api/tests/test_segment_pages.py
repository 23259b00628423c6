"""What a segment's page asks for: overlaps, make-up, purchases, growth, search among members, and what uses it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cairn.api.conftest import Answer, Api
from cairn.api.tests.test_segment_life import edit, in_groups, move, tick
from cairn.api.tests.test_segments import in_city, make, metric, person
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch
from cairn.domains.segments.tests.shop import Happening, write_events
from cairn.kernel import clock
from cairn.kernel.scope import Scope

pytestmark = pytest.mark.usefixtures("clickhouse")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ask(api: Api, what: str, **body: Any) -> Answer:
    plural = what if what.endswith("purchases") else f"{what}s"
    return api.post(f"/api/{plural}", what, body)


def inhabitant(api: Api, name: str, city: str, country: str, **more: Any) -> str:
    attributes = {"email": f"{name}@example.com", "location": {"city": city, "country": country}, **more}
    return str(api.post("/api/profiles", "profile", attributes).data["id"])


def anybody(api: Api) -> str:
    existing = {"type": "existence", "operator": "is-set"}
    condition = {"type": "profile-property", "property": "email", "filter": existing}
    return make(api, "Anybody", {"condition_groups": [{"conditions": [condition]}]})


def test_how_segments_overlap(api: Api, charlies_api: Api, scope: Scope) -> None:
    for name, city in (("ann", "Boston"), ("bea", "Boston"), ("cem", "Berlin"), ("dan", "Bonn")):
        person(api, name, city)
    boston, bern, berlin = (make(api, city, in_city(city)) for city in ("Boston", "Bern", "Berlin"))
    everybody = anybody(api)
    tick(scope)
    found = ask(api, "segment-overlap", segment_ids=[everybody, bern, berlin, boston]).attributes
    assert (found["names"], found["anybody"]) == (["Anybody", "Bern", "Berlin", "Boston"], 4)
    assert found["shared"] == [[4, 0, 1, 2], [0, 0, 0, 0], [1, 0, 1, 0], [2, 0, 0, 2]]
    nobody = ask(api, "segment-overlap", segment_ids=[bern]).attributes
    assert (nobody["shared"], nobody["anybody"]) == ([[0]], 0)
    assert found["as_of"] is not None
    assert ask(api, "segment-overlap", segment_ids=[]).error["detail"] == "From 1 to 8 segments, please."
    twice = ask(api, "segment-overlap", segment_ids=[boston, boston])
    assert (twice.status, twice.error["source"]["pointer"]) == (400, "/data/attributes/segment_ids")
    assert ask(charlies_api, "segment-overlap", segment_ids=[boston]).status == 404


def test_where_members_live_and_what_reaches_them(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann = inhabitant(api, "ann", "Boston", "United States", phone_number="+14155550101")
    bea = inhabitant(api, "bea", "Boston", "United States")
    inhabitant(api, "cem", "Berlin", "Germany")
    inhabitant(api, "dan", "", "")
    said = [
        ConsentChange(ProfilePatch(id=ann, phone_number="+14155550101"), "sms.marketing", "SUBSCRIBED"),
        ConsentChange(ProfilePatch(id=ann, email="ann@example.com"), "email.marketing", "SUBSCRIBED"),
        ConsentChange(ProfilePatch(id=bea, email="bea@example.com"), "email.marketing", "UNSUBSCRIBED"),
    ]
    profiles.change_consent(scope, said, now=clock.now())
    everybody, boston = anybody(api), make(api, "Bostonians", in_city("Boston"))
    tick(scope)
    found = ask(api, "segment-make-up", segment_ids=[everybody]).attributes
    assert found["count"] == 4
    assert pairs(found["countries"]) == [("United States", 2), ("", 1), ("Germany", 1)]
    assert [(one["city"], one["count"]) for one in found["cities"]] == [("Boston", 2), ("", 1), ("Berlin", 1)]
    assert pairs(found["email"]) == [("never_subscribed", 2), ("subscribed", 1), ("unsubscribed", 1)]
    assert pairs(found["sms"]) == [("no_address", 3), ("subscribed", 1)]
    assert pairs(found["push"]) == [("never_subscribed", 4)]
    others = ask(api, "segment-make-up", segment_ids=[everybody], without_ids=[boston]).attributes
    assert (others["count"], pairs(others["countries"])) == (2, [("", 1), ("Germany", 1)])
    nobody = ask(api, "segment-make-up", segment_ids=[boston], without_ids=[everybody]).attributes
    assert (nobody["count"], nobody["countries"], nobody["email"]) == (0, [], [])
    assert ask(charlies_api, "segment-make-up", segment_ids=[boston]).status == 404


def pairs(shares: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(one["value"], one["count"]) for one in shares]


def test_what_members_bought(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann, bea, cem, dan = (person(api, name, "Boston") for name in ("ann", "bea", "cem", "dan"))
    stranger = person(api, "eve", "Bonn")
    segment = make(api, "Bostonians", in_city("Boston"))
    tick(scope)
    (_, order), (_, line) = metric(scope), metric(scope, "Ordered Product")
    numbers = profile_queries.numbers_of(scope, [ann, bea, cem, dan, stranger])
    lamp, tent = {"ProductName": "Lamp", "Quantity": 2}, {"Name": "Tent"}
    write_events(
        scope,
        [
            Happening(numbers[ann], order, NOON, Decimal(30)),
            Happening(numbers[ann], order, NOON + timedelta(days=1), Decimal(40)),
            Happening(numbers[bea], order, NOON, Decimal(12)),
            Happening(numbers[cem], order, NOON, Decimal(55)),
            Happening(numbers[stranger], order, NOON, Decimal(999)),
            Happening(numbers[ann], line, NOON, Decimal(30), lamp),
            Happening(numbers[bea], line, NOON, Decimal(12), lamp),
            Happening(numbers[bea], line, NOON, Decimal(5), tent),
            Happening(numbers[stranger], line, NOON, Decimal(999), tent),
        ],
    )
    found = ask(api, "segment-purchases", segment_ids=[segment]).attributes
    assert [found[name] for name in ("count", "buyers", "orders", "total", "median")] == [4, 3, 4, 137.0, 55.0]
    assert found["steps"] == [
        {"since": 10.0, "until": 20.0, "buyers": 1},
        {"since": 50.0, "until": 100.0, "buyers": 2},
    ]
    assert found["products"] == [
        {"name": "Lamp", "buyers": 2, "quantity": 4.0, "value": 42.0},
        {"name": "Tent", "buyers": 1, "quantity": 1.0, "value": 5.0},
    ]
    assert ask(charlies_api, "segment-purchases", segment_ids=[segment]).status == 404


def test_a_shop_that_sold_nothing_has_no_purchases(api: Api, scope: Scope) -> None:
    person(api, "ann", "Boston")
    segment = make(api, "Bostonians", in_city("Boston"))
    tick(scope)
    found = ask(api, "segment-purchases", segment_ids=[segment]).attributes
    assert [found[name] for name in ("count", "buyers", "orders", "total", "steps", "products")] == [1, 0, 0, 0, [], []]


def test_growth_tells_people_from_edits(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann, bea, _ = (person(api, name, city) for name, city in (("ann", "Boston"), ("bea", "Bonn"), ("cem", "Bonn")))
    segment = make(api, "Bostonians", in_city("Boston"))
    tick(scope)
    move(api, bea, "Boston")
    tick(scope)
    move(api, ann, "Berlin")
    tick(scope)
    edit(api, segment, definition=in_city("Bonn"))
    tick(scope)
    now = clock.now()
    asked = {"segment_id": segment, "start": (now - timedelta(days=2)).isoformat(), "end": now.isoformat()}
    found = ask(api, "segment-timeline", **asked).attributes
    assert len(found["dates"]) == 3
    assert (found["entered"], found["left"]) == ([0, 0, 1], [0, 0, 1])
    assert (found["entered_by_edit"], found["left_by_edit"]) == ([0, 0, 2], [0, 0, 1])
    assert found["totals"] == [0, 0, 1]
    backwards = {**asked, "start": now.isoformat(), "end": (now - timedelta(days=1)).isoformat()}
    assert ask(api, "segment-timeline", **backwards).status == 400
    assert ask(charlies_api, "segment-timeline", **asked).status == 404


def test_the_log_is_narrowed_to_exits_and_to_edits(api: Api, scope: Scope) -> None:
    ann = person(api, "ann", "Boston")
    segment = make(api, "Bostonians", in_city("Boston"))
    tick(scope)
    move(api, ann, "Bonn")
    tick(scope)

    def told(*tests: str) -> list[tuple[bool, str]]:
        where = ",".join((f'equals(segment_id,"{segment}")', *tests))
        rows = api.get("/api/segment-membership-changes", filter=where).json["data"]
        return [(row["attributes"]["entered"], row["attributes"]["cause"]) for row in rows]

    assert told("equals(entered,false)") == [(False, "tick")]
    assert told('equals(cause,"definition")') == [(True, "definition")]
    assert told("equals(entered,true)", 'equals(cause,"tick")') == []


def test_members_are_found_by_any_part_of_what_they_are_called(api: Api, scope: Scope) -> None:
    ann, bea = person(api, "ann.lee", "Boston"), person(api, "bea", "Boston")
    person(api, "ann.other", "Bonn")
    segment = make(api, "Bostonians", in_city("Boston"))
    tick(scope)

    def found(text: str) -> list[str]:
        return sorted(api.get(f"/api/segments/{segment}/profiles", filter=f'contains(search,"{text}")').ids)

    assert found("ann") == [ann]
    assert found("LEE example") == [ann]
    assert found("example.com") == sorted([ann, bea])
    assert (found("%"), found("zz"), found("' OR 1=1")) == ([], [], [])


def test_what_uses_a_segment_keeps_it_from_being_deleted(api: Api, charlies_api: Api, scope: Scope) -> None:
    person(api, "ann", "Boston")
    segment = make(api, "Bostonians", in_city("Boston"))
    other = make(api, "Not Bostonians", in_groups(segment, is_member=False))
    content = {"channel": "email", "content": {"subject": "Hello"}}
    message = {"type": "campaign-message", "attributes": {"definition": content}}
    wish = {"name": "Spring", "audiences": {"included": [segment]}, "campaign-messages": {"data": [message]}}
    campaign = api.post("/api/campaigns", "campaign", wish).data["id"]
    used = api.get(f"/api/segment-usages/{segment}").attributes["used_in"]
    assert [(one["type"], one["id"], one["status"], one["needs_it"]) for one in used] == [
        ("segment", other, "", True),
        ("campaign", campaign, "Draft", True),
    ]
    refused = api.delete(f"/api/segments/{segment}")
    assert (refused.status, refused.error["code"]) == (409, "in_use")
    assert refused.error["detail"] == (
        "This segment is used by the segment “Not Bostonians”, the campaign “Spring”."
        " Take it out there first, or delete them."
    )
    assert api.get(f"/api/segments/{segment}").status == 200
    assert api.delete(f"/api/segments/{other}").status == 204
    assert api.delete(f"/api/campaigns/{campaign}").status == 204
    assert api.get(f"/api/segment-usages/{segment}").attributes["used_in"] == []
    assert charlies_api.get(f"/api/segment-usages/{segment}").status == 404
    assert charlies_api.delete(f"/api/segments/{segment}").status == 404
    assert api.delete(f"/api/segments/{segment}").status == 204
