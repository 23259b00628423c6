"""The whole state of profiles, by the thousand.

Each profile comes as one JSON text: msgspec makes it a value in a tenth of the time that the driver takes for its
columns. Not all together as one text, since a profile may be large and a text of PostgreSQL ends at a gigabyte.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection

from cairn.domains.profiles import store
from cairn.domains.profiles.contracts import (
    NO_STANDING,
    SUBSCRIBED,
    Consented,
    ProfileInfo,
    Reason,
    Snapshot,
    Standing,
    Suppressed,
)
from cairn.infra.postgres.arrays import number_array
from cairn.kernel.scope import Scope

OF_ADDRESS: Final = frozenset({Reason.HARD_BOUNCE, Reason.INVALID_EMAIL})


class Held(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A channel's consent as it is stored."""

    channel: str
    consent: str
    at: datetime
    created: datetime
    updated: datetime
    address: str
    method: str
    method_detail: str
    custom_source: str
    double_optin: bool


class Stop(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A suppression as it is stored."""

    reason: Reason
    list_id: str
    at: datetime
    address: str
    detail: str


class State(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A profile as it is stored. `properties` is JSON."""

    number: int
    id: str
    email: str | None
    phone_number: str | None
    external_id: str | None
    first_name: str
    last_name: str
    organization: str
    title: str
    locale: str
    image: str
    location: Mapping[str, Any]
    created: datetime
    updated: datetime
    properties: msgspec.Raw
    consents: list[Held] | None
    suppressions: list[Stop] | None

    @property
    def standing(self) -> Standing:
        """What counts of consent and suppressions: an opt-in and a bounce belong to the address they were given for."""
        if not self.consents and not self.suppressions:
            return NO_STANDING
        consents = {one.channel: consented(one) for one in self.consents or () if self._holds(one)}
        found = [
            Suppressed(one.reason, one.list_id, one.at, one.detail)
            for one in self.suppressions or ()
            if one.reason not in OF_ADDRESS or one.address == (self.email or "")
        ]
        return Standing(consents, [one for one in found if not one.list_id], [one for one in found if one.list_id])

    def _holds(self, one: Held) -> bool:
        if one.consent != SUBSCRIBED:
            return True
        if one.channel.startswith("mobile_push."):
            return not one.address
        return one.address == ((self.email if one.channel.startswith("email.") else self.phone_number) or "")

    @property
    def info(self) -> ProfileInfo:
        return ProfileInfo(
            id=self.id,
            number=self.number,
            email=self.email,
            phone_number=self.phone_number,
            external_id=self.external_id,
            first_name=self.first_name or None,
            last_name=self.last_name or None,
            organization=self.organization or None,
            title=self.title or None,
            image=self.image or None,
            locale=self.locale or None,
            location=self.location,
            properties=msgspec.json.decode(self.properties),
            created=self.created,
            updated=self.updated,
        )


STATE: Final = msgspec.json.Decoder(State)


def consented(one: Held) -> Consented:
    return Consented(
        one.consent,
        one.at,
        one.created,
        one.updated,
        one.address,
        one.method,
        one.method_detail,
        one.custom_source,
        one.double_optin,
    )


def states(scope: Scope, numbers: Iterable[int]) -> list[State]:
    """Profiles as they are stored at one moment, in the order of their numbers; those that are gone are left out."""
    wanted = number_array(sorted(set(numbers)))
    with connection.cursor() as cursor:
        cursor.execute(store.statement("snapshot"), {"account_id": scope.account_id, "numbers": wanted})
        return [STATE.decode(text) for (text,) in cursor.fetchall()]


def snapshots(scope: Scope, numbers: Iterable[int]) -> dict[int, Snapshot]:
    """The whole state of profiles at one moment; a number that has none is there as gone."""
    wanted = sorted(set(numbers))
    found = {one.number: Snapshot(one.number, one.info, one.standing) for one in states(scope, wanted)}
    return {number: found.get(number) or Snapshot(number, None, NO_STANDING) for number in wanted}
