"""Data being exported: ask, watch, download, cancel."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from cairn.api.kernel import filters
from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Resource
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import M
from cairn.api.resources.profiles import PROFILES
from cairn.domains.events import queries as events
from cairn.domains.integrations import actions, queries
from cairn.domains.integrations.contracts import ExportProgress
from cairn.domains.lists import queries as lists
from cairn.domains.segments import queries as segments
from cairn.kernel import clock
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Filter
from cairn.kernel.scope import Scope

SCOPES: Final = ("events:read", "lists:read", "profiles:read", "segments:read")
STATUSES: Final = ("queued", "processing", "complete", "failed", "cancelled", "expired")
KINDS: Final = ("profiles", "list", "segment", "metric", "account")


class ExportJobAttributes(msgspec.Struct):
    of: str
    format: str
    filename: str
    status: str
    detail: str
    rows: int
    total_rows: int
    size: int
    download_url: str
    created: datetime
    started: datetime | None
    completed: datetime | None
    expires: datetime | None


class NewExport(msgspec.Struct):
    """`id` names the list, the segment or the metric; `filter` is that of GET /api/profiles; `since` and `until` bound
    events; `columns` are all without it."""

    of: Literal["profiles", "list", "segment", "metric", "account"]
    format: Literal["csv", "jsonl", "parquet"] = "csv"
    id: str = ""
    filter: str = ""
    columns: list[str] = []
    since: datetime | None = None
    until: datetime | None = None


def create(scope: Scope, body: Body[NewExport]) -> ExportProgress:
    asked = body.attributes
    job_id = actions.queue_export(
        scope,
        of=asked.of,
        format=asked.format,
        name=name_of(scope, asked),
        id=asked.id,
        columns=asked.columns,
        where=filter_of(asked),
        since=aware(asked.since),
        until=aware(asked.until),
        now=clock.now(),
    )
    return queries.get_export(scope, job_id)


def name_of(scope: Scope, asked: NewExport) -> str:
    """What the export is called. Raises Invalid where it names nothing, NotFound where that does not exist."""
    finders: dict[str, Callable[[Scope, str], Any]] = {
        "list": lists.get_list,
        "segment": segments.get,
        "metric": events.get_metric,
    }
    if asked.of not in finders:
        return asked.of
    if not asked.id:
        raise Invalid(f"Name the {asked.of} by its id.", pointer="/data/attributes/id")
    try:
        return str(finders[asked.of](scope, asked.id).name)
    except NotFound:
        raise Invalid(f"A {asked.of} with id {asked.id[:40]} does not exist.", pointer="/data/attributes/id") from None


def filter_of(asked: NewExport) -> Filter | None:
    if not asked.filter:
        return None
    if asked.of != "profiles":
        raise Invalid("Only exports of profiles can be filtered.", pointer="/data/attributes/filter")
    declared = next(step for step in PROFILES.operations if isinstance(step, List))
    return filters.read(asked.filter, declared.filters, ())


def aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise Invalid("A time needs its zone, such as 2024-01-31T00:00:00Z.", pointer="/data/attributes/since")
    return moment


def cancel(scope: Scope, job_id: str) -> None:
    actions.cancel_export(scope, job_id, now=clock.now())


EXPORT_JOBS = Resource(
    type="export-job",
    path="export-jobs",
    tag="Exports",
    extension=True,
    attributes=ExportJobAttributes,
    load=queries.exports_by_ids,
    operations=(
        List(
            "get_export_jobs",
            queries.list_exports,
            scopes=SCOPES,
            limit=M,
            filters={
                "status": text("equals", "any", choices=STATUSES),
                "of": text("equals", "any", choices=KINDS),
            },
            sorts=("created", "id"),
            default_sort="-created",
            page=Paging(20, 100),
        ),
        Get("get_export_job", queries.get_export, scopes=SCOPES, limit=M),
        Create("create_export_job", create, scopes=SCOPES, limit=M, body=NewExport, status=202),
        Delete("cancel_export_job", cancel, scopes=SCOPES, limit=M),
    ),
)
