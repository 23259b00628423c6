"""Lists and segments as the first version of the API has them: one kind of thing, and members by forms."""

from collections.abc import Sequence
from typing import Any, Final

from cairn.api.kernel.ratelimit import L
from cairn.api.legacy import special_keys
from cairn.api.legacy.calls import Call
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.exclusions import exclusion
from cairn.api.legacy.formats import page, page_of, plain_time, window
from cairn.api.legacy.lists import CREATE, READ, WHOLE, WRITE, all_lists
from cairn.api.legacy.members import asked_for, members_among
from cairn.api.legacy.people import person
from cairn.api.legacy.subscriptions import WRITE as SUBSCRIBE
from cairn.api.legacy.subscriptions import wishes_of
from cairn.domains.flows import actions as flows
from cairn.domains.lists import actions
from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import ListInfo
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import EMAIL_MARKETING, UNSUBSCRIBED, ConsentChange, ProfilePatch
from cairn.domains.segments import queries as segments
from cairn.domains.segments.contracts import SegmentInfo
from cairn.kernel.contact import is_email
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Listing, Sort
from cairn.kernel.scope import Scope

READ_MEMBERS: Final = ("lists:read", "profiles:read")
READ_SEGMENT: Final = ("profiles:read", "segments:read")
WRITE_MEMBERS: Final = ("lists:write", "profiles:write")
BATCH: Final = 1000


def shown(found: ListInfo | SegmentInfo, count: int) -> dict[str, Any]:
    return {
        "object": "list",
        "id": found.id,
        "name": found.name,
        "list_type": "list" if isinstance(found, ListInfo) else "segment",
        "folder": None,
        "person_count": count,
        "created": plain_time(found.created),
        "updated": plain_time(found.updated),
    }


def shown_all(scope: Scope, found: Sequence[ListInfo | SegmentInfo]) -> list[dict[str, Any]]:
    counts = lists.member_counts(scope, [one.id for one in found if isinstance(one, ListInfo)])
    return [shown(one, counts[one.id] if isinstance(one, ListInfo) else one.profile_count) for one in found]


