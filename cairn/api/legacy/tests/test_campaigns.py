"""Campaigns and templates by forms."""

import json
from datetime import timedelta
from typing import Any

import pytest

from cairn.api.legacy.tests.conftest import Legacy
from cairn.domains.lists import actions as lists
from cairn.kernel import clock
from cairn.kernel.scope import Scope

HTML = "<html><body><p>Hi {{ first_name }}</p>{% unsubscribe %}</body></html>"


@pytest.fixture
def news(scope: Scope) -> str:
    return lists.create_list(scope, name="Newsletter", now=clock.now()).id


@pytest.fixture
def letter(old: Legacy) -> str:
    made: str = old.form("POST", "/api/v1/email-templates", name="Letter", html=HTML).json["id"]
    return made


def fields(news: str, letter: str, **changes: str) -> dict[str, str]:
    return {
        "list_id": news,
        "template_id": letter,
        "from_email": "hello@studio.test",
        "from_name": "Studio",
        "subject": "New classes",
    } | changes


@pytest.fixture
def campaign(old: Legacy, news: str, letter: str) -> dict[str, Any]:
    made = old.form("POST", "/api/v1/campaigns", **fields(news, letter))
    assert made.status == 200, made.content
    found: dict[str, Any] = made.json
    return found


def test_a_campaign_is_one_flat_thing(old: Legacy, campaign: dict[str, Any], news: str, letter: str) -> None:
    assert (campaign["object"], campaign["name"], campaign["subject"]) == ("campaign", "New classes", "New classes")
    assert (campaign["from_email"], campaign["from_name"]) == ("hello@studio.test", "Studio")
    assert [one["id"] for one in campaign["lists"]] == [news]
    assert (campaign["status"], campaign["status_id"], campaign["status_label"]) == ("draft", 1, "Draft")
    assert campaign["template"]["html"] == HTML
    assert campaign["template"]["id"] != letter, "the campaign has a copy of its own"
    listed = old.get("/api/v1/campaigns").json
    assert (listed["total"], listed["data"][0]["template_id"]) == (1, campaign["template"]["id"])
    assert "template" not in listed["data"][0]


def test_later_edits_of_the_template_stay_out(old: Legacy, campaign: dict[str, Any], letter: str) -> None:
    old.form("PUT", f"/api/v1/email-template/{letter}", html="<p>New</p>")
    assert old.get(f"/api/v1/campaign/{campaign['id']}").json["template"]["html"] == HTML


@pytest.mark.parametrize("missing", ["list_id", "template_id", "from_email", "from_name", "subject"])
def test_what_is_missing_is_named(old: Legacy, news: str, letter: str, missing: str) -> None:
    reply = old.form("POST", "/api/v1/campaigns", **(fields(news, letter) | {missing: ""}))
    assert (reply.status, reply.json["message"]) == (400, f"{missing} is a required parameter.")
    assert old.get("/api/v1/campaigns").json["total"] == 0


def test_unknown_lists_and_templates_leave_no_campaign(old: Legacy, news: str, letter: str) -> None:
    for changes in ({"list_id": "ZZZZZZ"}, {"template_id": "ZZZZZZ"}):
        assert old.form("POST", "/api/v1/campaigns", **fields(news, letter, **changes)).status in (400, 404)
    assert old.get("/api/v1/campaigns").json["total"] == 0


def test_a_draft_is_changed_and_cloned(old: Legacy, campaign: dict[str, Any], scope: Scope) -> None:
    path = f"/api/v1/campaign/{campaign['id']}"
    changed = old.form("PUT", path, subject="Old classes", name="May", use_smart_sending="False").json
    assert (changed["subject"], changed["name"], changed["from_name"]) == ("Old classes", "May", "Studio")
    other = lists.create_list(scope, name="Other", now=clock.now()).id
    copy = old.form("POST", f"{path}/clone", name="June", list_id=other).json
    assert (copy["name"], copy["status"], [one["id"] for one in copy["lists"]]) == ("June", "draft", [other])
    assert copy["template"]["html"] == HTML
    assert old.form("POST", f"{path}/clone", name="July", list_id="ZZZZZZ").status == 400
    assert old.get("/api/v1/campaigns").json["total"] == 2


