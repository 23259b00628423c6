"""What people who are in some segments have in common: how segments overlap, where their members live, which channels
reach them, and what they bought. All of it is asked of the stored members."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.events import queries as events
from cairn.domains.events.contracts import Counted, Role
from cairn.domains.segments.contracts import (
    BoughtProduct,
    City,
    Crowd,
    MakeUp,
    Overlap,
    Purchases,
    Share,
    SpendStep,
)
from cairn.domains.segments.models import Segment, Watermark
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope

MOST_COMPARED: Final = 8
MOST_SHARES: Final = 10
EDGES: Final = tuple(factor * 10.0**power for power in range(7) for factor in (1, 2, 5))
"""Steps of spending that people would draw by hand, whatever the currency."""
PRODUCT_NAMES: Final = ("ProductName", "Product Name", "Name", "Title", "name", "title")
Row = Sequence[Any]


def overlap(scope: Scope, segment_ids: Sequence[str]) -> Overlap:
    """How many members each two of these segments share. Raises NotFound, Invalid for none, too many, or one twice."""
    rows = named(scope, segment_ids, pointer="/data/attributes/segment_ids")
    numbers = [row.number for row in rows]
    [(found, shared, anybody)] = wiring.clickhouse().query(
        question(__file__, "overlap"), {"account": scope.account_number, "segments": array(numbers)}
    )
    places = {number: place for place, number in enumerate(found)}
    return Overlap(
        segment_ids=[row.id for row in rows],
        names=[row.name for row in rows],
        shared=[[shared[places[a]][places[b]] if a in places and b in places else 0 for b in numbers] for a in numbers],
        anybody=anybody,
        as_of=Watermark.objects.filter(account_id=scope.account_id).values_list("at", flat=True).first(),
    )


def named(scope: Scope, segment_ids: Sequence[str], *, pointer: str, least: int = 1) -> list[Segment]:
    """The segments with these ids, in their order."""
    if not least <= len(segment_ids) <= MOST_COMPARED:
        raise Invalid(f"From {least} to {MOST_COMPARED} segments, please.", pointer=pointer)
    if len(set(segment_ids)) < len(segment_ids):
        raise Invalid("Name each segment once.", pointer=pointer)
    found = {row.id: row for row in Segment.objects.within(scope).filter(id__in=list(segment_ids))}
    for one in segment_ids:
        if one not in found:
            raise NotFound(f"A segment with id {one} does not exist.")
    return [found[one] for one in segment_ids]


def members_of(scope: Scope, crowd: Crowd) -> tuple[str, dict[str, Any]]:
    """The statement that picks a crowd's numbers, and its parameters."""
    within = named(scope, crowd.within, pointer="/data/attributes/segment_ids")
    without = named(scope, crowd.without, pointer="/data/attributes/without_ids", least=0)
    params = {
        "account": scope.account_number,
        "within": array(row.number for row in within),
        "without": array(row.number for row in without),
    }
    return question(__file__, "crowd"), params


def make_up(scope: Scope, crowd: Crowd) -> MakeUp:
    """Where a crowd lives, and which channels reach it. Raises NotFound, Invalid."""
    members, params = members_of(scope, crowd)
    found: dict[str, list[Row]] = {}
    for about, *row in wiring.clickhouse().query(
        question(__file__, "make_up").format(crowd=members), {**params, "most": MOST_SHARES}
    ):
        found.setdefault(about, []).append(row)
    whole = found.get("all", ())
    return MakeUp(
        count=whole[0][3] if whole else 0,
        countries=[Share(country, people) for country, _, _, people in found.get("country", ())],
        cities=[City(country, city, people) for country, city, _, people in found.get("city", ())],
        **{channel: standings(found.get(channel, ())) for channel in ("email", "sms", "push")},
    )


def standings(rows: Iterable[Row]) -> list[Share]:
    return [Share(standing, people) for _, _, standing, people in rows]


def purchases(scope: Scope, crowd: Crowd) -> Purchases:
    """What a crowd ever spent, and for which products. Raises NotFound, Invalid."""
    members, params = members_of(scope, crowd)
    clickhouse = wiring.clickhouse()
    [(count,)] = clickhouse.query(f"SELECT count() FROM ({members})", params)
    steps = spending(members, params, events.counted_as(scope, Role.REVENUE))
    buyers, orders, total, median = steps.pop(-1, (0, 0, 0.0, 0.0))
    return Purchases(
        count=count,
        buyers=buyers,
        orders=orders,
        total=round(total, 2),
        median=round(median, 2),
        currency=accounts.get_account(scope, scope.account_id).currency,
        steps=[step_of(place, buyers) for place, (buyers, *_) in sorted(steps.items())],
        products=products(members, params, events.counted_as(scope, Role.ORDERED_PRODUCT)),
    )


def spending(members: str, params: dict[str, Any], counted: Counted) -> dict[int, tuple[int, int, float, float]]:
    """Buyers, orders, sum and median by step; of all of them under -1."""
    if not counted.metrics:
        return {}
    text = question(__file__, "spending").format(
        crowd=members,
        times=counted.times or "1",
        value=counted.value,
        where=f"AND {counted.where}" if counted.where else "",
    )
    asked = {**counted.params, **params, "metrics": array(counted.metrics), "edges": list(EDGES)}
    rows = wiring.clickhouse().query(text, asked)
    return {step: (buyers, orders, total, median) for step, buyers, orders, total, median in rows if buyers}


def step_of(place: int, buyers: int) -> SpendStep:
    since = EDGES[place - 1] if place else 0.0
    return SpendStep(since, EDGES[place] if place < len(EDGES) else None, buyers)


def products(members: str, params: dict[str, Any], counted: Counted) -> list[BoughtProduct]:
    if not counted.metrics:
        return []
    names = ", ".join(f"nullIf(JSONExtractString(properties, '{name}'), '')" for name in PRODUCT_NAMES)
    rows = wiring.clickhouse().query(
        question(__file__, "products").format(crowd=members, names=f"{names}, ''"),
        {**params, "metrics": array(counted.metrics), "most": MOST_SHARES},
    )
    return [BoughtProduct(name, buyers, pieces, round(value, 2)) for name, buyers, pieces, value in rows]
