"""What explanations look at: a condition of one profile, the answer that SQL gave, and what is behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cairn import wiring
from cairn.domains.segments.compiler import Compiled
from cairn.domains.segments.contracts import Evidence
from cairn.domains.segments.definition import Condition
from cairn.domains.segments.summaries import Names
from cairn.infra.clickhouse.filters import Params
from cairn.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Person:
    """The profile's newest copy, which the conditions read."""

    number: int
    lists: Mapping[str, datetime]
    consents: Mapping[str, tuple[str, datetime | None]]
    suppressions: Sequence[tuple[str, datetime]]
    country: str
    zip: str
    coordinates: tuple[float, float] | None


NOBODY = Person(0, {}, {}, [], "", "", None)


@dataclass(frozen=True, slots=True)
class Case:
    """One condition of one profile, with the answer that SQL gave."""

    scope: Scope
    condition: Condition
    compiled: Compiled
    params: Params
    person: Person
    names: Names
    metrics: Mapping[str, int]
    holds: bool
    measured: float
    now: int


@dataclass(frozen=True, slots=True)
class Found:
    """What is behind an answer."""

    value: Any = None
    evidence: list[Evidence] = field(default_factory=list)
    since: int | None = None
    until: int | None = None


def person_of(scope: Scope, number: int) -> Person:
    rows = wiring.clickhouse().query(
        "SELECT list_ids, list_joined, email_consent, email_consent_at, sms_consent, sms_consent_at, push_consent,"
        " push_consent_at, email_suppressions, email_suppressed_at, country, zip, latitude, longitude,"
        " whatsapp_marketing_consent, whatsapp_marketing_consent_at, whatsapp_transactional_consent,"
        " whatsapp_transactional_consent_at FROM profiles FINAL"
        " WHERE account = {account:UInt32} AND profile = {profile:UInt32} AND deleted = 0",
        {"account": scope.account_number, "profile": number},
    )
    if not rows:
        return NOBODY
    lists, joined, email, email_at, sms, sms_at, push, push_at, reasons, suppressed, *rest = rows[0]
    country, code, latitude, longitude, marketing, marketing_at, orders, orders_at = rest
    return Person(
        number,
        dict(zip(lists, joined, strict=True)),
        {
            "email": (email, email_at),
            "sms": (sms, sms_at),
            "push": (push, push_at),
            "whatsapp_marketing": (marketing, marketing_at),
            "whatsapp_transactional": (orders, orders_at),
        },
        list(zip(reasons, suppressed, strict=True)),
        country,
        code,
        None if latitude is None or longitude is None else (latitude, longitude),
    )


def moment(second: int | None) -> datetime | None:
    if second is None or not 0 <= second < 2**33:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)


def aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
