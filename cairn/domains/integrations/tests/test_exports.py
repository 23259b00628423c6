"""Exports, from the wish to the file: what is in it, who gets it, and for how long."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from cairn import wiring
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.events.contracts import Arrival, ArrivedEvent
from cairn.domains.integrations import actions, exports, imports, queries
from cairn.domains.integrations.contracts import ExportProgress
from cairn.domains.integrations.tables.writing import guarded
from cairn.domains.lists import actions as lists
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ImportedPerson, ImportedWish, ProfilePatch
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.files.folder import FolderFiles
from cairn.kernel import clock
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Compare
from cairn.kernel.scope import Scope

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2024, 1, 31, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's files are."""
    files = FolderFiles(tmp_path)
    monkeypatch.setattr(wiring, "files", lambda: files)
    return tmp_path


@pytest.fixture
def people(scope: Scope) -> list[int]:
    """Ann, who subscribed, and Ben, whose name begins like a formula."""
    ann = ProfilePatch(
        email="ann@example.com",
        phone_number="+15005550006",
        attributes={"first_name": "Ann"},
        location={"city": "Berlin"},
        properties={"Tags": ["a", "b"], "Orders": 3},
    )
    ben = ProfilePatch(email="ben@example.com", attributes={"first_name": '=HYPERLINK("http://evil")'})
    found = profiles.import_people(
        scope,
        [ImportedPerson(ann, [ImportedWish("email.marketing", "SUBSCRIBED", AT)]), ImportedPerson(ben, [])],
        now=clock.now(),
        source="test",
    )
    return [person.number for person in found]


def exported(scope: Scope, **asked: Any) -> ExportProgress:
    wanted = {"of": "profiles", "format": "csv", "name": "Everybody", **asked}
    job_id = actions.queue_export(scope, now=clock.now(), **wanted)
    assert exports.run_next(clock.now)
    return queries.get_export(scope, job_id)


def content(job: ExportProgress, *, now: datetime | None = None) -> bytes:
    return b"".join(queries.fetch(job.download_url.rpartition("/")[2], now=now or clock.now()).pieces)


def rows(job: ExportProgress) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(job).decode())))


def test_everybody_with_all_that_is_known(scope: Scope, people: list[int]) -> None:
    job = exported(scope)
    assert (job.status, job.rows, job.filename) == ("complete", 2, f"everybody-{clock.now():%Y-%m-%d}.csv")
    ann, ben = rows(job)
    assert (ann["Email"], ann["First Name"], ann["City"], ann["Phone Number"]) == (
        "ann@example.com",
        "Ann",
        "Berlin",
        "+15005550006",
    )
    assert (ann["Tags"], ann["Orders"]) == ('["a","b"]', "3")
    assert ann["Email Marketing Consent"] == "SUBSCRIBED"
    assert ann["Email Marketing Consent Timestamp"] == "2024-01-31T10:00:00+00:00"
    assert ben["First Name"] == '\'=HYPERLINK("http://evil")'
    assert ben["Email Marketing Consent"] == "NEVER_SUBSCRIBED"


def test_an_export_can_be_imported_again_and_changes_nothing(scope: Scope, people: list[int]) -> None:
    job = exported(scope)
    taken = actions.queue_import(
        scope, kind="profiles", filename=job.filename, source=io.BytesIO(content(job)), now=clock.now()
    )
    draft = queries.get_import(scope, taken)
    keep = [
        rule | ({"target": "ignore"} if rule["column"] in ("Profile ID", "Created", "Updated") else {})
        for rule in (draft.mapping or {})["columns"]
    ]
    actions.set_mapping(scope, taken, {**dict(draft.mapping or {}), "columns": keep})
    actions.start_import(scope, taken)
    imports.run_next(clock.now)
    done = queries.get_import(scope, taken)
    assert {name: count for name, count in (done.counts or {}).items() if count} == {"rows": 2, "unchanged": 2}


def test_members_of_a_list_with_chosen_columns_as_parquet(scope: Scope, people: list[int]) -> None:
    news = lists.create_list(scope, name="News", now=clock.now())
    lists.join(scope, news.id, people[:1], now=clock.now())
    job = exported(scope, of="list", id=news.id, format="parquet", columns=["email", "properties.Orders", "lists"])
    table = pyarrow.parquet.read_table(io.BytesIO(content(job)))
    assert table.to_pylist() == [{"email": "ann@example.com", "properties.Orders": "3", "lists": "News"}]


