"""A profile as requests of all kinds carry it, and the patch that it means."""

from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cairn.api.edge.decode import check_properties
from cairn.api.kernel import errors
from cairn.domains.profiles.contracts import MOST_EMAILS, ProfilePatch
from cairn.kernel.contact import e164, is_email

LONGEST_IDENTIFIER: Final = 1_000
STANDARD: Final = ("first_name", "last_name", "organization", "title", "image", "locale")
IDENTIFIERS: Final = ("email", "phone_number", "external_id")
PLACES: Final = ("address1", "address2", "city", "country", "region", "zip", "timezone", "ip")
COORDINATES: Final = {"latitude": 90.0, "longitude": 180.0}
Text = str | None | UnsetType


class Location(Struct, gc=False):
    address1: Text = UNSET
    address2: Text = UNSET
    city: Text = UNSET
    country: Text = UNSET
    region: Text = UNSET
    zip: Text = UNSET
    timezone: Text = UNSET
    ip: Text = UNSET
    latitude: str | float | UnsetType | None = UNSET
    longitude: str | float | UnsetType | None = UNSET


class PatchProperties(Struct, gc=False):
    append: dict[str, Any] | None = None
    unappend: dict[str, Any] | None = None
    unset: str | list[str] | None = None


class PatchIdentifiers(Struct, gc=False):
    append: dict[str, Any] | None = None
    unappend: dict[str, Any] | None = None


class ProfileMeta(Struct, gc=False):
    patch_properties: PatchProperties | None = None
    patch_identifiers: PatchIdentifiers | None = None


class ProfileAttributes(Struct, gc=False):
    email: Text = UNSET
    phone_number: Text = UNSET
    external_id: Text = UNSET
    anonymous_id: Text = UNSET
    kx: Text = msgspec.field(default=UNSET, name="_kx")
    first_name: Text = UNSET
    last_name: Text = UNSET
    organization: Text = UNSET
    title: Text = UNSET
    image: Text = UNSET
    locale: Text = UNSET
    location: Location | UnsetType | None = UNSET
    properties: dict[str, Any] | UnsetType | None = UNSET
    meta: ProfileMeta | None = None


class ProfileData(Struct, gc=False):
    type: Literal["profile"]
    attributes: ProfileAttributes
    id: str | None = None
    meta: ProfileMeta | None = None


class ProfileDocument(Struct, gc=False):
    data: ProfileData


NO_ATTRIBUTES: Final = ProfileAttributes()


def identity(data: ProfileData, *, trusted: bool) -> ProfilePatch:
    """Who is meant, checked. Pointers are relative to the profile's document."""
    given = data.attributes
    email = given.email or None
    if email is not None:
        email = email.strip()
        if not is_email(email):
            raise errors.invalid("This is not a valid email address.", pointer="/data/attributes/email")
    phone = given.phone_number or None
    if phone is not None:
        phone = e164(phone)
        if phone is None:
            detail = "This is not a valid phone number; send it as E.164, such as +15005550006."
            raise errors.invalid(detail, pointer="/data/attributes/phone_number")
    patch = ProfilePatch(
        id=data.id or None,
        external_id=given.external_id or None,
        email=email,
        phone_number=phone,
        anonymous_id=given.anonymous_id or None,
        kx=given.kx or None,
        trusted=trusted,
    )
    if patch.external_id is not None:
        check_length(patch.external_id, "external_id")
    if patch.anonymous_id is not None:
        check_length(patch.anonymous_id, "anonymous_id")
    return patch


def check_length(identifier: str, name: str) -> None:
    if len(identifier) > LONGEST_IDENTIFIER // 4 and len(identifier.encode()) > LONGEST_IDENTIFIER:
        detail = f"An identifier may be {LONGEST_IDENTIFIER} bytes long."
        raise errors.invalid(detail, pointer=f"/data/attributes/{name}")


