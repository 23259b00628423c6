"""What members of segments have in common: overlaps, make-up, purchases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.segments import queries
from cairn.domains.segments.contracts import BoughtProduct, City, Crowd, MakeUp, Overlap, Purchases, Share, SpendStep
from cairn.kernel import ids
from cairn.kernel.scope import Scope

SCOPES = ("profiles:read", "segments:read")


class OverlapBody(msgspec.Struct):
    segment_ids: list[str]


class CrowdBody(msgspec.Struct):
    """Who is in all of `segment_ids`, and in none of `without_ids`."""

    segment_ids: list[str]
    without_ids: list[str] = []


class OverlapAttributes(msgspec.Struct):
    """`shared[i][j]` members are in both the i-th and the j-th segment; `anybody` is in at least one of them."""

    segment_ids: Sequence[str]
    names: Sequence[str]
    shared: Sequence[Sequence[int]]
    anybody: int
    as_of: datetime | None


class MakeUpAttributes(msgspec.Struct):
    """Countries and cities are the ten most frequent, empty where nothing is known. A channel's standings are
    subscribed, never_subscribed, unsubscribed, suppressed and no_address."""

    count: int
    countries: Sequence[Share]
    cities: Sequence[City]
    email: Sequence[Share]
    sms: Sequence[Share]
    push: Sequence[Share]


class PurchasesAttributes(msgspec.Struct):
    """Of all time, by the metrics that stand for revenue and for ordered products; `median` is of the buyers."""

    count: int
    buyers: int
    orders: int
    total: float
    median: float
    currency: str
    steps: Sequence[SpendStep]
    products: Sequence[BoughtProduct]


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one query; its id names nothing that lasts."""

    id: str
    found: Overlap | MakeUp | Purchases


def overlap(scope: Scope, body: Body[OverlapBody]) -> Answer:
    return Answer(ids.ulid(), queries.overlap(scope, body.attributes.segment_ids))


def make_up(scope: Scope, body: Body[CrowdBody]) -> Answer:
    return Answer(ids.ulid(), queries.make_up(scope, crowd_of(body)))


def purchases(scope: Scope, body: Body[CrowdBody]) -> Answer:
    return Answer(ids.ulid(), queries.purchases(scope, crowd_of(body)))


def crowd_of(body: Body[CrowdBody]) -> Crowd:
    return Crowd(body.attributes.segment_ids, body.attributes.without_ids)


def fields_of(shape: type[msgspec.Struct]) -> Callable[[Answer], msgspec.Struct]:
    """An answer's attributes, read from what was found by their names."""

    def show(answer: Answer) -> msgspec.Struct:
        return shape(**{name: getattr(answer.found, name) for name in shape.__struct_fields__})

    return show


SEGMENT_OVERLAPS = Resource(
    type="segment-overlap",
    path="segment-overlaps",
    tag="Segments",
    extension=True,
    attributes=OverlapAttributes,
    show=fields_of(OverlapAttributes),
    operations=(
        Create(
            "query_segment_overlap",
            overlap,
            scopes=SCOPES,
            limit=M,
            summary="Query Segment Overlap",
            body=OverlapBody,
            status=200,
        ),
    ),
)
SEGMENT_MAKE_UPS = Resource(
    type="segment-make-up",
    path="segment-make-ups",
    tag="Segments",
    extension=True,
    attributes=MakeUpAttributes,
    show=fields_of(MakeUpAttributes),
    operations=(
        Create(
            "query_segment_make_up",
            make_up,
            scopes=SCOPES,
            limit=M,
            summary="Query Segment Make-Up",
            body=CrowdBody,
            status=200,
        ),
    ),
)
SEGMENT_PURCHASES = Resource(
    type="segment-purchases",
    path="segment-purchases",
    tag="Segments",
    extension=True,
    attributes=PurchasesAttributes,
    show=fields_of(PurchasesAttributes),
    operations=(
        Create(
            "query_segment_purchases",
            purchases,
            scopes=(*SCOPES, "events:read"),
            limit=M,
            summary="Query Segment Purchases",
            body=CrowdBody,
            status=200,
        ),
    ),
)
