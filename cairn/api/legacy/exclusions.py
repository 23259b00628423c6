"""Addresses that get no email: for everything, or for one list."""

from collections.abc import Sequence
from typing import Any, Final

from cairn.api.legacy.calls import Call
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import page, plain_time, window, z_time
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import UNSUBSCRIBED, Reason
from cairn.domains.profiles.queries import Excluded
from cairn.kernel.contact import is_email
from cairn.kernel.errors import Invalid

READ: Final = ("subscriptions:read", "profiles:read")
WRITE: Final = ("profiles:write", "subscriptions:write")
BATCH: Final = 1000
# The words of the first version; the second writes them in capitals.
REASONS: Final = {
    "unsubscribed": Reason.UNSUBSCRIBE,
    "bounced": Reason.HARD_BOUNCE,
    "invalid_email": Reason.INVALID_EMAIL,
    "reported_spam": Reason.SPAM_COMPLAINT,
    "manually_excluded": Reason.USER_SUPPRESSED,
}
WORDS: Final = {reason: word for word, reason in REASONS.items()}


def get_exclusions(call: Call) -> dict[str, Any]:
    asked = window(call, 500, 5000)
    reason = call.text("reason")
    if reason and reason not in REASONS:
        raise Invalid(f"reason must be one of {', '.join(REASONS)}.")
    rows, total = queries.excluded(
        call.scope,
        reasons=[REASONS[reason]] if reason else list(Reason),
        descending=call.choice("sort", "asc", "asc", "desc") == "desc",
        skip=asked.start,
        size=asked.count,
    )
    return page(asked, [exclusion(row) for row in rows], total)


def exclusion(row: Excluded) -> dict[str, Any]:
    return {
        "object": "exclusion",
        "email": row.email,
        "reason": WORDS[row.reason],
        "timestamp": plain_time(row.at),
    }


def exclude(call: Call) -> dict[str, Any]:
    email = call.need("email")
    if not is_email(email):
        raise Invalid(f"{email[:100]} is not a valid email.")
    fresh = actions.exclude_now(call.scope, email, now=call.now)
    return {"already_excluded": not fresh, "num_excluded": int(fresh)}


def of_list(call: Call) -> dict[str, Any]:
    """People who are kept out of a list: suppressed for it, or in it and suppressed for everything."""
    lists.get_list(call.scope, call["list"])
    after = call.number("marker", 0, least=0, most=10**12)
    rows = queries.excluded_from(call.scope, call["list"], after=after, size=BATCH)
    people = list(dict.fromkeys(row.number for row in rows))
    marker = {"marker": people[-1]} if len(people) == BATCH else {}
    return {"records": records(call, rows), **marker}


def records(call: Call, rows: Sequence[Excluded]) -> list[dict[str, Any]]:
    memberships = lists.memberships(call.scope, {row.number for row in rows})
    members = {number for number, some in memberships.items() if any(one.list_id == call["list"] for one in some)}
    kept = [row for row in rows if row.list_id or row.number in members]
    standings = queries.standings(call.scope, [row.number for row in kept])
    return [record(row, standings[row.number].consent("sms.marketing").consent) for row in kept]


def record(row: Excluded, sms: str) -> dict[str, Any]:
    shown = {
        "id": row.profile_id,
        "email": row.email,
        "reason": WORDS[row.reason].replace("_", " ").title(),
        "created": z_time(row.at),
        "phone_number": row.phone_number,
        "phone_reason": "Unsubscribed" if row.phone_number and sms == UNSUBSCRIBED else "",
    }
    return {name: value for name, value in shown.items() if value}


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/people/exclusions", get_exclusions, READ),
    Endpoint("POST", "/api/v1/people/exclusions", exclude, WRITE),
    Endpoint("GET", "/api/v2/people/exclusions", get_exclusions, READ),
    Endpoint("POST", "/api/v2/people/exclusions", exclude, WRITE),
    Endpoint("GET", "/api/v2/list/{list}/exclusions/all", of_list, READ),
)
