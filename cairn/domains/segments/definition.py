"""What a segment's definition may say. Groups are joined by AND, the conditions of a group by OR."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
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


class LocalDateFilter(DateFilter, frozen=True, tag_field="type", tag="date"):
    """A date filter whose days are those of a time zone. `local_days` makes it, nobody writes it."""

    zone: str = "UTC"


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


class FunnelStep(msgspec.Struct, frozen=True):
    """Something done, or, with `metric_exists` false, not done there."""

    metric_exists: bool
    metric_id: str
    metric_filters: list[MetricFilter] | None = None


class MetricFunnel(msgspec.Struct, frozen=True, tag_field="type", tag="profile-metric-funnel"):
    """Steps in this order, all within the time frame and, if one is named, the completion window."""

    steps: list[FunnelStep]
    timeframe_filter: DateFilter
    completion_window_seconds: (
        Literal["HOURS_1", "DAYS_1", "DAYS_3", "DAYS_5", "WEEKS_1", "DAYS_30", "DAYS_90", "DAYS_180", "YEARS_1"] | None
    ) = None


class GroupMembership(msgspec.Struct, frozen=True, tag_field="type", tag="profile-group-membership"):
    is_member: bool
    group_ids: list[str]
    timeframe_filter: DateFilter | None = None


class InGroups(GroupMembership, frozen=True, tag_field="type", tag="profile-group-membership"):
    """A membership whose `segments` are known; `group_ids` are the lists. `references` makes it, nobody writes it."""

    segments: list["Referenced"] = []


class Referenced(msgspec.Struct, frozen=True):
    """A segment in another's condition. A paused one has no definition here: its members are those that are stored."""

    number: int
    definition: "Definition | None"


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


class Permission(msgspec.Struct, frozen=True):
    reachable_status: Literal[
        "explicitly_reachable",
        "implicitly_reachable",
        "implicitly_or_explicitly_reachable",
        "explicitly_unreachable",
        "implicitly_unreachable",
        "implicitly_or_explicitly_unreachable",
    ]
    filters: list[ConsentFilter] | None = None


class Permissions(msgspec.Struct, frozen=True, tag_field="type", tag="profile-permissions"):
    channel: Literal["whatsapp_marketing", "whatsapp_transactional"]
    permission: Permission


class PostalCodeDistance(msgspec.Struct, frozen=True, tag_field="type", tag="profile-postal-code-distance"):
    country_code: str
    postal_code: str
    unit: Literal["kilometers", "miles"]
    filter: NumericFilter


class Prediction(msgspec.Struct, frozen=True, tag_field="type", tag="profile-predictive-analytics"):
    """`measurement` and `predicted_channel` belong to the affinity for channels."""

    dimension: Literal[
        "expected_date_of_next_purchase",
        "average_days_between_orders",
        "average_order_value",
        "churn_probability",
        "historic_clv",
        "historic_number_of_orders",
        "predicted_clv",
        "predicted_number_of_orders",
        "total_clv",
        "predicted_gender",
        "channel_affinity",
    ]
    filter: PropertyFilter
    measurement: Literal["priority", "rank"] | None = None
    predicted_channel: Literal["email", "push", "sms", "whatsapp"] | None = None


class ObjectFilter(msgspec.Struct, frozen=True):
    property_id: int
    filter: PropertyFilter


class CustomObject(msgspec.Struct, frozen=True, tag_field="type", tag="profile-has-custom-object"):
    object_type_id: str
    object_type_relationship_id: str
    filter: NumericFilter
    filters: list[ObjectFilter]


class Region(msgspec.Struct, frozen=True, tag_field="type", tag="profile-region"):
    in_region: bool
    region: Literal["european_union", "united_states"]


Condition = (
    ProfileProperty
    | ProfileMetric
    | MetricFunnel
    | GroupMembership
    | MarketingConsent
    | Permissions
    | Region
    | PostalCodeDistance
    | Prediction
    | CustomObject
)


class ConditionGroup(msgspec.Struct, frozen=True):
    conditions: list[Condition]


class Definition(msgspec.Struct, frozen=True):
    condition_groups: list[ConditionGroup]

    SUPPORTED: ClassVar[tuple[str, ...]] = (
        "profile-property",
        "profile-metric",
        "profile-metric-funnel",
        "profile-group-membership",
        "profile-marketing-consent",
        "profile-permissions",
        "profile-region",
        "profile-postal-code-distance",
        "profile-predictive-analytics",
        "profile-has-custom-object",
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
LAST_EVENT = "last_event_date"
"""The one well-known property that is no column: when the newest event happened."""

LOCATION = re.compile(r"""location\[(?:'([a-z0-9_]+)'|"([a-z0-9_]+)")\]""")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def standard_property(name: str) -> str:
    """The usual spelling of a well-known property's name."""
    found = LOCATION.fullmatch(name)
    return f"location['{found[1] or found[2]}']" if found else name


def day_of(text: str) -> date:
    """The day that an ISO date or date-time names, as it is written: time and offset behind it only mean midnight.
    Raises ValueError for anything else."""
    return date.fromisoformat(text) if DAY.fullmatch(text) else datetime.fromisoformat(text).date()
