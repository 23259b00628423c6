"""The history of a person's consent and suppressions, newest first: what, when, by what means, from where, and what was
shown. `outcome` is `taken`, or why a wish was not."""

from datetime import datetime

import msgspec

from cairn.api.kernel.declare import List, Paging, Resource
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L
from cairn.domains.profiles import queries
from cairn.domains.profiles.contracts import ConsentLine
from cairn.kernel.listing import Listing, conjunction
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope


class ProfileConsentAttributes(msgspec.Struct):
    channel: str
    before: str
    after: str
    at: datetime
    recorded_at: datetime
    method: str
    method_detail: str
    source: str
    outcome: str
    list_id: str
    text: str
    ip: str
    user_agent: str


def list_history(scope: Scope, listing: Listing) -> Page[ConsentLine]:
    profile_id = str(conjunction(listing.where)[0].value)
    return queries.list_history(scope, profile_id, listing)


PROFILE_CONSENTS = Resource(
    type="profile-consent",
    path="profile-consents",
    tag="Profiles",
    extension=True,
    attributes=ProfileConsentAttributes,
    operations=(
        List(
            "get_profile_consents",
            list_history,
            scopes=("profiles:read", "subscriptions:read"),
            limit=L,
            summary="Get Profile Consents",
            filters={"profile_id": text("equals")},
            required_filters=("profile_id",),
            sorts=("id",),
            default_sort="-id",
            page=Paging(50, 100),
        ),
    ),
)
