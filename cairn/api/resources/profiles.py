"""Profiles: reading, writing at once, merging, and what they are in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from cairn.api.edge.profile_body import ProfileAttributes as GivenAttributes
from cairn.api.edge.profile_body import ProfileData, ProfileMeta, need_somebody, patch_of
from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import (
    Cost,
    Create,
    Get,
    Link,
    List,
    Paging,
    Related,
    Reply,
    Resource,
    Update,
    to_many,
    to_one,
)
from cairn.api.kernel.errors import invalid
from cairn.api.kernel.filters import ORDERINGS, moment, text
from cairn.api.kernel.ratelimit import XS, L, M, S
from cairn.api.resources.profile_subscriptions import subscriptions_of
from cairn.domains.events import queries as events
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import ProfileInfo, ProfilePatch
from cairn.domains.segments import queries as segments
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.kernel import clock
from cairn.kernel.errors import Unavailable
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

READ, WRITE = ("profiles:read",), ("profiles:write",)
READ_LISTS = ("lists:read", "profiles:read")
READ_SEGMENTS = ("profiles:read", "segments:read")
READ_CONVERSATIONS = ("conversations:read", "profiles:read")
MAX_BODY: Final = 100 * 1024
PREDICTED: Final = Cost("additional-fields[profile]", "predictive_analytics", M)
WIDE: Final = (PREDICTED, Cost("include", "lists", XS), Cost("include", "segments", XS))
PLACES: Final = ("address1", "address2", "city", "country", "latitude", "longitude", "region", "zip", "timezone", "ip")
PREDICTIONS: Final = (
    "historic_clv",
    "predicted_clv",
    "total_clv",
    "historic_number_of_orders",
    "predicted_number_of_orders",
    "average_days_between_orders",
    "average_order_value",
    "churn_probability",
    "expected_date_of_next_order",
)


class ProfileAttributes(msgspec.Struct):
    email: str | None
    phone_number: str | None
    external_id: str | None
    first_name: str | None
    last_name: str | None
    organization: str | None
    locale: str | None
    title: str | None
    image: str | None
    created: datetime
    updated: datetime
    last_event_date: datetime | None
    location: dict[str, Any]
    properties: dict[str, Any]
    subscriptions: dict[str, Any]
    predictive_analytics: dict[str, Any]
    joined_group_at: datetime | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile as this resource shows it; `joined_group_at` only as a member of a list or segment."""

    id: str
    number: int
    profile: ProfileInfo
    last_event_date: datetime | None
    joined_group_at: datetime | msgspec.UnsetType = msgspec.UNSET


def show(row: ProfileRow) -> Mapping[str, Any]:
    profile = row.profile
    return {
        "email": profile.email,
        "phone_number": profile.phone_number,
        "external_id": profile.external_id,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "organization": profile.organization,
        "locale": profile.locale,
        "title": profile.title,
        "image": profile.image,
        "created": profile.created,
        "updated": profile.updated,
        "last_event_date": row.last_event_date,
        "location": {name: profile.location.get(name) for name in PLACES},
        "properties": profile.properties,
        "joined_group_at": row.joined_group_at,
    }


def rows_of(
    scope: Scope, profiles: Sequence[ProfileInfo], joined: Mapping[int, datetime] | None = None
) -> list[ProfileRow]:
    """Rows of this resource for a page of profiles; `joined` says when each joined the list or segment in question."""
    last = last_events(scope, [profile.number for profile in profiles])
    return [
        ProfileRow(
            profile.id,
            profile.number,
            profile,
            last.get(profile.number),
            msgspec.UNSET if joined is None else joined[profile.number],
        )
        for profile in profiles
    ]


def last_events(scope: Scope, numbers: Sequence[int]) -> Mapping[int, datetime]:
    """Profiles are shown without this date while the events' store is away."""
    if not numbers:
        return {}
    try:
        return events.last_event_dates(scope, numbers)
    except (ClickHouseError, Unavailable):
        return {}


def page_of(scope: Scope, page: Page[ProfileInfo]) -> Page[ProfileRow]:
    return Page(rows_of(scope, page.rows), page.next, page.previous)


def list_profiles(scope: Scope, listing: Listing) -> Page[ProfileRow]:
    return page_of(scope, queries.list_profiles(scope, listing))


def get_profile(scope: Scope, profile_id: str) -> ProfileRow:
    return rows_of(scope, [queries.get_unmerged(scope, profile_id)])[0]


def load(scope: Scope, ids: Sequence[str]) -> list[ProfileRow]:
    return rows_of(scope, queries.profiles_by_ids(scope, ids))


def given_patch(body: Body[GivenAttributes]) -> ProfilePatch:
    data = ProfileData(type="profile", attributes=body.attributes, id=body.id, meta=body.meta)
    return patch_of(data, trusted=True, clearing=True)


def create(scope: Scope, body: Body[GivenAttributes]) -> ProfileRow:
    patch = given_patch(body)
    patch.id = None
    need_somebody(patch)
    return get_profile(scope, actions.create(scope, patch, now=clock.now()).id)


def update(scope: Scope, profile_id: str, body: Body[GivenAttributes]) -> ProfileRow:
    return get_profile(scope, actions.update(scope, profile_id, given_patch(body), now=clock.now()).id)


def create_or_update(scope: Scope, body: Body[GivenAttributes]) -> Reply:
    patch = given_patch(body)
    need_somebody(patch)
    found, is_new = actions.upsert_now(scope, patch, now=clock.now())
    return Reply(get_profile(scope, found.id), 201 if is_new else 200)