def by_ids(scope: Scope, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Those of the lists and segments that exist, in the order given."""
    found = {one.id: one for one in lists.lists_by_ids(scope, ids)} | {
        one.id: one for one in segments.by_ids(scope, ids)
    }
    return shown_all(scope, [found[one] for one in ids if one in found])


def list_groups(call: Call) -> dict[str, Any]:
    asked = window(call, 50, 1000)
    kind = call.choice("type", "all", "all", "list", "segment")
    found: list[ListInfo | SegmentInfo] = [*(all_lists(call.scope) if kind != "segment" else ())]
    if kind != "list":
        found += segments.list_segments(call.scope, Listing(WHOLE, Sort("created"))).rows
    rows = found[asked.start : asked.start + asked.count]
    return page(asked, shown_all(call.scope, rows), len(found))


def one(call: Call, found: ListInfo) -> dict[str, Any]:
    return shown_all(call.scope, [found])[0]


def create_group(call: Call) -> dict[str, Any]:
    call.choice("list_type", "standard", "standard", "list")
    return one(call, actions.create_list(call.scope, name=call.need("name"), now=call.now))


def get_group(call: Call) -> dict[str, Any]:
    return one(call, lists.get_list(call.scope, call["list"]))


def rename_group(call: Call) -> dict[str, Any]:
    return one(call, actions.update_list(call.scope, call["list"], name=call.need("name"), now=call.now))


def delete_group(call: Call) -> dict[str, Any]:
    gone = get_group(call)
    flows.delete_list(call.scope, call["list"])
    return gone


def with_emails(call: Call) -> list[int]:
    """Whom `email`, with commas, means."""
    emails = {**call.parameters, "emails": call.texts("email")}
    return asked_for(Call(call.scope, call.now, call.places, emails))


def people(call: Call, numbers: Sequence[int]) -> dict[str, Any]:
    found = profiles.profiles_by_numbers(call.scope, numbers)
    return page_of(window(call, 100, 100), [found[number] for number in numbers if number in found], person)


def list_members(call: Call) -> dict[str, Any]:
    return people(call, list(members_among(call.scope, call["list"], with_emails(call))))


def segment_members(call: Call) -> dict[str, Any]:
    return people(call, sorted(segments.membership(call.scope, call["segment"], with_emails(call))))


def patch_of(email: Any, properties: Any) -> ProfilePatch:
    """Somebody with an address and what is said of them."""
    if not isinstance(email, str) or not is_email(email.strip()):
        raise Invalid(f"{str(email)[:100]} is not a valid email.")
    given = properties if isinstance(properties, dict) else {}
    return special_keys.patch_of({"$email": email, **given}, trusted=True, lenient=False)


def take(call: Call, patches: Sequence[ProfilePatch]) -> set[int]:
    """Add people, with consent where they are to confirm it and the list asks for no confirmation; who is in now."""
    if not call.flag("confirm_optin", True):
        added = actions.add_people(call.scope, call["list"], patches, now=call.now)
        return {found.number for found in added if found.number}
    changes = [change for patch in patches for change in wishes_of(patch, call["list"], "API")]
    wishes = actions.change_consent_now(call.scope, call["list"], changes, now=call.now)
    return {wish.number for wish in wishes if wish.number and wish.taken}


def add_member(call: Call) -> dict[str, Any]:
    patch = patch_of(call.need("email"), call.mapping("properties"))
    before = bool(list(members_among(call.scope, call["list"], with_emails(call))))
    numbers = take(call, [patch])
    found = profiles.profiles_by_numbers(call.scope, numbers)
    shown_person = next(map(person, found.values()), {"object": "person", "$email": patch.email, "email": patch.email})
    return {"person": shown_person, "list": get_group(call), "already_member": before}


def batch(call: Call) -> list[dict[str, Any]]:
    return call.records("batch", most=BATCH)


def add_members(call: Call) -> dict[str, Any]:
    patches = [patch_of(item.get("email"), item.get("properties")) for item in batch(call)]
    return {"num_added": len(take(call, patches))}


def remove_members(call: Call) -> dict[str, Any]:
    patches = [patch_of(item.get("email"), None) for item in batch(call)]
    emails = [patch.email or "" for patch in patches]
    numbers = [number for some in cut(emails) for number in among(call, some)]
    ids = list(profiles.ids_of(call.scope, numbers).values())
    return {"num_removed": len(actions.remove_members(call.scope, call["list"], ids))}


def cut(emails: Sequence[str]) -> list[Sequence[str]]:
    return [emails[at : at + 100] for at in range(0, len(emails), 100)]


def among(call: Call, emails: Sequence[str]) -> list[int]:
    asked = Call(call.scope, call.now, call.places, {"emails": list(emails)})
    return list(members_among(call.scope, call["list"], asked_for(asked)))


def exclude_member(call: Call) -> dict[str, Any]:
    """Unsubscribe somebody and take them from the list."""
    patch = ProfilePatch(email=patch_of(call.need("email"), None).email)
    change = ConsentChange(profile=patch, channel=EMAIL_MARKETING, consent=UNSUBSCRIBED, list_id=call["list"])
    wishes = actions.change_consent_now(call.scope, call["list"], [change], now=call.now)
    fresh = any(wish.fresh for wish in wishes)
    return {"already_excluded": not fresh, "num_excluded": int(fresh)}


def exclusions(call: Call) -> dict[str, Any]:
    """People who are suppressed for the list or, being in it, for everything."""
    asked = window(call, 500, 5000)
    lists.get_list(call.scope, call["list"])
    rows = [exclusion(row) for row in kept_out(call.scope, call["list"])]
    rows.sort(key=lambda row: str(row["timestamp"]), reverse=call.choice("sort", "asc", "asc", "desc") == "desc")
    wanted = [row for row in rows if call.text("reason") in ("", row["reason"])]
    return page(asked, wanted[asked.start : asked.start + asked.count], len(wanted))


def kept_out(scope: Scope, list_id: str) -> list[profiles.Excluded]:
    found: list[profiles.Excluded] = []
    after = 0
    while rows := profiles.excluded_from(scope, list_id, after=after, size=BATCH):
        memberships = lists.memberships(scope, {row.number for row in rows})
        members = {number for number, some in memberships.items() if list_id in {one.list_id for one in some}}
        found += [row for row in rows if row.list_id or row.number in members]
        after = rows[-1].number
    return found


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/lists", list_groups, (*READ, "segments:read"), L),
    Endpoint("POST", "/api/v1/lists", create_group, WRITE, CREATE),
    Endpoint("GET", "/api/v1/list/{list}", get_group, READ),
    Endpoint("PUT", "/api/v1/list/{list}", rename_group, WRITE),
    Endpoint("DELETE", "/api/v1/list/{list}", delete_group, WRITE),
    Endpoint("GET", "/api/v1/list/{list}/members", list_members, READ_MEMBERS),
    Endpoint("GET", "/api/v1/segment/{segment}/members", segment_members, READ_SEGMENT),
    Endpoint("POST", "/api/v1/list/{list}/members", add_member, SUBSCRIBE),
    Endpoint("POST", "/api/v1/list/{list}/members/batch", add_members, SUBSCRIBE),
    Endpoint("DELETE", "/api/v1/list/{list}/members/batch", remove_members, WRITE_MEMBERS),
    Endpoint("POST", "/api/v1/list/{list}/members/exclude", exclude_member, SUBSCRIBE),
    Endpoint("GET", "/api/v1/list/{list}/exclusions", exclusions, (*READ_MEMBERS, "subscriptions:read")),
)
