"""The promise of one meaning: the answer is the same over all profiles, over changed ones, and by hand."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cairn.domains.accounts import actions as accounts
from cairn.domains.segments import evaluation, ticking
from cairn.domains.segments.models import Segment, Watermark
from cairn.domains.segments.parsing import parse
from cairn.domains.segments.queries import member_numbers
from cairn.domains.segments.references import resolved
from cairn.domains.segments.tests import strategies
from cairn.domains.segments.tests.oracle import CODES, Oracle
from cairn.domains.segments.tests.shop import Happening, Person, write_events, write_people, write_postal_codes
from cairn.domains.segments.tests.strategies import METRICS, SEGMENTS, START
from cairn.domains.segments.windows import seconds_of
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope

SIZE = 6
relaxed = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
shops = st.tuples(*(strategies.people(number) for number in range(1, SIZE + 1)))


class Shops:
    """A fresh account for each example, because clearing ClickHouse takes longer than not needing to."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.count = 0

    def fresh(self) -> Scope:
        self.count += 1
        live_in(self.scope, "UTC")
        # PostgreSQL's side stays one account; in ClickHouse each example has a number of its own.
        Segment.objects.within(self.scope).delete()
        Watermark.objects.filter(account_id=self.scope.account_id).delete()
        return Scope(self.scope.account_id, 1_000_000 + self.count)


@pytest.fixture
def shops_of(scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch) -> Shops:
    monkeypatch.setattr(ticking, "metric_numbers", lambda _: METRICS)
    monkeypatch.setattr(ticking, "BUILD_SECONDS", 600.0)
    write_postal_codes([(*key, *place) for key, place in CODES.items()])
    return Shops(scope)


@relaxed
@given(people=shops, events=st.lists(strategies.happenings(SIZE), max_size=12), data=st.data())
def test_all_profiles_and_given_profiles_agree_with_counting_by_hand(
    shops_of: Shops, people: tuple[Person, ...], events: list[Happening], data: st.DataObject
) -> None:
    scope = shops_of.fresh()
    write_people(scope, people)
    write_events(scope, events)
    definitions = data.draw(st.lists(strategies.definitions, min_size=10, max_size=20))
    now = START + data.draw(strategies.steps)
    live_in(scope, zone := data.draw(strategies.zones, label="zone"))
    oracle = Oracle(people, events, METRICS, now, zone=zone)
    parsed = resolved(scope, [parse(definition) for definition in definitions])
    given_people = evaluation.holding(scope, parsed, METRICS, range(1, SIZE + 2), seconds_of(now))
    for place, definition in enumerate(parsed):
        by_hand = oracle.members(definitions[place])
        over_all = set(evaluation.members_of(scope, definition, METRICS, seconds_of(now)).tolist())
        assert over_all == by_hand, definitions[place]
        assert {number for number, held in given_people.items() if place in held} == by_hand, definitions[place]


@relaxed
@given(people=shops, events=st.lists(strategies.happenings(SIZE), max_size=8), data=st.data())
def test_after_every_tick_members_are_what_counting_by_hand_says(
    shops_of: Shops, people: tuple[Person, ...], events: list[Happening], data: st.DataObject
) -> None:
    scope = shops_of.fresh()
    crowd = {person.number: person for person in people}
    happened = list(events)
    write_people(scope, people)
    write_events(scope, events)
    definitions = data.draw(st.lists(strategies.definitions, min_size=3, max_size=6))
    segments: dict[str, Any] = {}
    for definition in definitions:
        make(scope, definition, segments)
    joined: dict[str, dict[int, datetime]] = {}
    live_in(scope, zone := data.draw(strategies.zones, label="zone"))
    now = data.draw(st.sampled_from(strategies.turning_points(zone)), label="begin")
    ticking.tick(scope, set(), now=now)
    check(scope, Oracle(list(crowd.values()), happened, METRICS, now, segments, joined, zone))
    joined = moved(Oracle(list(crowd.values()), happened, METRICS, now, segments, joined, zone))
    for version in range(2, 5):
        now += data.draw(strategies.steps, label="later by")
        if data.draw(st.sampled_from([False, False, False, True]), label="the account moves"):
            live_in(scope, zone := data.draw(strategies.zones, label="to"))
        changed = change(scope, data.draw, crowd, happened, version)
        ticking.tick(scope, changed, now=now)
        oracle = Oracle(list(crowd.values()), happened, METRICS, now, segments, joined, zone)
        check(scope, oracle)
        joined = moved(oracle)


def live_in(scope: Scope, zone: str) -> None:
    accounts.change_settings(scope, {"timezone": zone})


def moved(oracle: Oracle) -> dict[str, dict[int, datetime]]:
    """Since when the members of each segment are, after this step."""
    return {
        segment: {one: oracle.joined.get(segment, {}).get(one, oracle.now) for one in oracle.members(definition)}
        for segment, definition in oracle.segments.items()
    }


def make(scope: Scope, definition: dict[str, Any], segments: dict[str, Any]) -> None:
    """A segment that may refer to those before it."""
    ids = dict(zip(SEGMENTS, segments, strict=False))
    text = json.dumps(definition)
    for name, segment_id in ids.items():
        text = text.replace(f'"{name}"', f'"{segment_id}"')
    definition = json.loads(text)
    row = Segment.objects.create(
        account_id=scope.account_id, name="a segment", definition=definition, created=START, updated=START
    )
    segments[row.id] = definition


def change(
    scope: Scope, draw: Callable[..., Any], crowd: dict[int, Person], happened: list[Happening], version: int
) -> set[int]:
    """Something happens to somebody, or to nobody."""
    changed: set[int] = set()
    for number in draw(st.sets(st.integers(1, SIZE), max_size=2), label="changed"):
        if not crowd[number].deleted:
            crowd[number] = draw(strategies.people(number))
            write_people(scope, [crowd[number]], version)
            changed.add(number)
    events = draw(st.lists(strategies.happenings(SIZE), max_size=2), label="happened")
    write_events(scope, events)
    happened += events
    return changed | {event.profile for event in events}


def check(scope: Scope, oracle: Oracle) -> None:
    for segment_id, definition in oracle.segments.items():
        members = member_numbers(scope, segment_id).tolist()
        assert set(members) == oracle.members(definition), (definition, oracle.now)
        assert len(members) == Segment.objects.of(scope, segment_id).member_count


def test_a_definition_survives_the_way_through_json() -> None:
    definition = parse({"condition_groups": [{"conditions": [CONDITION]}]})
    assert parse(msgspec.to_builtins(definition)) == definition


CONDITION = {
    "type": "profile-metric",
    "metric_id": "Orderd",
    "measurement": "count",
    "measurement_filter": {"type": "numeric", "operator": "greater-than", "value": 0},
    "timeframe_filter": {"type": "date", "operator": "in-the-last", "quantity": 30, "unit": "day"},
}