def merge(scope: Scope, body: Body[None]) -> ProfileRow:
    sources = body.many("profiles")
    if len(sources) != 1:
        raise invalid("Exactly one profile can be merged at a time.", pointer="/data/relationships/profiles/data")
    return get_profile(scope, actions.merge(scope, body.id or "", sources[0], now=clock.now()).id)


def lists_of(scope: Scope, rows: Sequence[ProfileRow]) -> Mapping[str, Sequence[str]]:
    found = lists.memberships(scope, [row.number for row in rows])
    return {row.id: [one.list_id for one in found.get(row.number, ())] for row in rows}


def segments_of(scope: Scope, rows: Sequence[ProfileRow]) -> Mapping[str, Sequence[str]]:
    found = segments.segment_ids_of(scope, [row.number for row in rows])
    return {row.id: found.get(row.number, ()) for row in rows}


def tokens_of(scope: Scope, rows: Sequence[ProfileRow]) -> Mapping[str, Sequence[str]]:
    found = queries.push_token_ids(scope, [row.number for row in rows])
    return {row.id: found.get(row.number, ()) for row in rows}


def predictions(_: Scope, rows: Iterable[ProfileRow]) -> Mapping[str, Any]:
    """Nothing is predicted yet, and null says so."""
    return {row.id: dict.fromkeys(PREDICTIONS) for row in rows}


def subscriptions(scope: Scope, rows: Sequence[ProfileRow]) -> Mapping[str, Any]:
    numbers = [row.number for row in rows]
    standings, devices = queries.standings(scope, numbers), queries.with_device(scope, numbers)
    return {
        row.id: subscriptions_of(row.profile, standings[row.number], has_device=row.number in devices) for row in rows
    }


def related(name: str, title: str, scopes: tuple[str, ...], call: Callable[..., Any] | None = None) -> Related:
    """The pair of GETs of a small relationship, which are all alike."""
    singular = name.replace("-", "_").removesuffix("s")
    plural = name.replace("-", "_")
    return Related(
        f"get_{plural}_for_profile",
        f"get_{singular}_{'ids' if name.endswith('s') else 'id'}_for_profile",
        call=call,
        scopes=scopes,
        limit=S,
        summary=f"Get {title} for Profile",
    )


SUPPRESSION_FILTERS: Final = {
    f"{queries.SUPPRESSION}.reason": text("equals"),
    f"{queries.SUPPRESSION}.timestamp": moment(*sorted(ORDERINGS)),
    f"{queries.LIST_SUPPRESSION}.reason": text("equals"),
    f"{queries.LIST_SUPPRESSION}.timestamp": moment(*sorted(ORDERINGS)),
    f"{queries.LIST_SUPPRESSION}.list_id": text("equals"),
}
IDENTITY_FILTERS: Final = {
    "email": text("any", "equals"),
    "phone_number": text("any", "equals"),
    "_kx": text("equals"),
}

PROFILES = Resource(
    type="profile",
    path="profiles",
    tag="Profiles",
    attributes=ProfileAttributes,
    show=show,
    load=load,
    additional={"subscriptions": subscriptions, "predictive_analytics": predictions},
    operations=(
        List(
            "get_profiles",
            list_profiles,
            scopes=READ,
            limit=L,
            costs=(PREDICTED,),
            summary="Get Profiles",
            filters={
                "id": text("any", "equals"),
                "external_id": text("any", "equals"),
                **IDENTITY_FILTERS,
                "created": moment("greater-than", "less-than"),
                "updated": moment("greater-than", "less-than"),
                "search": text("contains"),
                **SUPPRESSION_FILTERS,
            },
            sorts=(
                "created",
                "email",
                "id",
                "updated",
                f"{queries.SUPPRESSION}.timestamp",
                f"{queries.LIST_SUPPRESSION}.timestamp",
            ),
            page=Paging(20, 100),
            include=("conversations", "push-tokens"),
        ),
        Get(
            "get_profile",
            get_profile,
            scopes=READ,
            limit=L,
            costs=WIDE,
            summary="Get Profile",
            include=("conversations", "lists", "push-tokens", "segments"),
        ),
        Create(
            "create_profile",
            create,
            scopes=WRITE,
            limit=L,
            body=GivenAttributes,
            meta=ProfileMeta,
            max_body=MAX_BODY,
            summary="Create Profile",
        ),
        Update(
            "update_profile",
            update,
            scopes=WRITE,
            limit=L,
            body=GivenAttributes,
            meta=ProfileMeta,
            max_body=MAX_BODY,
            summary="Update Profile",
        ),
        Create(
            "create_or_update_profile",
            create_or_update,
            path="/api/profile-import",
            also=(200,),
            scopes=WRITE,
            limit=L,
            body=GivenAttributes,
            meta=ProfileMeta,
            max_body=MAX_BODY,
            summary="Create or Update Profile",
        ),
        Create(
            "merge_profiles",
            merge,
            path="/api/profile-merge",
            takes="profile-merge",
            body_id=True,
            links={"profiles": Link("profile", many=True, required=True)},
            scopes=WRITE,
            limit=M,
            summary="Merge Profiles",
        ),
    ),
    relationships=(
        to_many("lists", "list", lists_of, related=related("lists", "Lists", READ_LISTS)),
        to_many("segments", "segment", segments_of, related=related("segments", "Segments", READ_SEGMENTS)),
        to_many(
            "push-tokens",
            "push-token",
            tokens_of,
            related=Related(
                "get_push_tokens_for_profile",
                "get_push_token_ids_for_profile",
                scopes=READ,
                limit=M,
                summary="Get Push Tokens for Profile",
            ),
        ),
        to_many(
            "conversations",
            "conversation",
            related=related("conversations", "Conversations", READ_CONVERSATIONS),
        ),
        to_one("conversation", "conversation", related=related("conversation", "Conversation", READ_CONVERSATIONS)),
    ),
)
