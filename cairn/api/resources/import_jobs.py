"""Files being imported: upload, mapping, preview, dry run, progress, cancel."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Resource, Update
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import M
from cairn.domains.integrations import actions, queries
from cairn.domains.integrations.contracts import ImportProgress, PreviewRow
from cairn.kernel import clock, ids
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

READ: Final = ("profiles:read", "events:read")
WRITE: Final = ("events:write", "lists:write", "profiles:write", "subscriptions:write")
LARGEST_FILE: Final = 2 * 1024 * 1024 * 1024
STATUSES: Final = ("draft", "checking", "queued", "processing", "complete", "failed", "cancelled")
KINDS: Final = ("profiles", "events", "online-retail", "klaviyo")


class Step(msgspec.Struct):
    name: str
    done: bool
    counts: dict[str, Any]


class ImportJobAttributes(msgspec.Struct):
    kind: str
    filename: str
    status: str
    detail: str
    size: int
    rows: int
    total_rows: int
    sent_events: int
    rate: float
    totals: dict[str, Any]
    counts: dict[str, int] | None
    checked: dict[str, int] | None
    columns: list[dict[str, Any]]
    shape: dict[str, Any] | None
    mapping: dict[str, Any] | None
    steps: list[Step]
    errors_url: str
    created: datetime
    started: datetime | None
    completed: datetime | None


class NewImportJob(msgspec.Struct):
    kind: str
    mapping: str | None = None


class ImportJobChanges(msgspec.Struct):
    """`status` "checking" begins a dry run, "queued" the import."""

    mapping: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    status: Literal["checking", "queued"] | msgspec.UnsetType = msgspec.UNSET


class NewKlaviyoMove(msgspec.Struct):
    """`host` is Klaviyo's without it; `what` is everything without it."""

    api_key: str
    host: str = ""
    what: list[str] = []


class NewImportPreview(msgspec.Struct):
    import_job_id: str
    mapping: dict[str, Any]


class ImportPreviewAttributes(msgspec.Struct):
    rows: list[dict[str, Any]]


class Preview(msgspec.Struct):
    id: str
    rows: list[dict[str, Any]]


def create(scope: Scope, body: Body[NewImportJob]) -> ImportProgress:
    file = body.files.get("file")
    if file is None:
        raise Invalid("Upload the file to import in the form's field 'file'.", pointer="/data/attributes/file")
    job_id = actions.queue_import(
        scope,
        kind=body.attributes.kind,
        filename=file.name,
        source=file.stream,
        raw_mapping=mapping_of(body.attributes.mapping),
        now=clock.now(),
    )
    return queries.get_import(scope, job_id)


def move(scope: Scope, body: Body[NewKlaviyoMove]) -> ImportProgress:
    asked = body.attributes
    job_id = actions.queue_move(scope, host=asked.host, api_key=asked.api_key, what=asked.what, now=clock.now())
    return queries.get_import(scope, job_id)


def mapping_of(text_: str | None) -> Any:
    """The mapping in a form's field: JSON."""
    if not text_:
        return None
    try:
        return msgspec.json.decode(text_)
    except msgspec.DecodeError as error:
        raise Invalid(f"The mapping is no JSON: {error}.", pointer="/data/attributes/mapping") from None


def update(scope: Scope, job_id: str, body: Body[ImportJobChanges]) -> ImportProgress:
    changes = body.attributes
    if changes.mapping is not msgspec.UNSET:
        actions.set_mapping(scope, job_id, changes.mapping)
    if changes.status == "checking":
        actions.start_check(scope, job_id)
    elif changes.status == "queued":
        actions.start_import(scope, job_id)
    return queries.get_import(scope, job_id)


def cancel(scope: Scope, job_id: str) -> None:
    actions.cancel_import(scope, job_id, now=clock.now())


def preview(scope: Scope, body: Body[NewImportPreview]) -> Preview:
    asked = body.attributes
    rows = queries.preview_import(scope, asked.import_job_id, asked.mapping, now=clock.now())
    return Preview(ids.ulid(), [shown(row) for row in rows])


def shown(row: PreviewRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "cells": list(row.cells),
        "action": row.action,
        "reason": row.reason,
        "column": row.column,
        "who": row.who,
        "profile_id": row.profile_id or None,
        "changes": [{"field": name, "old": old, "new": new} for name, (old, new) in row.changes.items()],
        "consents": list(row.consents),
        "kept": row.kept,
        "merged": row.merged,
        "metric": row.metric,
    }


IMPORT_JOBS = Resource(
    type="import-job",
    path="import-jobs",
    tag="Imports",
    extension=True,
    attributes=ImportJobAttributes,
    load=queries.imports_by_ids,
    operations=(
        List(
            "get_import_jobs",
            queries.list_imports,
            scopes=READ,
            limit=M,
            filters={
                "status": text("equals", "any", choices=STATUSES),
                "kind": text("equals", "any", choices=KINDS),
            },
            sorts=("created", "id"),
            default_sort="-created",
            page=Paging(20, 100),
        ),
        Get("get_import_job", queries.get_import, scopes=READ, limit=M),
        Create(
            "create_import_job",
            create,
            scopes=WRITE,
            limit=M,
            body=NewImportJob,
            multipart=True,
            max_body=LARGEST_FILE,
            status=202,
        ),
        Create(
            "create_klaviyo_move",
            move,
            scopes=(*WRITE, "images:write", "segments:write", "tags:write", "templates:write"),
            limit=M,
            path="/api/klaviyo-moves",
            takes="klaviyo-move",
            body=NewKlaviyoMove,
            status=202,
            summary="Move from Klaviyo",
        ),
        Update("update_import_job", update, scopes=WRITE, limit=M, body=ImportJobChanges),
        Delete("cancel_import_job", cancel, scopes=WRITE, limit=M),
    ),
)

IMPORT_PREVIEWS = Resource(
    type="import-preview",
    path="import-previews",
    tag="Imports",
    extension=True,
    attributes=ImportPreviewAttributes,
    operations=(Create("create_import_preview", preview, scopes=READ, limit=M, body=NewImportPreview, status=200),),
)
