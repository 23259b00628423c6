"""What a file's columns probably mean, from their names and first values. The user has the last word."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Any, Final

import phonenumbers

from cairn.domains.integrations import values
from cairn.domains.integrations.mapping import ColumnRule, ImportMapping

LIKELY: Final = 0.8
CREDIBLE: Final = 0.5
"""What the values must bear out where the name says what they are."""
ENOUGH: Final = 200
"""Values looked at per column."""
COUNTRIES: Final = ("US", "GB", "DE", "FR", "NL", "AU", "ES", "IT", "BE", "AT", "CH", "SE", "DK", "NO", "IE", "NZ")
DAY_AND_MONTH: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}.*")
NAMES: Final[Mapping[str, str]] = {
    name: target
    for target, names in {
        "email": "email e-mail e-mail-address email-address emailaddress mail customer-email person-email",
        "phone_number": "phone phone-number mobile mobile-number cell telephone telefon telefonnummer handy tel sms "
        "sms-number phonenumber",
        "external_id": "external-id customer-id customerid user-id userid id klaviyo-id shopify-id",
        "first_name": "first-name firstname given-name fname forename vorname prenom",
        "last_name": "last-name lastname surname family-name lname nachname nom",
        "organization": "organization organisation company company-name",
        "title": "title job-title",
        "image": "image avatar picture",
        "locale": "locale language",
        "location.address1": "address address1 address-1 street street-address address-line-1",
        "location.address2": "address2 address-2 address-line-2",
        "location.city": "city town ort ville",
        "location.region": "region state province state-region state/region county",
        "location.country": "country country-name land pays",
        "location.zip": "zip zip-code zipcode postal-code postcode postal plz",
        "location.timezone": "timezone time-zone tz",
        "location.latitude": "latitude lat",
        "location.longitude": "longitude lng lon long",
        "consent:email.marketing": "email-marketing-consent email-consent email-subscription-status "
        "email-marketing-status accepts-marketing accepts-email-marketing marketing-consent newsletter status",
        "consented_at:email.marketing": "email-marketing-consent-timestamp email-consent-timestamp opt-in-time "
        "optin-time confirm-time subscribed-at email-marketing-consent-date",
        "consent:sms.marketing": "sms-marketing-consent sms-consent accepts-sms-marketing sms-subscription-status",
        "consented_at:sms.marketing": "sms-marketing-consent-timestamp sms-consent-timestamp",
        "consent:sms.transactional": "sms-transactional-consent",
        "consented_at:sms.transactional": "sms-transactional-consent-timestamp",
        **{
            f"{target}:{kind}.{purpose}": f"{kind}-{purpose}-consent-{word} {kind}-consent-{word}"
            for target, word in (("consent_method", "method"), ("consent_source", "source"))
            for kind, purpose in (("email", "marketing"), ("sms", "marketing"))
        },
        "consent_method:sms.transactional": "sms-transactional-consent-method",
        "consent_source:sms.transactional": "sms-transactional-consent-source",
        "suppression": "suppression suppressed suppression-reason email-suppressions",
        "suppressed_at": "suppression-timestamp suppressed-at email-suppressions-timestamp",
        "list": "list lists list-name list-names",
    }.items()
    for name in names.split()
}
EVENT_NAMES: Final[Mapping[str, str]] = {
    name: target
    for target, names in {
        "event.metric": "metric metric-name event event-name event-type",
        "event.time": "time timestamp date datetime event-time event-date created created-at order-date occurred-at",
        "event.value": "value amount total revenue order-total price total-price",
        "event.value_currency": "currency value-currency",
        "event.unique_id": "unique-id event-id order-id order-number transaction-id invoice invoiceno order order-name",
    }.items()
    for name in names.split()
}


def suggest(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, of_events: bool) -> ImportMapping:
    """A mapping to begin with."""
    samples = {column: [row[place] for row in rows] for place, column in enumerate(columns)}
    rules: list[ColumnRule] = []
    taken: set[str] = set()
    for column in columns:
        filled = [values.text(value) for value in samples[column] if not values.is_blank(value)][:ENOUGH]
        target = target_of(column, filled, of_events=of_events)
        if target in taken:
            target = ""
        taken.add(target)
        rules.append(rule_of(column, target, filled, samples[column], of_events=of_events))
    found = ImportMapping(columns=rules, metric="Imported Event" if of_events else "")
    if of_events and "event.metric" in taken:
        found.metric = ""
    every = [text for column in columns for text in map(values.text, samples[column][:ENOUGH])]
    found.date_order = "day_first" if day_comes_first(every) else "month_first"
    found.phone_country = phone_country(rules, samples)
    return found


def normal(name: str) -> str:
    return re.sub(r"[\s_.$]+", "-", name.strip().lower()).strip("-")


def target_of(column: str, filled: Sequence[str], *, of_events: bool) -> str:
    """What the name says, where the values do not speak against it; else what the values say."""
    name = normal(column)
    target = (EVENT_NAMES.get(name) if of_events else None) or NAMES.get(name, "")
    if not filled:
        return target
    if not target:
        return "email" if values.fits(filled, values.email) >= LIKELY else ""
    reads = READS.get(target.partition(":")[0])
    return target if reads is None or values.fits(filled, reads) >= CREDIBLE else ""


def rule_of(column: str, target: str, filled: Sequence[str], raw: Sequence[Any], *, of_events: bool) -> ColumnRule:
    if target:
        return ColumnRule(column, target)
    if not filled:
        return ColumnRule(column, "ignore")
    kind = type_of(filled, raw)
    return ColumnRule(column, "event.property" if of_events else "property", column.replace("$", "").strip(), kind)


def type_of(filled: Sequence[str], raw: Sequence[Any]) -> Any:
    """The narrowest type that all of a column's values have."""
    if any(isinstance(value, (list, dict)) for value in raw):
        return "automatic"
    # Numbers with a leading zero are articles' and customers' numbers, not amounts.
    if all(values.fits(filled, reads) == 1 for reads in (values.number, plain_number)):
        return "number"
    if {text.lower() for text in filled} <= {"true", "false", "yes", "no"}:
        return "boolean"
    if all(text.startswith("[") and text.endswith("]") for text in filled):
        return "list"
    if values.fits(filled, DATE) == 1 or values.fits(filled, DAY_DATE) == 1:
        return "date"
    return "text"


