"""The official Python SDK, pointed at Cairn by its host alone, lives a shop's day."""

import time
from typing import Any

import pytest
from klaviyo_api import KlaviyoAPI

from tests.server import Server, eventually

HTML = (
    "<html><body><p>Dear {{ first_name|default:'friend' }},</p>"
    "<p><a href='http://shop.example/lantern'>A lantern</a></p>{% unsubscribe 'Unsubscribe' %}</body></html>"
)


@pytest.fixture(scope="module")
def account(server: Server) -> dict[str, str]:
    return server.create_account("sdk@example.com")


@pytest.fixture(scope="module")
def klaviyo(server: Server, account: dict[str, str]) -> KlaviyoAPI:
    return KlaviyoAPI(account["private_key"], max_delay=5, max_retries=2, test_host=server.url)


def plain(answer: Any) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else answer.to_dict()


def event(email: str, metric: str, value: float, unique_id: str) -> dict[str, Any]:
    return {
        "data": {
            "type": "event",
            "attributes": {
                "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
                "profile": {"data": {"type": "profile", "attributes": {"email": email, "first_name": "Dana"}}},
                "properties": {"Category": "Camp", "Items": ["Lantern"]},
                "value": value,
                "value_currency": "USD",
                "unique_id": unique_id,
            },
        }
    }


def profile_by_email(klaviyo: KlaviyoAPI, email: str) -> dict[str, Any] | None:
    found = plain(klaviyo.Profiles.get_profiles(filter=f'equals(email,"{email}")'))["data"]
    return found[0] if found else None


def test_a_profile_is_made_read_changed_and_upserted(klaviyo: KlaviyoAPI) -> None:
    rosa = plain(
        klaviyo.Profiles.create_profile(
            {"data": {"type": "profile", "attributes": {"email": "Rosa@Example.com", "properties": {"Size": "M"}}}}
        )
    )["data"]
    assert rosa["attributes"]["email"] == "rosa@example.com"
    klaviyo.Profiles.update_profile(
        rosa["id"],
        {
            "data": {
                "type": "profile",
                "id": rosa["id"],
                "attributes": {"first_name": "Rosa"},
                "meta": {"patch_properties": {"unset": "Size"}},
            }
        },
    )
    read = plain(klaviyo.Profiles.get_profile(rosa["id"]))["data"]["attributes"]
    assert (read["first_name"], read["properties"]) == ("Rosa", {})
    again = plain(
        klaviyo.Profiles.create_or_update_profile(
            {"data": {"type": "profile", "attributes": {"email": "rosa@example.com", "title": "Guide"}}}
        )
    )["data"]
    assert (again["id"], again["attributes"]["title"]) == (rosa["id"], "Guide")


def test_events_arrive_once_and_are_counted(klaviyo: KlaviyoAPI) -> None:
    for _ in range(2):
        klaviyo.Events.create_event(event("dana@example.com", "Placed Order", 42.5, "order-1"))
    klaviyo.Events.create_event(event("dana@example.com", "Placed Order", 7.5, "order-2"))

    def orders() -> list[dict[str, Any]]:
        dana = profile_by_email(klaviyo, "dana@example.com")
        if dana is None:
            return []
        data: list[dict[str, Any]] = plain(klaviyo.Events.get_events(filter=f'equals(profile_id,"{dana["id"]}")'))[
            "data"
        ]
        return data if len(data) >= 2 else []

    arrived = eventually(orders, "both orders in the timeline")
    assert sorted(one["attributes"]["event_properties"]["$value"] for one in arrived) == [7.5, 42.5]
    metrics = plain(klaviyo.Metrics.get_metrics())["data"]
    placed = next(metric["id"] for metric in metrics if metric["attributes"]["name"] == "Placed Order")
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86_400))
    later = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86_400))
    sums = plain(
        klaviyo.Metrics.query_metric_aggregates(
            {
                "data": {
                    "type": "metric-aggregate",
                    "attributes": {
                        "metric_id": placed,
                        "measurements": ["count", "sum_value", "unique"],
                        "interval": "day",
                        "filter": [f"greater-or-equal(datetime,{today})", f"less-than(datetime,{later})"],
                    },
                }
            }
        )
    )["data"]["attributes"]["data"][0]["measurements"]
    assert (sum(sums["count"]), sum(sums["sum_value"]), max(sums["unique"])) == (2, 50, 1)


def made(answer: Any) -> str:
    """The id of what was created."""
    identifier: str = plain(answer)["data"]["id"]
    return identifier


def segment_of(klaviyo: KlaviyoAPI, metric: str) -> str:
    """A segment of everybody with at least one such event in a week."""
    metrics = plain(klaviyo.Metrics.get_metrics())["data"]
    condition = {
        "type": "profile-metric",
        "metric_id": next(one["id"] for one in metrics if one["attributes"]["name"] == metric),
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": "greater-than-or-equal", "value": 1},
        "timeframe_filter": {"type": "date", "operator": "in-the-last", "unit": "day", "quantity": 7},
    }
    definition = {"condition_groups": [{"conditions": [condition]}]}
    attributes = {"name": f"Had {metric}", "definition": definition}
    return made(klaviyo.Segments.create_segment({"data": {"type": "segment", "attributes": attributes}}))


