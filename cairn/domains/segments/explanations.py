"""Why somebody is, or is not, in a segment: each condition's answer and value, and what they come from.

Whether a condition holds is asked in SQL, like everywhere. Since when and until when is found from the moments of the
events and dates behind it: only at those, or when a window's edge passes them, can time alone change an answer.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from cairn import wiring
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments import evaluation
from cairn.domains.segments.asked import Case, Found, aware, moment, person_of
from cairn.domains.segments.compiler import EventCondition, compile_definitions, property_value
from cairn.domains.segments.contracts import ConditionReason, Evidence, Explanation, GroupReason
from cairn.domains.segments.definition import (
    LAST_EVENT,
    CustomObject,
    DateFilter,
    Definition,
    GroupMembership,
    InGroups,
    MarketingConsent,
    MetricFunnel,
    Permissions,
    PostalCodeDistance,
    Prediction,
    ProfileMetric,
    ProfileProperty,
    Region,
)
from cairn.domains.segments.evidence import (
    explain_funnel,
    explain_last_event,
    explain_nothing,
    explain_permissions,
    explain_place,
    explain_prediction,
    segments_behind,
)
from cairn.domains.segments.histories import COMPARE
from cairn.domains.segments.models import Segment
from cairn.domains.segments.names import metric_numbers, names_of
from cairn.domains.segments.references import resolved
from cairn.domains.segments.spells import Moments, dated
from cairn.domains.segments.summaries import describe
from cairn.domains.segments.windows import Span, frame_of, seconds_of
from cairn.kernel.scope import Scope

EVENTS_LOOKED_AT = 5_000
EVENTS_SHOWN = 5


def explain(scope: Scope, segment_id: str, profile_id: str, *, now: datetime) -> Explanation:
    """Raises NotFound for a segment or a profile of another account."""
    segment = Segment.objects.of(scope, segment_id)
    profile = profiles.get_profile(scope, profile_id)
    said = msgspec.convert(segment.definition, Definition)
    [definition] = resolved(scope, [said])
    metrics = metric_numbers(scope)
    program = compile_definitions([definition], metrics, seconds_of(now))
    answers = evaluation.some_profiles(scope, program, [profile.number])
    person = person_of(scope, profile.number)
    names = names_of(scope, said)
    groups = []
    for places, group in zip(program.groups[0], definition.condition_groups, strict=True):
        reasons = [
            reason(
                Case(
                    scope,
                    condition,
                    program.conditions[place],
                    program.params,
                    person,
                    names,
                    metrics,
                    bool(answers.held[place, 0] and answers.present[0]),
                    float(answers.measured[place][0]) if place in answers.measured else 0.0,
                    seconds_of(now),
                )
            )
            for place, condition in zip(places, group.conditions, strict=True)
        ]
        groups.append(GroupReason(any(one.holds for one in reasons), reasons))
    joined = evaluation.joined(scope, segment.number, [profile.number]).get(profile.number)
    holds = all(group.holds for group in groups)
    return Explanation(segment.id, profile.id, joined is not None, holds, joined, now, groups)


def reason(case: Case) -> ConditionReason:
    found = EXPLAINERS[type(case.condition)](case)
    words = describe(case.condition, case.names)
    summary = words[:1].upper() + words[1:]
    return ConditionReason(summary, case.holds, found.value, found.evidence, moment(found.since), moment(found.until))


def explain_metric(case: Case) -> Found:
    """The newest events that count, and when the count will pass the mark without anything happening."""
    condition, compiled = case.condition, case.compiled
    if not isinstance(condition, ProfileMetric) or not isinstance(compiled, EventCondition):
        return Found()
    events = events_behind(case, compiled)
    counted = condition.measurement == "count"
    inside = [event for event in events if compiled_holds(compiled, event[1], case.now)]
    shown = [
        Evidence("event", str(key), moment(at), "" if counted else f"{value:g}")
        for key, at, value in inside[:EVENTS_SHOWN]
    ]
    value = int(case.measured) if counted else case.measured
    if not isinstance(compiled.frame, Span):
        return Found(value, shown)
    moments = Moments(compiled.frame, [(at, 1.0 if counted else amount) for _, at, amount in reversed(events)])
    mark, sign = float(compiled.comparison.value), COMPARE[compiled.sign]
    since, until = moments.spell(case.now, lambda measured: sign(measured, mark), known_from_its_time=True)
    return Found(value, shown, since, until)


def compiled_holds(compiled: EventCondition, at: int, now: int) -> bool:
    if isinstance(compiled.frame, Span):
        return compiled.frame.holds(at, now)
    return compiled.frame.at(now).holds(compiled.frame.calendar.date(at))


def events_behind(case: Case, compiled: EventCondition) -> list[tuple[Any, int, float]]:
    """Id, second and value of the events that pass the filters, whatever their time, newest first."""
    account, profile = (
        case.params.add(case.scope.account_number, "UInt32"),
        case.params.add(case.person.number, "UInt32"),
    )
    limit = case.params.add(EVENTS_LOOKED_AT, "UInt32")
    sql = (
        f"SELECT id, toInt64(ts), toFloat64(value) FROM events WHERE account = {account} AND profile = {profile}"
        f" AND {' AND '.join((compiled.metric_test, *compiled.filters))} ORDER BY ts DESC, id DESC LIMIT {limit}"
    )
    return [(key, int(at), float(value)) for key, at, value in wiring.clickhouse().query(sql, case.params.values)]


def explain_property(case: Case) -> Found:
    """The value as stored; for a date also when it comes into or goes out of its window."""
    condition = case.condition
    if not isinstance(condition, ProfileProperty):
        return Found()
    if condition.property == LAST_EVENT:
        return explain_last_event(case)
    value = property_value(condition.property, case.params)
    account, profile = (
        case.params.add(case.scope.account_number, "UInt32"),
        case.params.add(case.person.number, "UInt32"),
    )
    name = condition.property
    shown = f"if({value.is_set}, arrayStringConcat({value.elements}, ', '), NULL)"
    rows = wiring.clickhouse().query(
        f"SELECT {shown}, {value.seconds}, {value.is_local} FROM profiles FINAL"
        f" WHERE account = {account} AND profile = {profile}",
        case.params.values,
    )
    text, seconds, is_local = rows[0] if rows else (None, None, 0)
    if name in ("created", "updated") and seconds is not None:
        text = (moment(seconds) or datetime(1970, 1, 1, tzinfo=UTC)).isoformat()
    evidence = [] if text is None else [Evidence("property", name, None, text)]
    if isinstance(condition.filter, DateFilter) and seconds is not None:
        at = frame_of(condition.filter).calendar.reached(int(seconds)) if is_local else int(seconds)
        return dated(Found(text, evidence), condition.filter, [at], case.now)
    return Found(text, evidence)


def explain_membership(case: Case) -> Found:
    """The lists and segments that the profile is in, with the time of joining each."""
    condition = case.condition
    if not isinstance(condition, GroupMembership):
        return Found()
    lists = {one: aware(case.person.lists[one]) for one in condition.group_ids if one in case.person.lists}
    evidence = [Evidence("list", one, at, case.names.lists.get(one, one)) for one, at in lists.items()]
    evidence += segments_behind(case, condition) if isinstance(condition, InGroups) else []
    joined = [seconds_of(one.at) for one in evidence if one.at is not None]
    found = Found(", ".join(one.text for one in evidence) or None, evidence)
    if condition.timeframe_filter is not None:
        return dated(found, condition.timeframe_filter, joined, case.now)
    since = min(joined, default=None) if case.holds and condition.is_member else None
    return Found(found.value, found.evidence, since)


def explain_consent(case: Case) -> Found:
    condition = case.condition
    if not isinstance(condition, MarketingConsent):
        return Found()
    status, at = case.person.consents.get(condition.consent.channel, ("", None))
    evidence = [Evidence("consent", condition.consent.channel, aware(at) if at else None, status or "NEVER_SUBSCRIBED")]
    if condition.consent.channel == "email":
        evidence += [Evidence("suppression", why, aware(when), why) for why, when in case.person.suppressions]
    found = Found(status or "NEVER_SUBSCRIBED", evidence, seconds_of(aware(at)) if at and case.holds else None)
    for item in condition.consent.consent_status.filters or ():
        if item.field == "status_date" and isinstance(item.filter, DateFilter) and at:
            return dated(found, item.filter, [seconds_of(aware(at))], case.now)
    return found


def explain_region(case: Case) -> Found:
    country = case.person.country
    return Found(country or None, [Evidence("property", "location['country']", None, country)] if country else [])


EXPLAINERS: Mapping[type, Callable[[Case], Found]] = {
    ProfileMetric: explain_metric,
    ProfileProperty: explain_property,
    GroupMembership: explain_membership,
    InGroups: explain_membership,
    MarketingConsent: explain_consent,
    Region: explain_region,
    MetricFunnel: explain_funnel,
    Permissions: explain_permissions,
    PostalCodeDistance: explain_place,
    Prediction: explain_prediction,
    CustomObject: explain_nothing,
}
