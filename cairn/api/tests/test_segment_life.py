"""Segments that refer to others, copies, and what is remembered of who was in them."""

from datetime import timedelta
from typing import Any

import pytest

from cairn.api.conftest import Api
from cairn.api.tests.test_segments import definition, in_city, make, person
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch
from cairn.domains.segments import actions as segments
from cairn.kernel import clock
from cairn.kernel.scope import Scope

pytestmark = pytest.mark.usefixtures("clickhouse")


def in_groups(*ids: str, is_member: bool = True, **more: Any) -> dict[str, Any]:
    return definition({"type": "profile-group-membership", "is_member": is_member, "group_ids": list(ids), **more})


def tick(scope: Scope) -> None:
    """Ticks until everything is built: a slow machine takes several."""
    while segments.tick(scope, set(), now=clock.now()).built:
        pass


def members(api: Api, segment: str) -> list[str]:
    return sorted(api.get(f"/api/segments/{segment}/profiles").ids)


def move(api: Api, profile: str, city: str) -> None:
    reply = api.patch(f"/api/profiles/{profile}", "profile", {"location": {"city": city}}, id=profile)
    assert reply.status == 200


def edit(api: Api, segment: str, **changes: Any) -> Any:
    return api.patch(f"/api/segments/{segment}", "segment", changes, id=segment)


def test_a_segment_of_another_segment_follows_it_in_the_same_moment(api: Api, scope: Scope) -> None:
    ann, bea = person(api, "ann", "Boston"), person(api, "bea", "Berlin")
    boston = make(api, "Bostonians", in_city("Boston"))
    others = make(api, "Others", in_groups(boston, is_member=False))
    lately = make(
        api,
        "New Bostonians",
        in_groups(boston, timeframe_filter={"type": "date", "operator": "in-the-last", "quantity": 1, "unit": "day"}),
    )
    tick(scope)
    assert [members(api, one) for one in (boston, others, lately)] == [[ann], [bea], [ann]]
    move(api, bea, "Boston")
    tick(scope)
    assert [members(api, one) for one in (boston, others, lately)] == [sorted([ann, bea]), [], sorted([ann, bea])]
    summary = api.get(f"/api/segments/{others}").attributes["summary"]
    assert summary == "Everyone who is not in the segment “Bostonians”."
    reason = api.post("/api/segment-explanations", "segment-explanation", {"segment_id": lately, "profile_id": ann})
    found = reason.attributes["groups"][0]["conditions"][0]
    assert (found["holds"], found["value"], found["evidence"][0]["kind"]) == (True, "Bostonians", "segment")
    assert found["until"] > found["since"]
    # An edit of the one builds the other anew; a paused one keeps its members for those who refer to it.
    assert edit(api, boston, definition=in_city("Berlin")).status == 200
    assert api.get(f"/api/segments/{others}").attributes["is_processing"] is True
    tick(scope)
    assert [members(api, one) for one in (boston, others)] == [[], sorted([ann, bea])]
    edit(api, boston, is_active=False)
    move(api, ann, "Berlin")
    tick(scope)
    assert [members(api, one) for one in (boston, others)] == [[], sorted([ann, bea])]
    edit(api, boston, is_active=True)
    tick(scope)
    assert [members(api, one) for one in (boston, others)] == [[ann], [bea]]
    segments.delete(scope, boston)
    tick(scope)
    assert members(api, others) == sorted([ann, bea])


def test_a_circle_of_segments_is_refused_with_its_way(api: Api, charlies_api: Api, scope: Scope) -> None:
    first = make(api, "First", in_city("Boston"))
    second = make(api, "Second", in_groups(first))
    third = make(api, "Third", in_groups(second))
    refused = edit(api, first, definition=in_groups(third))
    assert refused.status == 400
    assert refused.json["errors"][0]["detail"] == (
        "Segments cannot refer to themselves: “First” → “Third” → “Second” → “First”."
    )
    pointer = "/data/attributes/definition/condition_groups/0/conditions/0/group_ids/0"
    assert refused.json["errors"][0]["source"]["pointer"] == pointer
    assert edit(api, second, definition=in_groups(second)).status == 400
    body = {"name": "Mine", "definition": in_groups(first)}
    assert charlies_api.post("/api/segments", "segment", body).status == 400
    deep = third
    for number in range(2):
        deep = make(api, f"Deep {number}", in_groups(deep))
    sixth = make(api, "Sixth", in_groups(deep))
    too_deep = api.post("/api/segments", "segment", {"name": "Seventh", "definition": in_groups(sixth)})
    assert too_deep.json["errors"][0]["detail"] == "At most 5 segments may stand behind one another."


