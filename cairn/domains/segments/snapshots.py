"""Copies the state of touched profiles to ClickHouse, where conditions read it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn import wiring
from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import Membership
from cairn.domains.profiles import actions as profile_actions
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import NEVER_SUBSCRIBED, StateColumns
from cairn.kernel.scope import Scope

PROFILES_PER_TICK = 20_000
LAST_SECOND = 2**32 - 1
# The index of what people can be found by is made by the merges: what is not merged yet is little, and read quickly
# without it, while to make it here takes a third of the insert.
INSERT: Final = {"exclude_materialize_skip_indexes_on_insert": "grams"}
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
CHANNELS: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    "email.marketing": (
        "email",
        ("consent", "consent_at", "method", "method_detail", "custom_source", "double_optin"),
    ),
    "sms.marketing": ("sms", ("consent", "consent_at", "method", "method_detail")),
    "mobile_push.marketing": ("push", ("consent", "consent_at")),
    "whatsapp.marketing": (
        "whatsapp_marketing",
        ("consent", "consent_at", "recorded_at", "method", "method_detail"),
    ),
    "whatsapp.transactional": (
        "whatsapp_transactional",
        ("consent", "consent_at", "recorded_at", "method", "method_detail"),
    ),
}
"""Channels with the columns that tell of them: what they begin with, and which there are."""
READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "consent": lambda rows: pc.fill_null(rows["consent"], NEVER_SUBSCRIBED),
    "consent_at": lambda rows: seconds(rows["at"]),
    "recorded_at": lambda rows: seconds(rows["updated"]),
    "method": lambda rows: pc.fill_null(rows["method"], ""),
    "method_detail": lambda rows: pc.fill_null(rows["method_detail"], ""),
    "custom_source": lambda rows: pc.fill_null(rows["custom_source"], ""),
    "double_optin": lambda rows: pc.cast(pc.fill_null(rows["double_optin"], False), pa.uint8()),
}
NOTHING: Final = "{}"
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


def copy(scope: Scope, now: datetime) -> Touched:
    """Write the present state of touched profiles. What is touched meanwhile is copied again by the next tick."""
    notes, numbers = profiles.touched(scope, PROFILES_PER_TICK, now)
    if numbers:
        write(scope, numbers)
    return Touched(scope, numbers, notes)


def write(scope: Scope, numbers: set[int]) -> None:
    # Read after the notes, so that the state is at least as new as they are; one account's copies never overlap.
    version = time.time_ns() // 1000
    states = profiles.state_columns(scope, numbers)
    here = states.profiles["number"].to_pylist()
    gone = sorted(numbers.difference(here))
    if here:
        memberships = lists.memberships(scope, numbers)
        insert(scope, version, columns(states, [memberships.get(number, NOWHERE) for number in here]))
    if gone:
        insert(scope, version, {"profile": whole(gone), "deleted": np.ones(len(gone), "uint8")})


def insert(scope: Scope, version: int, of_profiles: Columns) -> None:
    rows = len(of_profiles["profile"])
    of_all = {"account": np.full(rows, scope.account_number, "uint32"), "version": np.full(rows, version, "uint64")}
    wiring.clickhouse().insert_arrow("profiles", pa.table(of_all | of_profiles), INSERT)


def columns(states: StateColumns, memberships: Sequence[Sequence[Membership]]) -> Columns:
    found = states.profiles
    numbers = found["number"].to_numpy()
    people = People(numbers)
    return {
        "profile": numbers.astype("uint32"),
        "deleted": np.zeros(len(numbers), "uint8"),
        **{name: found[name] for name in NAMES},
        **location([msgspec.json.decode(text) if text != NOTHING else {} for text in found["location"].to_pylist()]),
        "created": seconds(found["created"]),
        "updated": seconds(found["updated"]),
        "properties": text([msgspec.json.format(text, indent=-1) for text in found["properties"].to_pylist()]),
        "list_ids": pa.array([[one.list_id for one in some] for some in memberships], pa.list_(pa.string())),
        "list_joined": pa.array([[second(one.joined_at) for one in some] for some in memberships], MOMENTS),
        "email_suppressions": people.lists(states.suppressions, states.suppressions["reason"]),
        "email_suppressed_at": people.lists(states.suppressions, seconds(states.suppressions["at"])),
        **{
            f"{prefix}_{name}": column
            for channel, (prefix, names) in CHANNELS.items()
            for name, column in people.consent(states.consents, channel, names).items()
        },
    }


class People:
    """The profiles of a copy, by number, and what hangs on them as columns beside theirs."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = numbers

    def places(self, rows: Any) -> Any:
        return np.searchsorted(self.numbers, rows["number"].to_numpy())

    def lists(self, rows: Any, values: Any) -> Any:
        """Each profile's values of rows in the order of their numbers."""
        ends = np.cumsum(np.bincount(self.places(rows), minlength=len(self.numbers)))
        return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]), pa.int32()), values.combine_chunks())

    def consent(self, consents: Any, channel: str, names: Sequence[str]) -> Columns:
        """Each profile's consent to a channel, or what it is where somebody never said anything."""
        rows = consents.filter(pc.equal(consents["channel"], channel))
        places = np.full(len(self.numbers), -1)
        places[self.places(rows)] = np.arange(len(rows))
        taken = rows.take(pa.array(places, mask=places < 0))
        return {name: READERS[name](taken) for name in names}


def location(places: Sequence[Mapping[str, Any]]) -> Columns:
    given = set().union(*places)
    nothing = [None] * len(places)

    def of(name: str, read: Callable[[Any], Any]) -> Sequence[Any]:
        return [read(place.get(name)) for place in places] if name in given else nothing

    return {
        **{name: text(of(name, lambda value: str(value or ""))) for name in TEXTS},
        **{name: pa.array(of(name, coordinate), pa.float64()) for name in ("latitude", "longitude")},
    }


def whole(numbers: Sequence[int]) -> Any:
    return np.array(numbers, "uint32")


def text(values: Sequence[str | None]) -> Any:
    """Text; what is absent is empty."""
    if not any(values):
        return pa.repeat("", len(values))
    return pa.array([value or "" for value in values], pa.string())


def seconds(moments: Any) -> Any:
    """ClickHouse's DateTime holds the years 1970 to 2105."""
    since_1970 = pc.divide(pc.cast(moments, pa.int64()), 1_000_000)
    later = pc.max_element_wise(since_1970, 0, skip_nulls=False)
    return pc.cast(pc.min_element_wise(later, LAST_SECOND, skip_nulls=False), pa.uint32())


def second(at: datetime) -> int:
    """ClickHouse's DateTime holds the years 1970 to 2105."""
    return min(max(int(at.timestamp()), 0), LAST_SECOND)


def coordinate(value: object) -> float | None:
    try:
        return None if value in (None, "") else float(str(value))
    except ValueError:
        return None
