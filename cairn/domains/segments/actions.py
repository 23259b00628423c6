"""Making, editing and deleting segments, and keeping their members true."""

from datetime import datetime
from typing import Any

from django.db import transaction

from cairn import wiring
from cairn.domains.segments import ticking
from cairn.domains.segments.acceptance import check_conditions as check_conditions
from cairn.domains.segments.acceptance import check_pattern as check_pattern
from cairn.domains.segments.acceptance import checked as checked
from cairn.domains.segments.builds import Needs, no_needs
from cairn.domains.segments.checks import check_date as check_date
from cairn.domains.segments.checks import check_trigger_filter as check_trigger_filter
from cairn.domains.segments.contracts import SegmentInfo, TickResult
from cairn.domains.segments.departures import count_people as count_people
from cairn.domains.segments.departures import forget_people as forget_people
from cairn.domains.segments.models import Segment
from cairn.domains.segments.postal_codes import import_file
from cairn.domains.segments.queries import get
from cairn.domains.segments.references import rebuild_dependents
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

MAX_NAME = 300
import_postal_codes = import_file


def create(scope: Scope, *, name: str, definition: Any, is_starred: bool = False, now: datetime) -> SegmentInfo:
    """Save a segment; the next tick builds it. Raises Invalid for a definition that cannot be taken."""
    check_name(name)
    checked(scope, definition)
    row = Segment.objects.create(
        account_id=scope.account_id, name=name, definition=definition, is_starred=is_starred, created=now, updated=now
    )
    return get(scope, row.id)


def update(
    scope: Scope,
    segment_id: str,
    *,
    name: str | None = None,
    definition: Any = None,
    is_starred: bool | None = None,
    is_active: bool | None = None,
    now: datetime,
) -> SegmentInfo:
    """Change what is given. A new definition, or activation, has the segment built anew. Raises NotFound, Invalid."""
    if is_active is False and (name, definition, is_starred) != (None, None, None):
        raise Invalid("Deactivate alone, without other changes.", pointer="/data/attributes/is_active")
    if name is not None:
        check_name(name)
    if definition is not None:
        checked(scope, definition, segment_id=segment_id)
    with transaction.atomic():
        Segment.objects.of(scope, segment_id)
        row = Segment.objects.within(scope).select_for_update().get(id=segment_id)
        wakes = bool(is_active) and not row.is_active
        if definition is not None and definition != row.definition:
            row.definition, wakes = definition, True
        if wakes:
            row.version += 1
            row.is_processing = True
            rebuild_dependents(scope, segment_id)
        row.name = row.name if name is None else name
        row.is_starred = row.is_starred if is_starred is None else is_starred
        row.is_active = row.is_active if is_active is None else is_active
        row.updated = now
        row.save()
    return get(scope, segment_id)


def clone(scope: Scope, segment_id: str, *, name: str | None = None, now: datetime) -> SegmentInfo:
    """A new segment with the same definition, not starred. Raises NotFound, Invalid."""
    row = Segment.objects.of(scope, segment_id)
    wanted = f"Copy of {row.name}"[:MAX_NAME] if name is None else name
    return create(scope, name=wanted, definition=row.definition, now=now)


def delete(scope: Scope, segment_id: str) -> None:
    """Forget a segment and its members. Raises NotFound."""
    row = Segment.objects.of(scope, segment_id)
    with transaction.atomic():
        rebuild_dependents(scope, segment_id)
        Segment.objects.within(scope).filter(id=segment_id).delete()
    # Its number never comes again: rows that are left here, for a while or by a failure, are read by nobody.
    wiring.clickhouse().command(
        "DELETE FROM segment_members WHERE account = {account:UInt32} AND segment = {segment:UInt32}",
        {"account": scope.account_number, "segment": row.number},
        {"lightweight_deletes_sync": 0},
    )


def tick(scope: Scope, changed: set[int], *, now: datetime, needs: Needs = no_needs) -> TickResult:
    """Bring an account's memberships to `now`; `changed` are numbers of profiles with new events, and `needs` says
    which segments something is about to use: those are built first."""
    return ticking.tick(scope, changed, now=now, needs=needs)


def check_name(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME:
        raise Invalid(f"A name has between 1 and {MAX_NAME} characters.", pointer="/data/attributes/name")
