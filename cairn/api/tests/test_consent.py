"""Consent in the API: settings, pages of lists, memberships, reachability, history, reports and clean-up."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import transaction

from cairn.api.conftest import Api
from cairn.domains.lists import actions as lists
from cairn.domains.lists import handlers as lists_handlers
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import handlers, queries
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ChangeConsent,
    ConsentChange,
    ProfilePatch,
    Reason,
    SuppressProfiles,
)
from cairn.infra.postgres import outbox
from cairn.kernel import clock
from cairn.kernel.scope import Scope

ANN = ProfilePatch(email="ann@example.com", phone_number="+15005550006")


def say(scope: Scope, consent: str, channel: str = EMAIL_MARKETING, **more: object) -> str:
    change = ConsentChange(ANN, channel, consent, **more)  # type: ignore[arg-type]
    command = ChangeConsent([change])
    with transaction.atomic():
        numbers = lists_handlers.change_consent(
            scope, [(clock.millis(clock.now()), command)], now=clock.now(), replayed=False
        )
    return queries.ids_of(scope, numbers)[min(numbers)]


def reach(api: Api, profile_id: str) -> dict[str, tuple[bool, list[str]]]:
    reply = api.get("/api/profile-reachabilities", filter=f'equals(profile_id,"{profile_id}")')
    assert reply.status == 200
    rows = [row["attributes"] for row in reply.data]
    return {row["channel"]: (row["can_receive"], [each["reason"] for each in row["reasons"]]) for row in rows}


def test_why_a_person_can_be_written_to_or_not(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann = say(scope, SUBSCRIBED)
    found = reach(api, ann)
    assert found["email.marketing"] == (True, [])
    assert found["sms.marketing"] == (False, ["NEVER_SUBSCRIBED"])
    assert found["mobile_push.marketing"] == (False, ["NO_DEVICE", "NEVER_SUBSCRIBED"])
    say(scope, UNSUBSCRIBED)
    number = queries.numbers_of(scope, [ann])[ann]
    profiles.suppress(scope, [number], reason=Reason.USER_SUPPRESSED, at=clock.now(), now=clock.now())
    assert reach(api, ann)["email.marketing"] == (False, ["UNSUBSCRIBE", "USER_SUPPRESSED"])
    assert reach(api, ann)["email.transactional"] == (True, [])
    profiles.suppress(scope, [number], reason=Reason.HARD_BOUNCE, at=clock.now(), now=clock.now())
    assert reach(api, ann)["email.marketing"][1] == ["HARD_BOUNCE", "UNSUBSCRIBE", "USER_SUPPRESSED"]
    assert reach(api, ann)["email.transactional"] == (False, ["HARD_BOUNCE"])
    assert charlies_api.get("/api/profile-reachabilities", filter=f'equals(profile_id,"{ann}")').status == 404


def test_the_answer_is_the_same_in_the_subscriptions_of_the_profile(api: Api, scope: Scope) -> None:
    ann = say(scope, SUBSCRIBED, "sms.marketing")
    reply = api.get(f"/api/profiles/{ann}", **{"additional-fields[profile]": "subscriptions"})
    told = reply.attributes["subscriptions"]
    assert told["sms"]["marketing"]["can_receive_sms_marketing"] is True
    assert told["sms"]["transactional"]["can_receive_sms_transactional"] is True
    assert told["email"]["marketing"]["can_receive_email_marketing"] is True
    assert told["mobile_push"]["marketing"]["can_receive_push_marketing"] is False


def test_history_shows_proof(api: Api, scope: Scope) -> None:
    ann = say(scope, SUBSCRIBED, text="Get our news", ip="203.0.113.9", user_agent="Firefox", actor="key:K1")
    (line,) = api.get("/api/profile-consents", filter=f'equals(profile_id,"{ann}")').data
    told = line["attributes"]
    assert (told["text"], told["ip"], told["user_agent"]) == ("Get our news", "203.0.113.9", "Firefox")
    assert (told["outcome"], told["source"], told["after"]) == ("taken", "key:K1", SUBSCRIBED)


def test_settings_are_the_accounts_own(api: Api, charlies_api: Api, scope: Scope) -> None:
    path = f"/api/consent-settings/{scope.account_id}"
    assert api.get(path).attributes["default_opt_in"] == "single_opt_in"
    changed = api.patch(path, "consent-setting", {"default_opt_in": "double_opt_in", "brand_color": "#aa2200"})
    assert (changed.status, changed.attributes["brand_color"]) == (200, "#aa2200")
    assert api.post("/api/lists", "list", {"name": "News"}).attributes["opt_in_process"] == "double_opt_in"
    assert charlies_api.get(path).status == 404
    assert charlies_api.patch(path, "consent-setting", {"brand_name": "Evil"}).status == 404
    assert api.get(path).attributes["brand_name"] == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [("brand_color", "red; }"), ("logo_url", "javascript:alert(1)"), ("language", "tlh"), ("unsubscribe_from", "x")],
)
def test_settings_that_make_no_sense_are_refused_by_name(api: Api, scope: Scope, field: str, value: str) -> None:
    reply = api.patch(f"/api/consent-settings/{scope.account_id}", "consent-setting", {field: value})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"/data/attributes/{field}")


def test_a_lists_page(api: Api, charlies_api: Api, scope: Scope) -> None:
    news = lists.create_list(scope, name="intern", now=clock.now())
    path = f"/api/list-pages/{news.id}"
    assert api.get(path).attributes["subscribe_url"].endswith(f"/s/{scope.account_id}/{news.id}")
    changed = api.patch(path, "list-page", {"public_name": "Tea news", "in_preferences": True})
    assert (changed.attributes["public_name"], changed.attributes["in_preferences"]) == ("Tea news", True)
    assert api.get(f"/api/lists/{news.id}").attributes["name"] == "intern"
    assert charlies_api.get(path).status == 404


def test_memberships_tell_how_people_came(api: Api, charlies_api: Api, scope: Scope) -> None:
    news = lists.create_list(scope, name="News", now=clock.now())
    ann = say(scope, SUBSCRIBED, list_id=news.id, method="SUBSCRIBE_PAGE")
    with transaction.atomic():
        bob = profiles.apply_patches(scope, [ProfilePatch(email="bob@example.com")], now=clock.now())[0]
    assert api.link("POST", f"/api/lists/{news.id}/relationships/profiles", "profile", bob.id).status == 204
    rows = api.get("/api/list-memberships", filter=f'equals(list_id,"{news.id}")').data
    assert {row["attributes"]["email"]: row["attributes"]["method"] for row in rows} == {
        "ann@example.com": "SUBSCRIBE_PAGE",
        "bob@example.com": "API",
    }
    (mine,) = api.get("/api/list-memberships", filter=f'equals(profile_id,"{ann}")').data
    assert mine["attributes"]["list_name"] == "News"
    assert mine["relationships"]["list"]["data"]["id"] == news.id
    assert charlies_api.get("/api/list-memberships", filter=f'equals(list_id,"{news.id}")').status == 404


def test_a_thousand_at_a_time_and_no_more(api: Api, scope: Scope) -> None:
    news = lists.create_list(scope, name="News", now=clock.now())
    patches = [ProfilePatch(email=f"p{number}@example.com") for number in range(1001)]
    with transaction.atomic():
        people = [one.id for one in profiles.apply_patches(scope, patches, now=clock.now())]
    path = f"/api/lists/{news.id}/relationships/profiles"
    assert api.link("POST", path, "profile", *people).status == 400
    assert api.link("POST", path, "profile", *people[:1000]).status == 204
    assert api.link("DELETE", path, "profile", *people[:999]).status == 204
    assert len(api.get("/api/list-memberships", filter=f'equals(list_id,"{news.id}")').data) == 1


def test_a_report_of_consent(api: Api, charlies_api: Api, scope: Scope) -> None:
    ann = say(scope, SUBSCRIBED, method="SUBSCRIBE_PAGE")
    say(scope, UNSUBSCRIBED)
    say(scope, SUBSCRIBED, "sms.marketing")
    number = queries.numbers_of(scope, [ann])[ann]
    profiles.suppress(scope, [number], reason=Reason.HARD_BOUNCE, at=clock.now(), now=clock.now())
    span = {
        "start": (clock.now() - timedelta(days=2)).isoformat(),
        "end": (clock.now() + timedelta(hours=1)).isoformat(),
    }
    told = api.post("/api/consent-reports", "consent-report", span).attributes
    growth = {row["channel"]: (row["subscribed"], row["unsubscribed"], row["suppressed"]) for row in told["growth"]}
    assert growth["email.marketing"] == (1, 1, 1)
    assert growth["sms.marketing"] == growth["sms.transactional"] == (1, 0, 0)
    assert {row["method"]: row["subscribed"] for row in told["methods"] if row["channel"] == "email.marketing"} == {
        "SUBSCRIBE_PAGE": 1,
        "API": 0,
    }
    assert {row["reason"]: row["count"] for row in told["suppressions"]} == {"HARD_BOUNCE": 1, "UNSUBSCRIBE": 1}
    assert {row["channel"]: (row["subscribed"], row["unsubscribed"]) for row in told["channels"]} == {
        "email.marketing": (0, 1),
        "sms.marketing": (1, 0),
        "sms.transactional": (1, 0),
    }
    assert len(told["days"]) in (3, 4)
    assert charlies_api.post("/api/consent-reports", "consent-report", span).attributes["growth"] == []
    backwards = {"start": span["end"], "end": span["start"]}
    assert api.post("/api/consent-reports", "consent-report", backwards).status == 400


def test_suppressing_by_hand_tells_who_did_it_and_makes_an_event(scope: Scope, api: Api) -> None:
    ann = say(scope, SUBSCRIBED)
    outbox.done([fact.id for fact in outbox.take(100, now=clock.now())])
    command = SuppressProfiles(emails=["ann@example.com"], actor="key:K1")
    for _ in range(2):
        with transaction.atomic():
            handlers.suppress(scope, [(clock.millis(clock.now()), command)], now=clock.now(), replayed=False)
    line = api.get("/api/profile-consents", filter=f'equals(profile_id,"{ann}")').data[0]["attributes"]
    assert (line["after"], line["source"]) == ("SUPPRESSED", "key:K1")
    facts = [fact for fact in outbox.take(100, now=clock.now()) if fact.kind == "events.record"]
    drafts = [draft["metric"] for fact in facts for draft in msgspec.json.decode(fact.payload)["events"]]
    assert drafts == ["Manually Suppressed from Email Marketing"]


def test_soft_bounces_in_a_row_suppress_and_a_delivery_begins_anew(scope: Scope) -> None:
    ann = say(scope, SUBSCRIBED)
    number = queries.numbers_of(scope, [ann])[ann]
    start = datetime(2026, 5, 1, tzinfo=UTC)

    def refuse(times: int) -> list[set[int]]:
        with transaction.atomic():
            return [
                profiles.count_soft_bounces(scope, {number: "ann@example.com"}, now=start + timedelta(days=day))
                for day in range(times)
            ]

    assert refuse(7) == [set()] * 7
    profiles.delivered(scope, [number])
    assert refuse(8) == [set()] * 7 + [{number}]
    (stop,) = queries.standings(scope, [number])[number].suppressions
    assert (stop.reason, stop.detail) == ("HARD_BOUNCE", "8 soft bounces in a row")
    bounced = [fact for fact in outbox.take(100, now=clock.now()) if fact.kind == "profiles.bounced"]
    assert msgspec.json.decode(bounced[0].payload)["numbers"] == [number]


@pytest.mark.usefixtures("clickhouse")
def test_cleaning_a_list_counts_first(api: Api, charlies_api: Api, scope: Scope) -> None:
    news = lists.create_list(scope, name="News", now=clock.now())
    target = {"list": {"data": {"type": "list", "id": news.id}}}
    reply = api.post("/api/list-cleanups", "list-cleanup", {"days": 30}, relationships=target)
    assert (reply.status, reply.attributes["count"], reply.attributes["done"]) == (200, 0, 0)
    assert api.post("/api/list-cleanups", "list-cleanup", {"days": 1}, relationships=target).status == 400
    assert charlies_api.post("/api/list-cleanups", "list-cleanup", {"days": 30}, relationships=target).status == 404
