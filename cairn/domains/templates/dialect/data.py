"""Plain data as templates see it: dictionaries, lists and scalars. No attribute of a Python object is ever read."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime

MISSING: Final = object()
WHOLE: Final = re.compile(r"[-+]?\d{1,18}")
PAIRS: Final = ("items", "keys", "values")
DATE_FORMS: Final = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%B %d, %Y",
)


def step(current: Any, bit: str) -> Any:
    """One dot of a path. A dictionary's own keys win over the pairs that Django's templates loop over."""
    if isinstance(current, Mapping):
        found = current.get(bit, MISSING)
        if found is MISSING and bit in PAIRS:
            return list(getattr(current, bit)())
        return found
    if isinstance(current, Sequence) and not isinstance(current, str | bytes) and bit.isdecimal() and len(bit) < 9:
        return current[int(bit)] if int(bit) < len(current) else MISSING
    return MISSING


def walk(current: Any, path: str) -> Any:
    """The value at a dotted path, None where it ends early. A key that itself contains dots is found first."""
    found = step(current, path)
    if found is not MISSING:
        return found
    for bit in path.split("."):
        current = step(current, bit)
        if current is MISSING:
            return None
    return current


def number(value: Any) -> int | float:
    """A number of bounded size. Raises ValueError or TypeError for all else."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) and abs(value) < 10**18:
        return value
    text = str(value).strip() if isinstance(value, str) else value
    if isinstance(text, str) and WHOLE.fullmatch(text):
        return int(text)
    found = float(text)
    if found != found or abs(found) > 1e18:
        raise ValueError("not a number that can be calculated with")
    return found


def moment(value: Any) -> datetime | date:
    """A date in one of the forms that shops send, epoch seconds included. Raises ValueError for all else."""
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value).astimezone()
    text = str(value).strip()[:64]
    found = parse_datetime(text)
    if found is not None:
        return found
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - a date without a zone has none
        except ValueError:
            continue
    raise ValueError("not a date")
