"""What an export of profiles holds: its columns, and how each is read. Headings are those that an import recognises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.domains.lists.contracts import Membership
from cairn.domains.profiles.contracts import Reason, Snapshot
from cairn.kernel.errors import Invalid

PROPERTY: Final = "properties."


@dataclass(frozen=True, slots=True)
class Exported:
    """One person, as an export sees them."""

    state: Snapshot
    memberships: Sequence[Membership]
    list_names: Mapping[str, str]


Read = Callable[[Exported], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its id in the API, its heading, its kind, and its value."""

    id: str
    heading: str
    kind: str
    read: Read


def of_profile(name: str) -> Read:
    return lambda person: getattr(person.state.profile, name)


def of_location(name: str) -> Read:
    return lambda person: person.state.profile.location.get(name) if person.state.profile else None


def of_property(name: str) -> Read:
    return lambda person: person.state.profile.properties.get(name) if person.state.profile else None


def consent(channel: str) -> Read:
    return lambda person: person.state.standing.consent(channel).consent


def consented_at(channel: str) -> Read:
    return lambda person: person.state.standing.consent(channel).at


def consent_method(channel: str) -> Read:
    return lambda person: person.state.standing.consent(channel).method


def consent_source(channel: str) -> Read:
    return lambda person: person.state.standing.consent(channel).method_detail


def suppressed_at(person: Exported) -> Any:
    """Since when the gravest of them holds: it is the one that an import takes."""
    held = {one.reason: one.at for one in person.state.standing.suppressions}
    return next((held[reason] for reason in Reason if reason in held), None)


def suppressions(person: Exported) -> str:
    return "; ".join(str(one.reason) for one in person.state.standing.suppressions)


def lists(person: Exported) -> str:
    return "; ".join(person.list_names[one.list_id] for one in person.memberships if one.list_id in person.list_names)


TEXTS: Final = (
    ("email", "Email"),
    ("phone_number", "Phone Number"),
    ("external_id", "External ID"),
    ("first_name", "First Name"),
    ("last_name", "Last Name"),
    ("organization", "Organization"),
    ("title", "Title"),
    ("image", "Image"),
    ("locale", "Locale"),
)
PLACES: Final = (
    ("address1", "Address"),
    ("address2", "Address 2"),
    ("city", "City"),
    ("region", "Region"),
    ("country", "Country"),
    ("zip", "Zip"),
    ("timezone", "Timezone"),
    ("latitude", "Latitude"),
    ("longitude", "Longitude"),
)
CHANNELS: Final = (
    ("email.marketing", "Email Marketing Consent"),
    ("sms.marketing", "SMS Marketing Consent"),
    ("sms.transactional", "SMS Transactional Consent"),
)
STANDARD: Final = (
    Column("id", "Profile ID", "text", of_profile("id")),
    *(Column(name, heading, "text", of_profile(name)) for name, heading in TEXTS),
    *(Column(f"location.{name}", heading, "text", of_location(name)) for name, heading in PLACES),
    Column("created", "Created", "moment", of_profile("created")),
    Column("updated", "Updated", "moment", of_profile("updated")),
    *(
        column
        for channel, heading in CHANNELS
        for column in (
            Column(f"consent.{channel}", heading, "text", consent(channel)),
            Column(f"consented_at.{channel}", f"{heading} Timestamp", "moment", consented_at(channel)),
            Column(f"consent_method.{channel}", f"{heading} Method", "text", consent_method(channel)),
            Column(f"consent_source.{channel}", f"{heading} Source", "text", consent_source(channel)),
        )
    ),
    Column("suppressions", "Suppression", "text", suppressions),
    Column("suppressed_at", "Suppression Timestamp", "moment", suppressed_at),
    Column("lists", "Lists", "text", lists),
)
BY_ID: Final = {column.id: column for column in STANDARD}


def columns_of(chosen: Sequence[str], property_names: Sequence[str]) -> list[Column]:
    """The chosen columns, or all. Raises Invalid for one that does not exist."""
    if not chosen:
        chosen = [*BY_ID, *(PROPERTY + name for name in property_names)]
    taken: set[str] = set()
    found = []
    for place, name in enumerate(chosen):
        column = column_of(name, place)
        heading = column.heading if column.heading not in taken else f"{column.heading} ({name})"
        taken.add(heading)
        found.append(Column(column.id, heading, column.kind, column.read))
    return found


def column_of(name: str, place: int) -> Column:
    if name.startswith(PROPERTY) and len(name) > len(PROPERTY):
        own = name.removeprefix(PROPERTY)
        return Column(name, own, "text", of_property(own))
    try:
        return BY_ID[name]
    except KeyError:
        raise Invalid(
            f"There is no column {name!r}; there are {', '.join(BY_ID)}, and properties.NAME.",
            pointer=f"/data/attributes/columns/{place}",
        ) from None
