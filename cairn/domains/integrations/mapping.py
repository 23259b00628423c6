"""What the columns of a file mean, and what holds for all of its rows."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec

from cairn.domains.profiles.contracts import EMAIL_MARKETING
from cairn.kernel.errors import Invalid

IDENTIFIERS: Final = ("email", "phone_number", "external_id")
STANDARD: Final = ("first_name", "last_name", "organization", "title", "image", "locale")
LOCATION: Final = ("address1", "address2", "city", "region", "country", "zip", "timezone", "latitude", "longitude")
CHANNELS: Final = (EMAIL_MARKETING, "sms.marketing", "sms.transactional")
EVENT: Final = ("metric", "time", "value", "value_currency", "unique_id", "property")
TYPES: Final = ("automatic", "text", "number", "boolean", "date", "list")
POINTER: Final = "/data/attributes/mapping"

PROFILE_TARGETS: Final = frozenset(
    {
        "ignore",
        "property",
        "list",
        "suppression",
        *IDENTIFIERS,
        *STANDARD,
        *(f"location.{name}" for name in LOCATION),
        *(f"consent:{channel}" for channel in CHANNELS),
        *(f"consented_at:{channel}" for channel in CHANNELS),
        *(f"consent_method:{channel}" for channel in CHANNELS),
        *(f"consent_source:{channel}" for channel in CHANNELS),
        "suppressed_at",
    }
)
EVENT_TARGETS: Final = frozenset(f"event.{name}" for name in EVENT)
REPEATABLE: Final = frozenset({"ignore", "property", "event.property", "list"})


class ColumnRule(msgspec.Struct, omit_defaults=True):
    """What one column means. `name` is the property's, `type` how its values are read."""

    column: str
    target: str = "ignore"
    name: str = ""
    type: Literal["automatic", "text", "number", "boolean", "date", "list"] = "text"


class ImportMapping(msgspec.Struct, omit_defaults=True):
    """How a file is imported.

    `list_ids` are lists that everybody joins. `consent` names channels for which everybody agreed before, without a
    date. `phone_country` is that of numbers without a country, `date_order` decides what 03/04/2024 is, and `time_zone`
    what hour a time without one is. `metric` and `currency` are those of events without columns for them.
    """

    columns: list[ColumnRule] = []
    list_ids: list[str] = []
    consent: list[str] = []
    consent_source: Annotated[str, msgspec.Meta(max_length=200)] = ""
    phone_country: str = ""
    date_order: Literal["month_first", "day_first"] = "month_first"
    time_zone: str = "UTC"
    metric: Annotated[str, msgspec.Meta(max_length=128)] = ""
    currency: str = ""


def check(mapping: ImportMapping, columns: Sequence[str], *, of_events: bool) -> None:
    """Raises Invalid, with a pointer, for a mapping under which no row could be read as it was meant."""
    known = set(columns)
    taken: dict[str, str] = {}
    allowed = PROFILE_TARGETS | EVENT_TARGETS if of_events else PROFILE_TARGETS
    for place, rule in enumerate(mapping.columns):
        at = f"{POINTER}/columns/{place}"
        if rule.column not in known:
            raise Invalid(f"The file has no column {rule.column!r}.", pointer=f"{at}/column")
        if rule.target not in allowed:
            raise Invalid(f"A column cannot be {rule.target!r}.", pointer=f"{at}/target")
        if rule.target in taken and rule.target not in REPEATABLE:
            raise Invalid(
                f"Both {taken[rule.target]!r} and {rule.column!r} are the {words(rule.target)}: choose one.",
                pointer=f"{at}/target",
            )
        taken[rule.target] = rule.column
        if rule.target.endswith("property") and not rule.name.strip():
            raise Invalid(f"The property in column {rule.column!r} needs a name.", pointer=f"{at}/name")
    if not any(name in taken for name in IDENTIFIERS):
        raise Invalid(
            "Nobody can be recognised: choose the column with the email address, the phone number or the external id.",
            pointer=f"{POINTER}/columns",
        )
    check_options(mapping, taken, of_events=of_events)


def check_options(mapping: ImportMapping, taken: Mapping[str, str], *, of_events: bool) -> None:
    for place, channel in enumerate(mapping.consent):
        if channel not in CHANNELS:
            raise Invalid(f"There is no channel {channel!r}.", pointer=f"{POINTER}/consent/{place}")
    if of_events and not (mapping.metric.strip() or "event.metric" in taken):
        raise Invalid("What happened? Name the metric, or choose the column that does.", pointer=f"{POINTER}/metric")
    if of_events and "event.time" not in taken:
        raise Invalid("When did it happen? Choose the column with the date.", pointer=f"{POINTER}/columns")


def words(target: str) -> str:
    """A target as people call it."""
    return target.partition(":")[2] + " consent" if ":" in target else target.rpartition(".")[2].replace("_", " ")


def read(raw: Any) -> ImportMapping:
    """A mapping from plain JSON. Raises Invalid."""
    try:
        return msgspec.convert(raw, ImportMapping)
    except msgspec.ValidationError as error:
        raise Invalid(f"The mapping cannot be read: {error}.", pointer=POINTER) from None
