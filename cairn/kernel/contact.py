"""How people are reached: what counts as an email address and as a phone number."""

import re
from functools import lru_cache
from typing import Final

import phonenumbers

LONGEST_EMAIL: Final = 254
EMAIL: Final = re.compile(
    r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{1,64}"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)
# What nearly all addresses look like, some of what EMAIL takes and found in half the time.
USUAL_EMAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
PHONE_PUNCTUATION: Final = re.compile(r"[\s().\-]")


def is_email(text: str) -> bool:
    """Whether the text can be an address; letters of all scripts may be in it."""
    if len(text) > LONGEST_EMAIL:
        return False
    return USUAL_EMAIL.fullmatch(text) is not None or EMAIL.fullmatch(text) is not None


@lru_cache(maxsize=20_000)
def e164(text: str) -> str | None:
    """The number in E.164, such as +15005550006, or None for what is no number with its country."""
    plain = PHONE_PUNCTUATION.sub("", text)
    if E164.fullmatch(plain) is None:
        return None
    try:
        number = phonenumbers.parse(plain, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
