"""Imports of files, from the upload to the profiles: what is there afterwards, and what is told of the rest."""

import csv
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
from django.db import OperationalError

from cairn import wiring
from cairn.domains.integrations import actions, imports, queries, running
from cairn.domains.integrations.contracts import ImportProgress
from cairn.domains.integrations.models import ImportFault
from cairn.domains.lists import actions as lists
from cairn.domains.lists import queries as list_queries
from cairn.domains.profiles import actions as profile_actions
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ConsentChange, ProfileInfo, ProfilePatch, Standing
from cairn.domains.profiles.models import ConsentHistory, Profile
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane
from cairn.infra.files.folder import FolderFiles
from cairn.kernel import clock
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.listing import Listing, Sort
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope

PEOPLE = (
    "Email,First Name,Phone Number,City,Favourite Colour,Orders,Email Marketing Consent,"
    "Email Marketing Consent Timestamp\n"
    "ann@example.com,Ann,+15005550006,Berlin,Blue,3,Subscribed,2024-01-31 10:00:00\n"
    "ben@example.com,Ben,,Paris,,12,Unsubscribed,2024-02-01 00:00:00\n"
    "cat@example.com,Cat,,,Red,0,,\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's files are."""
    files = FolderFiles(tmp_path)
    monkeypatch.setattr(wiring, "files", lambda: files)
    return tmp_path


def upload(scope: Scope, content: bytes | str, filename: str = "people.csv", kind: str = "profiles") -> ImportProgress:
    source = io.BytesIO(content.encode() if isinstance(content, str) else content)
    job_id = actions.queue_import(scope, kind=kind, filename=filename, source=source, now=clock.now())
    return queries.get_import(scope, job_id)


def run(scope: Scope, job_id: str) -> ImportProgress:
    actions.start_import(scope, job_id)
    assert imports.run_next(clock.now)
    return queries.get_import(scope, job_id)


def imported(scope: Scope, content: bytes | str, filename: str = "people.csv", **changes: Any) -> ImportProgress:
    job = upload(scope, content, filename)
    if changes:
        actions.set_mapping(scope, job.id, {**dict(job.mapping or {}), **changes})
    return run(scope, job.id)


def person(scope: Scope, email: str) -> ProfileInfo:
    return profile_queries.profiles_by_numbers(scope, [number(scope, email)])[number(scope, email)]


def number(scope: Scope, email: str) -> int:
    return int(Profile.objects.within(scope).get(email=email).number)


def standing(scope: Scope, email: str) -> Standing:
    return profile_queries.standings(scope, [number(scope, email)])[number(scope, email)]


def counts(job: ImportProgress) -> dict[str, int]:
    return {name: count for name, count in (job.counts or {}).items() if count}


def errors(scope: Scope, job: ImportProgress) -> list[list[str]]:
    found = queries.fetch(job.errors_url.rpartition("/")[2], now=clock.now())
    return list(csv.reader(io.StringIO(b"".join(found.pieces).decode())))


def test_a_file_of_people_becomes_profiles_with_consent(scope: Scope) -> None:
    job = imported(scope, PEOPLE)
    assert job.status == "complete"
    assert counts(job) == {"rows": 3, "created": 3}
    ann = person(scope, "ann@example.com")
    assert (ann.first_name, ann.phone_number, ann.location) == ("Ann", "+15005550006", {"city": "Berlin"})
    assert ann.properties == {"Favourite Colour": "Blue", "Orders": 3}
    email = standing(scope, "ann@example.com").consent("email.marketing")
    assert (email.consent, email.at) == ("SUBSCRIBED", datetime(2024, 1, 31, 10, tzinfo=UTC))
    assert (email.method, email.method_detail) == ("MANUAL_IMPORT", "people.csv")
    ben = standing(scope, "ben@example.com")
    assert ben.consent("email.marketing").consent == "UNSUBSCRIBED"
    assert [one.reason for one in ben.suppressions] == ["UNSUBSCRIBE"]
    assert standing(scope, "cat@example.com").consent("email.marketing").consent == "NEVER_SUBSCRIBED"
    assert "Favourite Colour" not in person(scope, "ben@example.com").properties
    assert len(profile_queries.touched(scope, 100, job.created)[1]) == 3, "they wait for nobody who could still come"


def test_a_file_tells_by_what_means_and_where_a_consent_came(scope: Scope) -> None:
    job = imported(
        scope,
        "Email,Email Marketing Consent,Email Marketing Consent Timestamp,Email Marketing Consent Method,"
        "Email Marketing Consent Source,Suppression,Suppression Timestamp\n"
        "ann@example.com,Subscribed,2024-01-31 10:00,FORM,Spring pop-up,,\n"
        "ben@example.com,Subscribed,2024-01-31 10:00,,Till in Rome,USER_SUPPRESSED; HARD_BOUNCE,2024-03-01\n"
        "cat@example.com,Subscribed,2024-05-31 10:00,,,manual,2024-03-01\n",
    )
    assert counts(job) == {"rows": 3, "created": 3}
    ann, ben, cat = (standing(scope, f"{name}@example.com") for name in ("ann", "ben", "cat"))
    said = [(one.method, one.method_detail) for one in (who.consent("email.marketing") for who in (ann, ben, cat))]
    assert said == [("FORM", "Spring pop-up"), ("MANUAL_IMPORT", "Till in Rome"), ("MANUAL_IMPORT", "people.csv")]
    line = ConsentHistory.objects.within(scope).get(number=number(scope, "ann@example.com"))
    assert (line.method, line.method_detail, line.source) == ("FORM", "Spring pop-up", "people.csv")
    assert [(one.reason, one.at) for one in ben.suppressions] == [("HARD_BOUNCE", datetime(2024, 3, 1, tzinfo=UTC))]
    assert [one.reason for one in cat.suppressions] == ["USER_SUPPRESSED"], "what is told to hold now is not lifted"


def test_the_same_file_twice_changes_nothing(scope: Scope) -> None:
    imported(scope, PEOPLE)
    before = list(Profile.objects.within(scope).order_by("number").values())
    history = ConsentHistory.objects.within(scope).count()
    again = imported(scope, PEOPLE)
    assert counts(again) == {"rows": 3, "unchanged": 3}
    assert list(Profile.objects.within(scope).order_by("number").values()) == before
    assert ConsentHistory.objects.within(scope).count() == history


def test_whoever_unsubscribed_later_stays_unsubscribed(scope: Scope) -> None:
    imported(scope, "Email\nann@example.com\n")
    objection = ConsentChange(
        ProfilePatch(email="ann@example.com"), "email.marketing", "UNSUBSCRIBED", at="2024-06-01T00:00:00+00:00"
    )
    lists.change_consent(scope, [objection], now=clock.now())
    dated = imported(scope, PEOPLE)
    assert counts(dated)["kept"] == 1
    undated = imported(scope, "Email,Email Marketing Consent\nann@example.com,Subscribed\n")
    assert counts(undated) == {"rows": 1, "unchanged": 1, "kept": 1}
    assert standing(scope, "ann@example.com").consent("email.marketing").consent == "UNSUBSCRIBED"


def test_a_later_date_in_the_file_does_subscribe_again(scope: Scope) -> None:
    imported(scope, PEOPLE)
    imported(scope, "Email,Email Consent Timestamp\nben@example.com,2024-05-05\n")
    assert standing(scope, "ben@example.com").consent("email.marketing").consent == "SUBSCRIBED"


def test_bad_rows_are_told_with_reasons_and_the_mended_file_is_taken(scope: Scope) -> None:
    job = imported(
        scope,
        "Email,Orders,Phone\nann@example.com,3,+15005550006\nnobody,4,\nben@example.com,two,\nx@example.com,5,12\n,6,\n"
        "too@example.com,1,,,extra\n",
        columns=[
            {"column": "Email", "target": "email"},
            {"column": "Orders", "target": "property", "name": "Orders", "type": "number"},
            {"column": "Phone", "target": "phone_number"},
        ],
    )
    assert counts(job) == {"rows": 6, "created": 1, "refused": 5}
    header, *rows = errors(scope, job)
    assert header == ["Email", "Orders", "Phone", "Import error"]
    assert rows == [
        ["nobody", "4", "", "Email: 'nobody' is no email address."],
        ["ben@example.com", "two", "", "Orders: 'two' is no number."],
        ["x@example.com", "5", "12", "Phone: '12' is no phone number of US."],
        ["", "6", "", "The row names nobody: no email address, no phone number, no external id."],
        ["too@example.com", "1", "", "The row has 5 cells, the header has 3."],
    ]
    mended = "Email,Orders,Phone,Import error\nben@example.com,2,,Orders: 'two' is no number.\n"
    again = upload(scope, mended, "people-errors.csv")
    assert (again.mapping or {})["columns"][-1] == {"column": "Import error"}
    assert counts(run(scope, again.id)) == {"rows": 1, "created": 1}
    assert person(scope, "ben@example.com").properties == {"Orders": 2}


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(PEOPLE)):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def parquet() -> bytes:
    file = io.BytesIO()
    header, *rows = csv.reader(io.StringIO(PEOPLE))
    pyarrow.parquet.write_table(
        pa.table({name: [row[place] for row in rows] for place, name in enumerate(header)}), file
    )
    return file.getvalue()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__MACOSX/x.csv", "x" * 10_000)
        archive.writestr("people.tsv", PEOPLE.replace(",", "\t"))
    return file.getvalue()


