"""The additional field `subscriptions` of profiles: consent by channel, and what may be sent."""

from typing import Any

from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    Consented,
    ProfileInfo,
    Standing,
    Suppressed,
)


def subscriptions_of(profile: ProfileInfo, standing: Standing) -> dict[str, Any]:
    return {
        "email": {
            "marketing": email_marketing(profile, standing),
            "open_tracking": permission(standing.consent("email.open_tracking")),
        },
        "sms": {
            "marketing": sms(standing.consent("sms.marketing"), "can_receive_sms_marketing"),
            "transactional": sms(standing.consent("sms.transactional"), "can_receive_sms_transactional"),
        },
        "mobile_push": {"marketing": push(standing.consent("mobile_push.marketing"))},
        "whatsapp": {
            purpose: {**permission(standing.consent(f"whatsapp.{purpose}")), "phone_number": profile.phone_number}
            for purpose in ("marketing", "transactional", "conversational")
        },
    }


def email_marketing(profile: ProfileInfo, standing: Standing) -> dict[str, Any]:
    consent = standing.consent(EMAIL_MARKETING)
    allowed = bool(profile.email) and not standing.suppressions and consent.consent != UNSUBSCRIBED
    return {
        "can_receive_email_marketing": allowed,
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


def sms(consent: Consented, may: str) -> dict[str, Any]:
    return {
        may: consent.consent == SUBSCRIBED,
        "consent": consent.consent,
        "consent_timestamp": consent.at,
        "method": consent.method or None,
        "method_detail": consent.method_detail,
        "last_updated": consent.updated,
    }


def push(consent: Consented) -> dict[str, Any]:
    """Without a device's token nothing can be received, whatever was wished."""
    return {"can_receive_push_marketing": False, "consent": consent.consent, "consent_timestamp": consent.at}
