"""A profile of Klaviyo's API as an imported person."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cairn.domains.integrations import values
from cairn.domains.integrations.values import Wrong
from cairn.domains.profiles.contracts import (
    SUBSCRIBED,
    UNSUBSCRIBED,
    ImportedPerson,
    ImportedWish,
    ProfilePatch,
    Reason,
)

FIELDS: Final = ("first_name", "last_name", "organization", "title", "image", "locale")
PLACE: Final = ("address1", "address2", "city", "region", "country", "zip", "timezone", "latitude", "longitude")
CHANNELS: Final = (
    ("email", "marketing"),
    ("sms", "marketing"),
    ("sms", "transactional"),
    ("whatsapp", "marketing"),
    ("whatsapp", "transactional"),
)


def person_of(row: Mapping[str, Any], accepted: int) -> ImportedPerson | str:
    """The person behind a row, or the reason why there is none to be made."""
    attributes = row.get("attributes") or {}
    patch = patch_of(attributes, accepted)
    if patch is None:
        return "without email address, phone number and external id"
    subscriptions = attributes.get("subscriptions") or {}
    reason, since = suppression_of(subscriptions)
    return ImportedPerson(patch, wishes_of(subscriptions), reason, since)


def patch_of(attributes: Mapping[str, Any], accepted: int, *, whole: bool = True) -> ProfilePatch | None:
    """The identifiers, and all data where it is `whole`; None for somebody who has no identifier.

    `accepted` is when the move began, in milliseconds since 1970: whoever is deleted after that is not brought back.
    """
    patch = ProfilePatch(
        accepted=accepted,
        external_id=attributes.get("external_id") or None,
        email=valid(attributes.get("email"), values.email),
        phone_number=valid(attributes.get("phone_number"), lambda text: values.phone(text, "")),
    )
    if patch.email is None and patch.phone_number is None and patch.external_id is None:
        return None
    if whole:
        patch.attributes = {name: attributes[name] for name in FIELDS if attributes.get(name)}
        location = attributes.get("location") or {}
        patch.location = {name: location[name] for name in PLACE if location.get(name) not in (None, "")}
        patch.properties = dict(attributes.get("properties") or {})
    return patch


def valid(text: Any, reads: Any) -> str | None:
    try:
        return str(reads(text)) if text else None
    except Wrong:
        return None


def wishes_of(subscriptions: Mapping[str, Any]) -> list[ImportedWish]:
    found = []
    for channel, purpose in CHANNELS:
        said = (subscriptions.get(channel) or {}).get(purpose) or {}
        consent = said.get("consent")
        if consent in (SUBSCRIBED, UNSUBSCRIBED):
            at = moment(said.get("consent_timestamp") or said.get("last_updated"))
            found.append(
                ImportedWish(
                    f"{channel}.{purpose}",
                    consent,
                    at,
                    method=str(said.get("method") or ""),
                    method_detail=str(said.get("method_detail") or ""),
                    custom_source=str(said.get("custom_method_detail") or ""),
                    double_optin=bool(said.get("double_optin")),
                )
            )
    return found


def suppression_of(subscriptions: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """The gravest reason not to write to somebody, and since when. An unsubscription is told by the consent itself."""
    marketing = (subscriptions.get("email") or {}).get("marketing") or {}
    since = {str(one.get("reason")): moment(one.get("timestamp")) for one in marketing.get("suppression") or ()}
    reason = next((reason for reason in Reason if reason in since and reason != Reason.UNSUBSCRIBE), None)
    return (reason, since[reason]) if reason else ("", None)


def moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