def test_a_search_as_json_lines(scope: Scope, people: list[int]) -> None:
    job = exported(scope, format="jsonl", where=Compare("email", "equals", "ben@example.com"), columns=["email"])
    assert content(job) == b'{"email":"ben@example.com"}\n'


def test_events_of_one_metric_in_a_time(scope: Scope, people: list[int], clickhouse: ClickHouse) -> None:
    record(scope, people[0], "Placed Order", AT, "17", 12.5)
    record(scope, people[0], "Placed Order", AT + timedelta(days=40), "18", 1)
    record(scope, people[1], "Viewed Product", AT, "19", None)
    metric = next(iter(events.resolve_metrics(scope, names={("api", "Placed Order")})))
    assert metric
    job = exported(scope, of="metric", id=metric_id(scope, "Placed Order"), until=AT + timedelta(days=1))
    assert [(row["Metric"], row["Email"], row["Value"], row["Time"]) for row in rows(job)] == [
        ("Placed Order", "ann@example.com", "12.5", "2024-01-31T10:00:00+00:00")
    ]


def test_a_whole_account_is_an_archive_of_tables(scope: Scope, people: list[int], clickhouse: ClickHouse) -> None:
    record(scope, people[0], "Placed Order", AT, "17", 12.5)
    for format_ in ("csv", "parquet"):
        job = exported(scope, of="account", format=format_)
        with zipfile.ZipFile(io.BytesIO(content(job))) as archive:
            assert archive.namelist() == [f"{name}.{format_}" for name in ("profiles", "lists", "events")]
            assert archive.testzip() is None
        assert job.rows == 2 + 0 + 1


def test_a_link_ends_and_belongs_to_its_account(scope: Scope, people: list[int]) -> None:
    job = exported(scope)
    token = job.download_url.rpartition("/")[2]
    with pytest.raises(Invalid, match="expired"):
        queries.fetch(token, now=clock.now() + timedelta(hours=2))
    with pytest.raises(Invalid, match="damaged"):
        queries.fetch(token[:-3] + "abc", now=clock.now())


def test_a_file_is_gone_after_a_week(scope: Scope, people: list[int], folder: Path) -> None:
    job = exported(scope)
    later = clock.now() + timedelta(days=8)
    assert exports.waits(later)
    exports.run_next(lambda: later)
    assert queries.get_export(scope, job.id).status == "expired"
    assert not list(folder.rglob("*.csv"))
    with pytest.raises(NotFound):
        content(job)


def test_a_cancelled_export_is_not_written(scope: Scope, people: list[int]) -> None:
    job_id = actions.queue_export(scope, of="profiles", format="csv", name="x", now=clock.now())
    actions.cancel_export(scope, job_id, now=clock.now())
    assert not exports.run_next(clock.now)


def test_an_unknown_column_is_refused_by_name(scope: Scope) -> None:
    with pytest.raises(Invalid, match="There is no column 'shoe_size'"):
        actions.queue_export(scope, of="profiles", format="csv", name="x", columns=["shoe_size"], now=clock.now())


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("@cmd", "'@cmd"), ("-cmd|x", "'-cmd|x"), ("+49 151 2345", "+49 151 2345"), ("-12.5", "-12.5")],
)
def test_no_spreadsheet_runs_what_a_customer_wrote(text: str, written: str) -> None:
    assert guarded(text) == written


def record(scope: Scope, number: int, metric: str, at: datetime, unique_id: str, value: float | None) -> None:
    event = ArrivedEvent(metric, ProfilePatch(), time=int(at.timestamp()), value=value, unique_id=unique_id)
    received = clock.millis(clock.now()) - 1000
    arrival = Arrival(event, number, False, f"test:{unique_id}", received)
    metrics = events.resolve_metrics(scope, names={("api", metric)})
    events.store(scope, arrivals=[arrival], metrics=metrics)


def metric_id(scope: Scope, name: str) -> str:
    from_name = {metric.name: metric.id for metric in event_queries.all_metrics(scope)}
    return from_name[name]