def test_a_campaign_is_scheduled_and_cancelled(old: Legacy, campaign: dict[str, Any]) -> None:
    path = f"/api/v1/campaign/{campaign['id']}"
    at = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
    assert old.form("POST", f"{path}/schedule", send_time=at).json == {"status": "queued"}
    scheduled = old.get(path).json
    assert (scheduled["status"], scheduled["send_time"]) == ("queued", at)
    assert old.form("PUT", path, subject="Too late").status == 400
    assert old.form("POST", f"{path}/send").status == 400
    assert old.call("POST", f"{path}/cancel").json["status"] == "cancelled"


def test_a_draft_is_cancelled_and_stays_so(old: Legacy, campaign: dict[str, Any]) -> None:
    path = f"/api/v1/campaign/{campaign['id']}"
    cancelled = old.call("POST", f"{path}/cancel")
    assert (cancelled.status, cancelled.json["status"], cancelled.json["status_id"]) == (200, "cancelled", 9)
    assert old.call("POST", f"{path}/cancel").json == cancelled.json
    assert old.form("POST", f"{path}/send").status == 400
    assert old.get(path).json["num_recipients"] == 0


@pytest.mark.parametrize("at", ["2020-01-01 00:00:00", "tomorrow", ""])
def test_an_absurd_time_schedules_nothing(old: Legacy, campaign: dict[str, Any], at: str) -> None:
    path = f"/api/v1/campaign/{campaign['id']}"
    assert old.form("POST", f"{path}/schedule", send_time=at).status == 400
    assert old.get(path).json["status"] == "draft"


def test_a_campaign_is_sent_and_tells_its_recipients(old: Legacy, campaign: dict[str, Any]) -> None:
    path = f"/api/v1/campaign/{campaign['id']}"
    assert old.call("POST", f"{path}/send").json == {"status": "queued"}
    assert old.get(path).json["status"] in ("queued", "preparing_to_schedule")
    found = old.get(f"{path}/recipients", offset="", sort="asc").json
    assert found == {"count": 0, "sort": "asc", "data": []}
    assert old.get(f"{path}/recipients", offset="made up").status == 400


def test_charlie_has_none_of_annas_campaigns(charlies_old: Legacy, campaign: dict[str, Any], letter: str) -> None:
    path = f"/api/v1/campaign/{campaign['id']}"
    assert charlies_old.get("/api/v1/campaigns").json["data"] == []
    assert charlies_old.get("/api/v1/email-templates").json["data"] == []
    for method, tail in (("GET", ""), ("POST", "/send"), ("POST", "/cancel"), ("GET", "/recipients")):
        assert charlies_old.call(method, path + tail).status == 404
    assert charlies_old.get(f"/api/v1/email-template/{letter}").status == 404


def test_templates_are_listed_by_name_changed_cloned_and_deleted(old: Legacy, letter: str) -> None:
    old.form("POST", "/api/v1/email-templates", name="A first", html="<p>A</p>")
    listed = old.get("/api/v1/email-templates").json
    assert [one["name"] for one in listed["data"]] == ["A first", "Letter"]
    assert listed["data"][1]["is_writeable"] is True
    path = f"/api/v1/email-template/{letter}"
    assert old.call("PUT", path, query={"name": "New name"}).json["name"] == "New name"
    assert old.form("POST", f"{path}/clone", name="Copy").json["html"] == HTML
    assert old.call("DELETE", path).json["id"] == letter
    assert old.get(path).status == 404
    assert old.form("POST", "/api/v1/email-templates", name="Broken", html="{% if %}").status == 400


@pytest.mark.parametrize("context", [{"context": json.dumps({"first_name": "Ines"})}, {"context[first_name]": "Ines"}])
def test_a_template_is_rendered(old: Legacy, context: dict[str, str]) -> None:
    made = old.form("POST", "/api/v1/email-templates", name="Hi", html="<p>Hi {{ first_name }}{{ none }}</p>").json
    found = old.form("POST", f"/api/v1/email-template/{made['id']}/render", **context).json
    assert found == {
        "object": "email-template",
        "id": made["id"],
        "name": "Hi",
        "data": {"html": "<p>Hi Ines</p>", "text": "Hi Ines\n"},
    }
    assert old.form("POST", f"/api/v1/email-template/{made['id']}/render", context="[1]").status == 400


@pytest.mark.parametrize("to", ["", "[]", '[{"name": "x"}]', "no address"])
def test_a_template_goes_to_addresses_only(old: Legacy, letter: str, to: str) -> None:
    sent = {"from_email": "a@studio.test", "from_name": "S", "subject": "Hi", "to": to}
    assert old.form("POST", f"/api/v1/email-template/{letter}/send", **sent).status == 400