def json_lines() -> bytes:
    rows = csv.DictReader(io.StringIO(PEOPLE))
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


FILES: dict[str, Callable[[], bytes]] = {
    "people.tsv": lambda: PEOPLE.replace(",", "\t").encode(),
    "people;.csv": lambda: PEOPLE.replace(",", ";").encode("utf-8-sig"),
    "people.txt": lambda: PEOPLE.replace(",", "|").encode("utf-16"),
    "people.csv.gz": lambda: gzip.compress(PEOPLE.encode()),
    "people.csv.xz": lambda: lzma.compress(PEOPLE.encode()),
    "people.zip": zipped,
    "people.xlsx": xlsx,
    "people.parquet": parquet,
    "people.jsonl": json_lines,
}


@pytest.mark.parametrize("filename", FILES)
def test_every_kind_of_file_means_the_same(scope: Scope, filename: str) -> None:
    job = imported(scope, FILES[filename](), filename)
    assert (job.status, counts(job)) == ("complete", {"rows": 3, "created": 3})
    ann = person(scope, "ann@example.com")
    assert (ann.first_name, ann.location, ann.properties["Favourite Colour"]) == ("Ann", {"city": "Berlin"}, "Blue")
    assert standing(scope, "ben@example.com").consent("email.marketing").consent == "UNSUBSCRIBED"


