from cairn.api.conftest import Api
from tests.people import Person


def path(person: Person) -> str:
    return f"/api/account-settings/{person.account_id}"


def test_anna_sets_her_sender_and_how_long_orders_are_credited(api: Api, anna: Person) -> None:
    wanted = {"sender_email": "hello@shop.example", "email_attribution_hours": 24, "timezone": "Europe/Berlin"}
    reply = api.patch(path(anna), "account-setting", wanted)
    assert reply.status == 200
    assert {name: reply.attributes[name] for name in wanted} == wanted
    assert api.get(path(anna)).attributes["email_attribution_hours"] == 24


def test_a_setting_that_cannot_be_is_named(api: Api, anna: Person) -> None:
    for name, value in (
        ("timezone", "Mars/Olympus"),
        ("timezone", "localtime"),
        ("currency", "euro"),
        ("sender_email", "nobody"),
        ("name", " "),
        ("email_attribution_hours", 0),
    ):
        reply = api.patch(path(anna), "account-setting", {name: value})
        assert (reply.status, reply.error["source"]["pointer"]) == (400, f"/data/attributes/{name}")
    assert api.get(path(anna)).attributes["timezone"] == "UTC"


def test_charlie_finds_no_settings_of_anna(charlies_api: Api, anna: Person) -> None:
    assert charlies_api.get(path(anna)).status == 404
    reply = charlies_api.patch(path(anna), "account-setting", {"name": "Charlie's"})
    assert reply.status == 404
