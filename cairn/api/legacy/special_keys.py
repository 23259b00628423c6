"""The names with a dollar sign: what a property object of the old calls says of a person, and how a person is shown
under those names. One table, read in both directions."""

from collections.abc import Mapping
from typing import Any, Final

from cairn.api.edge.decode import check_properties
from cairn.domains.profiles.contracts import ProfileInfo, ProfilePatch
from cairn.kernel.contact import e164, is_email
from cairn.kernel.errors import Invalid

IDENTIFIERS: Final = {
    "$email": "email",
    "email": "email",
    "$phone_number": "phone_number",
    "phone_number": "phone_number",
    "$id": "external_id",
    "id": "external_id",
    "_id": "external_id",
    "$kid": "id",
    "$anonymous": "anonymous_id",
    "$exchange_id": "kx",
    "_kx": "kx",
}
STANDARD: Final = {
    f"{mark}{name}": name
    for name in ("first_name", "last_name", "organization", "title", "image", "locale")
    for mark in ("$", "")
}
PLACES: Final = {
    f"${name}": name
    for name in (
        "address1", "address2", "city", "region", "country", "zip", "timezone", "latitude", "longitude",
    )
}  # fmt: skip
APPEND, UNAPPEND, UNSET = "$append", "$unappend", "$unset"
VERBS: Final = {APPEND, UNAPPEND, UNSET}


def patch_of(given: Mapping[str, Any], *, trusted: bool, lenient: bool = True) -> ProfilePatch:
    """The patch of a property object. A null says "leave unchanged": libraries send every special key that they know.

    Raises Invalid for an address that is none and where nobody is named. A number that is none is kept as a property
    where `lenient`, and else refused, too.
    """
    check_properties(dict(given), "")
    patch = ProfilePatch(trusted=trusted)
    for name, value in given.items():
        if value is None:
            continue
        if name in IDENTIFIERS:
            set_identifier(patch, IDENTIFIERS[name], value, lenient=lenient)
        elif name in STANDARD:
            patch.attributes[STANDARD[name]] = str(value)
        elif name in PLACES:
            if value != "":
                patch.location[PLACES[name]] = value
        elif name in VERBS:
            add_verb(patch, name, value)
        else:
            patch.properties[name] = value
    return patch


def need_somebody(patch: ProfilePatch) -> ProfilePatch:
    if not any((patch.id, patch.external_id, patch.email, patch.phone_number, patch.anonymous_id, patch.kx)):
        raise Invalid("Nobody is named: give $email, $phone_number or $id.")
    return patch


def set_identifier(patch: ProfilePatch, name: str, value: Any, *, lenient: bool) -> None:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text or getattr(patch, name):
        return
    if name == "email" and not is_email(text):
        raise Invalid(f"{text[:100]} is not a valid email.")
    if name == "phone_number":
        phone = e164(text)
        if phone is None:
            if not lenient:
                raise Invalid(f"{text[:100]} is not a valid phone number; send it as E.164, such as +15005550006.")
            patch.properties["Phone Number"] = text
            return
        text = phone
    setattr(patch, name, text)


def add_verb(patch: ProfilePatch, verb: str, value: Any) -> None:
    if verb == UNSET:
        names = value if isinstance(value, list) else [value]
        patch.unset = [name for name in names if isinstance(name, str)]
    elif isinstance(value, dict):
        setattr(patch, verb.removeprefix("$"), value)


def shown(profile: ProfileInfo) -> dict[str, Any]:
    """A person's special keys; what is not known is an empty text. Some stand there twice, as they always did."""
    texts = {
        "$email": profile.email,
        "email": profile.email,
        "$first_name": profile.first_name,
        "first_name": profile.first_name,
        "$last_name": profile.last_name,
        "last_name": profile.last_name,
        "$id": profile.external_id,
        "$phone_number": profile.phone_number,
        "$title": profile.title,
        "$organization": profile.organization,
        "$image": profile.image,
        "$locale": profile.locale,
        **{key: profile.location.get(name) for key, name in PLACES.items()},
    }
    return {key: "" if value is None else value for key, value in texts.items()}
