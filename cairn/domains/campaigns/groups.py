"""What needs a segment: conditions of other segments, and campaigns that it is the audience of."""

from typing import Final

from django.db.models import Q

from cairn.domains.campaigns.contracts import GroupUse
from cairn.domains.campaigns.models import ACTIVE, Campaign, Status
from cairn.domains.segments import queries as segment_queries
from cairn.kernel.scope import Scope

OPEN: Final = frozenset({Status.DRAFT, *ACTIVE})
"""A campaign that is over keeps who got it; these would still ask who is in the segment."""


def segment_uses(scope: Scope, segment_id: str) -> list[GroupUse]:
    """What refers to a segment, newest campaigns first. Raises NotFound."""
    segment_queries.definition_of(scope, segment_id)
    found = [
        GroupUse("segment", other, name, "", is_excluded=False, needs_it=True)
        for other, name in segment_queries.referring(scope, segment_id)
    ]
    audience = Q(included__contains=[segment_id]) | Q(excluded__contains=[segment_id])
    rows = Campaign.objects.within(scope).filter(audience).order_by("-created_at", "-id")
    return found + [
        GroupUse("campaign", row.id, row.name, row.status, segment_id in row.excluded, row.status in OPEN)
        for row in rows.only("account_id", "id", "name", "status", "excluded")
    ]
