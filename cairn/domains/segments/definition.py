"""What a segment's definition may say. Groups are joined by AND, the conditions of a group by OR."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import ClassVar, Literal

import msgspec

from cairn.kernel.filters import BooleanFilter, ExistenceFilter, ListFilter, NumericFilter, StringFilter, ValueFilter

DateOperator = Literal[
    "before",
    "after",
    "between-static",
    "in-the-last",
    "at-least",
    "in-the-next",
    "between",
    "anniversary",
    "anniversary-month",
    "calendar-month",
    "anniversary-last",
    "anniversary-next",
    "alltime",
]
Unit = Literal["hour", "day", "week"]


class DateFilter(msgspec.Struct, frozen=True, tag_field="type", tag="date"):
    """One of the operators with the fields that it needs; `start` and `end` are days or numbers of units."""

    operator: DateOperator
    date: str | None = None
    start: str | int | None = None
    end: str | int | None = None
    unit: Unit | None = None
    quantity: int | None = None
    value: int | None = None


PropertyFilter = StringFilter | NumericFilter | BooleanFilter | ListFilter | ExistenceFilter | DateFilter


class ProfileProperty(msgspec.Struct, frozen=True, tag_field="type", tag="profile-property"):
    property: str
    filter: PropertyFilter


class MetricFilter(msgspec.Struct, frozen=True):
    property: str
    filter: ValueFilter


class ProfileMetric(msgspec.Struct, frozen=True, tag_field="type", tag="profile-metric"):
    metric_id: str
    measurement: Literal["count", "sum"]
    measurement_filter: NumericFilter
    timeframe_filter: DateFilter
    metric_filters: list[MetricFilter] | None = None


class GroupMembership(msgspec.Struct, frozen=True, tag_field="type", tag="profile-group-membership"):
    is_member: bool
    group_ids: list[str]
    timeframe_filter: DateFilter | None = None


class ConsentFilter(msgspec.Struct, frozen=True):
    """`field` names what is asked of the consent; `method` filters need `method`, and some a `filter` of their own."""

    field: str
    method: str | None = None
    filter: PropertyFilter | None = None


class ConsentStatus(msgspec.Struct, frozen=True):
    subscription: Literal["any", "subscribed", "unsubscribed", "never_subscribed"]
    filters: list[ConsentFilter] | None = None


class Consent(msgspec.Struct, frozen=True):
    channel: Literal["email", "sms", "push"]
    can_receive_marketing: bool
    consent_status: ConsentStatus


class MarketingConsent(msgspec.Struct, frozen=True, tag_field="type", tag="profile-marketing-consent"):
    consent: Consent


class Region(msgspec.Struct, frozen=True, tag_field="type", tag="profile-region"):
    in_region: bool
    region: Literal["european_union", "united_states"]


Condition = ProfileProperty | ProfileMetric | GroupMembership | MarketingConsent | Region


class ConditionGroup(msgspec.Struct, frozen=True):
    conditions: list[Condition]


class Definition(msgspec.Struct, frozen=True):
    condition_groups: list[ConditionGroup]

    SUPPORTED: ClassVar[tuple[str, ...]] = (
        "profile-property",
        "profile-metric",
        "profile-group-membership",
        "profile-marketing-consent",
        "profile-region",
    )

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Every condition with its JSON pointer inside the definition."""
        for g, group in enumerate(self.condition_groups):
            for c, condition in enumerate(group.conditions):
                yield f"/condition_groups/{g}/conditions/{c}", condition


STANDARD_TEXT: Mapping[str, str] = {
    "id": "id",
    "email": "email",
    "phone_number": "phone_number",
    "external_id": "external_id",
    "first_name": "first_name",
    "last_name": "last_name",
    "organization": "organization",
    "title": "title",
    "locale": "locale",
    "image": "image",
    "location['address1']": "address1",
    "location['address2']": "address2",
    "location['city']": "city",
    "location['region']": "region",
    "location['country']": "country",
    "location['zip']": "zip",
    "location['timezone']": "timezone",
}
STANDARD_NUMBER: Mapping[str, str] = {
    "location['latitude']": "latitude",
    "location['longitude']": "longitude",
}
STANDARD_DATE: Mapping[str, str] = {"created": "created", "updated": "updated"}

CUSTOM = re.compile(r"""properties\[(?:'(?P<single>.+)'|"(?P<double>.+)")\]""", re.DOTALL)
LOCATION = re.compile(r"""location\[(?:'([a-z0-9_]+)'|"([a-z0-9_]+)")\]""")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def custom_property(name: str) -> str | None:
    """The name inside `properties['…']`, None for anything else."""
    found = CUSTOM.fullmatch(name)
    return None if found is None else found["single"] or found["double"]


def standard_property(name: str) -> str:
    """The usual spelling of a well-known property's name."""
    found = LOCATION.fullmatch(name)
    return f"location['{found[1] or found[2]}']" if found else name


def day_of(text: str) -> date:
    """The UTC day of an ISO date or date-time. Raises ValueError for anything else."""
    if DAY.fullmatch(text):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
