"""A deletion takes a person from every store, says what went, and can be stopped anywhere."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from django.db import connection, transaction

from cairn import wiring
from cairn.domains.events import actions as events
from cairn.domains.events.handlers import profile_deleted as forget_events
from cairn.domains.lists import actions as lists
from cairn.domains.messaging.models import InboxMessage, Message
from cairn.domains.privacy import actions, forgetting, queries, running
from cairn.domains.privacy.models import Job
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfileDeleted, ProfilePatch, Resolved
from cairn.domains.segments import actions as segments
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.eventlog.port import Lane, Record
from cairn.infra.postgres import outbox
from cairn.kernel import clock
from cairn.kernel.errors import Invalid, NotFound, Unavailable
from cairn.kernel.ids import ulid
from cairn.kernel.listing import Listing
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
EVENTS = ("account", "profile", "metric", "ts", "id", "key", "value", "received", "properties")
TABLES = ("events", "profiles", "profile_dates", "segment_members", "segment_changes", "profile_search", "attributions")
UNHIDDEN = {"additional_table_filters": "{}"}


def person(scope: Scope, name: str, **more: object) -> Resolved:
    with transaction.atomic():
        patch = ProfilePatch(email=f"{name}@x.com", properties={"born": "1990-05-04"}, **more)  # type: ignore[arg-type]
        return profiles.apply_patches(scope, [patch], now=NOW)[0]


@pytest.fixture
def ann(scope: Scope, clickhouse: ClickHouse) -> Resolved:
    """Somebody with something in every store, beside Bob, who has the same."""
    ann, bob = person(scope, "ann", phone_number="+15005550001"), person(scope, "bob")
    newsletter = lists.create_list(scope, name="News", now=NOW)
    lists.add_members(scope, newsletter.id, [ann.id, bob.id], now=NOW)
    definition = {
        "condition_groups": [
            {
                "conditions": [
                    {
                        "type": "profile-property",
                        "property": "properties['born']",
                        "filter": {"type": "existence", "operator": "is-set"},
                    }
                ]
            }
        ]
    }
    segments.create(scope, name="Born", definition=definition, now=NOW)
    segments.tick(scope, set(), now=NOW)
    for one in (ann, bob):
        send(scope, one)
        clickhouse.insert("events", EVENTS, [event(scope, one.number, n) for n in range(3)])
        clickhouse.insert(
            "attributions",
            ("account", "event", "version", "profile", "metric", "ts", "value"),
            [(scope.account_number, uuid4(), 1, one.number, 1, NOW, 5)],
        )
    accept(scope, "ann")
    accept(scope, "bob")
    return ann


def send(scope: Scope, one: Resolved) -> None:
    to = "ann@x.com" if one.number == 1 else "bob@x.com"
    common = {"account_id": scope.account_id, "id": ulid()}
    Message.objects.create(
        **common,
        source="may",
        number=one.number,
        channel="email",
        campaign_id="c",
        state="accepted",
        profile_id=one.id,
        email=to,
        due_at=NOW,
        queued_at=NOW,
    )
    InboxMessage.objects.create(
        **common, to=to, sender="s", subject="s", content=b"Dear " + to.encode(), received_at=NOW
    )


def event(scope: Scope, number: int, key: int) -> tuple[object, ...]:
    return (scope.account_number, number, 1, NOW, uuid4(), key, 10, NOW, "{}")


def accept(scope: Scope, name: str) -> None:
    body = msgspec.json.encode({"events": [{"metric": "Placed Order", "profile": {"email": f"{name}@x.com"}}]})
    wiring.event_log().append_now(Lane.LIVE, [Record(scope.account_id, "events.record", body, clock.millis(NOW))])


def demand(scope: Scope, **identifier: str) -> str:
    return actions.request_deletion(scope, ProfilePatch(**identifier), now=clock.now()).id  # type: ignore[arg-type]


def work(steps: object = forgetting.STEPS) -> None:
    running.work_off(steps, now=clock.now() + timedelta(seconds=5))  # type: ignore[arg-type]


def work_to_the_end(scope: Scope, steps: object = forgetting.STEPS) -> None:
    """As the worker does: the steps up to the segments', their tick, and the rest."""
    work(steps)
    segments.tick(scope, set(), now=NOW + timedelta(seconds=1))
    Job.objects.update(due=NOW)
    work()


