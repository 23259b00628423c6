"""Why a profile can or cannot be written to now, per channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.api.kernel.declare import List, Resource
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L
from cairn.domains.profiles import queries
from cairn.kernel.listing import Listing, conjunction
from cairn.kernel.scope import Scope


class Hindrance(msgspec.Struct):
    reason: str
    since: datetime | None
    detail: str


class ReachabilityAttributes(msgspec.Struct):
    """`reasons` are what stands in the way, the gravest first; none: a message may go to `address` now."""

    channel: str
    can_receive: bool
    address: str
    reasons: Sequence[Hindrance]


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    channel: str
    can_receive: bool
    address: str
    reasons: Sequence[Hindrance]


def list_reaches(scope: Scope, listing: Listing) -> list[Row]:
    profile_id = str(conjunction(listing.where)[0].value)
    return [
        Row(
            f"{profile_id}:{one.channel}",
            one.channel,
            one.allowed,
            one.address,
            [Hindrance(each.reason, each.since, each.detail) for each in one.hindrances],
        )
        for one in queries.reaches(scope, profile_id)
    ]


PROFILE_REACHABILITIES = Resource(
    type="profile-reachability",
    path="profile-reachabilities",
    tag="Profiles",
    extension=True,
    attributes=ReachabilityAttributes,
    operations=(
        List(
            "get_profile_reachabilities",
            list_reaches,
            scopes=("profiles:read", "subscriptions:read"),
            limit=L,
            summary="Get Profile Reachabilities",
            filters={"profile_id": text("equals")},
            required_filters=("profile_id",),
        ),
    ),
)
