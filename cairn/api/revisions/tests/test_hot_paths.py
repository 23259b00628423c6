"""Bodies as libraries of each release send them, to the calls that answer from the log. What is understood must be the
same as today's form of it."""

from typing import Any

import pytest

from cairn.api.edge.tests.driving import COMPANY, Edge
from cairn.infra.eventlog.port import Lane

SUBSCRIBE = "/api/profile-subscription-bulk-create-jobs"
UNSUBSCRIBE = "/api/profile-subscription-bulk-delete-jobs"
OLD_UNSUBSCRIBE = "/api/profile-unsubscription-bulk-create-jobs"


def post(edge: Edge, path: str, revision: str, data: dict[str, Any]) -> int:
    return edge.post(path, {"data": data}, headers={"revision": revision}).status


def wishes(edge: Edge) -> list[tuple[Any, ...]]:
    return [
        (
            change["profile"].get("email") or change["profile"].get("phone_number"),
            change["channel"],
            change["consent"],
            change.get("list_id"),
        )
        for command in edge.commands(Lane.CONSENT)
        for change in command["changes"]
    ]


def flat(**attributes: Any) -> dict[str, Any]:
    return {"type": "profile-subscription-bulk-create-job", "attributes": attributes}


def job(*people: dict[str, Any]) -> dict[str, Any]:
    data = [{"type": "profile", "attributes": one} for one in people]
    return {
        "type": "profile-subscription-bulk-create-job",
        "attributes": {"profiles": {"data": data}},
        "relationships": {"list": {"data": {"type": "list", "id": "NewsLL"}}},
    }


ANN = ("ann@example.com", "email.marketing", "SUBSCRIBED", "NewsLL")
TEXTED = ("+15005550006", "sms.marketing", "SUBSCRIBED", "NewsLL")
CONSENT = {"marketing": {"consent": "SUBSCRIBED"}}


@pytest.mark.parametrize(
    ("revision", "data", "expected"),
    [
        ("2022-10-17", flat(list_id="NewsLL", subscriptions=[{"email": "ann@example.com"}]), [ANN]),
        ("2023-02-22", flat(list_id="NewsLL", subscriptions=[{"phone_number": "+15005550006"}]), [TEXTED]),
        (
            "2023-06-15",
            flat(
                list_id="NewsLL",
                custom_source="Footer",
                subscriptions=[{"email": "ann@example.com", "channels": {"email": ["MARKETING"]}}],
            ),
            [ANN],
        ),
        (
            "2023-07-15",
            job({"email": "ann@example.com", "phone_number": "+1500", "subscriptions": {"email": ["MARKETING"]}}),
            None,
        ),
        ("2023-07-15", job({"email": "ann@example.com", "subscriptions": {"email": ["MARKETING"]}}), [ANN]),
        ("2023-09-15", job({"email": "ann@example.com"}), [ANN]),
        ("2023-10-15", job({"email": "ann@example.com", "subscriptions": {"email": CONSENT}}), [ANN]),
        ("2024-02-15", job({"phone_number": "+15005550006", "subscriptions": {"sms": CONSENT}}), [TEXTED]),
        # Whoever names an old release and sends today's form is understood.
        ("2022-10-17", job({"email": "ann@example.com", "subscriptions": {"email": CONSENT}}), [ANN]),
    ],
)
def test_subscribing_in_the_form_of_each_release(
    edge: Edge, revision: str, data: dict[str, Any], expected: list[tuple[Any, ...]] | None
) -> None:
    if expected is None:
        assert post(edge, SUBSCRIBE, revision, data) == 400, "a number that is none is told in any release"
        return
    assert post(edge, SUBSCRIBE, revision, data) == 202
    assert wishes(edge)[0] == expected[0]
    assert {wish[0] for wish in wishes(edge)} == {expected[0][0]}


def test_a_source_and_an_id_come_along(edge: Edge) -> None:
    person = {"email": "ann@example.com", "profile_id": "01GDDKASAP8TKDDA2GRZDSVP4H"}
    data = flat(list_id="NewsLL", custom_source="Footer", subscriptions=[person])
    assert post(edge, SUBSCRIBE, "2023-06-15", data) == 202
    (change,) = edge.commands(Lane.CONSENT)[0]["changes"]
    assert change["custom_source"] == "Footer"
    assert change["profile"]["id"] == "01GDDKASAP8TKDDA2GRZDSVP4H"


def test_todays_form_is_demanded_of_todays_callers(edge: Edge) -> None:
    data = flat(list_id="NewsLL", subscriptions=[{"email": "ann@example.com"}])
    assert post(edge, SUBSCRIBE, "2026-07-15", data) == 400
    assert post(edge, SUBSCRIBE, "2023-07-15", data) == 400
    assert edge.nothing_accepted()


def test_an_unknown_list_is_told_in_any_release(edge: Edge) -> None:
    data = flat(list_id="Nobody", subscriptions=[{"email": "ann@example.com"}])
    assert post(edge, SUBSCRIBE, "2022-10-17", data) == 404
    assert edge.nothing_accepted()


GONE = ("ann@example.com", "email.marketing", "UNSUBSCRIBED", "NewsLL")
SILENT = ("+15005550006", "sms.marketing", "UNSUBSCRIBED", "NewsLL")