def test_a_file_from_windows_keeps_its_umlauts_and_its_order_of_dates(scope: Scope) -> None:
    content = "E-Mail;Vorname;Geburtstag\njörg@example.com;Jörg;31.12.1980\nada@example.com;Ada;05/13/1990\n"
    job = imported(scope, content.encode("cp1252"))
    assert (job.shape or {})["encoding"] == "cp1252"
    assert person(scope, "jörg@example.com").first_name == "Jörg"
    assert person(scope, "jörg@example.com").properties == {"Geburtstag": "1980-12-31"}
    assert person(scope, "ada@example.com").properties == {"Geburtstag": "1990-05-13"}


def test_numbers_without_a_country_get_the_one_that_most_of_them_fit(scope: Scope) -> None:
    job = upload(scope, "Email,Phone\na@example.com,030 901820\nb@example.com,0151 23456789\n")
    assert (job.mapping or {})["phone_country"] == "DE"
    run(scope, job.id)
    assert person(scope, "b@example.com").phone_number == "+4915123456789"


def test_the_preview_says_what_each_row_does_and_does_nothing(scope: Scope) -> None:
    imported(scope, "Email,First Name\nann@example.com,Anna\n")
    job = upload(scope, PEOPLE.replace("cat@example.com", "cat"))
    rows = queries.preview_import(scope, job.id, job.mapping, now=clock.now())
    assert [(row.row, row.action, row.who) for row in rows] == [
        (1, "update", "ann@example.com"),
        (2, "create", "ben@example.com"),
        (3, "refuse", ""),
    ]
    assert rows[0].changes["first_name"] == ("Anna", "Ann")
    assert rows[0].consents == ["email.marketing SUBSCRIBED"]
    assert (rows[2].column, rows[2].reason) == ("Email", "'cat' is no email address.")
    assert Profile.objects.within(scope).count() == 1


