"""Files being imported: upload, progress, cancel."""

from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.integrations import actions, queries
from cairn.domains.integrations.contracts import ImportProgress
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

READ, WRITE = ("events:read",), ("events:write", "profiles:write")
LARGEST_FILE = 128 * 1024 * 1024


class ImportJobAttributes(msgspec.Struct):
    kind: str
    filename: str
    status: str
    detail: str
    rows: int
    sent_events: int
    rate: float
    totals: dict[str, Any]
    created: datetime
    started: datetime | None
    completed: datetime | None


class NewImportJob(msgspec.Struct):
    kind: str


def create(scope: Scope, body: Body[NewImportJob]) -> ImportProgress:
    file = body.files.get("file")
    if file is None:
        raise Invalid("Upload the file to import in the form's field 'file'.", pointer="/data/attributes/file")
    job_id = actions.queue_import(
        scope, kind=body.attributes.kind, filename=file.name, content=file.content, now=clock.now()
    )
    return queries.get_import(scope, job_id)


def cancel(scope: Scope, job_id: str) -> None:
    actions.cancel_import(scope, job_id, now=clock.now())


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
        Delete("cancel_import_job", cancel, scopes=WRITE, limit=M),
    ),
)
