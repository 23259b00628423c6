"""Copies the state of touched profiles to ClickHouse, where conditions read it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from cairn import wiring
from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import Membership
from cairn.domains.profiles import actions as profile_actions
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import NO_CONSENT, Consented, Standing
from cairn.domains.profiles.queries import State
from cairn.kernel.scope import Scope

PROFILES_PER_TICK = 20_000
LAST_SECOND = 2**32 - 1
MOMENTS = pa.list_(pa.uint32())
NOWHERE: Sequence[Membership] = ()
NAMES = (
    "id",
    "email",
    "phone_number",
    "external_id",
    "first_name",
    "last_name",
    "organization",
    "title",
    "locale",
    "image",
)
EMAIL, SMS, PUSH = "email.marketing", "sms.marketing", "mobile_push.marketing"
TEXTS = ("address1", "address2", "city", "region", "country", "zip", "timezone")

Columns = dict[str, Any]
"""Arrays by the names of the table's columns."""


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
    notes, numbers = profiles.touched(scope, PROFILES_PER_TICK)
    if numbers:
        write(scope, numbers)
    return Touched(scope, numbers, notes)


def write(scope: Scope, numbers: set[int]) -> None:
    # Read after the notes, so that the state is at least as new as they are; one account's copies never overlap.
    version = time.time_ns() // 1000
    states = profiles.states(scope, numbers)
    memberships = lists.memberships(scope, numbers)
    gone = sorted(numbers - {one.number for one in states})
    if states:
        insert(scope, version, columns(states, [memberships.get(one.number, NOWHERE) for one in states]))
    if gone:
        insert(scope, version, {"profile": whole(gone), "deleted": np.ones(len(gone), "uint8")})


def insert(scope: Scope, version: int, of_profiles: Columns) -> None:
    rows = len(of_profiles["profile"])
    of_all = {"account": np.full(rows, scope.account_number, "uint32"), "version": np.full(rows, version, "uint64")}
    wiring.clickhouse().insert_arrow("profiles", pa.table(of_all | of_profiles))


def columns(states: Sequence[State], memberships: Sequence[Sequence[Membership]]) -> Columns:
    """Built column by column: as rows of values they took four times as long."""
    standings = [one.standing for one in states]
    return {
        "profile": whole([one.number for one in states]),
        "deleted": np.zeros(len(states), "uint8"),
        **{name: text([getattr(one, name) for one in states]) for name in NAMES},
        **location([one.location for one in states]),
        "created": moments([one.created for one in states]),
        "updated": moments([one.updated for one in states]),
        "properties": text([msgspec.json.format(bytes(one.properties), indent=-1) for one in states]),
        "list_ids": pa.array([[one.list_id for one in some] for some in memberships], pa.list_(pa.string())),
        "list_joined": pa.array([[second(one.joined_at) for one in some] for some in memberships], MOMENTS),
        **of_channel(standings, EMAIL, email),
        "email_suppressions": pa.array(
            [[str(stop.reason) for stop in one.suppressions] for one in standings], pa.list_(pa.string())
        ),
        "email_suppressed_at": pa.array([[second(stop.at) for stop in one.suppressions] for one in standings], MOMENTS),
        **of_channel(standings, SMS, sms),
        **of_channel(standings, PUSH, push),
        **of_channel(standings, "whatsapp.marketing", partial(whatsapp, "whatsapp_marketing")),
        **of_channel(standings, "whatsapp.transactional", partial(whatsapp, "whatsapp_transactional")),
    }


def of_channel(standings: Sequence[Standing], channel: str, build: Callable[[Sequence[Consented]], Columns]) -> Columns:
    """What is built of everybody's consent to a channel; once for all where nobody has said anything of it."""
    if any(channel in one.consents for one in standings):
        return build([one.consent(channel) for one in standings])
    return {name: pa.repeat(pa.array(column)[0], len(standings)) for name, column in build([NO_CONSENT]).items()}


def location(places: Sequence[Mapping[str, Any]]) -> Columns:
    given = set().union(*places)
    nothing = [None] * len(places)

    def of(name: str, read: Callable[[Any], Any]) -> Sequence[Any]:
        return [read(place.get(name)) for place in places] if name in given else nothing

    return {
        **{name: text(of(name, lambda value: str(value or ""))) for name in TEXTS},
        **{name: pa.array(of(name, coordinate), pa.float64()) for name in ("latitude", "longitude")},
    }


def email(found: Sequence[Consented]) -> Columns:
    return {
        "email_consent": text([one.consent for one in found]),
        "email_consent_at": moments([one.at for one in found]),
        "email_method": text([one.method for one in found]),
        "email_method_detail": text([one.method_detail for one in found]),
        "email_custom_source": text([one.custom_source for one in found]),
        "email_double_optin": np.array([one.double_optin for one in found], "uint8"),
    }


def sms(found: Sequence[Consented]) -> Columns:
    return {
        "sms_consent": text([one.consent for one in found]),
        "sms_consent_at": moments([one.at for one in found]),
        "sms_method": text([one.method for one in found]),
        "sms_method_detail": text([one.method_detail for one in found]),
    }


def push(found: Sequence[Consented]) -> Columns:
    return {
        "push_consent": text([one.consent for one in found]),
        "push_consent_at": moments([one.at for one in found]),
    }


def whatsapp(name: str, found: Sequence[Consented]) -> Columns:
    return {
        f"{name}_consent": text([one.consent for one in found]),
        f"{name}_consent_at": moments([one.at for one in found]),
        f"{name}_recorded_at": moments([one.updated for one in found]),
        f"{name}_method": text([one.method for one in found]),
        f"{name}_method_detail": text([one.method_detail for one in found]),
    }


def whole(numbers: Sequence[int]) -> Any:
    return np.array(numbers, "uint32")


def text(values: Sequence[str | bytes | None]) -> Any:
    """Text; what is absent is empty."""
    if not any(values):
        return pa.repeat("", len(values))
    return pa.array([value or "" for value in values], pa.string())


def moments(values: Sequence[datetime | None]) -> Any:
    if not any(values):
        return pa.nulls(len(values), pa.uint32())
    return pa.array([None if value is None else second(value) for value in values], pa.uint32())


def second(at: datetime) -> int:
    """ClickHouse's DateTime holds the years 1970 to 2105."""
    return min(max(int(at.timestamp()), 0), LAST_SECOND)


def coordinate(value: object) -> float | None:
    try:
        return None if value in (None, "") else float(str(value))
    except ValueError:
        return None