def test_a_dry_run_counts_what_the_import_then_does(scope: Scope) -> None:
    imported(scope, "Email,First Name\nann@example.com,Anna\n")
    job = upload(scope, PEOPLE + "BEN@example.com,Benny,,,,,,\nbroken,,,,,,,\n")
    actions.start_check(scope, job.id)
    imports.run_next(clock.now)
    checked = queries.get_import(scope, job.id)
    assert checked.status == "draft"
    assert Profile.objects.within(scope).count() == 1
    assert checked.checked is not None
    expected = {"rows": 5, "created": 2, "updated": 2, "refused": 1}
    assert {name: count for name, count in checked.checked.items() if count} == expected
    assert counts(run(scope, job.id)) == expected


def test_people_join_the_lists_of_the_file_and_of_the_import(scope: Scope) -> None:
    news = lists.create_list(scope, name="News", now=clock.now())
    vips = lists.create_list(scope, name="VIPs", now=clock.now())
    content = "Email,Lists\nann@example.com,vips\nben@example.com,\ncat@example.com,Unknown\n"
    job = imported(scope, content, list_ids=[news.id])
    assert counts(job) == {"rows": 3, "created": 2, "refused": 1, "joined": 3}
    memberships = list_queries.memberships(scope, [number(scope, "ann@example.com")])
    joined = memberships[number(scope, "ann@example.com")]
    assert {one.list_id for one in joined} == {news.id, vips.id}
    assert counts(imported(scope, content, list_ids=[news.id])).get("joined") is None


def test_everybody_of_a_file_can_have_agreed(scope: Scope) -> None:
    job = imported(scope, "Email\nann@example.com\n", consent=["email.marketing"], consent_source="Fair 2023")
    assert counts(job) == {"rows": 1, "created": 1}
    email = standing(scope, "ann@example.com").consent("email.marketing")
    assert (email.consent, email.method_detail) == ("SUBSCRIBED", "Fair 2023")


