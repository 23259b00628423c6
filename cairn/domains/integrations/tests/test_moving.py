"""Moving in: Anna's account, as its API shows it, becomes Charlie's."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import msgspec
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from cairn import wiring
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.events.contracts import Arrival, ArrivedEvent
from cairn.domains.integrations import actions, imports, queries, running
from cairn.domains.integrations.contracts import ImportProgress
from cairn.domains.integrations.klaviyo.source import Source
from cairn.domains.integrations.models import ImportJob
from cairn.domains.lists import actions as lists
from cairn.domains.lists import queries as list_queries
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ImportedPerson, ImportedWish, ProfilePatch
from cairn.domains.profiles.models import ConsentHistory, Profile
from cairn.domains.segments import actions as segments
from cairn.domains.segments import queries as segment_queries
from cairn.domains.tags import actions as tags
from cairn.domains.tags import queries as tag_queries
from cairn.domains.templates import actions as templates
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane
from cairn.infra.files.folder import FolderFiles
from cairn.infra.http.guard import Answer, Guard
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Listing, Sort
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2024, 1, 31, 10, tzinfo=UTC)
EVERYTHING = Listing(PageRequest(size=100), Sort("id"))


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return None


@dataclass(frozen=True)
class Live:
    """Where our own server answers."""

    url: str


@pytest.fixture
def live(transactional_db: None) -> Iterator[Live]:
    server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=Threads, handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Live(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live: Live, clickhouse: ClickHouse) -> MemoryLog:
    """Our own server as the source, which the guard lets us ask; the log that events go to."""
    files, log = FolderFiles(tmp_path), MemoryLog()
    host, _, port = live.url.removeprefix("http://").partition(":")
    guard = Guard(allow=frozenset({(host, int(port))}))
    monkeypatch.setattr(wiring, "files", lambda: files)
    monkeypatch.setattr(wiring, "event_log", lambda: log)
    monkeypatch.setattr(wiring, "outgoing", lambda: guard)
    return log


@pytest.fixture
def shop(anna: Person) -> Scope:
    """Anna's account with something of everything."""
    scope = anna.scope
    now = clock.now()
    people = [
        ImportedPerson(
            ProfilePatch(
                email=f"p{number}@example.com",
                attributes={"first_name": f"P{number}"},
                location={"city": "Berlin"},
                properties={"Tier": "gold", "Sizes": ["S", "M"]},
            ),
            [ImportedWish("email.marketing", "SUBSCRIBED" if number % 2 else "UNSUBSCRIBED", AT)],
        )
        for number in range(130)
    ]
    people[3].suppression, people[3].suppressed_at = "HARD_BOUNCE", AT
    people[3].wishes[0].method, people[3].wishes[0].method_detail = "FORM", "Spring pop-up"
    people[3].wishes[0].double_optin = True
    found = profiles.import_people(scope, people, now=now, source="")
    tag = tags.create_tag(scope, name="Spring")
    news = lists.create_list(scope, name="News", opt_in_process="double_opt_in", now=now)
    tags.put_on(scope, tag_id=tag.id, object_type="list", object_ids=[news.id])
    lists.join(scope, news.id, [one.number for one in found[:120]], now=now)
    templates.create_template(scope, name="Hello", editor_type="CODE", html="<p>Hello {{ first_name }}</p>", now=now)
    metrics = events.resolve_metrics(scope, names=[("api", "Placed Order"), ("cairn", "Opened Email")])
    event = ArrivedEvent(
        "Placed Order",
        ProfilePatch(),
        properties=msgspec.Raw(b'{"Size":"M"}'),
        time=int(AT.timestamp()),
        value=12.5,
        currency="EUR",
        unique_id="17",
    )
    events.store(scope, arrivals=[Arrival(event, found[0].number, False, "t:1", clock.millis(now))], metrics=metrics)
    condition = {
        "type": "profile-metric",
        "metric_id": metric_id(scope, "Placed Order"),
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": "greater-than-or-equal", "value": 1},
        "timeframe_filter": {"type": "date", "operator": "alltime"},
    }
    segments.create(scope, name="Buyers", definition={"condition_groups": [{"conditions": [condition]}]}, now=now)
    return scope


