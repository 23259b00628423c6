"""Why somebody is, or is not, in a segment."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.segments import queries
from cairn.domains.segments.contracts import Explanation, GroupReason
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope


class ExplanationAttributes(msgspec.Struct):
    """`holds` is the definition's answer now, `member` the stored membership, which follows within a second."""

    segment_id: str
    profile_id: str
    member: bool
    holds: bool
    joined: datetime | None
    as_of: datetime
    groups: Sequence[GroupReason]


class Question(msgspec.Struct):
    segment_id: str
    profile_id: str


class Answer(msgspec.Struct, frozen=True):
    """An explanation that is kept nowhere; its id names only this document."""

    id: str
    explanation: Explanation


def create(scope: Scope, body: Body[Question]) -> Answer:
    asked = body.attributes
    return Answer(ids.ulid(), queries.explain(scope, asked.segment_id, asked.profile_id, now=clock.now()))


def show(answer: Answer) -> ExplanationAttributes:
    found = answer.explanation
    return ExplanationAttributes(
        segment_id=found.segment_id,
        profile_id=found.profile_id,
        member=found.member,
        holds=found.holds,
        joined=found.joined,
        as_of=found.as_of,
        groups=found.groups,
    )


SEGMENT_EXPLANATIONS = Resource(
    type="segment-explanation",
    path="segment-explanations",
    tag="Segments",
    attributes=ExplanationAttributes,
    show=show,
    extension=True,
    operations=(
        Create(
            "create_segment_explanation",
            create,
            scopes=("segments:read", "profiles:read", "events:read"),
            limit=M,
            body=Question,
            status=200,
            summary="Explain Segment Membership",
        ),
    ),
)
