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
    made = plain(
        klaviyo.Profiles.create_profile(
            {"data": {"type": "profile", "attributes": {"email": "Rosa@Example.com", "properties": {"Size": "M"}}}}
        )
    )["data"]
    assert made["attributes"]["email"] == "rosa@example.com"
    klaviyo.Profiles.update_profile(
        made["id"],
        {
            "data": {
                "type": "profile",
                "id": made["id"],
                "attributes": {"first_name": "Rosa"},
                "meta": {"patch_properties": {"unset": "Size"}},
            }
        },
    )
    read = plain(klaviyo.Profiles.get_profile(made["id"]))["data"]["attributes"]
    assert (read["first_name"], read["properties"]) == ("Rosa", {})
    again = plain(
        klaviyo.Profiles.create_or_update_profile(
            {"data": {"type": "profile", "attributes": {"email": "rosa@example.com", "title": "Guide"}}}
        )
    )["data"]
    assert (again["id"], again["attributes"]["title"]) == (made["id"], "Guide")


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


def test_a_segment_follows_an_event_and_a_campaign_reaches_its_member(
    klaviyo: KlaviyoAPI, server: Server, account: dict[str, str]
) -> None:
    klaviyo.Events.create_event(event("eva@example.com", "Viewed Lantern", 0, "view-1"))
    eventually(lambda: profile_by_email(klaviyo, "eva@example.com"), "Eva's profile")
    metrics = plain(klaviyo.Metrics.get_metrics())["data"]
    viewed = next(metric["id"] for metric in metrics if metric["attributes"]["name"] == "Viewed Lantern")
    condition = {
        "type": "profile-metric",
        "metric_id": viewed,
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": "greater-than-or-equal", "value": 1},
        "timeframe_filter": {"type": "date", "operator": "in-the-last", "unit": "day", "quantity": 7},
    }
    segment = plain(
        klaviyo.Segments.create_segment(
            {
                "data": {
                    "type": "segment",
                    "attributes": {
                        "name": "Lantern lookers",
                        "definition": {"condition_groups": [{"conditions": [condition]}]},
                    },
                }
            }
        )
    )["data"]["id"]
    eventually(lambda: plain(klaviyo.Segments.get_profiles_for_segment(segment))["data"], "Eva in the segment")
    template = plain(
        klaviyo.Templates.create_template(
            {"data": {"type": "template", "attributes": {"name": "Letter", "editor_type": "CODE", "html": HTML}}}
        )
    )["data"]["id"]
    campaign = plain(
        klaviyo.Campaigns.create_campaign(
            {
                "data": {
                    "type": "campaign",
                    "attributes": {
                        "name": "Lanterns",
                        "audiences": {"included": [segment]},
                        "send_strategy": {"method": "immediate"},
                        "campaign-messages": {
                            "data": [
                                {
                                    "type": "campaign-message",
                                    "attributes": {
                                        "definition": {
                                            "channel": "email",
                                            "label": "Letter",
                                            "content": {
                                                "subject": "A light for {{ first_name }}",
                                                "preview_text": "Soft",
                                                "from_email": "shop@example.com",
                                                "from_label": "Shop",
                                            },
                                        }
                                    },
                                }
                            ]
                        },
                    },
                }
            }
        )
    )["data"]
    message = campaign["relationships"]["campaign-messages"]["data"][0]["id"]
    klaviyo.Campaigns.assign_template_to_campaign_message(
        {
            "data": {
                "type": "campaign-message",
                "id": message,
                "relationships": {"template": {"data": {"type": "template", "id": template}}},
            }
        }
    )
    klaviyo.Campaigns.send_campaign({"data": {"type": "campaign-send-job", "id": campaign["id"]}})
    with server.api(account) as api:
        inbox = eventually(
            lambda: api.get("/api/inbox-messages", params={"filter": 'equals(to,"eva@example.com")'}).json()["data"],
            "Eva's mail in the inbox",
        )
    assert [mail["attributes"]["subject"] for mail in inbox] == ["A light for Dana"]
    assert "Dear Dana" in inbox[0]["attributes"]["html"]
    status = eventually(
        lambda: (
            (found := plain(klaviyo.Campaigns.get_campaign(campaign["id"]))["data"]["attributes"]["status"]) == "Sent"
            and found
        ),
        "the campaign's status Sent",
    )
    assert status == "Sent"


def test_lists_take_and_lose_members(klaviyo: KlaviyoAPI) -> None:
    made = plain(klaviyo.Lists.create_list({"data": {"type": "list", "attributes": {"name": "Newsletter"}}}))["data"]
    person = plain(
        klaviyo.Profiles.create_profile({"data": {"type": "profile", "attributes": {"email": "list@example.com"}}})
    )["data"]
    member = {"data": [{"type": "profile", "id": person["id"]}]}
    klaviyo.Lists.add_profiles_to_list(made["id"], member)
    assert [one["id"] for one in plain(klaviyo.Lists.get_profiles_for_list(made["id"]))["data"]] == [person["id"]]
    klaviyo.Lists.remove_profiles_from_list(made["id"], member)
    assert plain(klaviyo.Lists.get_profiles_for_list(made["id"]))["data"] == []


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
