"""Filters on text."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from django.template import defaultfilters
from django.utils.safestring import SafeString

from cairn.domains.templates.dialect.limits import TEXT_CHARACTERS, TooMuch
from cairn.domains.templates.dialect.patterns import safe_pattern

ENTITY: Final = re.compile(r"&(?!(?:[a-zA-Z]{2,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
MISSING_IMAGE: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='600' height='600'%3E"
    "%3Crect width='600' height='600' fill='%23e5e7eb'/%3E%3C/svg%3E"
)


def text(value: Any) -> str:
    return "" if value is None else str(value)


def replaced(value: Any, old: str, new: str, count: int = -1) -> str:
    whole = text(value)
    times = whole.count(old) if old else 0
    if len(whole) + times * len(new) > TEXT_CHARACTERS:
        raise TooMuch("The template makes a text that is too long.")
    return whole.replace(old, new, count) if old else whole


def append(value: Any, tail: Any) -> str:
    return text(value) + text(tail)


def prepend(value: Any, head: Any) -> str:
    return text(head) + text(value)


def capitalize(value: Any) -> str:
    whole = text(value)
    return whole[:1].upper() + whole[1:]


def truncate(value: Any, length: Any = 50) -> str:
    return defaultfilters.truncatechars(text(value), int(length))


def strip(value: Any) -> str:
    return text(value).strip()


def left_strip(value: Any) -> str:
    return text(value).lstrip()


def right_strip(value: Any) -> str:
    return text(value).rstrip()


def strip_newlines(value: Any) -> str:
    return text(value).replace("\r", "").replace("\n", "")


def escape_once(value: Any) -> str:
    whole = ENTITY.sub("&amp;", text(value))
    for raw, written in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        whole = whole.replace(raw, written)
    return SafeString(whole)


def remove(value: Any, old: Any) -> str:
    return replaced(value, text(old), "")


def remove_first(value: Any, old: Any) -> str:
    return replaced(value, text(old), "", 1)


def remove_last(value: Any, old: Any) -> str:
    head, found, tail = text(value).rpartition(text(old))
    return head + tail if found else tail


def pair(argument: Any) -> tuple[str, str]:
    old, _, new = text(argument).partition("|")
    return old, new


def find_replace(value: Any, argument: Any) -> str:
    return replaced(value, *pair(argument))


def replace_first(value: Any, argument: Any) -> str:
    return replaced(value, *pair(argument), 1)


def replace_last(value: Any, argument: Any) -> str:
    old, new = pair(argument)
    head, found, tail = text(value).rpartition(old)
    return head + new + tail if found else tail


def split(value: Any, separator: Any = None) -> list[str]:
    return text(value).split(text(separator) if separator else None)


def split_by_pattern(value: Any, pattern: Any) -> list[str]:
    return [part for part in safe_pattern(text(pattern)).split(text(value)[:2000]) if part is not None]


def trim_slash(value: Any) -> str:
    return text(value).rstrip("/")


def httpize(value: Any) -> str:
    whole = text(value).strip()
    return whole if re.match(r"https?://", whole) else "http://" + whole.lstrip("/")


def httpsize(value: Any) -> str:
    return "https://" + re.sub(r"^(https?:)?//", "", text(value).strip())


def urlencode(value: Any, safe: Any = "/") -> str:
    return quote(text(value), safe=text(safe))


def digest(name: str) -> Callable[[Any], str]:
    def hashed(value: Any) -> str:
        return hashlib.new(name, text(value).encode(), usedforsecurity=False).hexdigest()

    return hashed


def base64_encode(value: Any) -> str:
    return base64.b64encode(text(value).encode()).decode()


def base64_decode(value: Any) -> str:
    return base64.b64decode(text(value) + "==").decode()


def base64_url_encode(value: Any) -> str:
    return base64.urlsafe_b64encode(text(value).encode()).decode()


def base64_url_decode(value: Any) -> str:
    return base64.urlsafe_b64decode(text(value) + "==").decode()


def count(value: Any) -> int:
    return len(value) if value is not None and hasattr(value, "__len__") else 0


def missing_image(value: Any, instead: Any = MISSING_IMAGE) -> str:
    return text(value).strip() or text(instead)


def url_decode(value: Any) -> str:
    return unquote(text(value))


def url_encode_plus(value: Any) -> str:
    return quote_plus(text(value))


def url_decode_plus(value: Any) -> str:
    return unquote_plus(text(value))


def strip_html(value: Any) -> str:
    return defaultfilters.striptags(text(value))


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "addslashes": defaultfilters.addslashes,
    "append": append,
    "base64_decode": base64_decode,
    "base64_encode": base64_encode,
    "base64_url_safe_decode": base64_url_decode,
    "base64_url_safe_encode": base64_url_encode,
    "capfirst": capitalize,
    "capitalize": capitalize,
    "count": count,
    "cut": defaultfilters.cut,
    "downcase": defaultfilters.lower,
    "escape": defaultfilters.escape_filter,
    "escape_once": escape_once,
    "escapejs": defaultfilters.escapejs_filter,
    "find_replace": find_replace,
    "force_escape": defaultfilters.force_escape,
    "httpize": httpize,
    "httpsize": httpsize,
    "length": count,
    "linebreaks": defaultfilters.linebreaks_filter,
    "linebreaksbr": defaultfilters.linebreaksbr,
    "lower": defaultfilters.lower,
    "lstrip": left_strip,
    "md5_hash": digest("md5"),
    "missing_image": missing_image,
    "missing_product_image": missing_image,
    "newline_to_br": defaultfilters.linebreaksbr,
    "pluralize": defaultfilters.pluralize,
    "prepend": prepend,
    "remove": remove,
    "remove_first": remove_first,
    "remove_last": remove_last,
    "replace_first": replace_first,
    "replace_last": replace_last,
    "resplit": split_by_pattern,
    "rstrip": right_strip,
    "safe": defaultfilters.safe,
    "sha_1": digest("sha1"),
    "sha_256": digest("sha256"),
    "size": count,
    "slugify": defaultfilters.slugify,
    "split": split,
    "strip": strip,
    "strip_html": strip_html,
    "strip_newlines": strip_newlines,
    "striptags": strip_html,
    "title": defaultfilters.title,
    "trim_slash": trim_slash,
    "truncate": truncate,
    "truncatechars": defaultfilters.truncatechars,
    "truncatewords": defaultfilters.truncatewords,
    "upcase": defaultfilters.upper,
    "upper": defaultfilters.upper,
    "urldecode": url_decode,
    "urldecodeplus": url_decode_plus,
    "urlencode": urlencode,
    "urlencodeplus": url_encode_plus,
    "wordcount": defaultfilters.wordcount,
    "yesno": defaultfilters.yesno,
}
