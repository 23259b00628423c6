"""Funnels: steps that somebody took one after the other, as SQL over their events in order of time.

The events of a profile are folded into the state of all chains at once. For each step that must happen the state holds
the latest beginning of a chain that came so far: whatever else such a chain will need, a later beginning never hinders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cairn.domains.segments.calendars import DAY
from cairn.domains.segments.definition import FunnelStep, MetricFilter, MetricFunnel
from cairn.domains.segments.sets import SetCondition
from cairn.domains.segments.values import event_within
from cairn.domains.segments.windows import HOUR, frame_of
from cairn.infra.clickhouse.filters import Params, event_property, filtered

WINDOWS: Mapping[str, int] = {
    "HOURS_1": HOUR,
    "DAYS_1": DAY,
    "DAYS_3": 3 * DAY,
    "DAYS_5": 5 * DAY,
    "WEEKS_1": 7 * DAY,
    "DAYS_30": 30 * DAY,
    "DAYS_90": 90 * DAY,
    "DAYS_180": 180 * DAY,
    "YEARS_1": 365 * DAY,
}
UNLIMITED = 2**33
NONE = "toInt64(-1)"


@dataclass(frozen=True, slots=True)
class Link:
    """A step that must happen, and the bits of those that must not happen after it and before the next one."""

    bit: int
    forbidden: tuple[int, ...]


def funnel_condition(condition: MetricFunnel, metrics: Mapping[str, int], params: Params, now: int) -> SetCondition:
    """`metrics` knows every metric of the steps."""
    numbers = params.add(sorted({metrics[step.metric_id] for step in condition.steps}), "Array(UInt32)")
    window = event_within(frame_of(condition.timeframe_filter), params, now)
    mask = " + ".join(
        f"toUInt16({step_sql(step, metrics, params)}) * {2**index}" for index, step in enumerate(condition.steps)
    )
    # Of events of the same second those of earlier steps come first.
    events = f"arraySort(groupArray((toInt64(toUnixTimestamp(ts)), {mask})))"
    before, links = chain_of(condition.steps)
    limit = WINDOWS.get(condition.completion_window_seconds or "", UNLIMITED)
    where = f"metric IN {numbers}" + (f" AND {window}" if window != "1" else "")
    return SetCondition("events", where, folded(events, before, links, limit))


def step_sql(step: FunnelStep, metrics: Mapping[str, int], params: Params) -> str:
    """Whether an event is the step's."""
    filters: Sequence[MetricFilter] = step.metric_filters or ()
    tests = [f"metric = {params.add(metrics[step.metric_id], 'UInt32')}"]
    tests += [filtered(event_property(item.property, params), item.filter, params) for item in filters]
    return f"({' AND '.join(tests)})"


def chain_of(steps: Sequence[FunnelStep]) -> tuple[tuple[int, ...], list[Link]]:
    """What must not happen before the first link, and the links."""
    before: tuple[int, ...] = ()
    links: list[Link] = []
    for bit, step in enumerate(steps):
        if step.metric_exists:
            links.append(Link(bit, ()))
        elif links:
            links[-1] = Link(links[-1].bit, (*links[-1].forbidden, bit))
        else:
            before = (*before, bit)
    return before, links


def folded(events: str, before: Sequence[int], links: Sequence[Link], limit: int) -> str:
    """Whether a chain came to its end: the last step happened, and what is forbidden after it did not follow in time.

    The state is (1 while nothing forbidden came before the first step, the latest beginnings by link, the earliest end
    that waits for what must not follow, 1 when a chain is complete).
    """
    last = len(links)
    fired = [f"bitTest(e.2, {link.bit})" for link in links]
    stopped = [either(link.forbidden) for link in links]
    reached = [f"if({fired[0]} AND s.1 = 1, e.1, {NONE})"]
    for place in range(1, last):
        begun = f"s.{place + 1}"
        reached.append(f"if({fired[place]} AND {begun} >= 0 AND e.1 - {begun} <= {limit}, {begun}, {NONE})")
    kept = [
        f"greatest({reached[place]}, if({stopped[place]}, {NONE}, s.{place + 2}))" if place < last - 1 else NONE
        for place in range(last)
    ]
    waiting, done = f"s.{last + 2}", f"s.{last + 3}"
    alive = f"if({stopped[-1]}, {NONE}, {waiting})"
    finished = f"{stopped[-1]} AND {waiting} >= 0 AND e.1 - {waiting} > {limit}"
    state = [
        f"toInt64(if({either(before)}, 0, s.1))",
        *(f"toInt64({one})" for one in kept),
        f"toInt64(if({alive} < 0 AND {reached[-1]} >= 0, e.1, {alive}))",
        f"toInt64(if({finished}, 1, {done}))",
    ]
    start = ["toInt64(1)", *[NONE] * (last + 1), "toInt64(0)"]
    fold = f"arrayFold((s, e) -> ({', '.join(state)}), {events}, ({', '.join(start)}))"
    return f"arrayExists(s -> s.{last + 2} >= 0 OR s.{last + 3} = 1, [{fold}])"


def either(bits: Sequence[int]) -> str:
    return "(" + " OR ".join(f"bitTest(e.2, {bit})" for bit in bits) + ")" if bits else "0"
