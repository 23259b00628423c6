"""Which values a segment's conditions can ask for."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.segments import queries
from cairn.domains.segments.contracts import KnownValue
from cairn.kernel import ids
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope


class ValuesAttributes(msgspec.Struct):
    """At most 20: an exact match first, then by the number of `profiles` that have the value."""

    values: Sequence[KnownValue]


class AskedValues(msgspec.Struct):
    """`search` is a part of the value, big or small letters. Without a `property` all of them are looked through."""

    property: str | None = None
    search: Annotated[str, msgspec.Meta(max_length=255)] = ""


class Found(msgspec.Struct, frozen=True):
    """An answer that is kept nowhere; its id names only this document."""

    id: str
    values: Sequence[KnownValue]


def create(scope: Scope, body: Body[AskedValues]) -> Found:
    name, search = body.attributes.property, body.attributes.search.strip()
    if name is None and not search:
        raise Invalid("Name a property, or a part of a value to search for.", pointer="/data/attributes/search")
    if name is None:
        return Found(ids.ulid(), queries.values_anywhere(scope, search=search))
    return Found(ids.ulid(), queries.known_values(scope, name=name, search=search))


def show(found: Found) -> ValuesAttributes:
    return ValuesAttributes(found.values)


SEGMENT_VALUES = Resource(
    type="segment-values",
    path="segment-values",
    tag="Segments",
    attributes=ValuesAttributes,
    show=show,
    extension=True,
    operations=(
        Create(
            "create_segment_values",
            create,
            scopes=("segments:read", "profiles:read"),
            limit=M,
            body=AskedValues,
            status=200,
            summary="Find Values for Conditions",
        ),
    ),
)
