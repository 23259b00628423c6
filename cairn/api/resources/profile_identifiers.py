"""What a profile is found by, and which profiles were merged into it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from cairn.api.kernel.declare import List, Paging, Resource
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L
from cairn.domains.profiles import queries
from cairn.domains.profiles.contracts import IdentifierInfo
from cairn.kernel.listing import Listing, conjunction
from cairn.kernel.scope import Scope

READ: Final = ("profiles:read",)


class IdentifierAttributes(msgspec.Struct):
    """`is_shown`: it is the profile's own email, phone number or external id; others lead to it as well."""

    kind: str
    value: str
    is_shown: bool
    added: datetime | None


class MergeAttributes(msgspec.Struct):
    at: datetime
    source_id: str
    destination_id: str
    how: str
    actor: str
    source_name: str


def list_identifiers(scope: Scope, listing: Listing) -> Sequence[IdentifierInfo]:
    (asked,) = conjunction(listing.where)
    return queries.identifiers_of(scope, str(asked.value))


PROFILE_IDENTIFIERS = Resource(
    type="profile-identifier",
    path="profile-identifiers",
    tag="Profiles",
    extension=True,
    attributes=IdentifierAttributes,
    operations=(
        List(
            "get_profile_identifiers",
            list_identifiers,
            scopes=READ,
            limit=L,
            filters={"profile_id": text("equals")},
            required_filters=("profile_id",),
        ),
    ),
)

PROFILE_MERGES = Resource(
    type="profile-merge",
    path="profile-merges",
    tag="Profiles",
    extension=True,
    attributes=MergeAttributes,
    operations=(
        List(
            "get_profile_merges",
            queries.list_merges,
            scopes=READ,
            limit=L,
            filters={"profile_id": text("equals"), "source_id": text("equals")},
            sorts=("id",),
            default_sort="-id",
            page=Paging(20, 100),
        ),
    ),
)
