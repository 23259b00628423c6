"""What uses a segment."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from cairn.api.kernel.declare import Get, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.campaigns.contracts import GroupUse
from cairn.domains.flows import queries
from cairn.kernel.scope import Scope


class UsageAttributes(msgspec.Struct):
    """While something `needs_it` the segment cannot be deleted; campaigns that are over do not."""

    used_in: Sequence[GroupUse]


@dataclass(frozen=True, slots=True)
class Usage:
    """Its id is the segment's."""

    id: str
    used_in: Sequence[GroupUse]


def get(scope: Scope, segment_id: str) -> Usage:
    return Usage(segment_id, queries.segment_uses(scope, segment_id))


SEGMENT_USAGES = Resource(
    type="segment-usage",
    path="segment-usages",
    tag="Segments",
    extension=True,
    attributes=UsageAttributes,
    operations=(
        Get("get_segment_usage", get, scopes=("campaigns:read", "segments:read"), limit=M, summary="Get Segment Usage"),
    ),
)
