"""Requests and answers as libraries of each release know them, through the whole API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cairn.api.conftest import Answer, Api
from cairn.domains.lists import actions as lists
from cairn.domains.profiles import queries as profiles
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Shop, draft

HTML = "<html><body><p>Hi {{ first_name }}</p>{% unsubscribe %}</body></html>"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Dated:
    """Anna's API as a library of one release calls it."""

    def __init__(self, api: Api, revision: str) -> None:
        self.api = api
        self.revision = revision

    def call(self, method: str, path: str, data: Any = None, **query: str) -> Answer:
        body = None if data is None else {"data": data}
        return self.api.call(method, path, body, query=query, headers={"revision": self.revision})


@pytest.fixture
def news(scope: Scope) -> str:
    return lists.create_list(scope, name="Newsletter", now=clock.now()).id


@pytest.fixture
def letter(api: Api) -> str:
    made = api.post("/api/templates", "template", {"name": "T", "editor_type": "CODE", "html": HTML})
    return str(made.data["id"])


def profile(api: Api, email: str) -> str:
    return str(api.post("/api/profiles", "profile", {"email": email}).data["id"])


CONTENT = {"subject": "Hello", "preview_text": "Look", "from_email": "shop@example.com", "from_label": "Shop"}
STATIC = {"method": "static", "options_static": {"datetime": "2030-01-01T10:00:00Z", "is_local": True}}
THROTTLED = {"datetime": "2030-01-01T10:00:00Z", "throttle_percentage": 20}
UTM = {"is_add_utm": True, "utm_params": [{"name": "utm_medium", "value": "mail"}]}


def campaign_of_2024(news: str, **changes: Any) -> dict[str, Any]:
    message = {"type": "campaign-message", "attributes": {"channel": "email", "label": "One", "content": CONTENT}}
    attributes = {
        "name": "Spring",
        "audiences": {"included": [news]},
        "send_strategy": STATIC,
        "tracking_options": UTM,
        "campaign-messages": {"data": [message]},
    }
    return {"type": "campaign", "attributes": {**attributes, **changes}}


@pytest.mark.parametrize("revision", ["2023-07-15", "2023-09-15", "2024-10-15"])
def test_a_campaign_is_made_and_shown_as_before_definitions(api: Api, news: str, revision: str) -> None:
    old = Dated(api, revision)
    made = old.call("POST", "/api/campaigns", campaign_of_2024(news))
    assert made.status == 201, made.json
    assert made.attributes["send_strategy"] == {**STATIC, "options_throttled": None, "options_sto": None}
    assert made.attributes["tracking_options"]["is_add_utm"] is True
    assert made.attributes["tracking_options"]["utm_params"][0]["name"] == "utm_medium"
    message = made.data["relationships"]["campaign-messages"]["data"][0]["id"]
    shown = old.call("GET", f"/api/campaign-messages/{message}").attributes
    assert "definition" not in shown
    assert (shown["channel"], shown["label"], shown["content"]["subject"]) == ("email", "One", "Hello")
    included = old.call("GET", f"/api/campaigns/{made.data['id']}", include="campaign-messages").json["included"]
    assert included[0]["attributes"]["content"]["subject"] == "Hello"
    today = api.get(f"/api/campaigns/{made.data['id']}").attributes
    expected = {"method": "static", "datetime": "2030-01-01T10:00:00Z", "options": {"is_local": True}}
    assert today["send_strategy"] == expected
    assert today["tracking_options"]["custom_tracking_params"] == [
        {"name": "utm_medium", "type": "static", "value": "mail"}
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"method": "immediate"}, {"method": "immediate"}),
        (
            {
                "method": "throttled",
                "options_throttled": {"datetime": "2030-01-01T10:00:00Z", "throttle_percentage": 20},
            },
            {"method": "throttled", "throttle_percentage": 20},
        ),
        (
            {"method": "smart_send_time", "options_sto": {"date": "2030-01-01"}, "options_static": None},
            {"method": "smart_send_time", "date": "2030-01-01"},
        ),
    ],
)
def test_each_strategy_goes_both_ways(api: Api, news: str, given: dict[str, Any], kept: dict[str, Any]) -> None:
    old = Dated(api, "2024-06-15")
    made = old.call("POST", "/api/campaigns", campaign_of_2024(news, send_strategy=given))
    assert made.status == 201, made.json
    today = api.get(f"/api/campaigns/{made.data['id']}").attributes["send_strategy"]
    today.pop("datetime", None)
    assert today == kept
    shown = made.attributes["send_strategy"]
    assert shown["method"] == given["method"]
    assert {name for name, value in shown.items() if value} == {name for name, value in given.items() if value}


