"""Why somebody is, or is not, in a segment: each condition's answer and value, and what they come from.

Whether a condition holds is asked in SQL, like everywhere. Since when and until when is found from the moments of the
events and dates behind it: only at those, or when a window's edge passes them, can time alone change an answer.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import msgspec

from cairn import wiring
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments import evaluation
from cairn.domains.segments.compiler import Compiled, EventCondition, compile_definitions, property_value
from cairn.domains.segments.contracts import ConditionReason, Evidence, Explanation, GroupReason
from cairn.domains.segments.definition import (
    Condition,
    DateFilter,
    Definition,
    GroupMembership,
    MarketingConsent,
    ProfileMetric,
    ProfileProperty,
    Region,
)
from cairn.domains.segments.histories import COMPARE
from cairn.domains.segments.models import Segment
from cairn.domains.segments.names import metric_numbers, names_of
from cairn.domains.segments.summaries import Names, describe
from cairn.domains.segments.windows import DAY, Span, frame_of, seconds_of
from cairn.infra.clickhouse.filters import Params
from cairn.kernel.scope import Scope

EVENTS_LOOKED_AT = 5_000
EVENTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Person:
    """The profile's newest copy, which the conditions read."""

    number: int
    lists: Mapping[str, datetime]
    email: tuple[str, datetime | None]
    sms: tuple[str, datetime | None]
    push: tuple[str, datetime | None]
    suppressions: Sequence[tuple[str, datetime]]
    country: str


@dataclass(frozen=True, slots=True)
class Case:
    """One condition of one profile, with the answer that SQL gave."""

    scope: Scope
    condition: Condition
    compiled: Compiled
    params: Params
    person: Person
    names: Names
    holds: bool
    measured: float
    now: int


@dataclass(frozen=True, slots=True)
class Found:
    """What is behind an answer."""

    value: Any = None
    evidence: list[Evidence] = field(default_factory=list)
    since: int | None = None
    until: int | None = None


def explain(scope: Scope, segment_id: str, profile_id: str, *, now: datetime) -> Explanation:
    """Raises NotFound for a segment or a profile of another account."""
    segment = Segment.objects.of(scope, segment_id)
    profile = profiles.get_profile(scope, profile_id)
    definition = msgspec.convert(segment.definition, Definition)
    program = compile_definitions([definition], metric_numbers(scope), seconds_of(now))
    answers = evaluation.some_profiles(scope, program, [profile.number])
    person = person_of(scope, profile.number)
    names = names_of(scope, definition)
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


def moment(second: int | None) -> datetime | None:
    if second is None or not 0 <= second < 2**33:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)


def person_of(scope: Scope, number: int) -> Person:
    rows = wiring.clickhouse().query(
        "SELECT list_ids, list_joined, email_consent, email_consent_at, sms_consent, sms_consent_at, push_consent,"
        " push_consent_at, email_suppressions, email_suppressed_at, country FROM profiles FINAL"
        " WHERE account = {account:UInt32} AND profile = {profile:UInt32} AND deleted = 0",
        {"account": scope.account_number, "profile": number},
    )
    if not rows:
        return Person(number, {}, ("", None), ("", None), ("", None), [], "")
    lists, joined, email, email_at, sms, sms_at, push, push_at, reasons, suppressed, country = rows[0]
    return Person(
        number,
        dict(zip(lists, joined, strict=True)),
        (email, email_at),
        (sms, sms_at),
        (push, push_at),
        list(zip(reasons, suppressed, strict=True)),
        country,
    )


def aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


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
    days = compiled.frame.at(now)
    return days.holds(moment(at) or datetime(1970, 1, 1, tzinfo=UTC))


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


