"""Which consents can be asked for, with which filters and methods; nothing else makes sense of a channel."""

from collections.abc import Mapping

from cairn.domains.segments.checks import check_property_filter
from cairn.domains.segments.definition import ConsentFilter, DateFilter, MarketingConsent, Permissions
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import BooleanFilter, ExistenceFilter, StringFilter, check_text

SUPPRESSIONS = frozenset({"bounce_date", "manual_suppression_date", "invalid_email_date"})
OPTED_IN = frozenset({"status_date", "method"})
CONSENT_FIELDS: Mapping[tuple[str, bool, str], frozenset[str]] = {
    ("email", True, "any"): frozenset(),
    ("email", True, "subscribed"): OPTED_IN | {"is_double_opt_in", "custom_source"},
    ("email", True, "never_subscribed"): frozenset(),
    ("email", False, "any"): SUPPRESSIONS,
    ("email", False, "unsubscribed"): SUPPRESSIONS | {"status_date", "method"},
    ("email", False, "never_subscribed"): SUPPRESSIONS,
    ("email", False, "subscribed"): SUPPRESSIONS,
    ("sms", True, "subscribed"): OPTED_IN | {"is_rcs_capable"},
    ("sms", False, "any"): frozenset(),
    ("sms", False, "unsubscribed"): OPTED_IN,
    ("sms", False, "never_subscribed"): frozenset(),
    ("push", True, "any"): frozenset({"status_date"}),
    ("push", False, "any"): frozenset(),
}
PERMISSION_FIELDS = frozenset({"effective_date", "recorded_date", "subscribe_method"})
CONSENT_FILTERS: Mapping[str, tuple[type, ...]] = {
    "is_double_opt_in": (BooleanFilter,),
    "is_rcs_capable": (BooleanFilter,),
    "custom_source": (StringFilter,),
    **dict.fromkeys(("status_date", "effective_date", "recorded_date"), (DateFilter,)),
    **dict.fromkeys(SUPPRESSIONS, (DateFilter, ExistenceFilter)),
}
ONE_OF, SAME, PLAIN = "in", "equals", ""
"""What a method is asked for more exactly: one of several ids, one text, or nothing."""

BOTH_WAYS = {"inbound_message": PLAIN, "sftp": PLAIN}
METHODS: Mapping[tuple[str, bool], Mapping[str, str]] = {
    ("email", True): {
        **BOTH_WAYS,
        **dict.fromkeys(("form", "api", "manual_import", "manual_add", "integration"), ONE_OF),
        "preference_page": SAME,
        "back_in_stock": PLAIN,
    },
    ("email", False): {
        **BOTH_WAYS,
        **dict.fromkeys(("api", "integration"), ONE_OF),
        **dict.fromkeys(
            (
                *("preference_page", "manual_remove", "manual_import", "spam_complaint", "mailbox_provider"),
                *("one_click_unsubscribe", "data_warehouse_import", "profile_modification"),
            ),
            PLAIN,
        ),
    },
    ("sms", True): {
        **BOTH_WAYS,
        **dict.fromkeys(("form", "manual_import", "manual_add", "integration"), ONE_OF),
        **dict.fromkeys(("checkout", "preference_page"), PLAIN),
    },
    ("sms", False): {
        **BOTH_WAYS,
        **dict.fromkeys(("form", "manual_import", "manual_add", "integration"), ONE_OF),
        **dict.fromkeys(
            (
                *("manual_remove", "bulk_remove", "checkout", "preference_page", "carrier_deactivation"),
                *("provided_landline", "message_blocked", "provided_no_age", "failed_age_gate"),
            ),
            PLAIN,
        ),
    },
    ("push", True): {},
    ("push", False): {},
}
PERMISSION_METHODS: Mapping[str, str] = {
    "form": ONE_OF,
    **dict.fromkeys(
        (
            *("api", "back_in_stock", "bigcommerce", "bulk_remove", "campaign_monitor", "carrier_deactivation"),
            *("checkout", "constant_contact", "exact_target", "facebook", "failed_age_gate", "inbound_message"),
            *("integration", "mad_mimi", "magento_two", "mailbox_provider", "manual_add", "manual_import"),
            *("manual_remove", "message_blocked", "netsuite", "preference_page", "provided_landline"),
            *("provided_no_age", "sftp", "shopify", "social_instagram_message", "spam_complaint", "square"),
            *("wix", "woocommerce"),
        ),
        PLAIN,
    ),
}


def check_consent(condition: MarketingConsent, at: str) -> None:
    """Raises Invalid, as all of these do."""
    consent = condition.consent
    status = f"{at}/consent/consent_status"
    key = (consent.channel, consent.can_receive_marketing, consent.consent_status.subscription)
    if key not in CONSENT_FIELDS:
        can = "can" if key[1] else "cannot"
        raise Invalid(
            f"There are no {key[0]} profiles that {can} receive marketing and are '{key[2]}'.",
            pointer=f"{status}/subscription",
        )
    for index, item in enumerate(consent.consent_status.filters or ()):
        check_item(item, CONSENT_FIELDS[key], METHODS[key[:2]], f"{status}/filters/{index}")


def check_permissions(condition: Permissions, at: str) -> None:
    status = condition.permission.reachable_status
    for index, item in enumerate(condition.permission.filters or ()):
        place = f"{at}/permission/filters/{index}"
        if not status.startswith("explicitly"):
            raise Invalid(f"'{status}' takes no filters: nobody said anything, nor when.", pointer=place)
        check_item(item, PERMISSION_FIELDS, PERMISSION_METHODS, place)


def check_item(item: ConsentFilter, allowed: frozenset[str], methods: Mapping[str, str], at: str) -> None:
    if item.field not in allowed:
        raise Invalid(
            f"'{item.field[:80]}' cannot be asked here. Possible: {', '.join(sorted(allowed)) or 'none'}.",
            pointer=f"{at}/field",
        )
    if item.filter is not None:
        check_property_filter(item.filter, f"{at}/filter")
    if item.field in ("method", "subscribe_method"):
        check_method(item, methods, at)
        return
    operator = getattr(item.filter, "operator", "")
    fits = isinstance(item.filter, CONSENT_FILTERS[item.field]) and operator not in ("alltime", "not-set")
    if not fits or (item.field == "custom_source" and operator != "equals"):
        raise Invalid(f"'{item.field}' does not take this filter.", pointer=f"{at}/filter")


def check_method(item: ConsentFilter, methods: Mapping[str, str], at: str) -> None:
    """A method must be one by which such consents come about, and its filter of the kind that it has."""
    if item.method is None:
        raise Invalid("Name the method.", pointer=f"{at}/method")
    check_text(item.method, f"{at}/method")
    if item.method not in methods:
        raise Invalid(
            f"Nobody can have this consent by '{item.method[:80]}'. Possible: {', '.join(sorted(methods))}.",
            pointer=f"{at}/method",
        )
    if item.filter is None:
        return
    wanted = methods[item.method]
    if not isinstance(item.filter, StringFilter) or item.filter.operator != wanted:
        filters = f"a string filter with '{wanted}'" if wanted else "no filter"
        raise Invalid(f"The method '{item.method}' takes {filters}.", pointer=f"{at}/filter")