def test_a_message_is_changed_without_its_channel(api: Api, news: str) -> None:
    old = Dated(api, "2024-10-15")
    made = old.call("POST", "/api/campaigns", campaign_of_2024(news))
    message = made.data["relationships"]["campaign-messages"]["data"][0]["id"]
    changes = {"type": "campaign-message", "id": message, "attributes": {"label": "Two", "content": {"subject": "Hey"}}}
    changed = old.call("PATCH", f"/api/campaign-messages/{message}", changes)
    assert changed.status == 200, changed.json
    assert (changed.attributes["label"], changed.attributes["content"]["subject"]) == ("Two", "Hey")
    assert changed.attributes["content"]["from_email"] == "shop@example.com"


def test_a_campaign_of_february_2023(api: Api, news: str, letter: str) -> None:
    """Made without messages, filled by changing its message, sent by an id among the attributes."""
    old = Dated(api, "2023-02-22")
    attributes = {"name": "Spring", "channel": "email", "audiences": {"included": [news]}, "send_strategy": STATIC}
    made = old.call("POST", "/api/campaigns", {"type": "campaign", "attributes": {**attributes, "send_options": {}}})
    assert made.status == 201, made.json
    message = made.attributes["message"]
    changes = {"label": "One", "content": {**CONTENT, "template_id": letter}}
    data = {"type": "campaign-message", "id": message, "attributes": changes}
    assert old.call("PATCH", f"/api/campaign-messages/{message}", data).attributes["content"]["subject"] == "Hello"
    data = {"type": "campaign-message", "attributes": {"id": message, "template_id": letter}}
    assert old.call("POST", "/api/campaign-message-assign-template", data).status == 200
    sent = old.call(
        "POST", "/api/campaign-send-jobs", {"type": "campaign-send-job", "attributes": {"id": made.data["id"]}}
    )
    assert sent.status == 202, sent.json
    assert [one["id"] for one in old.call("GET", "/api/campaigns").data] == [made.data["id"]]
    copy = {"type": "campaign", "attributes": {"id": made.data["id"], "new_name": "Summer"}}
    assert old.call("POST", "/api/campaign-clone", copy).attributes["name"] == "Summer"


def test_today_a_channel_must_be_asked_for(api: Api, news: str) -> None:
    assert Dated(api, "2023-07-15").call("GET", "/api/campaigns").status == 400
    assert Dated(api, "2023-06-15").call("GET", "/api/campaigns", filter='contains(name,"x")').status == 200


@pytest.mark.parametrize(
    ("tail", "attributes"), [("render", {"context": {"first_name": "Ann"}}), ("clone", {"name": "Copy"})]
)
def test_templates_had_calls_of_their_own(api: Api, letter: str, tail: str, attributes: dict[str, Any]) -> None:
    data = {"type": "template", "attributes": attributes}
    path = f"/api/templates/{letter}/{tail}"
    first = Dated(api, "2022-10-17").call("POST", path, data)
    assert first.status == 201, first.json
    assert Dated(api, "2023-02-22").call("POST", path, data).status == 404
    named = {"type": "template", "attributes": {**attributes, "id": letter}}
    second = Dated(api, "2023-07-15").call("POST", f"/api/template-{tail}", named)
    assert second.status == 201, second.json
    assert second.attributes["html"] == first.attributes["html"]
    assert Dated(api, "2023-09-15").call("POST", f"/api/template-{tail}", named).status == 400