def metric_id(scope: Scope, name: str) -> str:
    return next(metric.id for metric in event_queries.all_metrics(scope) if metric.name == name)


def moved(charlie: Person, anna: Person, live: Live, what: tuple[str, ...] = ()) -> ImportProgress:
    job_id = actions.queue_move(charlie.scope, host=live.url, api_key=anna.private_key, what=what, now=clock.now())
    assert imports.run_next(clock.now)
    return queries.get_import(charlie.scope, job_id)


def copied(job: ImportProgress) -> dict[str, dict[str, Any]]:
    return {
        step.name: {name: count for name, count in step.counts.items() if name != "reasons" and count}
        for step in job.steps
    }


def test_everything_is_there_afterwards(
    shop: Scope, anna: Person, charlie: Person, live: Live, surroundings: MemoryLog
) -> None:
    job = moved(charlie, anna, live)
    assert (job.status, job.detail) == ("complete", "")
    here = charlie.scope
    counts = copied(job)
    assert counts["profiles"] == {"copied": 130}
    assert counts["members"] == {"copied": 120}
    assert counts["events"] == {"copied": 1}
    assert Profile.objects.within(here).count() == 130
    row = Profile.objects.within(here).get(email="p3@example.com")
    assert (row.first_name, row.location, row.properties) == (
        "P3",
        {"city": "Berlin"},
        {"Tier": "gold", "Sizes": ["S", "M"]},
    )
    standing = profile_queries.standings(here, [row.number])[row.number]
    assert (standing.consent("email.marketing").consent, standing.consent("email.marketing").at) == ("SUBSCRIBED", AT)
    consent = standing.consent("email.marketing")
    assert (consent.method, consent.method_detail, consent.double_optin) == ("FORM", "Spring pop-up", True)
    assert [(one.reason, one.at) for one in standing.suppressions] == [("HARD_BOUNCE", AT)]
    (news,) = [one for one in list_queries.every_list(here) if one.name == "News"]
    assert news.opt_in_process == "double_opt_in"
    assert list_queries.member_counts(here, [news.id]) == {news.id: 120}
    (tag,) = tag_queries.list_tags(here, Listing(PageRequest(size=9), Sort("name"))).rows
    assert tag_queries.tag_ids_on(here, "list", [news.id]) == {news.id: [tag.id]}
    (entry,) = surroundings.read(Lane.BULK, {}, 10)
    (event,) = msgspec.json.decode(entry.record.body)["events"]
    assert (event["metric"], event["value"], event["currency"], event["unique_id"], event["backfill"]) == (
        "Placed Order",
        12.5,
        "EUR",
        "17",
        True,
    )
    began = clock.millis(ImportJob.objects.within(here).get().created)
    assert event["profile"] == {"email": "p0@example.com", "accepted": began}
    assert event["properties"] == {"Size": "M"}
    (segment,) = segment_queries.list_segments(here, EVERYTHING).rows
    (group,) = segment.definition["condition_groups"]
    assert group["conditions"][0]["metric_id"] == metric_id(here, "Placed Order") != metric_id(shop, "Placed Order")


def test_a_second_move_changes_nothing(shop: Scope, anna: Person, charlie: Person, live: Live) -> None:
    moved(charlie, anna, live)
    before = list(Profile.objects.within(charlie.scope).order_by("number").values())
    history = ConsentHistory.objects.within(charlie.scope).count()
    again = copied(moved(charlie, anna, live))
    assert again["profiles"] == {"unchanged": 130}
    assert again["members"] == {"unchanged": 120}
    assert {name: again[name] for name in ("tags", "lists", "segments", "templates")} == {
        name: {"unchanged": 1} for name in ("tags", "lists", "segments", "templates")
    }
    assert list(Profile.objects.within(charlie.scope).order_by("number").values()) == before
    assert ConsentHistory.objects.within(charlie.scope).count() == history


