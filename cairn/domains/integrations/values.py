"""From the text in a cell to what it means: dates, phone numbers, consent, lists, numbers."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final

import msgspec
import phonenumbers

from cairn.domains.profiles.contracts import NEVER_SUBSCRIBED, SUBSCRIBED, UNSUBSCRIBED, Reason

EMAIL: Final = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]{2,}")
E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:([ .,'\u00a0])\d{3})+(?:[.,]\d+)?")
ISO: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?")
SLASHED: Final = re.compile(
    r"(\d{1,4})([/.-])(\d{1,2})\2(\d{2,4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
)
EPOCH: Final = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
NAMED: Final = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%a %b %d %H:%M:%S %Y")
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
TRUE: Final = frozenset({"true", "yes", "y", "1", "t", "on", "ja", "oui", "si", "sí", "x"})
FALSE: Final = frozenset({"false", "no", "n", "0", "f", "off", "nein", "non"})
WISHES: Final = {
    **dict.fromkeys(("subscribed", "opted in", "opted-in", "opt-in", "active", "opted_in", "confirmed"), SUBSCRIBED),
    **dict.fromkeys(
        ("unsubscribed", "opted out", "opted-out", "opt-out", "opted_out", "cleaned", "inactive"), UNSUBSCRIBED
    ),
    **dict.fromkeys(("never subscribed", "never_subscribed", "never", "none", "not subscribed"), NEVER_SUBSCRIBED),
    **dict.fromkeys(TRUE, SUBSCRIBED),
    # That a box is not ticked says that nobody agreed, not that somebody objected.
    **dict.fromkeys(FALSE, NEVER_SUBSCRIBED),
}
REASONS: Final = {
    **dict.fromkeys(("hard_bounce", "hard bounce", "bounced", "bounce", "dropped", "cleaned"), Reason.HARD_BOUNCE),
    **dict.fromkeys(("invalid_email", "invalid email", "invalid"), Reason.INVALID_EMAIL),
    **dict.fromkeys(("spam_complaint", "spam complaint", "complaint", "spam", "spam_report"), Reason.SPAM_COMPLAINT),
    **dict.fromkeys(("unsubscribe", "unsubscribed"), Reason.UNSUBSCRIBE),
    **dict.fromkeys(("user_suppressed", "suppressed", "manual", *TRUE), Reason.USER_SUPPRESSED),
}


class Wrong(ValueError):
    """A cell that does not hold what its column means; the text tells the reader of the list of errors why."""


def text(value: Any) -> str:
    """What a cell says, as text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, (int, float)) else msgspec.json.encode(value).decode()


def email(value: Any) -> str:
    found = text(value).lower()
    if not EMAIL.fullmatch(found) or len(found) > 254:
        raise Wrong(f"{found[:80]!r} is no email address.")
    return found


def phone(value: Any, country: str) -> str:
    found = text(value)
    return found if E164.fullmatch(found) else local_phone(found, country)


@lru_cache(100_000)
def local_phone(found: str, country: str) -> str:
    cleaned = f"+{found[2:]}" if found.startswith("00") else found
    if not cleaned.startswith("+") and not country:
        raise Wrong(f"The phone number {found[:40]!r} names no country: choose the one that it belongs to.")
    try:
        number = phonenumbers.parse(cleaned, country or None)
    except phonenumbers.NumberParseException:
        raise Wrong(f"{found[:40]!r} is no phone number.") from None
    if not phonenumbers.is_possible_number(number):
        raise Wrong(f"{found[:40]!r} is no phone number{f' of {country}' if country else ''}.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def wish(value: Any) -> str:
    found = text(value).lower()
    try:
        return WISHES[found]
    except KeyError:
        raise Wrong(f"{found[:40]!r} is no consent: write Subscribed, Unsubscribed or Never Subscribed.") from None


def reason(value: Any) -> Reason | None:
    """Why somebody is suppressed, of several reasons the gravest; None where they are not."""
    found = text(value).lower()
    if found in FALSE:
        return None
    try:
        said = {REASONS[part.strip()] for part in re.split(r"[;,]", found) if part.strip()}
    except KeyError:
        raise Wrong(f"{found[:40]!r} is no reason for a suppression: write one of {', '.join(Reason)}.") from None
    return next((one for one in Reason if one in said), None)


def number(value: Any) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    found = text(value)
    plain = found.lstrip("$€£¥ ").rstrip("$€£¥% ")
    if GROUPED.fullmatch(plain):
        plain = ungrouped(plain)
    if not NUMBER.fullmatch(plain):
        raise Wrong(f"{found[:40]!r} is no number.")
    plain = plain.replace(",", ".")
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)