@pytest.mark.parametrize("revision", ["2022-10-17", "2023-06-15"])
def test_suppressing_and_lifting_by_flat_addresses(api: Api, revision: str) -> None:
    old = Dated(api, revision)
    attributes = {"suppressions": [{"email": "ann@example.com"}]}
    data = {"type": "profile-suppression-bulk-create-job", "attributes": attributes}
    made = old.call("POST", "/api/profile-suppression-bulk-create-jobs", data)
    assert (made.status, made.attributes["total_count"]) == (202, 1)
    data = {"type": "profile-unsuppression-bulk-create-job", "attributes": attributes}
    lifted = old.call("POST", "/api/profile-unsuppression-bulk-create-jobs", data)
    assert (lifted.status, lifted.attributes["total_count"]) == (202, 1)
    today = Dated(api, "2026-07-15").call("POST", "/api/profile-unsuppression-bulk-create-jobs", data)
    assert today.status == 404


def test_forgetting_by_a_flat_identifier(api: Api, scope: Scope, clickhouse: ClickHouse) -> None:
    profile(api, "ann@example.com")
    data = {"type": "data-privacy-deletion-job", "attributes": {"email": "ann@example.com"}}
    assert Dated(api, "2023-06-15").call("POST", "/api/data-privacy-deletion-jobs", data).status == 202
    assert profiles.count(scope) == 0
    assert Dated(api, "2023-07-15").call("POST", "/api/data-privacy-deletion-jobs", data).status == 400


def test_profiles_showed_their_subscriptions_unasked(api: Api, clickhouse: ClickHouse) -> None:
    ann = profile(api, "ann@example.com")
    path = f"/api/profiles/{ann}"
    assert "subscriptions" in Dated(api, "2023-09-15").call("GET", path).attributes
    assert "subscriptions" in Dated(api, "2023-02-22").call("GET", "/api/profiles").data[0]["attributes"]
    assert "subscriptions" not in Dated(api, "2023-10-15").call("GET", path).attributes
    chosen = Dated(api, "2023-02-22").call("GET", path, **{"fields[profile]": "email"})
    assert chosen.attributes == {"email": "ann@example.com"}


@pytest.fixture
def order(api: Api, scope: Scope, clickhouse: ClickHouse) -> dict[str, Any]:
    shop = Shop(scope, clickhouse)
    shop.accept(draft("Placed Order", "ann@example.com", NOON, value=10.5, unique_id="o1"))
    shop.work()
    found: dict[str, Any] = api.get("/api/events").data[0]
    return found


@pytest.mark.parametrize("revision", ["2022-10-17", "2023-06-15"])
def test_events_named_their_metric_and_profile(api: Api, order: dict[str, Any], revision: str) -> None:
    old = Dated(api, revision)
    (event,) = old.call("GET", "/api/events", include="metrics,profiles", **{"fields[event]": "metric_id"}).data
    metric, person = (order["relationships"][name]["data"]["id"] for name in ("metric", "profile"))
    assert (event["attributes"]["metric_id"], event["attributes"]["profile_id"]) == (metric, person)
    assert event["relationships"]["metrics"]["data"] == [{"type": "metric", "id": metric}]
    assert event["relationships"]["profiles"]["data"] == [{"type": "profile", "id": person}]
    assert old.call("GET", f"/api/events/{event['id']}/metrics").data["id"] == metric
    assert old.call("GET", f"/api/events/{event['id']}/relationships/profiles").data["id"] == person
    assert Dated(api, "2023-07-15").call("GET", f"/api/events/{event['id']}/metrics").status == 404


def test_the_newest_callers_get_nothing_old(api: Api, order: dict[str, Any]) -> None:
    (event,) = api.get("/api/events").data
    assert "metric_id" not in event["attributes"]
    assert "metrics" not in event["relationships"]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {"type": "campaign"},
        {"type": "campaign", "attributes": []},
        {"type": "campaign", "attributes": {"channel": 5, "send_strategy": "x", "tracking_options": []}},
        {"type": "campaign", "attributes": {"campaign-messages": {"data": ["x", None, {"attributes": 5}]}}},
        {"type": "campaign", "attributes": {"name": "x", "send_strategy": {"method": "static", "options_static": 5}}},
    ],
)
def test_nonsense_is_refused_in_any_release(api: Api, data: Any) -> None:
    for revision in ("2022-10-17", "2023-07-15", "2024-10-15"):
        reply = api.call("POST", "/api/campaigns", {"data": data}, headers={"revision": revision})
        assert reply.status == 400, (revision, reply.json)
        assert reply.error["source"]["pointer"]
