"""Who is in a list or a segment: asked for some people or for all, added, removed. Being a member is no consent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from cairn.api.legacy import special_keys
from cairn.api.legacy.calls import MOST_ASKED, Call
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import z_time
from cairn.domains.lists import actions
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import ProfileInfo, ProfilePatch
from cairn.domains.segments import queries as segments
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Compare
from cairn.kernel.scope import Scope

READ: Final = ("lists:read", "profiles:read")
READ_SEGMENT: Final = ("profiles:read", "segments:read")
WRITE: Final = ("lists:write", "profiles:write")
BATCH: Final = 1000
NAMES: Final = {"emails": "email", "phone_numbers": "phone_number", "push_tokens": "push_token"}
NEEDED: Final = "Each profile needs an email, a phone_number or a push_token."


def patches_of(call: Call) -> list[ProfilePatch]:
    """What `profiles` says of people. Whoever is named by a device alone must be known already."""
    found = []
    for given in call.records("profiles"):
        given = dict(given)
        token = given.pop("push_token", None)
        patch = special_keys.patch_of(given, trusted=True, lenient=False)
        if token and not (patch.email or patch.phone_number):
            patch.id = owner_of(call.scope, str(token))
        if not (patch.id or patch.email or patch.phone_number or patch.external_id):
            raise Invalid(NEEDED)
        found.append(patch)
    return found


def owner_of(scope: Scope, token: str) -> str:
    ids = profiles.ids_of(scope, profiles.numbers_found(scope, Compare("push_token", "equals", token)))
    for profile_id in ids.values():
        return profile_id
    raise Invalid("No profile has this push_token; give an email or a phone_number, too.")


def row(profile: ProfileInfo, joined: datetime | None = None) -> dict[str, Any]:
    """A person as an item of an answer; what is not known is left out."""
    shown = {
        "id": profile.id,
        "email": profile.email,
        "phone_number": profile.phone_number,
        "created": z_time(joined) if joined else None,
    }
    return {name: value for name, value in shown.items() if value}


def rows_of(scope: Scope, numbers: Sequence[int], joined: Mapping[int, datetime] | None = None) -> list[dict[str, Any]]:
    """Rows of people in the order given, each once."""
    found = profiles.profiles_by_numbers(scope, numbers)
    since = joined or {}
    return [row(found[number], since.get(number)) for number in dict.fromkeys(numbers) if number in found]


def asked_for(call: Call) -> list[int]:
    """The numbers of those among the people named who exist."""
    given = {name: call.texts(name) for name in NAMES}
    if sum(map(len, given.values())) > MOST_ASKED:
        raise Invalid(f"At most {MOST_ASKED} people can be asked for at a time.")
    if not any(given.values()):
        raise Invalid(f"Give at least one of {', '.join(NAMES)}.")
    numbers: dict[int, None] = {}
    for name, values in given.items():
        if values:
            found = profiles.numbers_found(call.scope, Compare(NAMES[name], "any", tuple(values)))
            numbers |= dict.fromkeys(found)
    return list(numbers)


def members_among(scope: Scope, list_id: str, numbers: Sequence[int]) -> dict[int, datetime]:
    """Since when those of the people who are in a list are. Raises NotFound."""
    lists.get_list(scope, list_id)
    memberships = lists.memberships(scope, numbers)
    return {
        number: one.joined_at for number in numbers for one in memberships.get(number, ()) if one.list_id == list_id
    }


def add_members(call: Call) -> list[dict[str, Any]]:
    found = actions.add_people(call.scope, call["list"], patches_of(call), now=call.now)
    return rows_of(call.scope, [one.number for one in found if one.number])


def get_members(call: Call) -> list[dict[str, Any]]:
    joined = members_among(call.scope, call["list"], asked_for(call))
    return rows_of(call.scope, list(joined), joined)


def remove_members(call: Call) -> None:
    joined = members_among(call.scope, call["list"], asked_for(call))
    actions.remove_members(call.scope, call["list"], list(profiles.ids_of(call.scope, joined).values()))


def get_segment_members(call: Call) -> list[dict[str, Any]]:
    joined = segments.membership(call.scope, call["segment"], asked_for(call))
    return rows_of(call.scope, sorted(joined), joined)


def all_members(call: Call) -> dict[str, Any]:
    """A batch of a list's or a segment's members, and the marker to ask for the next one with."""
    after = call.number("marker", 0, least=0, most=10**12)
    try:
        numbers = [one.number for one in lists.members_after(call.scope, call["group"], after, BATCH + 1)]
    except NotFound:
        numbers = segment_after(call.scope, call["group"], after, BATCH + 1)
    more = len(numbers) > BATCH
    records = rows_of(call.scope, numbers[:BATCH])
    return {"records": records, **({"marker": numbers[BATCH - 1]} if more else {})}


def segment_after(scope: Scope, segment_id: str, after: int, size: int) -> list[int]:
    try:
        numbers = segments.member_numbers(scope, segment_id)
    except NotFound:
        raise NotFound(f"There is no list or segment with id {segment_id[:64]}.") from None
    at = int(numbers.searchsorted(after, side="right"))
    return [int(number) for number in numbers[at : at + size]]


ENDPOINTS: Final = (
    Endpoint("POST", "/api/v2/list/{list}/members", add_members, WRITE),
    Endpoint("GET", "/api/v2/list/{list}/members", get_members, READ),
    Endpoint("DELETE", "/api/v2/list/{list}/members", remove_members, WRITE),
    Endpoint("POST", "/api/v2/list/{list}/get-members", get_members, READ),
    Endpoint("POST", "/api/v2/segment/{segment}/get-members", get_segment_members, READ_SEGMENT),
    Endpoint("GET", "/api/v2/group/{group}/members/all", all_members, READ),
)