def rows(clickhouse: ClickHouse, scope: Scope, number: int) -> dict[str, int]:
    asked = "SELECT count() FROM {table:Identifier} WHERE account = {a:UInt32} AND profile = {p:UInt32}"
    given = {"a": scope.account_number, "p": number}
    return {table: clickhouse.query(asked, {**given, "table": table}, UNHIDDEN)[0][0] for table in TABLES}


def log_bytes() -> bytes:
    folder = wiring.settings().data_dir / "log"
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()).lower()


def postgres_text() -> str:
    """Everything in PostgreSQL, but the outbox and privacy's own jobs, as one text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        names = [name for (name,) in cursor.fetchall() if not name.startswith(("django_", "auth_"))]
        found = []
        for name in names:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{name}\" t")
            found.append(cursor.fetchone()[0])
    return "\n".join(found).lower()


def test_nothing_of_the_person_is_left_anywhere(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    job_id = demand(scope, email="ANN@x.com")
    work_to_the_end(scope)
    job = queries.get_job(scope, "deletion", job_id)
    assert (job.status, job.identifier, job.found, job.detail) == ("complete", "email", 1, "")
    assert rows(clickhouse, scope, ann.number) == dict.fromkeys(TABLES, 0)
    assert b"ann@x.com" not in log_bytes()
    text = postgres_text()
    assert "ann@x.com" not in text
    assert "+15005550001" not in text
    assert job.report == {
        "PostgreSQL": {"profiles": 1, "identifiers": 2, "list_members": 1},
        "Messages": {"messages": 1, "inbox": 1},
        "Files": {},
        "Log": {"records": 1},
        "ClickHouse": {
            "events": 3,
            "profiles": 2,
            "profile_dates": 1,
            "segment_members": 2,
            "segment_changes": 2,
            "profile_search": 2,
            "attributions": 1,
        },
    }


def test_a_sweep_leaves_what_a_deletion_has_not_counted(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    assert queries.oldest_uncounted() is None
    job_id = demand(scope, email="ann@x.com")
    forget_events(scope, ProfileDeleted(scope.account_id, ann.number))
    uncounted = queries.oldest_uncounted()
    assert uncounted == queries.get_job(scope, "deletion", job_id).created
    assert events.sweep(now=uncounted) == 0
    work_to_the_end(scope)
    assert queries.get_job(scope, "deletion", job_id).report["ClickHouse"]["events"] == 3
    assert queries.oldest_uncounted() is None


def test_everybody_else_keeps_everything(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    before = rows(clickhouse, scope, 2)
    assert before["events"] == 3
    demand(scope, email="ann@x.com")
    work_to_the_end(scope)
    assert rows(clickhouse, scope, 2) == before
    assert b"bob@x.com" in log_bytes()
    assert list(InboxMessage.objects.within(scope).values_list("to", flat=True)) == ["bob@x.com"]
    assert list(Message.objects.within(scope).order_by("number").values_list("email", "state")) == [
        ("", "accepted"),
        ("bob@x.com", "accepted"),
    ]


@pytest.mark.parametrize("stopped", list(forgetting.STEPS))
def test_a_deletion_that_is_stopped_goes_on(scope: Scope, clickhouse: ClickHouse, ann: Resolved, stopped: str) -> None:
    def breaks(*_: object) -> None:
        raise Unavailable("killed")

    job_id = demand(scope, id=ann.id)
    work({**forgetting.STEPS, stopped: breaks})
    assert queries.get_job(scope, "deletion", job_id).detail == f"{stopped} waits: killed"
    Job.objects.update(due=NOW)
    work_to_the_end(scope)
    assert queries.get_job(scope, "deletion", job_id).status == "complete"
    assert rows(clickhouse, scope, ann.number) == dict.fromkeys(TABLES, 0)
    assert b"ann@x.com" not in log_bytes()


def test_it_waits_until_the_segments_have_let_go(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    job_id = demand(scope, email="ann@x.com")
    work()
    assert queries.get_job(scope, "deletion", job_id).step == "events"
    segments.tick(scope, set(), now=NOW + timedelta(seconds=1))
    Job.objects.update(due=NOW)
    work()
    assert queries.get_job(scope, "deletion", job_id).status == "complete"


def test_facts_on_their_way_are_stopped(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    for name in ("Ann", "bob"):
        outbox.send("lists.confirmation", {"account_id": scope.account_id, "email": f"{name}@x.com"})
    demand(scope, email="ann@x.com")
    work()
    waiting = [one.payload for one in outbox.take(99, now=clock.now()) if one.kind == "lists.confirmation"]
    assert [json.loads(one)["email"] for one in waiting] == ["bob@x.com"]


def test_what_is_accepted_afterwards_stays_on_the_log(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    demand(scope, email="ann@x.com")
    body = msgspec.json.encode({"profiles": [{"email": "ann@x.com", "properties": {"new": True}}]})
    later = clock.millis(clock.now() + timedelta(seconds=1))
    wiring.event_log().append_now(Lane.LIVE, [Record(scope.account_id, "profiles.upsert", body, later)])
    work()
    assert log_bytes().count(b"ann@x.com") == 1


def test_two_deletions_are_one_round(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    first, second = demand(scope, email="ann@x.com"), demand(scope, email="bob@x.com")
    work_to_the_end(scope)
    for job_id in (first, second):
        job = queries.get_job(scope, "deletion", job_id)
        assert (job.status, job.report["ClickHouse"]["events"]) == ("complete", 3)
    assert clickhouse.query("SELECT count() FROM events", settings=UNHIDDEN) == [(0,)]


def test_exactly_one_identifier(scope: Scope) -> None:
    for patch in (ProfilePatch(), ProfilePatch(email="a@x.com", phone_number="+15005550001")):
        with pytest.raises(Invalid, match="exactly one"):
            actions.request_deletion(scope, patch, now=NOW)


def test_strangers_are_not_deleted(scope: Scope, charlie: object, clickhouse: ClickHouse, ann: Resolved) -> None:
    job_id = actions.request_deletion(charlie.scope, ProfilePatch(email="ann@x.com"), now=NOW).id  # type: ignore[attr-defined]
    work()
    with pytest.raises(NotFound):
        queries.get_job(scope, "deletion", job_id)
    assert rows(clickhouse, scope, ann.number)["events"] == 3
    assert queries.list_jobs(scope, "deletion", Listing(PageRequest(10))).rows == []


def test_a_person_gets_everything_in_a_file(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    job = actions.request_export(scope, ProfilePatch(phone_number="+1 500 555 0001"), now=clock.now())
    work()
    done = queries.get_job(scope, "export", job.id)
    assert (done.status, done.report["File"]["events"], done.report["File"]["lists"]) == ("complete", 3, 1)
    assert done.url is not None
    with queries.open_export(done.url.rpartition("/")[2], now=clock.now()) as file, zipfile.ZipFile(file) as archive:
        held = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert held["profile.json"][0]["email"] == "ann@x.com"
    assert {one["value"] for one in held["identifiers.json"]} == {"ann@x.com", "+15005550001"}
    assert [one["name"] for one in held["segments.json"]] == ["Born"]
    assert [one["state"] for one in held["messages.json"]] == ["accepted"]
    assert len(held["events.json"]) == 3
    assert "bob" not in json.dumps(held)


def test_a_deletion_takes_the_export_too(scope: Scope, clickhouse: ClickHouse, ann: Resolved) -> None:
    export = actions.request_export(scope, ProfilePatch(id=ann.id), now=clock.now())
    work()
    demand(scope, email="ann@x.com")
    work()
    assert queries.get_job(scope, "export", export.id).url is None
    assert list(Path(wiring.settings().data_dir / "files" / "privacy" / scope.account_id).iterdir()) == []


def test_nobody_has_nothing_to_export(scope: Scope, clickhouse: ClickHouse) -> None:
    with pytest.raises(NotFound):
        actions.request_export(scope, ProfilePatch(email="nobody@x.com"), now=NOW)
