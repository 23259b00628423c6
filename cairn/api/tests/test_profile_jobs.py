"""Bulk imports and suppressions: accepted over HTTP, carried out from the log."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.db import transaction

from cairn import wiring
from cairn.api.conftest import Api
from cairn.domains.lists import handlers as lists
from cairn.domains.lists.handlers import Upserted
from cairn.domains.profiles import actions, handlers
from cairn.domains.profiles.contracts import SuppressProfiles, UpsertProfiles
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Record
from cairn.kernel import clock
from cairn.kernel.scope import Scope

IMPORTS, SUPPRESSIONS = "profile-bulk-import-job", "profile-suppression-bulk-create-job"
Log = list[Record]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    taken: Log = []

    class Taking(MemoryLog):
        def append_now(self, lane: Any, records: Any) -> None:
            taken.extend(records)

    held = Taking()
    monkeypatch.setattr(wiring, "event_log", lambda: held)
    yield taken


def work(scope: Scope, log: Log) -> None:
    """What the worker does with these commands."""
    now = clock.now()
    for record in log:
        with transaction.atomic():
            if record.kind == "profiles.upsert":
                command = msgspec.json.decode(record.body, type=UpsertProfiles)
                found = actions.apply_patches(scope, command.profiles, now=now)
                lists.upserted(scope, [Upserted(command, found)], now=now)
            else:
                wish = msgspec.json.decode(record.body, type=SuppressProfiles)
                handle = handlers.suppress if record.kind == "profiles.suppress" else handlers.unsuppress
                handle(scope, [(record.at, wish)], now=now, replayed=False)
    log.clear()


def items(*attributes: dict[str, Any]) -> dict[str, Any]:
    return {"profiles": {"data": [{"type": "profile", "attributes": one} for one in attributes]}}


def test_an_import_takes_the_good_and_names_the_bad(api: Api, scope: Scope, log: Log, clickhouse: object) -> None:
    news = api.post("/api/lists", "list", {"name": "News"}).data["id"]
    sent = items({"email": "ann@example.com", "first_name": "Ann"}, {"email": "bad"}, {"title": "Dr"})
    related = {"lists": {"data": [{"type": "list", "id": news}]}}
    reply = api.post(f"/api/{IMPORTS}s", IMPORTS, sent, relationships=related)
    assert (reply.status, reply.attributes["status"], reply.attributes["total_count"]) == (202, "queued", 3)
    job = f"/api/{IMPORTS}s/{reply.data['id']}"
    work(scope, log)
    shown = api.get(job).attributes
    assert (shown["status"], shown["completed_count"], shown["failed_count"]) == ("complete", 1, 2)
    (ann,) = api.get(f"{job}/profiles").data
    assert ann["attributes"]["email"] == "ann@example.com"
    assert api.get(f"{job}/lists").ids == [news]
    assert api.get(f"/api/lists/{news}/relationships/profiles").ids == [ann["id"]]
    found = sorted(one["attributes"]["source"]["pointer"] for one in api.get(f"{job}/import-errors").data)
    assert found == ["/data/attributes/profiles/data/1/attributes/email", "/data/attributes/profiles/data/2/attributes"]
    assert api.get(f"/api/{IMPORTS}s", filter='equals(status,"queued")').data == []


def test_an_import_into_charlies_list_is_refused(api: Api, charlies_api: Api, log: Log) -> None:
    theirs = charlies_api.post("/api/lists", "list", {"name": "Theirs"}).data["id"]
    related = {"lists": {"data": [{"type": "list", "id": theirs}]}}
    reply = api.post(f"/api/{IMPORTS}s", IMPORTS, items({"email": "ann@example.com"}), relationships=related)
    assert (reply.status, log) == (404, [])


def test_charlie_sees_no_job(api: Api, charlies_api: Api, log: Log) -> None:
    job = api.post(f"/api/{IMPORTS}s", IMPORTS, items({"email": "ann@example.com"})).data["id"]
    paths = [f"/api/{IMPORTS}s/{job}{more}" for more in ("", "/profiles", "/lists", "/import-errors")]
    assert [charlies_api.get(path).status for path in paths] == [404] * 4
    assert charlies_api.get(f"/api/{IMPORTS}s").data == []


def test_suppressed_and_released_by_hand(api: Api, scope: Scope, log: Log, clickhouse: object) -> None:
    ann = api.post("/api/profiles", "profile", {"email": "ann@example.com"}).data["id"]
    address = items({"email": "ANN@example.com"})

    def reasons() -> list[str]:
        shown = api.get(f"/api/profiles/{ann}", **{"additional-fields[profile]": "subscriptions"}).attributes
        return [one["reason"] for one in shown["subscriptions"]["email"]["marketing"]["suppression"]]

    job = api.post(f"/api/{SUPPRESSIONS}s", SUPPRESSIONS, address)
    assert job.status == 202
    work(scope, log)
    assert reasons() == ["USER_SUPPRESSED"]
    assert api.get(f"/api/{SUPPRESSIONS}s/{job.data['id']}").attributes["completed_count"] == 1
    found = api.get(
        "/api/profiles", filter='equals(subscriptions.email.marketing.suppression.reason,"USER_SUPPRESSED")'
    )
    assert found.ids == [ann]
    release = "profile-suppression-bulk-delete-job"
    assert api.post(f"/api/{release}s", release, address).status == 202
    work(scope, log)
    assert reasons() == []


def test_a_whole_list_is_suppressed(api: Api, scope: Scope, log: Log, clickhouse: object) -> None:
    news = api.post("/api/lists", "list", {"name": "News"}).data["id"]
    ann = api.post("/api/profiles", "profile", {"email": "ann@example.com"}).data["id"]
    api.link("POST", f"/api/lists/{news}/relationships/profiles", "profile", ann)
    related = {"list": {"data": {"type": "list", "id": news}}}
    reply = api.post(f"/api/{SUPPRESSIONS}s", SUPPRESSIONS, {}, relationships=related)
    assert (reply.status, reply.attributes["total_count"]) == (202, 1)
    work(scope, log)
    assert (
        api.get(f"/api/{SUPPRESSIONS}s", filter=f'equals(list_id,"{news}")').data[0]["attributes"]["status"]
        == "complete"
    )


def test_neither_or_both_is_refused(api: Api, log: Log) -> None:
    assert api.post(f"/api/{SUPPRESSIONS}s", SUPPRESSIONS, {}).status == 400
    assert api.post(f"/api/{SUPPRESSIONS}s", SUPPRESSIONS, items({"email": "bad"})).status == 400
    assert log == []


def test_a_push_token_has_one_owner(api: Api, charlies_api: Api, clickhouse: object) -> None:
    def register(email: str) -> int:
        person = {"data": {"type": "profile", "attributes": {"email": email}}}
        sent = {"token": "t1", "platform": "ios", "vendor": "apns", "profile": person}
        return api.post("/api/push-tokens", "push-token", sent).status

    assert [register("ann@example.com"), register("bob@example.com")] == [202, 202]
    (token,) = api.get("/api/push-tokens", include="profile").json["data"]
    assert api.get(f"/api/push-tokens/{token['id']}/profile").attributes["email"] == "bob@example.com"
    assert charlies_api.get(f"/api/push-tokens/{token['id']}").status == 404
    assert charlies_api.delete(f"/api/push-tokens/{token['id']}").status == 404
    assert api.delete(f"/api/push-tokens/{token['id']}").status == 204
    assert api.get("/api/push-tokens").data == []
