"""From bytes to a request's struct, and from what a decoder complains about to a pointer into the body."""

import re
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from cairn.api.kernel import errors

Body = TypeVar("Body")

PLACE = re.compile(r" - at `(?:key in )?\$([^`]*)`\Z")
MISSING = re.compile(r"Object missing required field `([^`]*)`")
STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")
LONGEST_STRING = 100_000
DEEPEST = 10
LONGEST_ARRAY = 4_000
MOST_PROPERTIES = 400


def decode(decoder: "msgspec.json.Decoder[Body]", content: bytes) -> Body:
    """The body as a struct. Raises Refused with the pointer to what is wrong."""
    try:
        if not content.isascii():
            content.decode()
        return decoder.decode(content)
    except msgspec.ValidationError as problem:
        raise refused(str(problem)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise errors.invalid(f"The request body is not valid JSON: {problem}", pointer="/data") from None
    except RecursionError:
        raise errors.invalid("The request body is nested too deeply.", pointer="/data") from None


def refused(complaint: str) -> errors.Refused:
    """The refusal for a decoder's complaint, such as: Expected `str`, got `int` - at `$.data.attributes.email`."""
    place = PLACE.search(complaint)
    pointer = pointer_of(place[1]) if place else ""
    detail = complaint[: place.start()] if place else complaint
    missing = MISSING.match(detail)
    if missing:
        pointer = f"{pointer}/{missing[1]}"
        detail = f"The field {missing[1]!r} is required."
    return errors.invalid(detail, pointer=pointer or "/data")


def pointer_of(path: str) -> str:
    return "".join(f"/{name or index}" for name, index in STEP.findall(path) if name or index)


def below(refusal: errors.Refused, prefix: str, instead_of: str = "") -> errors.Refused:
    """The same refusal, seen from a document that contains the one it was found in."""
    return errors.Refused(
        [
            replace(problem, pointer=prefix + (problem.pointer or "").removeprefix(instead_of))
            for problem in refusal.problems
        ]
    )


def check_strings(content: bytes) -> None:
    """Refuses NUL characters, which PostgreSQL cannot store, and strings that are too long. Walks only bodies that can
    hold one."""
    escaped = b"\\" in content
    if (escaped and b"\\u0000" in content) or (
        len(content) > LONGEST_STRING and may_have_long_string(content, escaped)
    ):
        walk(msgspec.json.decode(content), "")


def may_have_long_string(content: bytes, escaped: bool) -> bool:
    """Whether some stretch as long as the longest string has no quote in it, or quotes are part of strings."""
    if escaped and b'\\"' in content:
        return True
    at = 0
    while at + LONGEST_STRING < len(content):
        at = content.rfind(b'"', at, at + LONGEST_STRING) + 1
        if not at:
            return True
    return False


def walk(value: Any, at: str) -> None:
    if isinstance(value, str):
        check_string(value, at)
    elif isinstance(value, dict):
        for name, item in value.items():
            check_string(name, at)
            walk(item, f"{at}/{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            walk(item, f"{at}/{index}")


def check_string(text: str, at: str) -> None:
    if "\0" in text:
        raise errors.invalid("A string must not contain the NUL character.", pointer=at.replace("\0", ""))
    if len(text) > LONGEST_STRING // 4 and len(text.encode()) > LONGEST_STRING:
        raise errors.invalid("A string must not be longer than 100 KB.", pointer=at)


def check_properties(properties: dict[str, Any], at: str) -> None:
    """Refuses what is too many, too deep or too long."""
    if len(properties) > MOST_PROPERTIES:
        detail = f"At most {MOST_PROPERTIES} properties are taken, not {len(properties)}."
        raise errors.invalid(detail, pointer=at)
    for name, value in properties.items():
        if type(value) is dict or type(value) is list:
            check_depth(value, f"{at}/{name}", 2)


def check_depth(value: Any, at: str, depth: int) -> None:
    if depth > DEEPEST:
        raise errors.invalid(f"Properties may be nested {DEEPEST} levels deep.", pointer=at)
    if isinstance(value, list) and len(value) > LONGEST_ARRAY:
        raise errors.invalid(f"An array may have {LONGEST_ARRAY} items, not {len(value)}.", pointer=at)
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        if isinstance(item, dict | list):
            check_depth(item, f"{at}/{name}", depth + 1)
