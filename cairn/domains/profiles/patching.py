"""What a patch does to a person's data, and what a merge does. Pure.

Properties merge by key; a dictionary merges into a dictionary; any other value replaces; null stays as a null, which
counts as not set; then append, unappend and unset run. An append makes a list where there is none and adds no value
twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cairn.domains.profiles.contracts import ProfilePatch

STANDARD: Final = ("first_name", "last_name", "organization", "title", "image", "locale")
LOCATION: Final = frozenset(
    {"address1", "address2", "city", "region", "country", "zip", "timezone", "latitude", "longitude", "ip"}
)
canonical = msgspec.json.Encoder(order="sorted").encode
encode = msgspec.json.Encoder().encode


class Record(msgspec.Struct, array_like=True):
    """A profile's data. `changed` says whether it differs from what is stored."""

    attributes: dict[str, str] = {}
    location: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    created: datetime | None = None
    changed: bool = False


def carries_data(patch: ProfilePatch) -> bool:
    return bool(
        patch.attributes
        or patch.properties
        or patch.location
        or patch.append
        or patch.unappend
        or patch.unset
        or patch.cleared
    )


def apply(record: Record, patch: ProfilePatch) -> None:
    for name, value in patch.attributes.items():
        if name in STANDARD:
            set_attribute(record, name, text(value))
    for name in patch.cleared:
        clear(record, name)
    for name, value in patch.location.items():
        if name in LOCATION:
            set_location(record, name, value)
    for name, value in patch.properties.items():
        set_property(record, name, merged(record.properties.get(name), clean(value)))
    for name, value in patch.append.items():
        set_property(record, name, appended(record.properties.get(name), clean(value)))
    for name, value in patch.unappend.items():
        if name in record.properties:
            set_property(record, name, without(record.properties[name], clean(value)))
    for name in patch.unset:
        if name in record.properties:
            del record.properties[name]
            record.changed = True


def clear(record: Record, name: str) -> None:
    if name in STANDARD:
        set_attribute(record, name, "")
    elif name == "location" and record.location:
        record.location, record.changed = {}, True
    elif name == "properties" and record.properties:
        record.properties, record.changed = {}, True


def set_attribute(record: Record, name: str, value: str) -> None:
    if record.attributes.get(name, "") != value:
        record.attributes[name] = value
        record.changed = True


def set_location(record: Record, name: str, value: Any) -> None:
    if value is None:
        if record.location.pop(name, None) is not None:
            record.changed = True
    elif not same(record.location.get(name), value := clean(value)):
        record.location[name] = value
        record.changed = True


def set_property(record: Record, name: str, value: Any) -> None:
    name = name.replace("\0", "")
    if name not in record.properties or not same(record.properties[name], value):
        record.properties[name] = value
        record.changed = True


def same(old: Any, new: Any) -> bool:
    """Equal, and of the same types: 1, 1.0 and true are three values."""
    if old is new or (type(old) is str and type(new) is str):
        return bool(old == new)
    return bool(old == new) and canonical(old) == canonical(new)


def merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{name: merged(old.get(name), value) for name, value in new.items()}}
    return new


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def appended(old: Any, new: Any) -> list[Any]:
    result = as_list(old)
    for value in as_list(new):
        if not any(same(value, known) for known in result):
            result.append(value)
    return result


def without(old: Any, gone: Any) -> Any:
    unwanted = as_list(gone)
    if isinstance(old, list):
        return [value for value in old if not any(same(value, other) for other in unwanted)]
    return None if any(same(old, other) for other in unwanted) else old


def text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    return canonical(value).decode()


def clean(value: Any) -> Any:
    """The value without NUL characters, which JSON has and PostgreSQL has not."""
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, dict):
        return {name.replace("\0", ""): clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value


def texts(values: Sequence[Any]) -> Sequence[str]:
    """Each as `text`: most of them are, and many columns are empty."""
    if values.count(None) == len(values):
        return [""] * len(values)
    found = [value if type(value) is str else text(value) for value in values]
    return list(map(text, found)) if "\0" in "".join(found) else found


def json_texts(values: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each as `clean` JSON."""
    return [json_text(value) if value else "{}" for value in values]


def json_text(value: Mapping[str, Any]) -> str:
    found = encode(value)
    return (encode(clean(value)) if b"\\u0000" in found else found).decode()


def known_places(location: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is stored of a location where there was none before."""
    return {name: value for name, value in location.items() if name in LOCATION and value is not None}


def absorb(target: Record, source: Record) -> None:
    """Merge data: the destination's values win, the source fills gaps; its time zone is taken, and its location where
    that is more complete."""
    for name in STANDARD:
        if not target.attributes.get(name):
            target.attributes[name] = source.attributes.get(name, "")
    zone = source.location.get("timezone") or target.location.get("timezone")
    if filled(source.location) > filled(target.location):
        target.location = dict(source.location)
    if zone:
        target.location["timezone"] = zone
    for name, value in source.properties.items():
        if target.properties.get(name) is None:
            target.properties[name] = value
    if target.created and source.created:
        target.created = min(target.created, source.created)
    target.changed = True


def filled(location: Mapping[str, Any]) -> int:
    return sum(1 for name, value in location.items() if name != "timezone" and value not in (None, ""))
