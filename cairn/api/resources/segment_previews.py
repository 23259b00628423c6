"""What a definition would pick, before anyone saves it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.segments import queries
from cairn.domains.segments.actions import checked
from cairn.domains.segments.contracts import Estimate, SampleProfile
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope


class PreviewAttributes(msgspec.Struct):
    """`conditions` counts each condition alone, group by group; `sample` has at most ten of the `count` profiles.
    `notes` say which conditions cannot hold for anybody yet, and why."""

    count: int
    as_of: datetime
    conditions: Sequence[Sequence[int]]
    sample: Sequence[SampleProfile]
    summary: str
    milliseconds: int
    notes: Sequence[str]


class AskedDefinition(msgspec.Struct):
    """`segment_id` names the segment that is being edited: its definition must not lead back to itself."""

    definition: dict[str, Any]
    segment_id: str | None = None


class Preview(msgspec.Struct, frozen=True):
    """An answer that is kept nowhere; its id names only this document."""

    id: str
    estimate: Estimate


def create(scope: Scope, body: Body[AskedDefinition]) -> Preview:
    asked = body.attributes
    segment_id = queries.get(scope, asked.segment_id).id if asked.segment_id else ""
    definition = checked(scope, asked.definition, segment_id=segment_id)
    return Preview(ids.ulid(), queries.estimate(scope, definition, now=clock.now()))


def show(preview: Preview) -> PreviewAttributes:
    found = preview.estimate
    return PreviewAttributes(
        count=found.count,
        as_of=found.as_of,
        conditions=found.conditions,
        sample=found.sample,
        summary=found.summary,
        milliseconds=found.milliseconds,
        notes=found.notes,
    )


SEGMENT_PREVIEWS = Resource(
    type="segment-preview",
    path="segment-previews",
    tag="Segments",
    attributes=PreviewAttributes,
    show=show,
    extension=True,
    operations=(
        Create(
            "create_segment_preview",
            create,
            scopes=("segments:read", "profiles:read"),
            limit=M,
            body=AskedDefinition,
            status=200,
            summary="Preview Segment",
        ),
    ),
)