def test_a_copy_has_the_definition_and_a_life_of_its_own(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann = person(api, "ann", "Boston")
    segment = make(api, "Bostonians", in_city("Boston"))
    waiting = api.get(f"/api/segments/{segment}").attributes["building"]
    assert waiting == {"ahead": 0, "seconds": 1.0, "reason": "oldest", "percent": 0}
    made = api.post("/api/segment-clones", "segment-clone", {"segment_id": segment})
    assert (made.status, made.attributes["name"]) == (201, "Copy of Bostonians")
    copy = str(made.data["id"])
    assert api.get(f"/api/segments/{copy}").attributes["building"]["ahead"] == 1
    edit(api, copy, is_starred=True)
    queued = api.get(f"/api/segments/{copy}").attributes["building"]
    assert (queued["ahead"], queued["reason"]) == (0, "starred")
    edit(api, segment, definition=in_city("Berlin"))
    tick(scope)
    assert [members(api, one) for one in (segment, copy)] == [[], [ann]]
    assert api.get(f"/api/segments/{copy}").attributes["building"] is None
    assert charlies_api.post("/api/segment-clones", "segment-clone", {"segment_id": segment}).status == 404


def test_who_was_in_it_then(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann, bea = person(api, "ann", "Boston"), person(api, "bea", "Berlin")
    segment = make(api, "Bostonians", in_city("Boston"))
    tick(scope)
    then = clock.now()
    move(api, bea, "Boston")
    move(api, ann, "Bonn")
    tick(scope)
    assert members(api, segment) == [bea]

    def were(at: Any, **more: Any) -> Any:
        body = {"segment_id": segment, "at": at.isoformat(), **more}
        return api.post("/api/segment-past-members", "segment-past-members", body).attributes

    assert [one["profile_id"] for one in were(then)["members"]] == [ann]
    assert [one["profile_id"] for one in were(clock.now())["members"]] == [bea]
    assert were(then - timedelta(days=1))["count"] == 0
    assert were(clock.now(), size=1)["after"] is None
    path = "/api/segment-membership-changes"
    log = api.get(path, filter=f'equals(segment_id,"{segment}")', sort="at").json["data"]
    told = {(one["attributes"]["profile_id"], one["attributes"]["entered"]) for one in log}
    assert told == {(ann, True), (ann, False), (bea, True)}
    assert [one["attributes"]["cause"] for one in log] == ["definition", "tick", "tick"]
    mine = api.get(path, filter=f'equals(profile_id,"{ann}")', **{"page[size]": "1"})
    assert mine.json["data"][0]["attributes"]["entered"] is False
    assert mine.json["links"]["next"]
    assert charlies_api.get(path, filter=f'equals(segment_id,"{segment}")').status == 404
    assert charlies_api.get(path).json["data"] == []


def test_reports_of_growth(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann, bea = person(api, "ann", "Boston"), person(api, "bea", "Boston")
    segment = make(api, "Bostonians", in_city("Boston"))
    make(api, "Berliners", in_city("Berlin"))
    tick(scope)
    move(api, ann, "Bonn")
    tick(scope)
    asked = {
        "statistics": ["members_added", "members_removed", "net_members_changed", "total_members"],
        "timeframe": {"key": "last_7_days"},
        "filter": f'equals(segment_id,"{segment}")',
    }
    values = api.post("/api/segment-values-reports", "segment-values-report", asked)
    assert values.status == 200, values.json
    [row] = values.attributes["results"]
    assert row["groupings"] == {"segment_id": segment}
    assert row["statistics"] == {
        "members_added": 2,
        "members_removed": 1,
        "net_members_changed": 1,
        "total_members": 1,
    }
    series = api.post("/api/segment-series-reports", "segment-series-report", {**asked, "interval": "daily"})
    [line] = series.attributes["results"]
    assert len(series.attributes["date_times"]) == 7
    assert line["statistics"]["total_members"] == [0] * 6 + [1]
    assert line["statistics"]["members_added"] == [0] * 6 + [2]
    everything = {**asked, "filter": None, "interval": "hourly", "timeframe": {"key": "last_30_days"}}
    too_long = api.post("/api/segment-series-reports", "segment-series-report", everything)
    assert too_long.status == 400
    assert too_long.json["errors"][0]["source"]["pointer"] == "/data/attributes/timeframe"
    everything["timeframe"] = {"key": "yesterday"}
    both = api.post("/api/segment-series-reports", "segment-series-report", everything)
    assert [one["statistics"]["total_members"][-1] for one in both.attributes["results"]] == [0, 0]
    assert charlies_api.post("/api/segment-values-reports", "segment-values-report", asked).attributes["results"] == []
    assert bea


def test_a_preview_says_what_cannot_hold_yet_and_what_is_unknown_is_refused(api: Api, scope: Scope) -> None:
    churn = {"type": "profile-predictive-analytics", "dimension": "churn_probability"}
    given = definition({**churn, "filter": {"type": "numeric", "operator": "greater-than", "value": 0.5}})
    found = api.post("/api/segment-previews", "segment-preview", {"definition": given}).attributes
    assert (found["count"], found["summary"]) == (0, "Everyone who has a churn probability that is more than 0.5.")
    assert found["notes"] == [
        "No model has predicted this for anybody yet: until one does, the condition holds for nobody."
    ]

    def refusal(condition: dict[str, Any]) -> tuple[str, str]:
        reply = api.post("/api/segments", "segment", {"name": "No", "definition": definition(condition)})
        assert reply.status == 400
        error = reply.json["errors"][0]
        return error["source"]["pointer"].rpartition("/conditions/0")[2], error["detail"]

    place = {"type": "profile-postal-code-distance", "country_code": "US", "postal_code": "00000", "unit": "miles"}
    near = {"type": "numeric", "operator": "less-than", "value": 5}
    pointer, detail = refusal({**place, "filter": near})
    assert (pointer, "cairn import geonames" in detail) == ("/postal_code", True)
    assert refusal({**place, "filter": {**near, "value": -5}}) == ("/filter/value", "A distance is more than 0.")
    objects = {"type": "profile-has-custom-object", "object_type_id": "Pets", "object_type_relationship_id": "Owner"}
    count = {"type": "numeric", "operator": "equals", "value": 1}
    assert refusal({**objects, "filter": count, "filters": []}) == (
        "/object_type_id",
        "An object type with id Pets does not exist.",
    )
    steps = [{"metric_exists": False, "metric_id": "Viewed"}]
    frame = {"type": "date", "operator": "in-the-last", "quantity": 1, "unit": "day"}
    funnel = {"type": "profile-metric-funnel", "timeframe_filter": frame}
    assert refusal({**funnel, "steps": steps}) == (
        "/steps",
        "At least one step of a funnel must be something that was done.",
    )
    assert refusal({**funnel, "steps": [{"metric_exists": True, "metric_id": "Viewed"}]}) == (
        "/steps/0/metric_id",
        "A metric with id Viewed does not exist.",
    )
    said = {"channel": "sms", "can_receive_marketing": True}
    status = {"subscription": "subscribed", "filters": [{"field": "method", "method": "spam_complaint"}]}
    consent = {"type": "profile-marketing-consent", "consent": {**said, "consent_status": status}}
    assert refusal(consent)[0] == "/consent/consent_status/filters/0/method"


def test_whatsapp_permissions_are_what_people_said(api: Api, scope: Scope) -> None:
    people: dict[str, str] = {}
    for name, consent in (("ann", "SUBSCRIBED"), ("bea", "UNSUBSCRIBED"), ("cem", "")):
        number = f"+1415555010{len(people)}"
        reply = api.post("/api/profiles", "profile", {"phone_number": number, "email": f"{name}@example.com"})
        people[name] = str(reply.data["id"])
        if consent:
            patch = ProfilePatch(id=people[name], phone_number=number)
            wish = ConsentChange(patch, "whatsapp.marketing", consent, method="FORM", method_detail="Form1")
            profiles.change_consent(scope, [wish], now=clock.now())

    def of(status: str, *filters: dict[str, Any]) -> str:
        permission = {"reachable_status": status, **({"filters": list(filters)} if filters else {})}
        given = {"type": "profile-permissions", "channel": "whatsapp_marketing", "permission": permission}
        return make(api, status, definition(given))

    form = {"field": "subscribe_method", "method": "form"}
    by = {**form, "filter": {"type": "string", "operator": "in", "value": ["Form1"]}}
    today = {"type": "date", "operator": "in-the-last", "quantity": 1, "unit": "day"}
    yes = of("explicitly_reachable", by, {"field": "recorded_date", "filter": today})
    no, silent = of("explicitly_unreachable"), of("implicitly_unreachable")
    tick(scope)
    assert [members(api, one) for one in (yes, no, silent)] == [[people[one]] for one in ("ann", "bea", "cem")]
    reason = api.post(
        "/api/segment-explanations", "segment-explanation", {"segment_id": yes, "profile_id": people["ann"]}
    )
    found = reason.attributes["groups"][0]["conditions"][0]
    assert (found["holds"], found["value"], found["evidence"][0]["kind"]) == (True, "SUBSCRIBED", "consent")
