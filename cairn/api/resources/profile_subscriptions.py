"""The additional field `subscriptions` of profiles: consent by channel, and what may be sent."""

from typing import Any

from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    Consented,
    ProfileInfo,
    Snapshot,
    Standing,
    Suppressed,
)
from cairn.domains.profiles.queries import PUSH, reach


def subscriptions_of(profile: ProfileInfo, standing: Standing, *, has_device: bool = False) -> dict[str, Any]:
    found = Snapshot(profile.number, profile, standing)

    def may(channel: str) -> bool:
        return reach(found, channel, has_device=has_device).allowed

    return {
        "email": {
            "marketing": email_marketing(standing, may=may(EMAIL_MARKETING)),
            "open_tracking": permission(standing.consent("email.open_tracking")),
        },
        "sms": {
            purpose: sms(standing.consent(f"sms.{purpose}"), f"can_receive_sms_{purpose}", may=may(f"sms.{purpose}"))
            for purpose in ("marketing", "transactional")
        },
        "mobile_push": {"marketing": push(standing.consent(PUSH), may=may(PUSH))},
        "whatsapp": {
            purpose: {
                **permission(standing.consent(f"whatsapp.{purpose}")),
                "can_receive": may(f"whatsapp.{purpose}"),
                "phone_number": profile.phone_number,
            }
            for purpose in ("marketing", "transactional", "conversational")
        },
    }


def email_marketing(standing: Standing, *, may: bool) -> dict[str, Any]:
    consent = standing.consent(EMAIL_MARKETING)
    return {
        "can_receive_email_marketing": may,
        "consent": consent.consent,
        "consent_timestamp": consent.at,
        "last_updated": consent.updated,
        "method": consent.method or None,
        "method_detail": consent.method_detail,
        "custom_method_detail": consent.custom_source or None,
        "double_optin": consent.double_optin,
        "suppression": [suppression(one) for one in standing.suppressions],
        "list_suppressions": [{"list_id": one.list_id, **suppression(one)} for one in standing.list_suppressions],
    }


def suppression(one: Suppressed) -> dict[str, Any]:
    return {"reason": one.reason, "timestamp": one.at}


def permission(consent: Consented) -> dict[str, Any]:
    return {
        "consent": consent.consent,
        "consent_timestamp": consent.at,
        "last_updated": consent.updated,
        "created_timestamp": consent.created,
        "metadata": None,
        "can_receive": consent.consent == SUBSCRIBED,
        "valid_until": None,
    }


def sms(consent: Consented, name: str, *, may: bool) -> dict[str, Any]:
    return {
        name: may,
        "consent": consent.consent,
        "consent_timestamp": consent.at,
        "method": consent.method or None,
        "method_detail": consent.method_detail,
        "last_updated": consent.updated,
    }


def push(consent: Consented, *, may: bool) -> dict[str, Any]:
    return {"can_receive_push_marketing": may, "consent": consent.consent, "consent_timestamp": consent.at}
