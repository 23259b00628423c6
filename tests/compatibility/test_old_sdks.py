"""The official libraries of before 2022, pointed at Cairn by their host alone, live a shop's day."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import klaviyo
import klaviyo_sdk
import pytest
from swagger_client.rest import ApiException

from tests.server import Server, eventually

HTML = "<html><body><p>Hi {{ first_name }}</p>{% unsubscribe 'Unsubscribe' %}</body></html>"


@pytest.fixture(scope="module")
def account(server: Server) -> dict[str, str]:
    return server.create_account("old-sdk@example.com")


@pytest.fixture(scope="module")
def shop(server: Server, account: dict[str, str]) -> klaviyo.Klaviyo:
    """`klaviyo` 2: everything by GET, v2 with its key in a JSON body, also of GET and DELETE."""
    return klaviyo.Klaviyo(account["company_id"], account["private_key"], api_server=f"{server.url}/api")


@pytest.fixture(scope="module")
def sdk(server: Server, account: dict[str, str]) -> Iterator[klaviyo_sdk.Client]:
    """`klaviyo-sdk` 1, generated from the description of 2022: forms, and the key in the address."""
    with pytest.warns(DeprecationWarning):
        yield klaviyo_sdk.Client(account["private_key"], max_delay=5, max_retries=2, test_host=f"{server.url}/api")


def plain(answer: Any) -> Any:
    return answer.to_dict() if hasattr(answer, "to_dict") else answer


def person_of(sdk: klaviyo_sdk.Client, email: str) -> str:
    """The id of a person, once the worker has made them."""

    def find() -> str:
        try:
            found: str = plain(sdk.Profiles.get_profile_id(email=email))["id"]
        except ApiException as refusal:
            assert refusal.status == 404
            assert json.loads(refusal.body)["detail"] == "There is no profile matching the given parameters."
            return ""
        return found

    return eventually(find, f"{email} as a profile")


class TestKlaviyo2:
    def test_identifies_and_tracks(self, shop: klaviyo.Klaviyo, sdk: klaviyo_sdk.Client) -> None:
        assert shop.identify(email="rosa@example.com", properties={"$first_name": "Rosa", "Belt": "Blue"})
        at = datetime.now(UTC).astimezone() - timedelta(days=1)
        booking = {"$event_id": "bk-1", "$value": 24.5, "Level": "Beginner"}
        assert shop.track("Booked Class", email="rosa@example.com", properties=booking, timestamp=at)
        assert shop.track("Booked Class", email="rosa@example.com", properties=booking, timestamp=at), "a repeat"
        assert shop.track("Signed In", email="rosa@example.com", is_test=True), "a test is not kept"
        for _ in range(2):
            assert shop.track_once("Signed Up", email="rosa@example.com")
        rosa = person_of(sdk, "rosa@example.com")

        def bookings() -> list[dict[str, Any]]:
            data: list[dict[str, Any]] = shop.get_profile_metrics_timeline(rosa)["data"]
            return data if len(data) >= 2 else []

        found = eventually(bookings, "both events")
        assert sorted(one["event_name"] for one in found) == ["Booked Class", "Signed Up"]
        booked = next(one for one in found if one["event_name"] == "Booked Class")
        assert booked["event_properties"] == booking
        assert booked["timestamp"] == int(at.timestamp())
        assert (booked["person"]["$first_name"], booked["person"]["Belt"]) == ("Rosa", "Blue")
        assert shop.get_profile(rosa)["$email"] == "rosa@example.com"

    def test_reads_metrics_and_exports_them(self, shop: klaviyo.Klaviyo) -> None:
        listed = shop.metrics(count=100)
        booked = next(one["id"] for one in listed["data"] if one["name"] == "Booked Class")
        timeline = shop.metric_timeline(booked, since=0, sort="asc")
        assert [one["event_name"] for one in timeline["data"]] == ["Booked Class"]
        assert shop.metric_timeline(count=1)["count"] == 1
        day = datetime.now(UTC).date()
        report = shop.metric_export(
            booked, start_date=str(day - timedelta(days=3)), end_date=str(day), measurement="value", by="Level"
        )
        (segment,) = report["results"]
        assert segment["segment"] == "Beginner"
        assert sum(one["values"][0] for one in segment["data"]) == 24.5

    def test_keeps_a_list(self, shop: klaviyo.Klaviyo) -> None:
        news = shop.lists("Newsletter", method="POST")["list_id"]
        assert {"list_id": news, "list_name": "Newsletter"} in shop.lists()
        assert shop.list(news, "Weekly", method="PUT") == "1"
        assert shop.list(news)["list_name"] == "Weekly"
        subscribed = shop.list_subscription(news, [{"email": "eva@example.com", "$consent": ["email"]}], method="POST")
        assert [one["email"] for one in subscribed] == ["eva@example.com"]
        added = shop.list_subscription(news, [{"email": "finn@example.com"}], "members", method="POST")
        assert [one["email"] for one in added] == ["finn@example.com"]
        asked = ["eva@example.com", "finn@example.com", "nobody@example.com"]
        assert {one["email"] for one in shop.list_subscription(news, asked, "members")} == set(asked[:2])
        assert len(shop.all_members(news)["records"]) == 2
        assert shop.unsubscribe_from_list(news, ["eva@example.com"]) == "1"
        assert shop.unsubscribe_from_list(news, ["finn@example.com"], subscription_type="members") == "1"
        assert shop.all_members(news) == {"records": []}
        assert shop.list(news, method="DELETE") == "1"
        assert "detail" in shop.list(news)

    def test_a_wrong_key_is_told(self, server: Server) -> None:
        stranger = klaviyo.Klaviyo("AAAAAA", "pk_wrong", api_server=f"{server.url}/api")
        assert stranger.lists()["message"] == "The API key specified is invalid."


class TestKlaviyoSdk1:
    def test_tracks_by_get_and_by_form(self, sdk: klaviyo_sdk.Client, account: dict[str, str], server: Server) -> None:
        who = {"$email": "gil@example.com", "$city": "Porto"}
        event = {"token": account["company_id"], "event": "Bought Mat", "customer_properties": who}
        for number, call in enumerate((sdk.TrackIdentify.track_get, sdk.TrackIdentify.track_post)):
            assert str(call(data={**event, "properties": {"$event_id": f"m-{number}"}})) == "1"
        profile = {"token": account["company_id"], "properties": {"$email": "gil@example.com", "Size": "L"}}
        for call in (sdk.TrackIdentify.identify_get, sdk.TrackIdentify.identify_post):
            assert str(call(data=profile)) == "1"
        gil = person_of(sdk, "gil@example.com")
        eventually(lambda: plain(sdk.Profiles.get_profile(gil)).get("Size") == "L", "the size")
        timeline = eventually(
            lambda: (found := plain(sdk.Profiles.profile_metrics_timeline(gil)))["count"] == 2 and found, "two events"
        )
        assert {one["event_properties"]["$event_id"] for one in timeline["data"]} == {"m-0", "m-1"}
        metrics = plain(sdk.Metrics.get_metrics(page=0, count=100))["data"]
        bought = next(one["id"] for one in metrics if one["name"] == "Bought Mat")
        assert plain(sdk.Profiles.profile_metric_timeline(gil, bought))["count"] == 2
        assert plain(sdk.Metrics.metric_timeline(bought, sort="asc", since=0))["count"] == 2
        assert plain(sdk.Metrics.metrics_timeline())["count"] >= 2
        assert plain(sdk.Metrics.metric_export(bought, unit="day"))["results"][0]["segment"] == "$everyone"

    def test_keeps_lists_and_exclusions(self, sdk: klaviyo_sdk.Client) -> None:
        lists = sdk.ListsSegments
        news = plain(lists.create_list(list_name="Newsletter"))["list_id"]
        lists.update_list_name(news, list_name="Weekly")
        assert plain(lists.get_list_info(news))["list_name"] == "Weekly"
        added = lists.add_members(
            news, body={"profiles": [{"email": "hana@example.com"}, {"email": "ivo@example.com"}]}
        )
        assert [plain(one)["email"] for one in added] == ["hana@example.com", "ivo@example.com"]
        subscribed = lists.subscribe(news, body={"profiles": [{"email": "ivo@example.com"}]})
        assert [plain(one)["email"] for one in subscribed] == ["ivo@example.com"]
        both = {"emails": ["hana@example.com", "ivo@example.com"]}
        assert len(lists.get_list_members(news, body=both)) == 2
        assert len(plain(lists.get_members(news))["records"]) == 2
        assert plain(lists.exclude_globally(email="hana@example.com"))["num_excluded"] == 1
        excluded = plain(lists.get_global_exclusions(reason="manually_excluded"))["data"]
        assert [plain(one)["email"] for one in excluded] == ["hana@example.com"]
        assert [plain(one)["email"] for one in plain(lists.get_list_exclusions(news))["records"]] == [
            "hana@example.com"
        ]
        found = lists.get_list_subscriptions(news, body=both)
        assert [plain(one)["email"] for one in found] == ["ivo@example.com"]
        lists.unsubscribe(news, body={"emails": ["ivo@example.com"]})
        lists.remove_members(news, body={"emails": ["hana@example.com"]})
        assert not plain(lists.get_members(news))["records"]
        lists.delete_list(news)
        assert news not in [plain(one)["list_id"] for one in lists.get_lists()]

    def test_writes_templates_and_campaigns(self, sdk: klaviyo_sdk.Client) -> None:
        news = plain(sdk.ListsSegments.create_list(list_name="Readers"))["list_id"]
        letter = plain(sdk.Templates.create_template(name="Letter", html=HTML))["id"]
        sdk.Templates.update_template(letter, name="Greeting", html=HTML)
        assert [plain(one)["name"] for one in plain(sdk.Templates.get_templates())["data"]] == ["Greeting"]
        rendered = plain(sdk.Templates.render_template(letter, context=json.dumps({"first_name": "Ines"})))
        assert "Hi Ines" in plain(rendered["data"])["html"]
        made = plain(
            sdk.Campaigns.create_campaign(
                list_id=news, template_id=letter, from_email="a@studio.test", from_name="Studio", subject="Hello"
            )
        )
        assert (made["status"], made["name"]) == ("draft", "Hello")
        sdk.Campaigns.update_campaign(made["id"], subject="Hello again")
        assert plain(sdk.Campaigns.get_campaign_info(made["id"]))["subject"] == "Hello again"
        at = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S")
        sdk.Campaigns.schedule_campaign(made["id"], send_time=at)
        assert plain(sdk.Campaigns.get_campaign_info(made["id"]))["status"] == "queued"
        sdk.Campaigns.cancel_campaign(made["id"])
        copy = plain(sdk.Campaigns.clone_campaign(made["id"], name="Copy", list_id=news))
        assert {plain(one)["name"] for one in plain(sdk.Campaigns.get_campaigns())["data"]} == {"Hello", "Copy"}
        assert plain(sdk.Campaigns.get_campaign_recipients(copy["id"]))["data"] == []
        sdk.Templates.delete_template(letter)

    def test_a_campaign_arrives(self, sdk: klaviyo_sdk.Client, server: Server, account: dict[str, str]) -> None:
        news = plain(sdk.ListsSegments.create_list(list_name="Buyers"))["list_id"]
        sdk.ListsSegments.subscribe(
            news, body={"profiles": [{"email": "jo@example.com", "$first_name": "Jo", "$consent": ["email"]}]}
        )
        letter = plain(sdk.Templates.create_template(name="Note", html=HTML))["id"]
        made = plain(
            sdk.Campaigns.create_campaign(
                list_id=news, template_id=letter, from_email="a@studio.test", from_name="Studio", subject="Good day"
            )
        )
        sdk.Campaigns.send_campaign(made["id"])

        def sent() -> list[dict[str, Any]]:
            found = plain(sdk.Campaigns.get_campaign_recipients(made["id"]))["data"]
            return [one for one in map(plain, found) if one["status"] == "Sent"]

        assert [one["email"] for one in eventually(sent, "a mail to Jo")] == ["jo@example.com"]
        with server.api(account) as api:
            mails = api.get("/api/inbox-messages", params={"filter": 'equals(to,"jo@example.com")'}).json()["data"]
        assert "Hi Jo" in mails[0]["attributes"]["html"]

    def test_forgets_people(self, sdk: klaviyo_sdk.Client) -> None:
        news = plain(sdk.ListsSegments.create_list(list_name="Short"))["list_id"]
        sdk.ListsSegments.add_members(news, body={"profiles": [{"email": "kim@example.com"}]})
        said = sdk.DataPrivacy.request_deletion(body={"email": "kim@example.com"})
        assert said == "Submitted new deletion task for customer."
        with pytest.raises(ApiException) as refusal:
            sdk.Profiles.get_profile_id(email="kim@example.com")
        assert refusal.value.status == 404
