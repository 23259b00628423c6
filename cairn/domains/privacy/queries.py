"""Demands, what became of them, and the files that they brought."""

from datetime import datetime, timedelta
from typing import IO, Final

from cairn import wiring
from cairn.domains.privacy.contracts import DELETION, JobInfo
from cairn.domains.privacy.models import Job
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel import clock
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal, unseal

PURPOSE: Final = "privacy-export"
LINK_HOLDS: Final = timedelta(hours=1)
COLUMNS: Final = {"id": "id", "status": "status", "created": "created"}


def list_jobs(scope: Scope, kind: str, listing: Listing) -> Page[JobInfo]:
    now = clock.now()
    rows = Job.objects.within(scope).filter(matching(listing.where, COLUMNS), kind=kind)
    return paged(rows, listing, lambda row: info(scope, row, now=now))


def get_job(scope: Scope, kind: str, job_id: str) -> JobInfo:
    """Raises NotFound."""
    row = Job.objects.of(scope, job_id)
    if row.kind != kind:
        raise NotFound(f"A privacy job with id {job_id} does not exist.")
    return info(scope, row, now=clock.now())


def oldest_uncounted() -> datetime | None:
    """When the oldest of the deletions was asked for whose events are not counted yet; None: there is none."""
    waiting = Job.objects.filter(kind=DELETION, completed=None, step="").order_by("created")
    return waiting.values_list("created", flat=True).first()


def is_forgetting(*, since: datetime) -> bool:
    """Whether a deletion that was asked for since then is under way."""
    return Job.objects.filter(kind=DELETION, completed=None, created__gte=since).exists()


def forgotten_at(scope: Scope, patch: ProfilePatch) -> datetime | None:
    """When whoever had this identifier was deleted last; None: never."""
    return profiles.buried_at(scope, patch)


def info(scope: Scope, row: Job, *, now: datetime) -> JobInfo:
    return JobInfo(
        id=row.id,
        kind=row.kind,
        status=row.status,
        identifier=row.identifier,
        asked_by=row.asked_by,
        found=row.found,
        step=row.step,
        report=row.report,
        size=row.size,
        detail=row.detail,
        created=row.created,
        started=row.started,
        completed=row.completed,
        expires=row.expires,
        url=link(scope, row, now=now) if row.key else None,
    )


def link(scope: Scope, row: Job, *, now: datetime) -> str:
    """An address that needs no login and works for an hour."""
    token = seal(wiring.secret_key(), PURPOSE, (scope.account_id, row.id, int((now + LINK_HOLDS).timestamp())))
    return f"{wiring.settings().public_url}/media/privacy/{token}"


def open_export(token: str, *, now: datetime) -> IO[bytes]:
    """The file behind a link. Raises Invalid for one that is damaged or over, NotFound where the file is gone."""
    account_id, job_id, until = unseal(wiring.secret_key(), PURPOSE, token, tuple[str, str, int])
    if now.timestamp() > until:
        raise Invalid("This link has expired: open the page again for a new one.")
    row = Job.objects.filter(account_id=account_id, id=job_id).exclude(key="").first()
    file = None if row is None else wiring.files().open(row.key)
    if file is None:
        raise NotFound("This export is gone: make a new one.")
    return file