def is_somebody(patch: ProfilePatch) -> bool:
    return bool(patch.email or patch.id or patch.external_id or patch.phone_number or patch.anonymous_id or patch.kx)


def need_somebody(patch: ProfilePatch) -> None:
    if not is_somebody(patch):
        detail = "At least one of id, email, phone_number, external_id, anonymous_id and _kx must be given."
        raise errors.invalid(detail, pointer="/data/attributes")


def patch_of(data: ProfileData, *, trusted: bool, clearing: bool) -> ProfilePatch:
    """The patch of a profile's data. With `clearing`, a null clears; without, it says nothing, as in the profile of an
    event, where libraries send null for what they do not know."""
    patch = identity(data, trusted=trusted)
    given = data.attributes
    for name in STANDARD:
        value = getattr(given, name)
        if value is not UNSET and (clearing or value is not None):
            patch.attributes[name] = value
    if given.location:
        patch.location = location_of(given.location, clearing=clearing)
    if given.properties:
        check_properties(given.properties, "/data/attributes/properties")
        patch.properties = given.properties
    if clearing:
        patch.cleared = [name for name in (*IDENTIFIERS, "location", "properties") if getattr(given, name) is None]
    if given.meta is not None:
        add_meta(patch, given.meta, "/data/attributes/meta")
    if data.meta is not None:
        add_meta(patch, data.meta, "/data/meta")
    return patch


def add_meta(patch: ProfilePatch, meta: ProfileMeta, place: str) -> None:
    if meta.patch_properties is not None:
        add_verbs(patch, meta.patch_properties)
    if meta.patch_identifiers is not None:
        pointer = f"{place}/patch_identifiers"
        patch.add_emails = addresses(meta.patch_identifiers.append, f"{pointer}/append")
        patch.drop_emails = addresses(meta.patch_identifiers.unappend, f"{pointer}/unappend")


def add_verbs(patch: ProfilePatch, verbs: PatchProperties) -> None:
    if verbs.append:
        check_properties(verbs.append, "/data/meta/patch_properties/append")
        patch.append = verbs.append
    if verbs.unappend:
        check_properties(verbs.unappend, "/data/meta/patch_properties/unappend")
        patch.unappend = verbs.unappend
    if verbs.unset:
        patch.unset = [verbs.unset] if isinstance(verbs.unset, str) else verbs.unset


def addresses(verbs: dict[str, Any] | None, pointer: str) -> list[str]:
    """The further email addresses that a verb names: one or a list of them."""
    if not verbs:
        return []
    if strange := next((name for name in verbs if name != "email"), None):
        raise errors.invalid("Only `email` can be appended and unappended.", pointer=f"{pointer}/{strange}")
    given = verbs["email"]
    found = given if isinstance(given, list) else [given]
    if len(found) > MOST_EMAILS:
        raise errors.invalid(f"A profile has {MOST_EMAILS} email addresses at most.", pointer=f"{pointer}/email")
    for place, address in enumerate(found):
        if not isinstance(address, str) or not is_email(address.strip()):
            at = f"/{place}" if isinstance(given, list) else ""
            raise errors.invalid("This is not a valid email address.", pointer=f"{pointer}/email{at}")
    return [address.strip() for address in found]


def location_of(given: Location, *, clearing: bool) -> dict[str, Any]:
    places: dict[str, Any] = {}
    for name in PLACES:
        value = getattr(given, name)
        if value is not UNSET and (clearing or value is not None):
            places[name] = value
    for name, most in COORDINATES.items():
        value = getattr(given, name)
        if value is not UNSET and (clearing or value is not None):
            places[name] = None if value is None else coordinate(name, value, most)
    return places


def coordinate(name: str, value: str | float, most: float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = most + 1
    if not -most <= number <= most:
        detail = f"A {name} is a number from {-most:g} to {most:g}."
        raise errors.invalid(detail, pointer=f"/data/attributes/location/{name}")
    return number
