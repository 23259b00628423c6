"""Definitions that can be taken and those that cannot, each with the place of its mistake."""

import copy
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.flows import actions, queries
from cairn.domains.flows.parsing import KINDS
from cairn.domains.lists import actions as lists
from cairn.domains.templates import actions as templates
from cairn.kernel.converting import converted
from cairn.kernel.errors import CairnError, Conflict, Invalid
from cairn.kernel.scope import Scope

NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
ROOT = "/data/attributes/definition"
Json = dict[str, Any]


@pytest.fixture
def names(scope: Scope, clickhouse: object) -> dict[str, str]:
    """What the definitions of the tests name, by the words that stand for it."""
    number = events.resolve_metrics(scope, names=[("api", "Placed Order")])["api", "Placed Order"]
    metric = next(one.id for one in event_queries.all_metrics(scope) if one.number == number)
    letter = templates.create_template(scope, name="Hi", editor_type="CODE", html="<p>Hi</p>", now=NOW)
    return {"LIST": lists.create_list(scope, name="News", now=NOW).id, "METRIC": metric, "TEMPLATE": letter.id}


def filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: filled(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def groups(*conditions: Json) -> Json:
    return {"condition_groups": [{"conditions": list(conditions)}]}


SAMPLE = {"type": "profile-sample", "percentage": 50}
TEXT = {"type": "string", "operator": "equals", "value": "x"}
EVENT = {"type": "metric-property", "metric_id": "METRIC", "field": "SKU", "filter": TEXT}
BOUGHT_SINCE = {
    "type": "profile-metric",
    "metric_id": "METRIC",
    "measurement": "count",
    "measurement_filter": {"type": "numeric", "operator": "equals", "value": 0},
    "timeframe_filter": {"type": "date", "operator": "flow-start"},
}
LAST_WEEK = {"type": "date", "operator": "in-the-last", "unit": "week", "quantity": 1}
NOT_HERE = {"type": "profile-not-in-flow", "timeframe_filter": LAST_WEEK}
SMS: Json = {"type": "send-sms", "data": {"message": {"body": "Hi"}}}
MAIL: Json = {"type": "send-email", "data": {"message": {"subject_line": "Hi", "template_id": "TEMPLATE"}}}
PUSH: Json = {
    "type": "send-mobile-push",
    "data": {"message": {"body": "Hi", "badge_options": {"badge_config": "increment_one"}}},
}
ALERT: Json = {"from_email": "a@example.com", "from_label": "A", "to_emails": ["b@example.com"], "subject_line": "Hi"}
BRANCHES: list[Json] = [
    {"branch_id": "1", "branch_filter": groups(EVENT), "links": {"next": None}, "name": "Those"},
    {"branch_id": "2", "is_else": True},
]
OUTPUT = {"type": "action-output", "output_config_id": 1, "field": "score", "filter": TEXT}
GOOD: list[Json] = [
    MAIL,
    SMS,
    PUSH,
    {"type": "send-whatsapp"},
    {"type": "send-webhook", "data": {"message": {"url": "https://example.com/", "headers": {"A": "b"}}}},
    {"type": "send-internal-alert", "data": {"message": ALERT}},
    {"type": "time-delay", "data": {"unit": "days", "value": 1, "delay_until_time": "09:00:00", "timezone": "UTC"}},
    {"type": "target-date", "data": {"target_time": "10:00", "target_days": ["monday"]}},
    {"type": "countdown-delay", "data": {}},
    {"type": "back-in-stock-delay"},
    {"type": "conditional-split", "data": {"profile_filter": groups(SAMPLE, BOUGHT_SINCE)}},
    {
        "type": "trigger-split",
        "data": {"trigger_filter": groups(EVENT), "trigger_id": "METRIC", "trigger_type": "metric"},
    },
    {"type": "action-output-split", "data": {"action_output_filter": groups(OUTPUT)}},
    {"type": "multi-branch-split", "links": None, "data": {"name": "Which?", "branches": BRANCHES}},
    {"type": "ab-test", "data": {"main_action": MAIL, "current_experiment": {"variations": [MAIL, SMS]}}},
    {"type": "content-experiment", "data": {"main_action": PUSH, "experiment_status": None}},
    {
        "type": "update-profile",
        "data": {
            "profile_operations": [
                {"operator": "create", "property_type": "date", "property_key": "Seen", "property_value": "today"},
                {"operator": "delete", "property_key": "Old"},
            ]
        },
    },
    {"type": "list-update", "data": {"name": "Add", "list_id": "LIST", "on_execution": True}},
    {"type": "code", "data": {"anything": [1]}},
    {"type": "internal-service", "data": {"service_configuration": {"service_method_type": "unknown"}}},
]
BEFORE = {"timedelta_value_before_date": 1, "trigger_time": "09:00:00"}
DROPPED = {"type": "price-drop-property", "metric_id": None, "field": "x", "filter": TEXT}
TRIGGERS: list[tuple[Json, str]] = [
    ({"type": "list", "id": "LIST"}, "Added to List"),
    ({"type": "list", "id": None}, "Unconfigured"),
    ({"type": "segment"}, "Unconfigured"),
    ({"type": "metric", "id": "METRIC", "trigger_filter": groups(EVENT)}, "Metric"),
    (
        {"type": "date", "date_field_type": "profile-property", "date_profile_property": "Birthday", **BEFORE},
        "Date Based",
    ),
    (
        {"type": "price-drop", "trigger_filter": groups(DROPPED), "price_drop_amount_value": 5, "audience": ["viewed"]},
        "Price Drop",
    ),
    (
        {
            "type": "low-inventory",
            "product_level": "variant",
            "trigger_filter": None,
            "inventory_count": 3,
            "audience": ["added-to-cart"],
        },
        "Low Inventory",
    ),
]


def whole(*steps: Json, trigger: Json | None = None, **more: Any) -> Json:
    """Steps that follow each other, the first of which begins."""
    named = []
    for place, step in enumerate(steps):
        name = step.get("temporary_id", str(place))
        named.append({"temporary_id": name, **copy.deepcopy(step)})
        if "links" not in step and place + 1 < len(steps):
            named[place]["links"] = {"next": steps[place + 1].get("temporary_id", str(place + 1))}
    entry = named[0]["temporary_id"] if named else None
    return {"triggers": [trigger or {"type": "list"}], "actions": named, "entry_action_id": entry, **more}


def keep(scope: Scope, definition: Json) -> Json:
    flow = actions.create_flow(scope, name="Flow", definition=definition, now=NOW)
    return queries.definitions(scope, [flow])[flow.id]


def refused(scope: Scope, definition: Any) -> CairnError:
    with pytest.raises((Invalid, Conflict)) as found:
        actions.create_flow(scope, name="Flow", definition=definition, now=NOW)
    assert found.value.detail
    return found.value


def test_every_kind_of_action_has_an_example_here() -> None:
    assert {one["type"] for one in GOOD} == set(KINDS)


@pytest.mark.parametrize("step", GOOD, ids=lambda step: str(step["type"]))
def test_each_kind_of_action_is_taken(scope: Scope, names: dict[str, str], step: Json) -> None:
    given = filled(whole(step), names)
    [kept] = keep(scope, given)["actions"]
    assert kept["id"].isdecimal()
    assert "temporary_id" not in kept
    assert {**step, **kept}.keys() >= {"id", "links", "type"}
    if "data" in step:
        assert_says(kept["data"], filled(step["data"], names))


def assert_says(kept: Any, given: Any) -> None:
    """Whatever was given is kept; ids and defaults come to it."""
    if isinstance(given, dict):
        for key, value in given.items():
            assert_says(kept[key], value)
    elif isinstance(given, list):
        for one, other in zip(kept, given, strict=True):
            assert_says(one, other)
    else:
        assert kept == given


@pytest.mark.parametrize(("trigger", "shown"), TRIGGERS)
def test_each_kind_of_trigger_is_taken(scope: Scope, names: dict[str, str], trigger: Json, shown: str) -> None:
    given = filled(whole(GOOD[6], trigger=trigger), names)
    flow = actions.create_flow(scope, name="Flow", definition=given, now=NOW)
    assert flow.trigger_type == shown
    [kept] = queries.definitions(scope, [flow])[flow.id]["triggers"]
    assert_says(kept, given["triggers"][0])


def test_all_kinds_of_conditions_of_a_flow_are_taken(scope: Scope, names: dict[str, str]) -> None:
    frame = {"type": "date", "operator": "alltime"}
    unsent = [
        {"type": f"profile-not-sent-{channel}", "timeframe_filter": frame} for channel in ("email", "sms", "push")
    ]
    asked = groups(SAMPLE, NOT_HERE, BOUGHT_SINCE, *unsent)
    given = filled(whole(MAIL, profile_filter=asked, reentry_criteria={"duration": 30, "unit": "day"}), names)
    kept = keep(scope, given)
    assert kept["profile_filter"] == given["profile_filter"]
    assert kept["reentry_criteria"] == {"duration": 30, "unit": "day"}


def test_ways_may_part_and_meet_again(scope: Scope, names: dict[str, str]) -> None:
    fork = {"type": "conditional-split", "data": {"profile_filter": groups(SAMPLE)}, "temporary_id": "fork"}
    given = whole(
        {**fork, "links": {"next_if_true": "yes", "next_if_false": "end"}},
        {**SMS, "temporary_id": "yes"},
        {**SMS, "temporary_id": "end"},
    )
    kept = keep(scope, given)["actions"]
    fork_id, yes, end = (one["id"] for one in kept)
    assert kept[0]["links"] == {"next_if_true": yes, "next_if_false": end}
    assert kept[1]["links"] == {"next": end}
    assert len({fork_id, yes, end}) == 3


def test_a_test_names_its_variations_anew(scope: Scope, names: dict[str, str]) -> None:
    variations = [{**SMS, "temporary_id": "a"}, {**SMS, "temporary_id": "b"}]
    inside = {"variations": variations, "allocations": {"a": 0.3, "b": 0.7}}
    step = {"type": "ab-test", "data": {"main_action": SMS, "current_experiment": inside}}
    [kept] = keep(scope, whole(step))["actions"]
    experiment = kept["data"]["current_experiment"]
    first, second = (one["id"] for one in experiment["variations"])
    assert experiment["allocations"] == {first: 0.3, second: 0.7}
    parts = [kept["data"]["main_action"], *experiment["variations"]]
    ids = [one["data"]["message"]["id"] for one in parts]
    action = queries.get_action(scope, kept["id"])
    assert sorted(queries.message_ids_of(scope, [action])[kept["id"]]) == sorted(ids)
    changed = copy.deepcopy(kept)
    changed["data"]["current_experiment"]["variations"][1] = {**SMS, "temporary_id": "c"}
    changed["data"]["current_experiment"]["allocations"] = {first: 0.5, "c": 0.5}
    after = actions.update_action(scope, kept["id"], definition=changed, now=NOW).definition["data"]
    third = after["current_experiment"]["variations"][1]
    assert after["current_experiment"]["allocations"] == {first: 0.5, third["id"]: 0.5}
    left = queries.message_ids_of(scope, [action])[kept["id"]]
    assert sorted(left) == sorted([*ids[:2], third["data"]["message"]["id"]])


DELAY: Json = {"type": "time-delay", "data": {"value": 1}}


def operation(**more: Any) -> Json:
    step = {"operator": "create", "property_key": "k", **more}
    return {"type": "update-profile", "data": {"profile_operations": [step]}}


BAD: list[tuple[str, Any, str]] = [
    ("no object", [], ""),
    ("no trigger", whole(DELAY) | {"triggers": []}, "/triggers"),
    ("two triggers", whole(DELAY) | {"triggers": [{"type": "list"}] * 2}, "/triggers"),
    ("an unknown trigger", whole(DELAY, trigger={"type": "sunrise"}), "/triggers/0/type"),
    ("a list that is none", whole(DELAY, trigger={"type": "list", "id": "METRIC"}), "/triggers/0/id"),
    ("an entry that is none", whole(DELAY) | {"entry_action_id": "x"}, "/entry_action_id"),
    ("no entry", whole(DELAY) | {"entry_action_id": None}, "/entry_action_id"),
    ("an unknown action", whole(DELAY, {"type": "sing"}), "/actions/1/type"),
    ("no temporary id", whole(DELAY, {**DELAY, "temporary_id": None}), "/actions/1/temporary_id"),
    ("a name twice", whole({**DELAY, "temporary_id": "a"}, {**DELAY, "temporary_id": "a"}), "/actions/1/temporary_id"),
    ("an id", whole({**DELAY, "id": "100"}), "/actions/0/id"),
    (
        "an id of a message",
        whole({"type": "send-email", "data": {"message": {"id": "x"}}}),
        "/actions/0/data/message/id",
    ),
    ("a link to nothing", whole({**DELAY, "links": {"next": "x"}}), "/actions/0/links/next"),
    ("a circle", whole(DELAY, {**DELAY, "links": {"next": "0"}}), "/actions/1/links/next"),
    ("an action to itself", whole({**DELAY, "links": {"next": "0"}}), "/actions/0/links/next"),
    ("an action nobody reaches", whole({**DELAY, "links": {"next": None}}, DELAY), "/actions/1"),
    ("half a split", whole({**GOOD[10], "links": {"next_if_true": None}}), "/actions/0/links/next_if_false"),
    ("links of many branches", whole({**GOOD[13], "links": {"next": None}}), "/actions/0/links"),
    ("no data", whole({"type": "time-delay"}), "/actions/0/data"),
    (
        "a wrong unit",
        whole(DELAY, {"type": "time-delay", "data": {"unit": "years", "value": 1}}),
        "/actions/1/data/unit",
    ),
    ("a delay of less than nothing", whole({"type": "time-delay", "data": {"value": -1}}), "/actions/0/data/value"),
    (
        "a clock time after hours",
        whole({"type": "time-delay", "data": {"unit": "hours", "value": 1, "delay_until_time": "09:00"}}),
        "/actions/0/data/delay_until_time",
    ),
    ("no time", whole({"type": "target-date", "data": {"target_time": "noon"}}), "/actions/0/data/target_time"),
    ("no zone", whole({"type": "time-delay", "data": {"value": 1, "timezone": "Mars"}}), "/actions/0/data/timezone"),
    (
        "an address that is none",
        whole({"type": "send-email", "data": {"message": {"from_email": "me"}}}),
        "/actions/0/data/message/from_email",
    ),
    (
        "code that fails",
        whole({"type": "send-email", "data": {"message": {"subject_line": "{% if %}"}}}),
        "/actions/0/data/message/subject_line",
    ),
    (
        "a template that is none",
        whole({"type": "send-email", "data": {"message": {"template_id": "LIST"}}}),
        "/actions/0/data/message/template_id",
    ),
    (
        "nobody to alert",
        whole({"type": "send-internal-alert", "data": {"message": {**ALERT, "to_emails": []}}}),
        "/actions/0/data/message/to_emails",
    ),
    (
        "a webhook to nowhere",
        whole({"type": "send-webhook", "data": {"message": {"url": ""}}}),
        "/actions/0/data/message/url",
    ),
    (
        "a list that is gone",
        whole({"type": "list-update", "data": {"name": "", "list_id": "x", "on_execution": True}}),
        "/actions/0/data/list_id",
    ),
    ("no type of value", whole(operation(property_value="x")), "/actions/0/data/profile_operations/0/property_type"),
    (
        "a value of another type",
        whole(operation(property_type="numeric", property_value="1")),
        "/actions/0/data/profile_operations/0/property_value",
    ),
    (
        "two branches for the others",
        whole(
            {
                "type": "multi-branch-split",
                "data": {"name": "", "branches": [BRANCHES[1], {**BRANCHES[1], "branch_id": "3"}]},
            }
        ),
        "/actions/0/data/branches/1/is_else",
    ),
    (
        "a branch for nobody",
        whole({"type": "multi-branch-split", "data": {"name": "", "branches": [{"branch_id": "1"}]}}),
        "/actions/0/data/branches/0/branch_filter",
    ),
    (
        "a variation that leads on",
        whole({"type": "ab-test", "data": {"main_action": {**SMS, "links": {"next": "0"}}}}),
        "/actions/0/data/main_action/links/next",
    ),
    ("no groups", whole(DELAY, profile_filter={"condition_groups": []}), "/profile_filter/condition_groups"),
    (
        "a funnel",
        whole(DELAY, profile_filter=groups({"type": "profile-metric-funnel"})),
        "/profile_filter/condition_groups/0/conditions/0/type",
    ),
    (
        "more than all",
        whole(DELAY, profile_filter=groups(SAMPLE, {**SAMPLE, "percentage": 101})),
        "/profile_filter/condition_groups/0/conditions/1/percentage",
    ),
    (
        "a segment's condition with a mistake",
        whole(DELAY, profile_filter=groups(SAMPLE, {**BOUGHT_SINCE, "metric_id": "x"})),
        "/profile_filter/condition_groups/0/conditions/1/metric_id",
    ),
    (
        "not in the flow, asked in the flow",
        whole({"type": "conditional-split", "data": {"profile_filter": groups(NOT_HERE)}}),
        "/actions/0/data/profile_filter/condition_groups/0/conditions/0/type",
    ),
    (
        "an event asked about by a mail",
        whole({"type": "send-email", "data": {"message": {"additional_filters": groups(EVENT)}}}),
        "/actions/0/data/message/additional_filters/condition_groups/0/conditions/0/type",
    ),
    (
        "a trigger's metric that is none",
        whole(DELAY, trigger={"type": "metric", "id": "METRIC", "trigger_filter": groups({**EVENT, "metric_id": "x"})}),
        "/triggers/0/trigger_filter/condition_groups/0/conditions/0/metric_id",
    ),
    (
        "a pattern that is none",
        whole(
            DELAY,
            trigger={
                "type": "metric",
                "id": "METRIC",
                "trigger_filter": groups({**EVENT, "filter": {**TEXT, "operator": "regex", "value": "("}}),
            },
        ),
        "/triggers/0/trigger_filter/condition_groups/0/conditions/0/filter/value",
    ),
    (
        "a date without a name",
        whole(DELAY, trigger={"type": "date", "date_field_type": "profile-property", **BEFORE}),
        "/triggers/0/date_profile_property",
    ),
    ("no way to enter again", whole(DELAY, reentry_criteria={"duration": 1, "unit": "year"}), "/reentry_criteria/unit"),
]


@pytest.mark.parametrize(("given", "pointer"), [pytest.param(*one[1:], id=one[0]) for one in BAD])
def test_a_mistake_is_pointed_at(scope: Scope, names: dict[str, str], given: Any, pointer: str) -> None:
    error = refused(scope, filled(given, names))
    assert isinstance(error, Invalid)
    assert error.pointer == ROOT + pointer


@pytest.mark.parametrize(
    ("step", "pointer"),
    [
        ({"type": "send-email", "data": {"status": "live"}}, "/data/status"),
        ({"type": "list-update", "data": {**GOOD[17]["data"], "status": "manual"}}, "/data/status"),
        ({"type": "ab-test", "data": {"main_action": SMS, "experiment_status": "live"}}, "/data/experiment_status"),
    ],
)
def test_what_would_run_is_refused(scope: Scope, names: dict[str, str], step: Json, pointer: str) -> None:
    error = refused(scope, filled(whole(step), names))
    assert isinstance(error, Conflict)
    assert (error.code, error.pointer) == ("does_not_run", f"{ROOT}/actions/0{pointer}")


def test_long_flows_are_walked(scope: Scope, names: dict[str, str]) -> None:
    assert len(keep(scope, whole(*[DELAY] * 500))["actions"]) == 500
    error = refused(scope, whole(*[DELAY] * 501))
    assert isinstance(error, Invalid)
    assert error.pointer == f"{ROOT}/actions"


NASTY: list[Any] = [
    None,
    True,
    -1,
    2**63,
    10**30,
    1e308,
    "",
    "x" * 2000,
    "{{7*7}}",
    "9999-99-99",
    [],
    {},
    [[{}]],
    {"type": None},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from places(one, (*path, name))


def test_no_definition_breaks_what_reads_it(scope: Scope, names: dict[str, str]) -> None:
    """Whatever stands wherever: it is refused at its place, or kept and read back."""
    chance = random.Random(20_260_715)
    filters = groups(SAMPLE, NOT_HERE, BOUGHT_SINCE)
    for _ in range(400):
        given = filled(whole(chance.choice(GOOD), trigger=chance.choice(TRIGGERS)[0], profile_filter=filters), names)
        *path, last = chance.choice([place for place in places(given) if place])
        target = given
        for step in path:
            target = target[step]
        target[last] = chance.choice(NASTY)
        try:
            kept = keep(scope, given)
        except (Invalid, Conflict) as error:
            assert error.detail
            assert (error.pointer or "").startswith(ROOT)
        else:
            assert [converted(one, KINDS[one["type"]], "").id for one in kept["actions"]]
