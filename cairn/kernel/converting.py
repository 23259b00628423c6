"""Plain objects as typed structs, and what is wrong with them: in words, and by JSON pointer."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from cairn.kernel.errors import Invalid

Wanted = TypeVar("Wanted")

LOCATION = re.compile(r" - at `(?:key in )?\$(.*)`$", re.DOTALL)
STEP = re.compile(r"\.([^.\[]+)|\[(\.\.\.|\d+)\]")
MISSING = re.compile(r"Object missing required field `(.+)`")
EXPECTED = re.compile(r"Expected `(.+)`, got `(.+)`")
NOUNS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
    "datetime": "a date and time",
    "date": "a date",
    "uuid": "a UUID",
}


def converted(raw: Any, kind: type[Wanted], root: str) -> Wanted:
    """A request's JSON as one of our types. Raises Invalid with a pointer to the first thing that cannot be taken: it
    begins with `root` and names the indices of lists."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        reason, pointer = explained(error, raw, kind)
        raise Invalid(reason, pointer=root + pointer) from None
    except RecursionError:
        raise Invalid("It is nested too deeply.", pointer=root) from None


def explained(error: msgspec.ValidationError, value: Any, kind: Any) -> tuple[str, str]:
    """What an error of `msgspec.convert(value, kind)` says, and the JSON pointer of the place inside `value`."""
    message = str(error)
    location = LOCATION.search(message)
    reason = message[: location.start()] if location else message
    steps = [(name, index) for name, index in STEP.findall(location.group(1))] if location else []
    path = [name or index for name, index in steps]
    if "..." in path:
        path = numbered(path, value, kind)
    missing = MISSING.match(reason)
    if missing:
        path.append(missing.group(1))
    return worded(reason, path[-1] if path else ""), "".join(f"/{escaped(step)}" for step in path)


def escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def worded(reason: str, name: str) -> str:
    if MISSING.match(reason):
        return f"'{name}' is a required field."
    subject = f"'{name}'" if name and not name.isdigit() else "The value"
    expected = EXPECTED.fullmatch(reason)
    if expected:
        wanted = " or ".join(NOUNS.get(one.strip(), one.strip()) for one in expected.group(1).split("|"))
        return f"{subject} must be {wanted}, not {NOUNS.get(expected.group(2), expected.group(2))}."
    return f"{subject}: {reason}."


def numbered(path: list[str], value: Any, kind: Any) -> list[str]:
    """The path with real indices and keys. msgspec names neither, so look for the first item that fails alone."""
    known: list[str] = []
    for step in path:
        if step != "...":
            known.append(step)
            continue
        alone = singles(at(value, known))
        found = (name for name, single in alone if fails(put(value, known, single), kind, known))
        known.append(next(found, "0"))
    return known


def at(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        value = value[int(step)] if isinstance(value, list) else value.get(step)
    return value


def singles(value: Any) -> list[tuple[str, Any]]:
    """Each item of a list or an object, alone in its container."""
    if isinstance(value, dict):
        return [(str(name), {name: item}) for name, item in value.items()]
    return [(str(number), [item]) for number, item in enumerate(value)] if isinstance(value, list) else []


def put(value: Any, path: Sequence[str], leaf: Any) -> Any:
    """A copy of `value` with one place replaced; lists on the way keep only the item on the path."""
    if not path:
        return leaf
    if isinstance(value, list):
        return [put(value[int(path[0])], path[1:], leaf)]
    return {**value, path[0]: put(value[path[0]], path[1:], leaf)}


def fails(value: Any, kind: Any, path: Sequence[str]) -> bool:
    """Whether `value` fails within the list at `path`."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        location = LOCATION.search(str(error))
        steps = STEP.findall(location.group(1)) if location else []
        # Items that were found before stand at "..." here, too.
        return len(steps) > len(path) and bool(steps[len(path)][1])
    return False
