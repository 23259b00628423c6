"""Request bodies: JSON:API documents to typed attributes, and what is wrong with them, by JSON pointer. No Django.

The hot paths use `decode` and `convert`; they share the errors with every other write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Generic, TypeVar

import msgspec

from cairn.api.kernel import errors
from cairn.api.kernel.declare import Link
from cairn.api.kernel.errors import Problem, Refused
from cairn.kernel.converting import escaped, explained

Attributes = TypeVar("Attributes")
Typed = TypeVar("Typed")
Resource = TypeVar("Resource")

JSON_TYPES = frozenset({errors.MEDIA_TYPE, "application/json"})


class Data(msgspec.Struct, Generic[Resource]):
    """A JSON:API document inside an attribute: `profile: Data[ProfileResource]`."""

    data: Resource


class DataList(msgspec.Struct, Generic[Resource]):
    """The same with many: `profiles: DataList[ProfileResource]`."""

    data: list[Resource]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body."""

    name: str
    content_type: str
    stream: IO[bytes]

    @property
    def content(self) -> bytes:
        """All of it, for files that are known to be small."""
        self.stream.seek(0)
        return self.stream.read()


@dataclass(frozen=True, slots=True)
class Body(Generic[Attributes]):
    """A valid body. `links` holds the relationships that were given; `meta` what the operation declares, else None."""

    attributes: Attributes
    id: str | None = None
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meta: Any = None
    files: Mapping[str, Upload] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        """The id of a to-one relationship; None when absent or null."""
        found = self.links.get(name, ())
        return found[0] if found else None

    def many(self, name: str) -> tuple[str, ...]:
        return self.links.get(name, ())


def given(attributes: msgspec.Struct) -> dict[str, Any]:
    """The attributes that the caller sent, null included: for updates, whose fields default to msgspec.UNSET."""
    values = ((name, getattr(attributes, name)) for name in attributes.__struct_fields__)
    return {name: value for name, value in values if value is not msgspec.UNSET}


def decode(raw: bytes) -> Any:
    """JSON to plain objects. Refuses what is not JSON, and NUL characters, which no store can hold."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise errors.invalid(f"The request body is not valid JSON: {error}.", pointer="/data") from None
    if b"\\u0000" in raw:
        refuse_nul(value, "")
    return value


def refuse_nul(value: Any, pointer: str) -> None:
    """Find the string that holds a NUL character and name it."""
    if isinstance(value, str) and "\0" in value:
        raise errors.invalid("NUL characters are not allowed.", pointer=pointer or "/data")
    if isinstance(value, dict):
        for key, inner in value.items():
            refuse_nul(key, pointer)
            refuse_nul(inner, f"{pointer}/{escaped(key)}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            refuse_nul(inner, f"{pointer}/{number}")


def convert(value: Any, kind: type[Typed], pointer: str) -> Typed:
    """Plain objects as a typed struct. Refuses with a pointer that begins with `pointer` and names list indices."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Refused([explain(error, value, kind, pointer)]) from None
    except RecursionError:
        raise errors.invalid("The body is nested too deeply.", pointer=pointer) from None


def explain(error: msgspec.ValidationError, value: Any, kind: Any, pointer: str) -> Problem:
    reason, place = explained(error, value, kind)
    return Problem(400, "invalid", "Invalid input.", reason, pointer + place)


def resource(document: Any, *, type: str, id: str | None, needs_id: bool) -> dict[str, Any]:
    """The `data` of a document, its type and id checked."""
    if not isinstance(document, dict) or "data" not in document:
        raise errors.invalid("The body must be an object with the member `data`.", pointer="/data")
    data = document["data"]
    if not isinstance(data, dict):
        raise errors.invalid("`data` must be an object.", pointer="/data")
    if data.get("type") != type:
        problem = f"`type` must be {type!r}." if "type" in data else "'type' is a required field."
        raise errors.invalid(problem, pointer="/data/type")
    found = data.get("id")
    if found is not None and not isinstance(found, str):
        raise errors.invalid("'id' must be a string.", pointer="/data/id")
    if found is None and (needs_id or id is not None):
        raise errors.invalid("'id' is a required field.", pointer="/data/id")
    if id is not None and found != id:
        raise errors.invalid(f"'id' must be the id of the URL, {id!r}.", pointer="/data/id")
    return data


def linkages(data: Mapping[str, Any], declared: Mapping[str, Link]) -> dict[str, tuple[str, ...]]:
    """The ids of the relationships that were given. Others than the declared ones are ignored."""
    sent = data.get("relationships") or {}
    if not isinstance(sent, dict):
        raise errors.invalid("'relationships' must be an object.", pointer="/data/relationships")
    found: dict[str, tuple[str, ...]] = {}
    for name, link in declared.items():
        pointer = f"/data/relationships/{name}"
        if sent.get(name) is None or sent[name] == {}:
            if link.required:
                raise errors.invalid(f"'{name}' is a required relationship.", pointer=pointer)
            continue
        if not isinstance(sent[name], dict) or "data" not in sent[name]:
            raise errors.invalid(f"'{name}' must be an object with the member `data`.", pointer=pointer)
        found[name] = linkage(sent[name]["data"], link, f"{pointer}/data")
        if link.required and not found[name]:
            raise errors.invalid(f"'{name}' is a required relationship.", pointer=f"{pointer}/data")
    return found


def linkage(data: Any, link: Link, pointer: str) -> tuple[str, ...]:
    """Ids of a resource linkage: a list for to-many, an object or null for to-one. Repeated ids count once."""
    if link.many:
        if not isinstance(data, list):
            raise errors.invalid("The relationship's `data` must be a list.", pointer=pointer)
        ids = [identifier(one, link.type, f"{pointer}/{number}") for number, one in enumerate(data)]
        return tuple(dict.fromkeys(ids))
    if data is None or (link.clears and data == {"type": link.type, "id": None}):
        return ()
    return (identifier(data, link.type, pointer),)


def identifier(value: Any, type: str, pointer: str) -> str:
    if not isinstance(value, dict):
        raise errors.invalid(f"A resource identifier of type {type!r} is needed here.", pointer=pointer)
    if value.get("type") != type:
        raise errors.invalid(f"`type` must be {type!r}.", pointer=f"{pointer}/type")
    if not isinstance(value.get("id"), str) or not value["id"]:
        raise errors.invalid("'id' is a required field.", pointer=f"{pointer}/id")
    return str(value["id"])
