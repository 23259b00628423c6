"""Accounts: one sees one's own."""

from cairn.api.conftest import Api
from tests.people import Person


def test_anna_sees_her_account(api: Api, anna: Person) -> None:
    reply = api.get("/api/accounts")
    assert reply.status == 200
    assert reply.ids == [anna.account_id]
    attributes = reply.data[0]["attributes"]
    assert attributes["public_api_key"] == anna.company_id
    assert attributes["contact_information"]["organization_name"] == "Anna's shop"
    assert reply.data[0]["links"]["self"].endswith(f"/api/accounts/{anna.account_id}/")


def test_charlie_cannot_see_annas_account(charlies_api: Api, anna: Person) -> None:
    reply = charlies_api.get(f"/api/accounts/{anna.account_id}")
    assert (reply.status, reply.error["code"]) == (404, "not_found")


def test_sparse_fields_reach_into_attributes(api: Api, anna: Person) -> None:
    reply = api.get(
        f"/api/accounts/{anna.account_id}", **{"fields[account]": "locale,contact_information.street_address.city"}
    )
    assert reply.attributes == {"locale": "en-US", "contact_information": {"street_address": {"city": None}}}


def test_without_a_key_nothing_is_shown(nobodys_api: Api) -> None:
    reply = nobodys_api.get("/api/accounts")
    assert (reply.status, reply.error["code"]) == (401, "not_authenticated")
    assert reply.headers["Content-Type"] == "application/vnd.api+json"
