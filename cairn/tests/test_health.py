"""What load balancers, Prometheus and people are told of the installation."""

import shutil
from collections import namedtuple

import pytest
from django.test import Client

from cairn import health, wiring
from cairn.domains.accounts.models import User
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.clickhouse.embedded import free_port
from cairn.infra.eventlog.port import Lane, Record
from tests.people import Person

Usage = namedtuple("Usage", "total used free")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(clickhouse: ClickHouse) -> None:
    wiring.settings().data_dir.mkdir(parents=True, exist_ok=True)


def test_without_a_worker_events_are_accepted_and_the_worker_is_missed(client: Client) -> None:
    answer = client.get("/healthz")
    document = answer.json()
    assert (answer.status_code, document["status"], document["degraded"]) == (200, "degraded", ["worker"])
    assert {name: part["ok"] for name, part in document["parts"].items()} == {
        "log": True,
        "postgres": True,
        "clickhouse": True,
        "worker": False,
    }
    assert document["parts"]["worker"]["detail"] == "No worker takes entries from the log."


def test_accepted_entries_that_nobody_has_worked_off_are_behind(client: Client) -> None:
    before = client.get("/healthz").json()["log"]["bulk"]
    record = Record("Abc123", "events.record", b"{}", 1_780_000_000_000)
    wiring.event_log().append_now(Lane.BULK, [record, record])
    after = client.get("/healthz").json()["log"]["bulk"]
    assert {name: after[name] - before[name] for name in before} == {"accepted": 2, "behind": 2}


def test_a_full_disk_accepts_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 99, 3 << 20))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert answer.json()["parts"]["log"]["detail"] == "Only 3 MB are free in the data folder."


def test_a_store_that_is_away_is_named_and_accepting_goes_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = ClickHouse(f"http://cairn:secret@127.0.0.1:{free_port()}/cairn")
    monkeypatch.setattr(wiring, "clickhouse", lambda: nobody)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["degraded"]) == (200, ["clickhouse", "worker"])
    assert "secret" not in answer.content.decode()


def test_prometheus_reads_the_same(client: Client) -> None:
    text = client.get("/metrics").content.decode()
    assert 'cairn_part_up{part="postgres"} 1.0' in text
    assert 'cairn_part_up{part="worker"} 0.0' in text
    assert 'cairn_log_behind_entries{lane="consent"}' in text
    assert 'cairn_process_memory_bytes{process="web"}' in text


def test_people_see_it_when_they_are_signed_in(client: Client, anna: Person) -> None:
    assert client.get("/api/status").status_code == 401
    client.force_login(User.objects.get(pk=anna.user_id))
    document = client.get("/api/status/").json()
    assert (document["data"]["type"], document["data"]["attributes"]["degraded"]) == ("status", ["worker"])


def test_asking_changes_nothing_and_other_methods_are_refused(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
    assert health.examine().accepting
