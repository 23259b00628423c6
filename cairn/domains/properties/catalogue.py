"""Reading what properties there are: of events from the newest of a metric, of profiles from all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cairn import wiring
from cairn.domains.events import queries as events
from cairn.domains.events.contracts import MetricInfo
from cairn.domains.properties.contracts import InnerProperty, Kind, PropertyInfo, Sample
from cairn.domains.properties.models import Mark
from cairn.domains.properties.names import metric_and_name, name_of, property_id
from cairn.infra.clickhouse.questions import question
from cairn.kernel.errors import NotFound
from cairn.kernel.property_paths import event_path
from cairn.kernel.scope import Scope

NEWEST_EVENTS: Final = 2_000
LONGEST_NAME: Final = 255
AS_DATE: Final = (
    r'^"[0-9]{4}-[0-9]{2}-[0-9]{2}'
    r'([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"$'
)
OWN_NAMES: Final = {"$value": "Value", "$value_currency": "Currency", "$event_id": "Event ID"}
NO_DATE: Final = "^$"
SETTINGS: Final = {"max_execution_time": "60"}
# Somebody is choosing: what was found until then is worth more than all of it later.
SOON: Final = {"max_execution_time": "3", "timeout_overflow_mode": "break"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What documents say of one property."""

    name: str
    seen: int
    last: int
    kinds: Mapping[str, int]
    samples: Sequence[Sample]

    @property
    def inferred_type(self) -> str:
        telling = {kind: count for kind, count in self.kinds.items() if kind != Kind.NULL}
        return max(sorted(telling), key=lambda kind: telling[kind]) if telling else Kind.NULL


def event_properties(scope: Scope, metric_id: str, name: str = "") -> list[PropertyInfo]:
    """Properties of a metric's newest events, the most frequent first. Raises NotFound."""
    metric = events.get_metric(scope, metric_id)
    return [info for _, info in of_metrics(scope, [metric], name)]


def of_metrics(scope: Scope, metrics: Sequence[MetricInfo], name: str = "") -> list[tuple[str, PropertyInfo]]:
    found = []
    for metric in metrics:
        params = {"account": scope.account_number, "metric": metric.number, "most": NEWEST_EVENTS}
        source = question(__file__, "newest_events")
        # Segments cannot ask an event's property for a date: what looks like one is a text there.
        figures = read("own_entries", source, {**params, "as_date": NO_DATE, "name": name})
        looked_at = min(count(f"SELECT count() FROM (SELECT 1 FROM ({source}))", params), NEWEST_EVENTS)
        marks = marked(scope, metric.id)
        found += [(metric.id, described(metric.id, one, looked_at, marks.get(one.name))) for one in figures]
    return found


def profile_properties(scope: Scope, name: str = "") -> list[PropertyInfo]:
    """Properties of all profiles, the most frequent first."""
    params = {"account": scope.account_number}
    figures = read("own_entries", question(__file__, "all_profiles"), {**params, "as_date": AS_DATE, "name": name})
    total = count(question(__file__, "profile_count"), params)
    marks = marked(scope, "")
    return [described("", one, total, marks.get(one.name)) for one in figures]


def inside(scope: Scope, rows: Sequence[PropertyInfo]) -> Mapping[str, Sequence[InnerProperty]]:
    """What the objects and the lists of objects in a few properties hold, the most frequent first."""
    owners = {row.metric_id for row in rows if row.types.keys() & {Kind.OBJECT, Kind.LIST}}
    found: dict[tuple[str, str], list[InnerProperty]] = {}
    numbers = {metric.id: metric.number for metric in events.metrics_by_ids(scope, sorted(owners - {""}))}
    for owner in owners:
        if owner:
            source, as_date = question(__file__, "newest_events"), NO_DATE
        else:
            source, as_date = question(__file__, "all_profiles"), AS_DATE
        params = {"account": scope.account_number, "metric": numbers.get(owner, 0), "most": NEWEST_EVENTS}
        for one in read("inner_entries", source, {**params, "as_date": as_date, "name": ""}, SOON):
            inner = InnerProperty(one.name, one.inferred_type, one.samples)
            found.setdefault((owner, event_path(one.name)[0]), []).append(inner)
    return {row.id: found.get((row.metric_id, row.property), []) for row in rows}


def read(
    entries: str, documents: str, params: Mapping[str, Any], settings: Mapping[str, str] = SETTINGS
) -> list[Figures]:
    source = question(__file__, entries).format(documents=documents)
    text = question(__file__, "property_figures").format(entries=source)
    rows = wiring.clickhouse().query(text, params, settings)
    return [
        Figures(name, seen, last, dict(zip(*kinds, strict=True)), list(decoded(samples)))
        for name, seen, last, kinds, samples in rows
        if len(name) <= LONGEST_NAME
    ]


def count(text: str, params: Mapping[str, Any]) -> int:
    return int(wiring.clickhouse().query(text, params)[0][0])


def decoded(samples: Iterable[str]) -> Iterable[Sample]:
    for raw in samples:
        try:
            value = msgspec.json.decode(raw)
        except msgspec.DecodeError:
            continue
        if isinstance(value, str | int | float | bool):
            yield value


def marked(scope: Scope, owner: str) -> dict[str, Mark]:
    return {row.name: row for row in Mark.objects.within(scope).filter(owner=owner)}


def described(metric_id: str, figures: Figures, of: int, mark: Mark | None) -> PropertyInfo:
    name = figures.name
    return PropertyInfo(
        id=property_id(metric_id, name),
        metric_id=metric_id,
        property=name,
        label=(mark.label if mark else "") or OWN_NAMES.get(name, name),
        is_hidden=mark.is_hidden if mark else False,
        inferred_type=figures.inferred_type,
        types=figures.kinds,
        seen=figures.seen,
        of=of,
        coverage=figures.seen / of if of else 0.0,
        sample_values=figures.samples,
        last_seen=datetime.fromtimestamp(figures.last, UTC),
    )


def event_property(scope: Scope, property_id: str) -> PropertyInfo:
    """Raises NotFound, also for what none of the metric's newest events has."""
    metric_id, name = metric_and_name(property_id)
    return first(event_properties(scope, metric_id, name), property_id)


def profile_property(scope: Scope, property_id: str) -> PropertyInfo:
    """Raises NotFound, also for what no profile has."""
    return first(profile_properties(scope, name_of(property_id)), property_id)


def first(found: Sequence[PropertyInfo], id_: str) -> PropertyInfo:
    if not found:
        raise NotFound(f"A property with id {id_} does not exist.")
    return found[0]


def event_properties_by_ids(scope: Scope, ids: Sequence[str]) -> list[PropertyInfo]:
    """Those that exist, each metric read once."""
    wanted = set(ids)
    owners = {one.partition("-")[0] for one in wanted}
    metrics = events.metrics_by_ids(scope, sorted(owners))
    return [info for _, info in of_metrics(scope, metrics) if info.id in wanted]
