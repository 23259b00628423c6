"""Every case in `cases/`: over all profiles, over given ones, by ticks as its times pass, and explained."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cairn.domains.accounts import actions as accounts
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments import evaluation, explanations, ticking
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.models import Segment
from cairn.domains.segments.parsing import parse
from cairn.domains.segments.queries import member_numbers
from cairn.domains.segments.references import resolved
from cairn.domains.segments.tests.shop import Happening, Person, utc, write_events, write_people, write_postal_codes
from cairn.domains.segments.windows import seconds_of
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope

METRICS = {"Orderd": 1, "Viewed": 2, "Refund": 3}
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
    for case in json.loads(path.read_text())
]
POSTAL_CODES = (
    ("US", "02108", 42.3576, -71.0684),
    ("US", "02139", 42.3647, -71.1042),
    ("US", "10001", 40.7484, -73.9967),
    ("GB", "SW1A", 51.5010, -0.1416),
    ("DE", "10115", 52.5323, 13.3846),
)
DATES = (
    *("created", "email_consent_at", "sms_consent_at", "push_consent_at", "expected_date_of_next_purchase"),
    *("whatsapp_marketing_consent_at", "whatsapp_marketing_recorded_at"),
)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NAMES = ("ann", "bea", "cem", "dan", "eve", "fay")


def definition_of(case: dict[str, Any]) -> dict[str, Any]:
    if "metric" in case:
        done: dict[str, Any] = {"type": "profile-metric", "metric_id": "Orderd", "measurement": "count"}
        done["measurement_filter"] = {"type": "numeric", "operator": "greater-than", "value": 0}
        return {
            "condition_groups": [{"conditions": [{**done, "timeframe_filter": {"type": "date", **case["metric"]}}]}]
        }
    return {"condition_groups": [{"conditions": group} for group in case["conditions"]]}


def person(name: str, given: dict[str, Any]) -> Person:
    fields = dict(given)
    for key in DATES:
        if key in fields:
            fields[key] = utc(fields[key])
    fields["lists"] = {one: utc(at) for one, at in given.get("lists", {}).items()}
    fields["suppressions"] = [(reason, utc(at)) for reason, at in given.get("suppressions", ())]
    return Person(NAMES.index(name) + 1, **fields)


@pytest.fixture
def shop(scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch) -> Scope:
    for module in (ticking, explanations):
        monkeypatch.setattr(module, "metric_numbers", lambda _: METRICS)
    monkeypatch.setattr(profiles, "get_profile", lambda _, name: SimpleNamespace(id=name, number=NAMES.index(name) + 1))
    return scope


def write(scope: Scope, case: dict[str, Any]) -> list[str]:
    write_postal_codes(POSTAL_CODES)
    people = case.get("people") or {event["who"]: {} for event in case["events"]}
    write_people(scope, [person(name, given) for name, given in people.items()])
    write_events(
        scope,
        [
            Happening(
                NAMES.index(event["who"]) + 1,
                METRICS[event.get("metric", "Orderd")],
                utc(event["at"]),
                Decimal(event.get("value", 0)),
                event.get("properties", {}),
            )
            for event in case.get("events", ())
        ],
    )
    return list(people)


def names(numbers: Any) -> list[str]:
    return [NAMES[number - 1] for number in sorted(numbers)]


def check(
    scope: Scope, definition: Definition, segment: str, people: list[str], wanted: list[str], now: datetime
) -> None:
    at = seconds_of(now)
    assert names(evaluation.members_of(scope, definition, METRICS, at)) == wanted
    given = evaluation.holding(scope, [definition], METRICS, range(1, len(NAMES) + 1), at)
    assert names(number for number, held in given.items() if held) == wanted
    ticking.tick(scope, set(), now=now)
    assert names(member_numbers(scope, segment)) == wanted
    for name in people:
        reason = explanations.explain(scope, segment, name, now=now)
        assert (reason.member, reason.holds) == (name in wanted, name in wanted)


@pytest.mark.parametrize("case", CASES)
def test_case(shop: Scope, case: dict[str, Any]) -> None:
    accounts.change_settings(shop, {"timezone": case.get("zone", "UTC")})
    people = write(shop, case)
    times = {utc(at): sorted(wanted) for at, wanted in case["members"].items()}
    given = definition_of(case)
    start = min(times) - timedelta(hours=5)
    row = Segment.objects.create(
        account_id=shop.account_id, name=case["case"], definition=given, created=start, updated=start
    )
    ticking.tick(shop, set(), now=start)
    for now, wanted in sorted(times.items()):
        [asked] = resolved(shop, [parse(given)])
        check(shop, asked, row.id, people, wanted, now)


def test_an_explanation_says_until_when_a_condition_holds(shop: Scope) -> None:
    case = {
        "events": [{"who": "ann", "at": "2026-06-10T10:00:00"}, {"who": "ann", "at": "2026-06-12T11:00:00"}],
        "metric": {"operator": "in-the-last", "quantity": 5, "unit": "day"},
    }
    write(shop, case)
    now = datetime(2026, 6, 13, 12, tzinfo=UTC)
    row = Segment.objects.create(
        account_id=shop.account_id, name="Lately", definition=definition_of(case), created=now, updated=now
    )
    found = explanations.explain(shop, row.id, "ann", now=now).groups[0].conditions[0]
    assert (found.value, len(found.evidence)) == (2, 2)
    assert found.since == datetime(2026, 6, 10, 10, tzinfo=UTC)
    assert found.until == datetime(2026, 6, 18, tzinfo=UTC)
    later = explanations.explain(shop, row.id, "ann", now=datetime(2026, 6, 20, tzinfo=UTC)).groups[0].conditions[0]
    assert (later.holds, later.value, later.until) == (False, 0, None)
    assert later.since == datetime(2026, 6, 18, tzinfo=UTC)


def test_an_explanation_speaks_of_the_accounts_days(shop: Scope) -> None:
    accounts.change_settings(shop, {"timezone": "America/New_York"})
    case = {
        "people": {"ann": {"properties": {"born": "1990-03-01", "due": "2024-11-03T01:30:00"}}},
        "conditions": [
            [
                {"type": "profile-property", "property": "properties['born']", "filter": frame}
                for frame in (
                    {"type": "date", "operator": "anniversary"},
                    {"type": "date", "operator": "in-the-last", "quantity": 20000, "unit": "day"},
                )
            ],
            [
                {
                    "type": "profile-property",
                    "property": "properties['due']",
                    "filter": {"type": "date", "operator": "in-the-last", "quantity": 1, "unit": "day"},
                }
            ],
        ],
    }
    write(shop, case)
    row = Segment.objects.create(
        account_id=shop.account_id, name="Born", definition=definition_of(case), created=NOW, updated=NOW
    )
    birthday, born = explanations.explain(shop, row.id, "ann", now=utc("2026-03-01T12:00:00")).groups[0].conditions
    assert (birthday.holds, birthday.value) == (True, "1990-03-01")
    assert (birthday.since, birthday.until) == (utc("2026-03-01T05:00:00"), utc("2026-03-02T05:00:00"))
    assert (born.since, born.until) == (utc("1990-03-01T05:00:00"), utc("2044-12-03T05:00:00"))
    due = explanations.explain(shop, row.id, "ann", now=utc("2024-11-04T12:00:00")).groups[1].conditions[0]
    assert (due.since, due.until) == (utc("2024-11-03T05:30:00"), utc("2024-11-05T05:00:00"))


def test_an_explanation_of_a_funnel_says_which_steps_were_taken_and_until_when_they_count(shop: Scope) -> None:
    steps = [{"metric_exists": True, "metric_id": "Viewed"}, {"metric_exists": True, "metric_id": "Orderd"}]
    frame = {"type": "date", "operator": "in-the-last", "quantity": 5, "unit": "day"}
    case = {
        "events": [
            {"who": "ann", "metric": "Viewed", "at": "2026-06-10T10:00:00"},
            {"who": "ann", "metric": "Orderd", "at": "2026-06-10T12:00:00"},
        ],
        "conditions": [[{"type": "profile-metric-funnel", "timeframe_filter": frame, "steps": steps}]],
    }
    write(shop, case)
    now = utc("2026-06-13T12:00:00")
    row = Segment.objects.create(
        account_id=shop.account_id,
        name="Bought what they saw",
        definition=definition_of(case),
        created=now,
        updated=now,
    )

    def found(at: str) -> Any:
        return explanations.explain(shop, row.id, "ann", now=utc(at)).groups[0].conditions[0]

    present = found("2026-06-13T12:00:00")
    assert (present.holds, present.value, len(present.evidence)) == (True, "2 of 2 steps", 2)
    assert (present.since, present.until) == (utc("2026-06-10T12:00:00"), utc("2026-06-16T00:00:00"))
    over = found("2026-06-20T00:00:00")
    assert (over.holds, over.value, over.since, over.until) == (False, "0 of 2 steps", utc("2026-06-16T00:00:00"), None)
