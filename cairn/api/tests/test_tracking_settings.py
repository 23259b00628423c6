"""Parameters of links: read, changed, shown as they would be sent."""

from typing import Any

import pytest

from cairn.api.conftest import Api
from tests.people import Person


def address(person: Person) -> str:
    return f"/api/tracking-settings/{person.account_id}"


def dynamic(value: str) -> dict[str, str]:
    return {"type": "dynamic", "value": value}


def static(value: str) -> dict[str, str]:
    return {"type": "static", "value": value}


def test_an_account_begins_with_the_usual_ones(api: Api, anna: Person) -> None:
    (settings,) = api.get("/api/tracking-settings").data
    assert settings["id"] == anna.account_id
    assert settings["attributes"] == {
        "auto_add_parameters": True,
        "utm_source": {"flow": dynamic("flow_name"), "campaign": dynamic("group_name")},
        "utm_medium": {"flow": dynamic("message_type"), "campaign": dynamic("message_type")},
        "utm_campaign": {"flow": dynamic("message_name_id"), "campaign": dynamic("campaign_name_id")},
        "utm_id": {"flow": None, "campaign": None},
        "utm_term": {"flow": None, "campaign": None},
        "custom_parameters": [],
    }


def test_only_what_is_given_changes(api: Api, bobs_api: Api, anna: Person) -> None:
    custom = [{"name": "shop", "campaign": static("de"), "flow": None}]
    changed = api.patch(
        address(anna),
        "tracking-setting",
        {
            "auto_add_parameters": False,
            "utm_source": {"campaign": static("mail")},
            "utm_term": {"flow": dynamic("profile_id")},
            "custom_parameters": custom,
        },
    )
    assert changed.status == 200
    shown = bobs_api.get(address(anna)).attributes
    assert shown["auto_add_parameters"] is False
    assert shown["utm_source"] == {"flow": dynamic("flow_name"), "campaign": static("mail")}
    assert shown["utm_term"] == {"flow": dynamic("profile_id"), "campaign": None}
    assert shown["custom_parameters"] == custom
    assert shown["utm_medium"]["flow"] == dynamic("message_type")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"utm_source": {"campaign": dynamic("flow_id")}}, "/data/attributes/utm_source/campaign/value"),
        ({"utm_source": {"flow": {"type": "magic", "value": "x"}}}, "/data/attributes/utm_source/flow/type"),
        ({"custom_parameters": [{"name": "utm_id"}]}, "/data/attributes/custom_parameters/0/name"),
        ({"custom_parameters": [{"name": "a b"}]}, "/data/attributes/custom_parameters/0/name"),
        ({"custom_parameters": [{"name": "a"}, {"name": "a"}]}, "/data/attributes/custom_parameters/1/name"),
        ({"custom_parameters": [{"name": f"n{one}"} for one in range(6)]}, "/data/attributes/custom_parameters"),
    ],
)
def test_what_is_wrong_is_named(api: Api, anna: Person, changes: dict[str, Any], pointer: str) -> None:
    reply = api.patch(address(anna), "tracking-setting", changes)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, pointer)
    assert api.get(address(anna)).attributes["custom_parameters"] == []


def test_another_accounts_settings_do_not_exist(api: Api, charlies_api: Api, anna: Person) -> None:
    assert charlies_api.get(address(anna)).status == 404
    assert charlies_api.patch(address(anna), "tracking-setting", {"auto_add_parameters": False}).status == 404
    assert api.get(address(anna)).attributes["auto_add_parameters"] is True


def test_a_preview_shows_the_link_as_it_would_be_sent(api: Api) -> None:
    parameters = [
        {"name": "utm_source", "campaign": dynamic("group_name"), "flow": dynamic("flow_name")},
        {"name": "utm_medium", "campaign": static("mail & more"), "flow": None},
        {"name": "alt", "campaign": dynamic("link_alt_text"), "flow": None},
    ]
    wish = {"url": "https://shop.example.com/sale?utm_medium=mine#top", "parameters": parameters}
    shown = api.post("/api/tracking-previews", "tracking-preview", wish).attributes
    assert shown == {
        "campaign_url": "https://shop.example.com/sale?utm_medium=mine&utm_source=Newsletter&alt=A+brass+lantern#top",
        "flow_url": "https://shop.example.com/sale?utm_medium=mine&utm_source=Abandoned+cart#top",
    }
