"""Marketing consent conditions as SQL over a profile's row.

Email may be sent to whoever has an address, is not suppressed and did not unsubscribe; SMS and push to
subscribers only.
"""

from collections.abc import Mapping

from cairn.domains.segments.definition import Consent, ConsentFilter, DateFilter
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


def consent_sql(consent: Consent, params: Params, now: int) -> str:
    channel = consent.channel
    status = STATUS[consent.consent_status.subscription].format(channel=channel)
    reachable = REACHABLE[channel] if consent.can_receive_marketing else f"(NOT {REACHABLE[channel]})"
    filters = [filter_sql(channel, item, params, now) for item in consent.consent_status.filters or ()]
    return "(" + " AND ".join([reachable, status, *filters]) + ")"


def filter_sql(channel: str, item: ConsentFilter, params: Params, now: int) -> str:
    what = item.filter
    if item.field == "method":
        return method_sql(channel, item, params)
    if item.field == "is_double_opt_in":
        return f"email_double_optin = {params.add(int(getattr(what, 'value', False)), 'UInt8')}"
    if item.field == "custom_source" and isinstance(what, StringFilter):
        return filtered(text_column("email_custom_source", params), what, params, now)
    if item.field == "status_date" and isinstance(what, DateFilter):
        return f"ifNull({within(frame_of(what), f'toInt64({channel}_consent_at)', params, now)}, 0)"
    reasons = params.add(list(SUPPRESSION_REASONS[item.field]), "Array(String)")
    if not isinstance(what, DateFilter):
        return f"hasAny(email_suppressions, {reasons})"
    at = within(frame_of(what), "toInt64(at)", params, now)
    return f"arrayExists((reason, at) -> has({reasons}, reason) AND {at}, email_suppressions, email_suppressed_at)"


def method_sql(channel: str, item: ConsentFilter, params: Params) -> str:
    """How the consent came about; its filter asks for the form, key, page or user behind it."""
    if channel == "push":
        return "0"
    tests = [f"lower({channel}_method) = {params.add(str(item.method).lower(), 'String')}"]
    if isinstance(item.filter, StringFilter) and channel == "email":
        wanted = item.filter.value if isinstance(item.filter.value, list) else [str(item.filter.value)]
        tests.append(f"has({params.add(wanted, 'Array(String)')}, email_method_detail)")
    return "(" + " AND ".join(tests) + ")"
