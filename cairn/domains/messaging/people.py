"""A recipient's data under the names that templates use."""

from dataclasses import dataclass, field
from typing import Any, Final

from cairn.domains.messaging.contracts import Organization
from cairn.domains.profiles.contracts import ProfileInfo

PLACES: Final = {
    "City": "city",
    "Region": "region",
    "Country": "country",
    "Zipcode": "zip",
    "$city": "city",
    "$region": "region",
    "$country": "country",
    "$zip": "zip",
    "$address1": "address1",
    "$address2": "address2",
    "$latitude": "latitude",
    "$longitude": "longitude",
    "$timezone": "timezone",
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to."""

    number: int
    id: str
    email: str
    phone_number: str = ""
    external_id: str = ""
    first_name: str = ""
    last_name: str = ""
    organization: str = ""
    title: str = ""
    image: str = ""
    locale: str = ""
    location: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    confirm_link: str = ""


def organization_data(organization: Organization) -> dict[str, Any]:
    return {
        "name": organization.name,
        "url": organization.url,
        "full_address": organization.full_address,
        "street_address": organization.street_address,
        "street_address2": organization.street_address2,
        "city": organization.city,
        "region": organization.region,
        "zip_code": organization.zip_code,
        "country": organization.country,
    }


def person_data(recipient: Recipient) -> dict[str, Any]:
    """`person`: custom properties, over them the standard ones, and those under their older `$` names."""
    standard = {
        "email": recipient.email,
        "first_name": recipient.first_name,
        "last_name": recipient.last_name,
        "full_name": f"{recipient.first_name} {recipient.last_name}".strip(),
        "phone_number": recipient.phone_number,
        "organization": recipient.organization,
        "title": recipient.title,
        "image": recipient.image,
        "locale": recipient.locale,
    }
    location = recipient.location
    return {
        **recipient.properties,
        **{name: location.get(key, "") for name, key in PLACES.items()},
        **standard,
        **{f"${name}": value for name, value in standard.items()},
        "id": recipient.external_id,
        "$id": recipient.external_id,
        "external_id": recipient.external_id,
        "KlaviyoID": recipient.id,
        "location": location,
    }


def message_data(recipient: Recipient, organization: dict[str, Any]) -> dict[str, Any]:
    """Everything a campaign's template can name; `event` is empty there."""
    person = person_data(recipient)
    return {
        "person": person,
        "organization": organization,
        "event": {},
        "feeds": {},
        "email": recipient.email,
        "first_name": recipient.first_name,
        "last_name": recipient.last_name,
        "full_name": person["full_name"],
        "phone_number": recipient.phone_number,
    }


def recipient_of(profile: ProfileInfo) -> Recipient:
    return Recipient(
        number=profile.number,
        id=profile.id,
        email=profile.email or "",
        phone_number=profile.phone_number or "",
        external_id=profile.external_id or "",
        first_name=profile.first_name or "",
        last_name=profile.last_name or "",
        organization=profile.organization or "",
        title=profile.title or "",
        image=profile.image or "",
        locale=profile.locale or "",
        location=dict(profile.location),
        properties=dict(profile.properties),
    )


def stranger(email: str) -> Recipient:
    """Whoever previews a message without choosing a profile."""
    return Recipient(0, "", email)