@dataclass(slots=True)
class Moments:
    """Moments with amounts, ascending, and what of them lies in a window at any time."""

    span: Span
    dated: Sequence[tuple[int, float]]
    seconds: list[int] = field(init=False)
    sums: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.seconds = [at for at, _ in self.dated]
        self.sums = list(accumulate((amount for _, amount in self.dated), initial=0.0))

    def measured(self, now: int, latest: int | None) -> float:
        since = 0 if self.span.since is None else bisect_left(self.seconds, self.span.since.at(now))
        ends = [bound for bound in (self.span.until.at(now) if self.span.until else None, latest) if bound is not None]
        until = bisect_left(self.seconds, min(ends)) if ends else len(self.seconds)
        return self.sums[max(until, since)] - self.sums[since]

    def turns(self, *, arrivals: bool) -> list[int]:
        """Every time at which the measure may change."""
        found = {
            passes for at in self.seconds for bound in self.span.bounds if (passes := bound.passes(at)) is not None
        }
        return sorted(found | set(self.seconds) if arrivals else found)

    def spell(
        self, now: int, test: Callable[[float], bool], *, known_from_its_time: bool
    ) -> tuple[int | None, int | None]:
        """Since when and until when the present answer holds; None: always, or for ever, as far as is known."""

        def answer(at: int) -> bool:
            past = known_from_its_time and at < now
            return test(self.measured(at, at + 1 if past else None))

        present, turns = answer(now), self.turns(arrivals=known_from_its_time)
        until = next((turn for turn in turns if turn > now and answer(turn) != present), None)
        since = None
        passed = [turn for turn in turns if turn <= now]
        for turn in reversed(passed):
            if answer(turn - 1) != present:
                since = turn
                break
        return since, until


def explain_property(case: Case) -> Found:
    """The value as stored; for a date also when it comes into or goes out of its window."""
    condition = case.condition
    if not isinstance(condition, ProfileProperty):
        return Found()
    value = property_value(condition.property, case.params)
    account, profile = (
        case.params.add(case.scope.account_number, "UInt32"),
        case.params.add(case.person.number, "UInt32"),
    )
    name = condition.property
    shown = f"if({value.is_set}, arrayStringConcat({value.elements}, ', '), NULL)"
    rows = wiring.clickhouse().query(
        f"SELECT {shown}, {value.seconds} FROM profiles FINAL WHERE account = {account} AND profile = {profile}",
        case.params.values,
    )
    text, seconds = rows[0] if rows else (None, None)
    if name in ("created", "updated") and seconds is not None:
        text = (moment(seconds) or datetime(1970, 1, 1, tzinfo=UTC)).isoformat()
    evidence = [] if text is None else [Evidence("property", name, None, text)]
    if isinstance(condition.filter, DateFilter) and seconds is not None:
        return dated(Found(text, evidence), condition.filter, [int(seconds)], case.now)
    return Found(text, evidence)


def dated(found: Found, what: DateFilter, seconds: Sequence[int], now: int) -> Found:
    """With the spell for which any of the dates lies in its time frame."""
    frame = frame_of(what)
    if not isinstance(frame, Span):
        return until_other_day(found, what, seconds, now)
    moments = Moments(frame, [(at, 1.0) for at in sorted(seconds)])
    since, until = moments.spell(now, lambda measured: measured > 0, known_from_its_time=False)
    return Found(found.value, found.evidence, since, until)


def until_other_day(found: Found, what: DateFilter, seconds: Sequence[int], now: int) -> Found:
    """Days of the year change at midnight: look a year ahead and back."""
    frame = frame_of(what)
    if isinstance(frame, Span):
        return found
    days = [moment(at) for at in seconds]

    def answer(at: int) -> bool:
        return any(day is not None and frame.at(at).holds(day) for day in days)

    present, today = answer(now), now - now % DAY
    until = next((today + n * DAY for n in range(1, 367) if answer(today + n * DAY) != present), None)
    since = next((today - n * DAY for n in range(366) if answer(today - n * DAY - 1) != present), None)
    return Found(found.value, found.evidence, since, until)


def explain_membership(case: Case) -> Found:
    condition = case.condition
    if not isinstance(condition, GroupMembership):
        return Found()
    joined = {one: aware(case.person.lists[one]) for one in condition.group_ids if one in case.person.lists}
    names = [case.names.lists.get(one, one) for one in joined]
    evidence = [Evidence("list", one, at, case.names.lists.get(one, one)) for one, at in joined.items()]
    found = Found(", ".join(names) or None, evidence)
    if condition.timeframe_filter is not None:
        return dated(found, condition.timeframe_filter, [seconds_of(at) for at in joined.values()], case.now)
    since = min((seconds_of(at) for at in joined.values()), default=None) if case.holds else None
    return Found(found.value, found.evidence, since)


def explain_consent(case: Case) -> Found:
    condition = case.condition
    if not isinstance(condition, MarketingConsent):
        return Found()
    status, at = getattr(case.person, condition.consent.channel)
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
    MarketingConsent: explain_consent,
    Region: explain_region,
}
