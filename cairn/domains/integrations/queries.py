"""Reading imports and the demo shop."""

from collections.abc import Sequence
from functools import cache

from cairn.domains.integrations.contracts import ImportProgress, ShopProduct, ShopWindow
from cairn.domains.integrations.demo_shop.catalog import CURRENCY, SHOP_NAME, products
from cairn.domains.integrations.models import DemoShop, ImportJob
from cairn.infra.postgres.listing import paged
from cairn.kernel import clock
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope


def list_imports(scope: Scope, listing: Listing) -> Page[ImportProgress]:
    return paged(ImportJob.objects.within(scope), listing, lambda job: progress(scope, job))


def get_import(scope: Scope, job_id: str) -> ImportProgress:
    """Raises NotFound."""
    return progress(scope, ImportJob.objects.of(scope, job_id))


def imports_by_ids(scope: Scope, job_ids: Sequence[str]) -> list[ImportProgress]:
    return [progress(scope, job) for job in ImportJob.objects.within(scope).filter(id__in=job_ids)]


def progress(scope: Scope, job: ImportJob) -> ImportProgress:
    until = job.completed or clock.now()
    seconds = (until - job.started).total_seconds() if job.started else 0.0
    return ImportProgress(
        id=job.id,
        kind=job.kind,
        filename=job.filename,
        status=job.status,
        detail=job.detail,
        rows=job.rows,
        sent_events=job.sent_events,
        rate=round(job.sent_events / seconds, 1) if seconds > 0 else 0.0,
        totals=job.totals,
        created=job.created,
        started=job.started,
        completed=job.completed,
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
