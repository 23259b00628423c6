"""Imports, exports and moves over the API: who sees them, and what is refused with which words."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cairn import wiring
from cairn.api.conftest import Answer, Api
from cairn.domains.integrations import exports, imports
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ImportedPerson, ProfilePatch
from cairn.infra.files.folder import FolderFiles
from cairn.kernel import clock
from cairn.kernel.scope import Scope

PEOPLE = "Email,First Name,Shoe\nann@example.com,Ann,38\nnobody,,44\n"
AT = "/data/attributes/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's files are."""
    files = FolderFiles(tmp_path)
    monkeypatch.setattr(wiring, "files", lambda: files)
    return tmp_path


def upload(api: Api, content: str = PEOPLE, **fields: str) -> Answer:
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'
        for name, value in {"kind": "profiles", **fields}.items()
    ]
    head = 'Content-Disposition: form-data; name="file"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = "".join(f"--line\r\n{part}\r\n" for part in (*parts, head + content)) + "--line--\r\n"
    return api.call("POST", "/api/import-jobs", raw=body.encode(), content_type="multipart/form-data; boundary=line")


def start(api: Api, job_id: str, **attributes: Any) -> Answer:
    return api.patch(f"/api/import-jobs/{job_id}", "import-job", attributes)


def test_a_file_is_mapped_previewed_run_and_its_bad_rows_fetched(api: Api, bobs_api: Api) -> None:
    made = upload(api)
    assert (made.status, made.attributes["status"], made.attributes["total_rows"]) == (202, "draft", 2)
    assert [column["examples"] for column in made.attributes["columns"]] == [
        ["ann@example.com", "nobody"],
        ["Ann"],
        ["38", "44"],
    ]
    job_id, mapping = made.data["id"], made.attributes["mapping"]
    asked = {"import_job_id": job_id, "mapping": mapping}
    rows = bobs_api.post("/api/import-previews", "import-preview", asked).attributes["rows"]
    assert [(row["action"], row["reason"]) for row in rows] == [
        ("create", ""),
        ("refuse", "'nobody' is no email address."),
    ]
    assert start(api, job_id, status="queued").attributes["status"] == "queued"
    assert imports.run_next(clock.now)
    done = bobs_api.get(f"/api/import-jobs/{job_id}").attributes
    assert (done["status"], done["counts"]["created"], done["counts"]["refused"]) == ("complete", 1, 1)
    reply: Any = Client().get(done["errors_url"].removeprefix(wiring.settings().public_url))
    assert b"".join(reply.streaming_content).decode().splitlines()[1] == (
        "nobody,,44,Email: 'nobody' is no email address."
    )
    assert reply["Content-Disposition"] == 'attachment; filename="people-errors.csv"'
    assert start(api, job_id, status="queued").status == 409


def test_a_mapping_with_the_file_starts_at_once(api: Api) -> None:
    mapping = json.dumps({"columns": [{"column": "Email", "target": "email"}]})
    assert upload(api, mapping=mapping).attributes["status"] == "queued"


@pytest.mark.parametrize(
    ("mapping", "pointer"),
    [
        ({"columns": [{"column": "Town", "target": "email"}]}, "mapping/columns/0/column"),
        ({"columns": [{"column": "Email", "target": "nonsense"}]}, "mapping/columns/0/target"),
        ({"columns": [{"column": "Shoe", "target": "property"}]}, "mapping/columns/0/name"),
        ({"columns": [{"column": "Shoe", "target": "title"}]}, "mapping/columns"),
        ({"columns": [{"column": "Email", "target": "email"}], "list_ids": ["XXXXXX"]}, "mapping/list_ids/0"),
        ({"columns": 3}, "mapping"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_by_its_place(api: Api, mapping: Any, pointer: str) -> None:
    job_id = upload(api).data["id"]
    reply = start(api, job_id, mapping=mapping)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, AT + pointer)
    assert upload(api, mapping=json.dumps(mapping)).status == 400
    assert len(api.get("/api/import-jobs").data) == 1


def test_charlie_sees_none_of_it(api: Api, charlies_api: Api) -> None:
    job_id = upload(api).data["id"]
    assert charlies_api.get("/api/import-jobs").data == []
    assert charlies_api.get(f"/api/import-jobs/{job_id}").status == 404
    assert charlies_api.delete(f"/api/import-jobs/{job_id}").status == 404
    asked = {"import_job_id": job_id, "mapping": {}}
    assert charlies_api.post("/api/import-previews", "import-preview", asked).status == 404
    assert api.get(f"/api/import-jobs/{job_id}").attributes["status"] == "draft"


def test_an_export_is_asked_for_written_and_fetched_without_a_key(api: Api, scope: Scope, charlies_api: Api) -> None:
    people = [ImportedPerson(ProfilePatch(email=f"{name}@example.com"), []) for name in ("ann", "ben")]
    profiles.import_people(scope, people, now=clock.now(), source="")
    asked = {"of": "profiles", "filter": 'equals(email,"ann@example.com")', "columns": ["email"]}
    made = api.post("/api/export-jobs", "export-job", asked)
    assert (made.status, made.attributes["status"], made.attributes["download_url"]) == (202, "queued", "")
    place = f"/api/export-jobs/{made.data['id']}"
    assert charlies_api.get(place).status == 404
    exports.cancel_export(scope, made.data["id"], now=clock.now())
    assert api.get(place).attributes["status"] == "cancelled"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"of": "list"}, "id"),
        ({"of": "list", "id": "XXXXXX"}, "id"),
        ({"of": "everything"}, "of"),
        ({"of": "profiles", "columns": ["shoe"]}, "columns/0"),
        ({"of": "list", "id": "", "filter": "x"}, "id"),
        ({"of": "account", "since": "2024-02-01T00:00:00Z", "until": "2024-01-01T00:00:00Z"}, "until"),
        ({"of": "account", "since": "2024-02-01T00:00:00"}, "since"),
    ],
)
def test_an_export_of_nothing_is_refused_by_its_place(api: Api, asked: Any, pointer: str) -> None:
    reply = api.post("/api/export-jobs", "export-job", asked)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, AT + pointer)


def test_the_key_of_a_move_is_never_shown(api: Api) -> None:
    made = api.post("/api/klaviyo-moves", "klaviyo-move", {"api_key": "pk_secret_of_another", "what": ["tags"]})
    assert (made.status, made.attributes["kind"], made.attributes["filename"]) == (
        202,
        "klaviyo",
        "https://a.klaviyo.com",
    )
    assert "pk_secret_of_another" not in json.dumps(api.get("/api/import-jobs").data)
    assert api.delete(f"/api/import-jobs/{made.data['id']}").status == 204
    refused = api.post("/api/klaviyo-moves", "klaviyo-move", {"api_key": "pk_1", "what": ["flows"]})
    assert (refused.status, refused.error["source"]["pointer"]) == (400, AT + "what/0")


def test_a_damaged_link_says_so(db: None) -> None:
    reply = Client().get("/media/downloads/nonsense")
    assert (reply.status_code, reply.content) == (410, b"This link is damaged.\n")