def test_events_reach_the_log_once_each_with_ids_of_their_own(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    log = MemoryLog()
    monkeypatch.setattr(wiring, "event_log", lambda: log)
    content = (
        'Email,Order ID,Date,Total,Currency,Colour\nann@example.com,17,2024-01-31,"1,234.50",eur,Blue\n'
        "ben@example.com,18,yesterday,1,eur,\n"
    )
    job = upload(scope, content, "orders.csv", "events")
    actions.set_mapping(scope, job.id, {**dict(job.mapping or {}), "metric": "Placed Order"})
    done = run(scope, job.id)
    assert counts(done) == {"rows": 2, "events": 1, "refused": 1}
    (entry,) = log.read(Lane.BULK, {}, 10)
    (event,) = msgspec.json.decode(entry.record.body)["events"]
    assert (event["metric"], event["value"], event["currency"], event["unique_id"]) == (
        "Placed Order",
        1234.5,
        "EUR",
        "17",
    )
    assert (event["time"], event["backfill"]) == (1706659200, True)
    assert event["profile"] == {"email": "ann@example.com", "accepted": clock.millis(job.created)}
    assert event["properties"] == {"Colour": "Blue"}


def test_a_crash_between_two_portions_loses_and_repeats_nothing(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.domains.integrations.previews.CHUNK", 10)
    job = upload(scope, "Email\n" + "".join(f"p{n}@example.com\n" if n % 7 else "bad\n" for n in range(45)))
    actions.start_import(scope, job.id)
    settle = running.settle
    settled = 0

    def dying(*arguments: Any, **named: Any) -> None:
        nonlocal settled
        settled += 1
        if settled == 3:
            raise OperationalError("The connection is gone.")
        settle(*arguments, **named)

    monkeypatch.setattr(running, "settle", dying)
    with pytest.raises(OperationalError):
        imports.run_next(clock.now)
    assert queries.get_import(scope, job.id).rows == 20
    assert not imports.run_next(clock.now)  # Its lease still runs.
    assert imports.run_next(lambda: clock.now() + timedelta(minutes=2))
    done = queries.get_import(scope, job.id)
    assert (done.status, counts(done)) == ("complete", {"rows": 45, "created": 38, "refused": 7})
    assert len(errors(scope, done)) == 1 + 7
    assert Profile.objects.within(scope).count() == 38


def test_a_mapping_that_recognises_nobody_is_refused(scope: Scope) -> None:
    job = upload(scope, "Name,Town\nAnn,Berlin\n")
    with pytest.raises(Invalid, match="Nobody can be recognised"):
        actions.start_import(scope, job.id)


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (b"", "people.csv", "The file is empty."),
        (b"\n\n", "people.csv", "The file is empty."),
        (b"PK\x03\x04nonsense", "people.xlsx", "cannot be read"),
        (b"PAR1nonsense", "people.parquet", "cannot be read"),
        (b"\x1f\x8bnonsense", "people.csv.gz", "cannot be unpacked"),
        (b"\xd0\xcf\x11\xe0", "people.xls", "save it as .xlsx"),
    ],
)
def test_what_is_no_table_is_refused_at_once(
    scope: Scope, folder: Path, content: bytes, filename: str, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        upload(scope, content, filename)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_cancelled_draft_is_gone_and_cannot_start(scope: Scope, folder: Path) -> None:
    job = upload(scope, PEOPLE)
    actions.cancel_import(scope, job.id, now=clock.now())
    with pytest.raises(Conflict):
        actions.start_import(scope, job.id)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_imports_are_listed_newest_first(scope: Scope) -> None:
    first, second = upload(scope, PEOPLE, "1.csv"), upload(scope, PEOPLE, "2.csv")
    page = queries.list_imports(scope, Listing(PageRequest(size=10), Sort("created", descending=True)))
    assert [job.id for job in page.rows] == [second.id, first.id]


def test_whoever_is_deleted_while_a_file_waits_does_not_come_back_by_it(scope: Scope) -> None:
    waiting = upload(scope, PEOPLE)
    chosen = lists.create_list(scope, name="Everybody", now=clock.now())
    actions.set_mapping(scope, waiting.id, {**dict(waiting.mapping or {}), "list_ids": [chosen.id]})
    profile_actions.leave(scope, ProfilePatch(email="ann@example.com"), at=clock.now())
    done = run(scope, waiting.id)
    assert counts(done) == {"rows": 3, "created": 2, "refused": 1, "joined": 2}
    (fault,) = ImportFault.objects.within(scope).filter(job_id=waiting.id)
    assert (fault.row, fault.reason) == (0, "This person was deleted after the file came.")
    found = Profile.objects.within(scope).order_by("email").values_list("email", flat=True)
    assert list(found) == ["ben@example.com", "cat@example.com"]
    imported(scope, PEOPLE)
    assert person(scope, "ann@example.com").email == "ann@example.com"
