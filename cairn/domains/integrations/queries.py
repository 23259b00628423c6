"""Reading imports and the demo shop."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from cairn.domains.integrations import downloads, moving, previews, uploads, values
from cairn.domains.integrations.contracts import (
    ExportProgress,
    ImportProgress,
    MoveProgress,
    ShopProduct,
    ShopWindow,
)
from cairn.domains.integrations.demo_shop.catalog import CURRENCY, SHOP_NAME, products
from cairn.domains.integrations.models import DemoShop, ExportJob, ImportJob, MoveStep
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

EXAMPLE_ROWS: Final = 50
EXAMPLES: Final = 3
LONGEST_EXAMPLE: Final = 80
preview_import = previews.preview
fetch = downloads.fetch


def list_imports(scope: Scope, listing: Listing) -> Page[ImportProgress]:
    rows = ImportJob.objects.within(scope).filter(matching(listing.where, {"status": "status", "kind": "kind"}))
    return paged(rows, listing, lambda job: progress(scope, job))


def get_import(scope: Scope, job_id: str) -> ImportProgress:
    """Raises NotFound."""
    job = ImportJob.objects.of(scope, job_id)
    steps = MoveStep.objects.within(scope).filter(job_id=job.id)
    order = {name: place for place, name in enumerate(moving.STEPS)}
    return progress(
        scope,
        job,
        columns=columns_of(job),
        steps=[
            MoveProgress(step.name, step.done, step.counts)
            for step in sorted(steps, key=lambda step: order.get(step.name, 99))
        ],
    )


def imports_by_ids(scope: Scope, job_ids: Sequence[str]) -> list[ImportProgress]:
    return [progress(scope, job) for job in ImportJob.objects.within(scope).filter(id__in=job_ids)]


def columns_of(job: ImportJob) -> list[dict[str, Any]]:
    """The columns of a draft with their first values, for whoever says what they mean."""
    if job.shape is None or job.status not in ("draft", "checking"):
        return []
    with uploads.opened(job) as file:
        rows = uploads.sample(file, uploads.shape_of(job))[:EXAMPLE_ROWS]
    found = []
    for place, name in enumerate(uploads.shape_of(job).columns):
        filled = [values.text(row[place])[:LONGEST_EXAMPLE] for row in rows if not values.is_blank(row[place])]
        found.append({"name": name, "examples": list(dict.fromkeys(filled))[:EXAMPLES], "filled": len(filled)})
    return found


def progress(
    scope: Scope,
    job: ImportJob,
    *,
    columns: Sequence[dict[str, Any]] = (),
    steps: Sequence[MoveProgress] = (),
) -> ImportProgress:
    until = job.completed or clock.now()
    seconds = (until - job.started).total_seconds() if job.started else 0.0
    refused = (job.counts or {}).get("refused", 0)
    return ImportProgress(
        id=job.id,
        kind=job.kind,
        filename=job.filename,
        status=job.status,
        detail=job.detail,
        size=job.size,
        rows=job.rows,
        total_rows=job.total_rows,
        sent_events=job.sent_events,
        rate=round((job.rows or job.sent_events) / seconds, 1) if seconds > 0 else 0.0,
        totals=job.totals,
        counts=job.counts,
        checked=job.checked,
        columns=columns,
        shape=job.shape,
        mapping=job.mapping,
        steps=steps,
        errors_url=downloads.link(scope, downloads.ERRORS, job.id, now=clock.now()) if refused else "",
        created=job.created,
        started=job.started,
        completed=job.completed,
    )


def list_exports(scope: Scope, listing: Listing) -> Page[ExportProgress]:
    rows = ExportJob.objects.within(scope).filter(matching(listing.where, {"status": "status", "of": "of"}))
    return paged(rows, listing, lambda job: export_progress(scope, job))


def get_export(scope: Scope, job_id: str) -> ExportProgress:
    """Raises NotFound."""
    return export_progress(scope, ExportJob.objects.of(scope, job_id))


def exports_by_ids(scope: Scope, job_ids: Sequence[str]) -> list[ExportProgress]:
    return [export_progress(scope, job) for job in ExportJob.objects.within(scope).filter(id__in=job_ids)]


def export_progress(scope: Scope, job: ExportJob) -> ExportProgress:
    there = job.status == "complete"
    return ExportProgress(
        id=job.id,
        of=job.of,
        format=job.format,
        filename=job.filename,
        status=job.status,
        detail=job.detail,
        rows=job.rows,
        total_rows=job.total_rows,
        size=job.size,
        download_url=downloads.link(scope, downloads.EXPORT, job.id, now=clock.now()) if there else "",
        created=job.created,
        started=job.started,
        completed=job.completed,
        expires=job.expires,
    )


def shop_window() -> ShopWindow | None:
    """The demo shop's pages' content; None where there is no demo shop."""
    row = DemoShop.objects.first()
    return None if row is None else window_of(row.account_id, row.seed)


@cache
def window_of(account_id: str, seed: int) -> ShopWindow:
    range_ = tuple(
        ShopProduct(product.id, product.name, product.category, product.brand, product.price)
        for product in products(seed)
    )
    return ShopWindow(account_id, SHOP_NAME, CURRENCY, range_)


def is_demo(scope: Scope) -> bool:
    return DemoShop.objects.filter(account_id=scope.account_id).exists()
