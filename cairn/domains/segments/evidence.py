"""What is behind the answers to funnels, last events, segments, permissions, places and predictions."""

from collections.abc import Mapping, Sequence
from typing import Any

from cairn import wiring
from cairn.domains.segments import evaluation
from cairn.domains.segments.asked import Case, Found, aware, moment
from cairn.domains.segments.compiler import SETTINGS
from cairn.domains.segments.contracts import Evidence
from cairn.domains.segments.definition import (
    DateFilter,
    InGroups,
    MetricFunnel,
    Permissions,
    PostalCodeDistance,
    Prediction,
    ProfileProperty,
)
from cairn.domains.segments.funnels import funnel_condition, step_sql
from cairn.domains.segments.models import Segment
from cairn.domains.segments.places import normalized
from cairn.domains.segments.predictions import prediction_value
from cairn.domains.segments.spells import dated
from cairn.domains.segments.windows import Span, frame_of, seconds_of

STEPS_SHOWN = 5
EVENTS_LOOKED_AT = 100
TURNS_TRIED = 200


def explain_nothing(case: Case) -> Found:
    return Found()


def explain_funnel(case: Case) -> Found:
    """The newest events of its steps, how many of them were taken, and when that changes by time alone."""
    condition = case.condition
    if not isinstance(condition, MetricFunnel) or any(one.metric_id not in case.metrics for one in condition.steps):
        return Found()
    frame = frame_of(condition.timeframe_filter)
    events = steps_behind(case, condition)
    names = [case.names.metrics.get(one.metric_id, one.metric_id) for one in condition.steps]
    inside = [one for one in events if isinstance(frame, Span) and frame.holds(one[1], case.now)]
    shown = [
        Evidence("event", str(key), moment(at), " / ".join(name for name, one in zip(names, steps, strict=True) if one))
        for key, at, steps in inside[:STEPS_SHOWN]
    ]
    done = [any(steps[index] for _, _, steps in inside) for index in range(len(names))]
    taken = sum(done[index] for index, one in enumerate(condition.steps) if one.metric_exists)
    value = f"{taken} of {sum(one.metric_exists for one in condition.steps)} steps"
    since, until = funnel_spell(case, condition, [at for _, at, _ in events])
    return Found(value, shown, since, until)


def steps_behind(case: Case, condition: MetricFunnel) -> list[tuple[Any, int, Sequence[int]]]:
    """Id and second of the newest events of any step, and of which steps they are."""
    params = case.params
    account, profile = params.add(case.scope.account_number, "UInt32"), params.add(case.person.number, "UInt32")
    steps = [f"toUInt8({step_sql(one, case.metrics, params)})" for one in condition.steps]
    sql = (
        f"SELECT id, toInt64(toUnixTimestamp(ts)), [{', '.join(steps)}] AS steps FROM events WHERE account = {account}"
        f" AND profile = {profile} AND arrayExists(s -> s = 1, steps) ORDER BY ts DESC, id DESC"
        f" LIMIT {EVENTS_LOOKED_AT}"
    )
    return [(key, int(at), taken) for key, at, taken in wiring.clickhouse().query(sql, params.values)]


def funnel_spell(case: Case, condition: MetricFunnel, seconds: Sequence[int]) -> tuple[int | None, int | None]:
    """SQL is asked again for the moments at which an event came, or passes an edge of the window."""
    frame = frame_of(condition.timeframe_filter)
    if not isinstance(frame, Span):
        return None, None
    passes = {turn for at in seconds for bound in frame.bounds if (turn := bound.passes(at)) is not None}
    past = sorted((one for one in passes | set(seconds) if one <= case.now), reverse=True)[:TURNS_TRIED]
    coming = sorted(one for one in passes if one > case.now)[:TURNS_TRIED]
    answers = funnel_at(case, condition, [*coming, *(turn - 1 for turn in past)])
    until = next((turn for turn in coming if answers[turn] != case.holds), None)
    since = next((turn for turn in past if answers[turn - 1] != case.holds), None)
    return since, until