def plain_number(text: str) -> None:
    if re.match(r"[+]|0\d", text):
        raise values.Wrong("It begins with a zero.")


def day_comes_first(texts: Sequence[str]) -> bool:
    """Whether some first part of a date can be no month, and no second part can be no month."""
    found = [(int(match[1]), int(match[2])) for text in texts if (match := DAY_AND_MONTH.fullmatch(text))]
    return any(first > 12 for first, _ in found) and not any(second > 12 for _, second in found)


def phone_country(rules: Sequence[ColumnRule], samples: Mapping[str, Sequence[Any]]) -> str:
    """The country most of whose rules the numbers without a country obey; empty where every number names its own."""
    column = next((rule.column for rule in rules if rule.target == "phone_number"), None)
    if column is None:
        return ""
    texts = [values.text(value) for value in samples[column] if not values.is_blank(value)][:ENOUGH]
    local = [text for text in texts if not text.startswith(("+", "00"))]
    if not local:
        return ""
    shares = [(share_valid(local, country), -place, country) for place, country in enumerate(COUNTRIES)]
    return max(shares)[2]


def share_valid(texts: Sequence[str], country: str) -> float:
    return values.fits(texts, partial(valid_phone, country=country))


def valid_phone(text: str, country: str) -> None:
    found = phonenumbers.parse(values.local_phone(text, country), None)
    if not phonenumbers.is_valid_number(found):
        raise values.Wrong("No such number is given out there.")


def dialled(text: str) -> None:
    if not 5 <= sum(character.isdigit() for character in text) <= 15:
        raise values.Wrong("Nobody can be called there.")


DATE: Final = partial(values.moment, day_first=False, zone=UTC)
DAY_DATE: Final = partial(values.moment, day_first=True, zone=UTC)
READS: Final[Mapping[str, Any]] = {
    "email": values.email,
    "phone_number": dialled,
    "consent": values.wish,
    "suppression": values.reason,
    "event.value": values.number,
    "location.latitude": values.number,
    "location.longitude": values.number,
}