def test_whoever_is_deleted_during_a_move_does_not_come_back_by_it(
    shop: Scope, anna: Person, charlie: Person, live: Live
) -> None:
    what = ["lists", "profiles", "members"]
    job_id = actions.queue_move(charlie.scope, host=live.url, api_key=anna.private_key, what=what, now=clock.now())
    profiles.leave(charlie.scope, ProfilePatch(email="p7@example.com"), at=clock.now())
    assert imports.run_next(clock.now)
    job = queries.get_import(charlie.scope, job_id)
    assert (job.status, copied(job)["profiles"]) == ("complete", {"copied": 129, "left_behind": 1})
    assert not Profile.objects.within(charlie.scope).filter(email="p7@example.com").exists()
    (told,) = [step.counts["reasons"] for step in job.steps if step.name == "profiles"]
    assert told == [{"reason": "deleted here since the move began", "count": 1}]
    assert copied(moved(charlie, anna, live, ("profiles",)))["profiles"] == {"copied": 1, "unchanged": 129}


def test_an_interrupted_move_goes_on_where_it_was(
    shop: Scope, anna: Person, charlie: Person, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Source.page
    asked: list[str] = []

    def failing(self: Source, path: str, **query: str) -> Any:
        asked.append(path)
        if path.startswith("/api/profiles?"):
            raise KeyboardInterrupt
        return page(self, path, **query)

    monkeypatch.setattr(Source, "page", failing)
    job_id = actions.queue_move(charlie.scope, host=live.url, api_key=anna.private_key, now=clock.now())
    with pytest.raises(KeyboardInterrupt):
        imports.run_next(clock.now)
    assert Profile.objects.within(charlie.scope).count() == 100
    asked.clear()
    monkeypatch.setattr(Source, "page", recording(asked, page))
    assert imports.run_next(lambda: clock.now() + 3 * running.LEASE)
    job = queries.get_import(charlie.scope, job_id)
    assert (job.status, copied(job)["profiles"]) == ("complete", {"copied": 130})
    assert "/api/lists" not in asked
    assert "/api/profiles" not in asked


def recording(asked: list[str], page: Callable[..., Any]) -> Callable[..., Any]:
    def recorded(self: Source, path: str, **query: str) -> Any:
        asked.append(path)
        return page(self, path, **query)

    return recorded


def test_the_key_is_sealed_while_it_is_needed_and_gone_afterwards(
    shop: Scope, anna: Person, charlie: Person, live: Live
) -> None:
    job_id = actions.queue_move(charlie.scope, host=live.url, api_key=anna.private_key, what=["tags"], now=clock.now())
    row = ImportJob.objects.within(charlie.scope).get(id=job_id)
    assert anna.private_key.encode() not in bytes(row.secret or b"")
    assert anna.private_key not in repr(msgspec.to_builtins(row.mapping))
    imports.run_next(clock.now)
    assert ImportJob.objects.within(charlie.scope).get(id=job_id).secret is None


def test_a_wrong_key_ends_the_move_with_words(charlie: Person, live: Live) -> None:
    job_id = actions.queue_move(charlie.scope, host=live.url, api_key="pk_wrong", now=clock.now())
    imports.run_next(clock.now)
    job = queries.get_import(charlie.scope, job_id)
    assert job.status == "failed"
    assert job.detail.startswith("The API key is not valid there")


def test_a_server_that_asks_for_time_gets_it() -> None:
    answers = [
        Answer(429, b"{}", {"retry-after": "7"}),
        Answer(503, b"", {}),
        Answer(200, b'{"data":[],"links":{"next":"https://elsewhere.example/api/x?page=2"}}', {}),
    ]

    class Waiting(Guard):
        def ask(self, url: str, headers: Any, *, most_bytes: int, seconds: float) -> Answer:
            assert url == "https://a.example/api/x"
            return answers.pop(0)

    waits: list[float] = []
    source = Source(Waiting(), "https://a.example", "pk_1", pause=waits.append)
    # The key goes only to the server that the user named.
    assert source.page("/api/x").next == "/api/x?page=2"
    assert waits == [5.0, 2.0, 2.0]


@pytest.mark.parametrize("host", ["ftp://x", "https://x/api", "http://"])
def test_what_is_no_server_is_refused(charlie: Person, host: str) -> None:
    with pytest.raises(Invalid, match="no address of a server"):
        actions.queue_move(charlie.scope, host=host, api_key="pk_1", now=clock.now())