def funnel_at(case: Case, condition: MetricFunnel, times: Sequence[int]) -> Mapping[int, bool]:
    """What the funnel says at other times; in the past of the events that had happened by then."""
    if not times:
        return {}
    params = case.params
    account, profile = params.add(case.scope.account_number, "UInt32"), params.add(case.person.number, "UInt32")
    asked = []
    for at in dict.fromkeys(times):
        among = f"profile = {profile}"
        if at < case.now:
            among += f" AND ts < toDateTime({params.add(max(at + 1, 0), 'UInt32')}, 'UTC')"
        one = funnel_condition(condition, case.metrics, params, at)
        asked.append(f"SELECT toInt64({at}) AS at FROM ({one.profiles(account, among)})")
    rows = wiring.clickhouse().query(" UNION ALL ".join(asked), params.values, SETTINGS)
    held = {int(at) for (at,) in rows}
    return {at: at in held for at in times}


def explain_last_event(case: Case) -> Found:
    """When it was, and when that comes into or goes out of its window."""
    params = case.params
    account, profile = params.add(case.scope.account_number, "UInt32"), params.add(case.person.number, "UInt32")
    now = params.add(case.now + 1, "UInt32")
    rows = wiring.clickhouse().query(
        f"SELECT argMax(id, ts), toInt64(toUnixTimestamp(max(ts))) FROM events WHERE account = {account}"
        f" AND profile = {profile} AND ts < toDateTime({now}, 'UTC') HAVING count() > 0",
        params.values,
    )
    if not rows:
        return Found()
    key, second = rows[0]
    at = moment(int(second))
    found = Found(at.isoformat() if at else None, [Evidence("event", str(key), at, "")], int(second))
    what = case.condition.filter if isinstance(case.condition, ProfileProperty) else None
    return dated(found, what, [int(second)], case.now) if isinstance(what, DateFilter) else found


def segments_behind(case: Case, condition: InGroups) -> list[Evidence]:
    """Those of the segments that the profile is a stored member of."""
    numbers = [one.number for one in condition.segments]
    rows = Segment.objects.within(case.scope).filter(number__in=numbers).values_list("id", "number", "name")
    joined = {number: evaluation.joined(case.scope, number, [case.person.number]) for number in numbers}
    return [
        Evidence("segment", segment_id, joined[number][case.person.number], name)
        for segment_id, number, name in rows
        if case.person.number in joined[number]
    ]


def explain_permissions(case: Case) -> Found:
    condition = case.condition
    if not isinstance(condition, Permissions):
        return Found()
    status, at = case.person.consents.get(condition.channel, ("", None))
    said = status or "NEVER_SUBSCRIBED"
    evidence = [Evidence("consent", condition.channel, aware(at) if at else None, said)]
    found = Found(said, evidence, seconds_of(aware(at)) if at and case.holds else None)
    for item in condition.permission.filters or ():
        if item.field == "effective_date" and isinstance(item.filter, DateFilter) and at:
            return dated(found, item.filter, [seconds_of(aware(at))], case.now)
    return found


def explain_place(case: Case) -> Found:
    """Where the profile lies, by its own coordinates or its postal code."""
    if not isinstance(case.condition, PostalCodeDistance):
        return Found()
    person = case.person
    if person.coordinates is not None:
        text = "{:.4f}, {:.4f}".format(*person.coordinates)
        return Found(text, [Evidence("property", "location['latitude']", None, text)])
    text = " ".join(part for part in (normalized(person.zip), person.country) if part)
    return Found(text or None, [Evidence("property", "location['zip']", None, text)] if text else [])


def explain_prediction(case: Case) -> Found:
    condition = case.condition
    if not isinstance(condition, Prediction):
        return Found()
    value = prediction_value(condition, case.params)
    params = case.params
    account, profile = params.add(case.scope.account_number, "UInt32"), params.add(case.person.number, "UInt32")
    shown = f"multiIf(NOT ({value.is_set}), NULL, {value.is_text}, {value.text}, toString({value.number}))"
    rows = wiring.clickhouse().query(
        f"SELECT {shown}, {value.seconds} FROM profiles FINAL WHERE account = {account} AND profile = {profile}",
        params.values,
    )
    text, second = rows[0] if rows else (None, None)
    if second is not None:
        text = str(moment(int(second)))
    found = Found(text, [] if text is None else [Evidence("prediction", condition.dimension, None, text)])
    if isinstance(condition.filter, DateFilter) and second is not None:
        return dated(found, condition.filter, [int(second)], case.now)
    return found
