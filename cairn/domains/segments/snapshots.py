"""Copies the state of touched profiles to ClickHouse, where conditions read it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from cairn import wiring
from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import Membership
from cairn.domains.profiles import actions as profile_actions
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import Consented, ProfileInfo, Snapshot, Standing
from cairn.kernel.scope import Scope

PROFILES_PER_TICK = 20_000
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC)
EMAIL, SMS, PUSH = "email.marketing", "sms.marketing", "mobile_push.marketing"
WHATSAPP = {"whatsapp_marketing": "whatsapp.marketing", "whatsapp_transactional": "whatsapp.transactional"}
TEXTS = ("address1", "address2", "city", "region", "country", "zip", "timezone")


@dataclass(frozen=True, slots=True)
class Touched:
    """Profiles that were copied, and the notes that said so."""

    scope: Scope
    numbers: set[int]
    notes: list[int]

    def done(self) -> None:
        """Forget that they were touched, in the caller's transaction."""
        if self.notes:
            profile_actions.forget_touched(self.scope, self.notes)


def copy(scope: Scope) -> Touched:
    """Write the present state of touched profiles. What is touched meanwhile is copied again by the next tick."""
    notes = profiles.touched(scope, PROFILES_PER_TICK)
    numbers = set(notes.values())
    if numbers:
        write(scope, numbers)
    return Touched(scope, numbers, list(notes))


def write(scope: Scope, numbers: set[int]) -> None:
    # Read after the notes, so that the state is at least as new as they are; one account's copies never overlap.
    version = time.time_ns() // 1000
    states = profiles.snapshots(scope, numbers)
    memberships = lists.memberships(scope, numbers)
    rows = [row_of(state, memberships.get(number, [])) for number, state in sorted(states.items())]
    columns = ("account", "version", *rows[0])
    values = [[scope.account_number] * len(rows), [version] * len(rows)]
    values += [[row[name] for row in rows] for name in rows[0]]
    wiring.clickhouse().insert("profiles", columns, values, by_column=True)


def row_of(state: Snapshot, memberships: Sequence[Membership]) -> dict[str, Any]:
    """A profile's columns; of one that is gone only that."""
    row = {
        "profile": state.number,
        "deleted": int(state.profile is None),
        **identity(state.profile),
        "list_ids": [one.list_id for one in memberships],
        "list_joined": [within_range(one.joined_at) for one in memberships],
        **standing(state.standing),
    }
    if state.profile is None:
        row |= {"list_ids": [], "list_joined": []}
    return row


def identity(person: ProfileInfo | None) -> dict[str, Any]:
    location: Mapping[str, Any] = person.location if person else {}
    names = ("id", "email", "phone_number", "external_id", "first_name", "last_name", "organization", "title", "locale")
    return {
        **{name: (getattr(person, name) or "") if person else "" for name in (*names, "image")},
        **{name: str(location.get(name) or "") for name in TEXTS},
        "latitude": coordinate(location.get("latitude")),
        "longitude": coordinate(location.get("longitude")),
        "created": within_range(person.created) if person else EARLIEST,
        "updated": within_range(person.updated) if person else EARLIEST,
        "properties": msgspec.json.encode(person.properties).decode() if person else "{}",
    }


def standing(found: Standing) -> dict[str, Any]:
    email, sms, push = found.consent(EMAIL), found.consent(SMS), found.consent(PUSH)
    return {
        "email_consent": email.consent,
        "email_consent_at": moment(email),
        "email_method": email.method,
        "email_method_detail": email.method_detail,
        "email_custom_source": email.custom_source,
        "email_double_optin": int(email.double_optin),
        "email_suppressions": [str(one.reason) for one in found.suppressions],
        "email_suppressed_at": [within_range(one.at) for one in found.suppressions],
        "sms_consent": sms.consent,
        "sms_consent_at": moment(sms),
        "sms_method": sms.method,
        "sms_method_detail": sms.method_detail,
        "push_consent": push.consent,
        "push_consent_at": moment(push),
        **permissions(found),
    }


def permissions(found: Standing) -> dict[str, Any]:
    """What WhatsApp may be used for."""
    columns: dict[str, Any] = {}
    for name, channel in WHATSAPP.items():
        consent = found.consent(channel)
        columns[f"{name}_consent"] = consent.consent
        columns[f"{name}_consent_at"] = moment(consent)
        columns[f"{name}_recorded_at"] = None if consent.updated is None else within_range(consent.updated)
        columns[f"{name}_method"] = consent.method
        columns[f"{name}_method_detail"] = consent.method_detail
    return columns


def moment(consent: Consented) -> datetime | None:
    return None if consent.at is None else within_range(consent.at)


def within_range(at: datetime) -> datetime:
    """ClickHouse's DateTime holds the years 1970 to 2105."""
    return min(max(at, EARLIEST), LATEST)


def coordinate(value: object) -> float | None:
    try:
        return None if value in (None, "") else float(str(value))
    except ValueError:
        return None
