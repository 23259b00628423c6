"""A small shop for tests: its people and what they did, written straight into ClickHouse."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cairn import wiring
from cairn.kernel.scope import Scope

COLUMNS = (
    *("account", "profile", "version", "deleted", "id", "email", "phone_number", "first_name", "city", "country"),
    *("latitude", "created", "updated", "list_ids", "list_joined", "email_consent", "email_consent_at"),
    *("email_method", "email_method_detail", "email_custom_source", "email_double_optin", "email_suppressions"),
    *("email_suppressed_at", "sms_consent", "sms_consent_at", "push_consent", "push_consent_at", "properties"),
    *("zip", "longitude", "sms_method", "sms_method_detail", "churn_probability", "predicted_gender"),
    *("expected_date_of_next_purchase", "affinity_email_priority", "affinity_email_rank"),
    *("whatsapp_marketing_consent", "whatsapp_marketing_consent_at", "whatsapp_marketing_recorded_at"),
    *("whatsapp_marketing_method", "whatsapp_marketing_method_detail", "whatsapp_transactional_consent"),
)


@dataclass
class Person:
    """A profile as its snapshot holds it. Times are ISO texts or moments in UTC."""

    number: int
    email: str = ""
    phone_number: str = ""
    first_name: str = ""
    city: str = ""
    country: str = ""
    latitude: float | None = None
    created: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    lists: dict[str, datetime] = field(default_factory=dict)
    email_consent: str = ""
    email_consent_at: datetime | None = None
    email_method: str = ""
    email_method_detail: str = ""
    email_custom_source: str = ""
    email_double_optin: bool = False
    suppressions: list[tuple[str, datetime]] = field(default_factory=list)
    sms_consent: str = ""
    sms_consent_at: datetime | None = None
    push_consent: str = ""
    push_consent_at: datetime | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    zip: str = ""
    longitude: float | None = None
    sms_method: str = ""
    sms_method_detail: str = ""
    churn_probability: float | None = None
    predicted_gender: str = ""
    expected_date_of_next_purchase: datetime | None = None
    affinity_email_priority: int | None = None
    affinity_email_rank: str = ""
    whatsapp_marketing_consent: str = ""
    whatsapp_marketing_consent_at: datetime | None = None
    whatsapp_marketing_recorded_at: datetime | None = None
    whatsapp_marketing_method: str = ""
    whatsapp_marketing_method_detail: str = ""
    whatsapp_transactional_consent: str = ""

    @property
    def id(self) -> str:
        return f"PROFILE{self.number:019d}"


@dataclass
class Happening:
    """An event."""

    profile: int
    metric: int
    at: datetime
    value: Decimal = Decimal(0)
    properties: dict[str, Any] = field(default_factory=dict)


def write_people(scope: Scope, people: Iterable[Person], version: int = 1) -> None:
    rows = [
        (
            *(scope.account_number, one.number, version, int(one.deleted), one.id, one.email, one.phone_number),
            *(one.first_name, one.city, one.country, one.latitude, one.created, one.created),
            *(list(one.lists), list(one.lists.values()), one.email_consent, one.email_consent_at, one.email_method),
            *(one.email_method_detail, one.email_custom_source, int(one.email_double_optin)),
            *([reason for reason, _ in one.suppressions], [at for _, at in one.suppressions]),
            *(one.sms_consent, one.sms_consent_at, one.push_consent, one.push_consent_at, json.dumps(one.properties)),
            *(one.zip, one.longitude, one.sms_method, one.sms_method_detail, one.churn_probability),
            *(one.predicted_gender, one.expected_date_of_next_purchase, one.affinity_email_priority),
            *(one.affinity_email_rank, one.whatsapp_marketing_consent, one.whatsapp_marketing_consent_at),
            *(one.whatsapp_marketing_recorded_at, one.whatsapp_marketing_method),
            *(one.whatsapp_marketing_method_detail, one.whatsapp_transactional_consent),
        )
        for one in people
    ]
    wiring.clickhouse().insert("profiles", COLUMNS, rows)


def write_events(scope: Scope, events: Iterable[Happening]) -> None:
    rows = [
        (
            *(scope.account_number, one.profile, one.metric, one.at, uuid.uuid4(), uuid.uuid4().int & (2**63 - 1)),
            *(one.value, one.at, json.dumps(one.properties)),
        )
        for one in events
    ]
    columns = ("account", "profile", "metric", "ts", "id", "key", "value", "received", "properties")
    wiring.clickhouse().insert("events", columns, rows)


def write_postal_codes(codes: Iterable[tuple[str, str, float, float]]) -> None:
    columns = ("country", "code", "latitude", "longitude", "imported")
    now = datetime.now(UTC)
    wiring.clickhouse().insert("postal_codes", columns, [(*one, now) for one in codes])


def utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
