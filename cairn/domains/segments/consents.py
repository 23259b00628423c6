"""Marketing consent conditions as SQL over a profile's row.

Email may be sent to whoever has an address, is not suppressed and did not unsubscribe; SMS and push to
subscribers only. A WhatsApp permission is said, or implied.
"""

from collections.abc import Mapping

from cairn.domains.segments.definition import Consent, ConsentFilter, DateFilter, Permissions
from cairn.domains.segments.values import filtered, within
from cairn.domains.segments.windows import frame_of
from cairn.infra.clickhouse.filters import Params, text_column
from cairn.kernel.filters import StringFilter

REACHABLE: Mapping[str, str] = {
    "email": "(email != '' AND empty(email_suppressions) AND email_consent != 'UNSUBSCRIBED')",
    "sms": "(phone_number != '' AND sms_consent = 'SUBSCRIBED')",
    "push": "(push_consent = 'SUBSCRIBED')",
}
STATUS: Mapping[str, str] = {
    "any": "1",
    "subscribed": "{channel}_consent = 'SUBSCRIBED'",
    "unsubscribed": "{channel}_consent = 'UNSUBSCRIBED'",
    "never_subscribed": "{channel}_consent NOT IN ('SUBSCRIBED', 'UNSUBSCRIBED')",
}
SUPPRESSION_REASONS: Mapping[str, tuple[str, ...]] = {
    "bounce_date": ("HARD_BOUNCE", "BOUNCE", "BOUNCED"),
    "manual_suppression_date": ("USER_SUPPRESSED", "MANUAL"),
    "invalid_email_date": ("INVALID_EMAIL",),
}


DATE_COLUMNS: Mapping[str, str] = {
    "status_date": "{channel}_consent_at",
    "effective_date": "{channel}_consent_at",
    "recorded_date": "{channel}_recorded_at",
}
DETAILED = frozenset({"email", "sms", "whatsapp_marketing", "whatsapp_transactional"})
"""Channels whose rows say how a consent came about."""

SAID: Mapping[str, str] = {
    "explicitly_reachable": "{channel}_consent = 'SUBSCRIBED' AND phone_number != ''",
    "explicitly_unreachable": "{channel}_consent = 'UNSUBSCRIBED'",
}
SILENT = "{channel}_consent NOT IN ('SUBSCRIBED', 'UNSUBSCRIBED')"
# What answers an order may be sent to whoever left a number and did not refuse; marketing needs a yes.
IMPLIED: Mapping[str, str] = {
    "whatsapp_marketing": "0",
    "whatsapp_transactional": f"{SILENT} AND phone_number != ''",
}


def permission_sql(condition: Permissions, params: Params, now: int) -> str:
    """Whether somebody can be reached by WhatsApp, because they said so or because of what they did not say."""
    channel, status = condition.channel, condition.permission.reachable_status
    if status in SAID:
        tests = [SAID[status].format(channel=channel)]
        tests += [filter_sql(channel, item, params, now) for item in condition.permission.filters or ()]
        return "(" + " AND ".join(tests) + ")"
    said = SAID["explicitly_reachable"].format(channel=channel)
    refused = SAID["explicitly_unreachable"].format(channel=channel)
    implied = IMPLIED[channel].format(channel=channel)
    return {
        "implicitly_reachable": f"({implied})",
        "implicitly_or_explicitly_reachable": f"(({said}) OR ({implied}))",
        "implicitly_unreachable": f"(NOT (({said}) OR ({implied}) OR ({refused})))",
        "implicitly_or_explicitly_unreachable": f"(NOT (({said}) OR ({implied})))",
    }[status]


def consent_sql(consent: Consent, params: Params, now: int) -> str:
    channel = consent.channel
    status = STATUS[consent.consent_status.subscription].format(channel=channel)
    reachable = REACHABLE[channel] if consent.can_receive_marketing else f"(NOT {REACHABLE[channel]})"
    filters = [filter_sql(channel, item, params, now) for item in consent.consent_status.filters or ()]
    return "(" + " AND ".join([reachable, status, *filters]) + ")"


def filter_sql(channel: str, item: ConsentFilter, params: Params, now: int) -> str:
    what = item.filter
    if item.field in ("method", "subscribe_method"):
        return method_sql(channel, item, params)
    if item.field == "is_double_opt_in":
        return f"email_double_optin = {params.add(int(getattr(what, 'value', False)), 'UInt8')}"
    if item.field == "custom_source" and isinstance(what, StringFilter):
        return filtered(text_column("email_custom_source", params), what, params, now)
    if item.field == "is_rcs_capable":
        # No carrier tells us; what nobody knows is neither true nor false.
        return "0"
    if item.field in DATE_COLUMNS and isinstance(what, DateFilter):
        at = f"toInt64({DATE_COLUMNS[item.field].format(channel=channel)})"
        return f"ifNull({within(frame_of(what), at, params, now)}, 0)"
    reasons = params.add(list(SUPPRESSION_REASONS[item.field]), "Array(String)")
    if not isinstance(what, DateFilter):
        return f"hasAny(email_suppressions, {reasons})"
    at = within(frame_of(what), "toInt64(at)", params, now)
    return f"arrayExists((reason, at) -> has({reasons}, reason) AND {at}, email_suppressions, email_suppressed_at)"


def method_sql(channel: str, item: ConsentFilter, params: Params) -> str:
    """How the consent came about; its filter asks for the form, key, page or user behind it."""
    if channel not in DETAILED:
        return "0"
    tests = [f"lower({channel}_method) = {params.add(str(item.method).lower(), 'String')}"]
    if isinstance(item.filter, StringFilter):
        wanted = item.filter.value if isinstance(item.filter.value, list) else [str(item.filter.value)]
        tests.append(f"has({params.add(wanted, 'Array(String)')}, {channel}_method_detail)")
    return "(" + " AND ".join(tests) + ")"