@pytest.mark.parametrize(
    ("path", "revision"),
    [(OLD_UNSUBSCRIBE, "2022-10-17"), (OLD_UNSUBSCRIBE, "2023-06-15"), (UNSUBSCRIBE, "2023-02-22")],
)
def test_unsubscribing_by_addresses(edge: Edge, path: str, revision: str) -> None:
    data = {
        "type": "profile-unsubscription-bulk-create-job",
        "attributes": {"list_id": "NewsLL", "emails": ["ann@example.com"], "phone_numbers": ["+15005550006"]},
    }
    assert post(edge, path, revision, data) == 202
    assert wishes(edge) == [GONE, SILENT]


def test_the_old_address_is_gone_for_later_releases(edge: Edge) -> None:
    data = {"type": "profile-unsubscription-bulk-create-job", "attributes": {"emails": ["ann@example.com"]}}
    assert post(edge, OLD_UNSUBSCRIBE, "2023-07-15", data) == 404
    assert edge.nothing_accepted()


@pytest.mark.parametrize("revision", ["2023-07-15", "2024-10-15"])
def test_unsubscribing_without_naming_channels(edge: Edge, revision: str) -> None:
    data = {**job({"email": "ann@example.com"}), "type": "profile-subscription-bulk-delete-job"}
    assert post(edge, UNSUBSCRIBE, revision, data) == 202
    assert wishes(edge) == [GONE]


METRIC = {"name": "Placed Order", "service": "shop"}


def old_event(**changes: Any) -> dict[str, Any]:
    person = {"$email": "ann@example.com", "$first_name": "Ann", "$city": "Porto", "Belt": "Blue", "$unset": ["Old"]}
    given = {"profile": person, "metric": METRIC, "properties": {"Items": 2}, "value": 9.5, "unique_id": "o-1"}
    return {"type": "event", "attributes": {**given, "time": "2023-05-01T10:00:00+00:00", **changes}}


@pytest.mark.parametrize("revision", ["2022-10-17", "2023-01-24", "2023-02-22", "2023-06-15"])
def test_events_with_a_flat_profile(edge: Edge, revision: str) -> None:
    assert post(edge, "/api/events", revision, old_event()) == 202
    assert edge.commands()[0]["events"] == [
        {
            "metric": "Placed Order",
            "profile": {
                "email": "ann@example.com",
                "attributes": {"first_name": "Ann"},
                "location": {"city": "Porto"},
                "properties": {"Belt": "Blue"},
                "unset": ["Old"],
            },
            "properties": {"Items": 2},
            "service": "shop",
            "time": 1_682_935_200,
            "value": 9.5,
            "unique_id": "o-1",
        }
    ]


def test_events_of_pages_with_a_flat_profile(edge: Edge) -> None:
    path = f"/client/events?company_id={COMPANY}"
    assert post(edge, path, "2023-02-22", old_event(profile={"email": "ann@example.com"})) == 202
    assert edge.commands()[0]["events"][0]["profile"] == {"email": "ann@example.com", "trusted": False}


def test_todays_event_under_an_old_release(edge: Edge) -> None:
    person = {"data": {"type": "profile", "attributes": {"email": "ann@example.com"}}}
    metric = {"data": {"type": "metric", "attributes": METRIC}}
    assert post(edge, "/api/events", "2022-10-17", old_event(profile=person, metric=metric)) == 202


def test_a_flat_profile_is_refused_of_later_callers(edge: Edge) -> None:
    assert post(edge, "/api/events", "2023-07-15", old_event()) == 400
    assert edge.nothing_accepted()


@pytest.mark.parametrize(
    "data", [old_event(profile=None), old_event(profile=[]), old_event(metric="x"), {"type": "event"}, {}, None]
)
def test_what_no_release_knew_is_refused_by_name(edge: Edge, data: Any) -> None:
    reply = edge.post("/api/events", {"data": data}, headers={"revision": "2022-10-17"})
    assert reply.status == 400
    assert reply.pointer
    assert edge.nothing_accepted()


def test_broken_json_is_refused(edge: Edge) -> None:
    for content in (b"{", b"\xff", b"[]", b"7"):
        assert edge.call("POST", "/api/events", content, headers={"revision": "2022-10-17"}).status == 400


def test_a_page_subscribes_a_visitor(edge: Edge) -> None:
    given = {"list_id": "NewsLL", "email": "ann@example.com", "custom_source": "Popup", "properties": {"Belt": "Blue"}}
    path = f"/client/subscriptions?company_id={COMPANY}"
    assert post(edge, path, "2023-02-22", {"type": "subscription", "attributes": given}) == 202
    assert wishes(edge) == [ANN]
    (change,) = edge.commands(Lane.CONSENT)[0]["changes"]
    assert (change["custom_source"], change["profile"]["properties"]) == ("Popup", {"Belt": "Blue"})


def test_a_page_names_its_visitor_beside_the_profile(edge: Edge) -> None:
    data = {
        "type": "profile",
        "attributes": {"first_name": "Ann"},
        "meta": {"identifiers": {"email": "ann@example.com", "anonymous_id": "a-1"}},
    }
    assert post(edge, f"/client/profiles?company_id={COMPANY}", "2022-10-17", data) == 202
    (person,) = edge.commands()[0]["profiles"]
    assert person == {
        "email": "ann@example.com",
        "anonymous_id": "a-1",
        "attributes": {"first_name": "Ann"},
        "trusted": False,
    }
