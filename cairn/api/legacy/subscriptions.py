"""Subscribing to a list, with consent: at once, or, where the list asks for it, once the person has confirmed."""

import re
from collections.abc import Mapping
from typing import Any, Final

from cairn.api.legacy.calls import TRUE, Call
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.members import READ, asked_for, members_among, patches_of, rows_of
from cairn.domains.lists import actions
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    ProfilePatch,
    Standing,
)
from cairn.kernel.contact import is_email
from cairn.kernel.errors import Invalid

WRITE: Final = ("lists:write", "profiles:write", "subscriptions:write")
SMS_MARKETING: Final = "sms.marketing"
CONSENT, SMS_CONSENT, SOURCE = "$consent", "sms_consent", "$source"
NO_CHANNEL: Final = "A profile with a phone_number alone needs sms_consent: true."


def claimed(given: Mapping[str, Any]) -> set[str]:
    """The channels that `$consent` names: a list, or a text such as `[sms, email]`."""
    value = given.get(CONSENT)
    words = value if isinstance(value, list) else re.split(r"[^A-Za-z_]+", str(value or ""))
    return {str(word).strip().lower() for word in words} - {""}


def channels_of(patch: ProfilePatch) -> list[str]:
    """What a profile in a call consents to. `$consent` stays a property of the person, `sms_consent` does not."""
    wishes = claimed(patch.properties)
    by_sms = str(patch.properties.pop(SMS_CONSENT, "")).strip().lower() in TRUE or "sms" in wishes
    found = []
    if patch.email and (not wishes or "email" in wishes or not (by_sms and patch.phone_number)):
        found.append(EMAIL_MARKETING)
    if patch.phone_number and by_sms:
        found.append(SMS_MARKETING)
    return found


def wishes_of(patch: ProfilePatch, list_id: str, method: str) -> list[ConsentChange]:
    channels = channels_of(patch)
    return [
        ConsentChange(
            profile=patch,
            channel=channel,
            consent=SUBSCRIBED,
            method=method,
            custom_source=str(patch.properties.get(SOURCE, "")),
            list_id=list_id,
        )
        for channel in channels
    ]


def subscribe(call: Call) -> list[dict[str, Any]]:
    """Those who are subscribed now; whoever was asked to confirm is not among them."""
    changes: list[ConsentChange] = []
    for patch in patches_of(call):
        wished = wishes_of(patch, call["list"], "API")
        if not wished:
            raise Invalid(NO_CHANNEL)
        changes += wished
    wishes = actions.change_consent_now(call.scope, call["list"], changes, now=call.now)
    return rows_of(call.scope, [one.number for one in wishes if one.number and one.taken])


def unsubscribe(call: Call) -> None:
    """Take away consent to email and remove from the list, also of people whom nobody knows yet."""
    emails = call.texts("emails")
    if not emails:
        raise Invalid("emails must name at least one address.")
    for email in emails:
        if not is_email(email):
            raise Invalid(f"{email[:100]} is not a valid email.")
    changes = [
        ConsentChange(
            profile=ProfilePatch(email=email), channel=EMAIL_MARKETING, consent=UNSUBSCRIBED, list_id=call["list"]
        )
        for email in emails
    ]
    actions.change_consent_now(call.scope, call["list"], changes, now=call.now)


def get_subscriptions(call: Call) -> list[dict[str, Any]]:
    """Those of the people asked for who are in the list and not suppressed."""
    joined = members_among(call.scope, call["list"], asked_for(call))
    standings = profiles.standings(call.scope, joined)
    numbers = [number for number in joined if may_be_written_to(standings[number])]
    return rows_of(call.scope, numbers, joined)


def may_be_written_to(standing: Standing) -> bool:
    return not standing.suppressions and standing.consent(EMAIL_MARKETING).consent != UNSUBSCRIBED


ENDPOINTS: Final = (
    Endpoint("POST", "/api/v2/list/{list}/subscribe", subscribe, WRITE),
    Endpoint("GET", "/api/v2/list/{list}/subscribe", get_subscriptions, READ),
    Endpoint("DELETE", "/api/v2/list/{list}/subscribe", unsubscribe, WRITE),
    Endpoint("POST", "/api/v2/list/{list}/get-list-subscriptions", get_subscriptions, READ),
)
