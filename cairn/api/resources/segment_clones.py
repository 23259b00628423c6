"""Copies of segments."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import Limit
from cairn.domains.segments import actions
from cairn.kernel import clock
from cairn.kernel.scope import Scope


class CloneBody(msgspec.Struct):
    """Without a name the copy is called after its original."""

    segment_id: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=300)] | None = None


class CloneAttributes(msgspec.Struct):
    """`id` is the new segment's."""

    segment_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Clone:
    id: str
    segment_id: str
    name: str


def clone(scope: Scope, body: Body[CloneBody]) -> Clone:
    asked = body.attributes
    made = actions.clone(scope, asked.segment_id, name=asked.name, now=clock.now())
    return Clone(made.id, asked.segment_id, made.name)


SEGMENT_CLONES = Resource(
    type="segment-clone",
    path="segment-clones",
    tag="Segments",
    extension=True,
    attributes=CloneAttributes,
    operations=(
        Create(
            "clone_segment",
            clone,
            scopes=("segments:write",),
            limit=Limit(1, 15, 100),
            summary="Clone Segment",
            body=CloneBody,
        ),
    ),
)