def campaign_to(klaviyo: KlaviyoAPI, segment: str, subject: str) -> str:
    """A draft with a template, ready to be sent."""
    content = {
        "subject": subject,
        "preview_text": "Soft",
        "from_email": "shop@example.com",
        "from_label": "Shop",
    }
    definition = {"channel": "email", "label": "Letter", "content": content}
    messages = {"data": [{"type": "campaign-message", "attributes": {"definition": definition}}]}
    attributes = {
        "name": "Lanterns",
        "audiences": {"included": [segment]},
        "send_strategy": {"method": "immediate"},
        "campaign-messages": messages,
    }
    campaign = plain(klaviyo.Campaigns.create_campaign({"data": {"type": "campaign", "attributes": attributes}}))[
        "data"
    ]
    template = made(
        klaviyo.Templates.create_template(
            {"data": {"type": "template", "attributes": {"name": "Letter", "editor_type": "CODE", "html": HTML}}}
        )
    )
    relation = {"template": {"data": {"type": "template", "id": template}}}
    message = campaign["relationships"]["campaign-messages"]["data"][0]["id"]
    klaviyo.Campaigns.assign_template_to_campaign_message(
        {"data": {"type": "campaign-message", "id": message, "relationships": relation}}
    )
    identifier: str = campaign["id"]
    return identifier


def test_a_segment_follows_an_event_and_a_campaign_reaches_its_member(
    klaviyo: KlaviyoAPI, server: Server, account: dict[str, str]
) -> None:
    klaviyo.Events.create_event(event("eva@example.com", "Viewed Lantern", 0, "view-1"))
    eventually(lambda: profile_by_email(klaviyo, "eva@example.com"), "Eva's profile")
    segment = segment_of(klaviyo, "Viewed Lantern")
    eventually(lambda: plain(klaviyo.Segments.get_profiles_for_segment(segment))["data"], "Eva in the segment")
    campaign = campaign_to(klaviyo, segment, "A light for {{ first_name }}")
    klaviyo.Campaigns.send_campaign({"data": {"type": "campaign-send-job", "id": campaign}})
    with server.api(account) as api:
        to_eva = {"filter": 'equals(to,"eva@example.com")'}
        inbox = eventually(lambda: api.get("/api/inbox-messages", params=to_eva).json()["data"], "Eva's mail")
    assert [mail["attributes"]["subject"] for mail in inbox] == ["A light for Dana"]
    assert "Dear Dana" in inbox[0]["attributes"]["html"]
    eventually(
        lambda: plain(klaviyo.Campaigns.get_campaign(campaign))["data"]["attributes"]["status"] == "Sent",
        "the campaign's status Sent",
    )


def test_lists_take_and_lose_members(klaviyo: KlaviyoAPI) -> None:
    newsletter = made(klaviyo.Lists.create_list({"data": {"type": "list", "attributes": {"name": "Newsletter"}}}))
    person = plain(
        klaviyo.Profiles.create_profile({"data": {"type": "profile", "attributes": {"email": "list@example.com"}}})
    )["data"]
    member = {"data": [{"type": "profile", "id": person["id"]}]}
    klaviyo.Lists.add_profiles_to_list(newsletter, member)
    assert [one["id"] for one in plain(klaviyo.Lists.get_profiles_for_list(newsletter))["data"]] == [person["id"]]
    klaviyo.Lists.remove_profiles_from_list(newsletter, member)
    assert plain(klaviyo.Lists.get_profiles_for_list(newsletter))["data"] == []


def test_consent_is_given_and_withdrawn(klaviyo: KlaviyoAPI) -> None:
    def job(kind: str, consent: str) -> dict[str, Any]:
        channel = {"email": {"marketing": {"consent": consent}}}
        person = {"type": "profile", "attributes": {"email": "consent@example.com", "subscriptions": channel}}
        return {"data": {"type": kind, "attributes": {"profiles": {"data": [person]}}}}

    def consent() -> str | None:
        found = plain(
            klaviyo.Profiles.get_profiles(
                filter='equals(email,"consent@example.com")', additional_fields_profile=["subscriptions"]
            )
        )["data"]
        state: str | None = found[0]["attributes"]["subscriptions"]["email"]["marketing"]["consent"] if found else None
        return state

    klaviyo.Profiles.bulk_subscribe_profiles(job("profile-subscription-bulk-create-job", "SUBSCRIBED"))
    eventually(lambda: consent() == "SUBSCRIBED", "the consent")
    klaviyo.Profiles.bulk_unsubscribe_profiles(job("profile-subscription-bulk-delete-job", "UNSUBSCRIBED"))
    eventually(lambda: consent() == "UNSUBSCRIBED", "its withdrawal")