def ungrouped(plain: str) -> str:
    """1,234.50 and 1.234,50 alike; of one mark alone, three digits behind it are thousands."""
    last = max(plain.rfind("."), plain.rfind(","))
    marks = {mark for mark in plain if mark in ".,"}
    if len(marks) == 2:
        head, tail = plain[:last], plain[last + 1 :]
        return re.sub(r"[^\d+-]", "", head) + "." + tail
    return re.sub(r"[ '\u00a0.,]", "", plain) if last < 0 or len(plain) - last == 4 else plain


def boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = text(value).lower()
    if found in TRUE or found in FALSE:
        return found in TRUE
    raise Wrong(f"{found[:40]!r} is neither yes nor no.")


def listed(value: Any) -> list[Any]:
    """A JSON array, or words between semicolons or commas."""
    if isinstance(value, (list, tuple)):
        return list(value)
    found = text(value)
    if found.startswith("["):
        try:
            decoded = msgspec.json.decode(found)
        except msgspec.DecodeError:
            raise Wrong(f"{found[:40]!r} is no list.") from None
        if isinstance(decoded, list):
            return decoded
    return [part.strip() for part in re.split(r";|,", found) if part.strip()]


def automatic(value: Any) -> Any:
    """What the cell looks like: JSON's own types stay, and text that is a number without doubt becomes one."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    found = value.strip()
    if found[:1] in "[{":
        try:
            return msgspec.json.decode(found)
        except msgspec.DecodeError:
            return found
    # 007 is no number: whoever wrote the zeros wants them back.
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?", found):
        return float(found) if "." in found else int(found)
    return {"true": True, "false": False}.get(found.lower(), found)


def moment(value: Any, *, day_first: bool, zone: tzinfo) -> datetime:
    """A point in time, in UTC."""
    if isinstance(value, datetime):
        return at_zone(value, zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return of_epoch(float(value), str(value))
    found = text(value)
    if ISO.fullmatch(found):
        try:
            return at_zone(datetime.fromisoformat(found), zone)
        except ValueError:
            pass
    if EPOCH.fullmatch(found):
        return of_epoch(float(found), found)
    return at_zone(slashed(found, day_first) or named(found), zone)


def at_zone(found: datetime, zone: tzinfo) -> datetime:
    found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    if found < EARLIEST:
        raise Wrong(f"{found:%Y-%m-%d} lies too far back.")
    return found


def of_epoch(seconds: float, said: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise Wrong(f"{said[:40]!r} is no date.") from None


def slashed(found: str, day_first: bool) -> datetime | None:
    match = SLASHED.fullmatch(found)
    if match is None:
        return None
    first, mark, second, third, hour, minute, seconds, half = match.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        # A dot is Europe's mark, whatever the other columns do.
        day, month = (int(first), int(second)) if day_first or mark == "." else (int(second), int(first))
        year = int(third) + (2000 if len(third) == 2 else 0)
    clock = int(hour or 0) % 12 + 12 * (half.lower() == "pm") if half else int(hour or 0)
    try:
        return datetime(year, month, day, clock, int(minute or 0), int(seconds or 0))  # noqa: DTZ001
    except ValueError:
        other = "day" if not day_first else "month"
        raise Wrong(f"{found[:40]!r} is no date; perhaps the {other} comes first in this file.") from None


def named(found: str) -> datetime:
    for pattern in NAMED:
        try:
            return datetime.strptime(found, pattern)  # noqa: DTZ007
        except ValueError:
            continue
    raise Wrong(f"{found[:40]!r} is no date.")


def dated(value: Any, *, day_first: bool, zone: tzinfo) -> str:
    """A date as properties hold it: without an hour where there was none."""
    found = moment(value, day_first=day_first, zone=zone)
    said = text(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if len(said) <= 10 and not EPOCH.fullmatch(said):
        return f"{found.astimezone(zone):%Y-%m-%d}"
    return found.isoformat()


def reader_of(kind: str, *, day_first: bool, zone: tzinfo) -> Callable[[Any], Any]:
    """How a property of this type is read."""
    if kind == "date":
        return lambda value: dated(value, day_first=day_first, zone=zone)
    readers: dict[str, Callable[[Any], Any]] = {
        "automatic": automatic,
        "text": text,
        "number": number,
        "boolean": boolean,
        "list": listed,
    }
    return readers[kind]


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


def fits(samples: Sequence[str], reads: Callable[[str], Any]) -> float:
    """The share of samples that can be read so."""
    good = 0
    for sample in samples:
        try:
            reads(sample)
        except Wrong:
            continue
        good += 1
    return good / len(samples) if samples else 0.0
