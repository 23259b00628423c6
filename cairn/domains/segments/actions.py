"""Making, editing and deleting segments, and keeping their members true."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from cairn import wiring
from cairn.domains.segments import ticking
from cairn.domains.segments.contracts import SegmentInfo, TickResult
from cairn.domains.segments.definition import (
    Condition,
    Definition,
    GroupMembership,
    MetricFilter,
    ProfileMetric,
    ProfileProperty,
)
from cairn.domains.segments.departures import count_people as count_people
from cairn.domains.segments.departures import forget_people as forget_people
from cairn.domains.segments.models import Segment
from cairn.domains.segments.names import known_lists, metric_numbers
from cairn.domains.segments.parsing import ROOT, parse
from cairn.domains.segments.queries import get
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.infra.clickhouse.filters import country_prefix
from cairn.kernel.errors import Invalid
from cairn.kernel.filters import StringFilter
from cairn.kernel.scope import Scope

MAX_NAME = 300


def create(scope: Scope, *, name: str, definition: Any, is_starred: bool = False, now: datetime) -> SegmentInfo:
    """Save a segment; the next tick builds it. Raises Invalid for a definition that cannot be taken."""
    check_name(name)
    checked(scope, definition)
    row = Segment.objects.create(
        account_id=scope.account_id, name=name, definition=definition, is_starred=is_starred, created=now, updated=now
    )
    return get(scope, row.id)


def update(
    scope: Scope,
    segment_id: str,
    *,
    name: str | None = None,
    definition: Any = None,
    is_starred: bool | None = None,
    is_active: bool | None = None,
    now: datetime,
) -> SegmentInfo:
    """Change what is given. A new definition, or activation, has the segment built anew. Raises NotFound, Invalid."""
    if is_active is False and (name, definition, is_starred) != (None, None, None):
        raise Invalid("Deactivate alone, without other changes.", pointer="/data/attributes/is_active")
    if name is not None:
        check_name(name)
    if definition is not None:
        checked(scope, definition)
    with transaction.atomic():
        Segment.objects.of(scope, segment_id)
        row = Segment.objects.within(scope).select_for_update().get(id=segment_id)
        wakes = bool(is_active) and not row.is_active
        if definition is not None and definition != row.definition:
            row.definition, wakes = definition, True
        if wakes:
            row.version += 1
            row.is_processing = True
        row.name = row.name if name is None else name
        row.is_starred = row.is_starred if is_starred is None else is_starred
        row.is_active = row.is_active if is_active is None else is_active
        row.updated = now
        row.save()
    return get(scope, segment_id)


def delete(scope: Scope, segment_id: str) -> None:
    """Forget a segment and its members. Raises NotFound."""
    row = Segment.objects.of(scope, segment_id)
    Segment.objects.within(scope).filter(id=segment_id).delete()
    # Its number never comes again: rows that a failure leaves here are read by nobody.
    wiring.clickhouse().command(
        "DELETE FROM segment_members WHERE account = {account:UInt32} AND segment = {segment:UInt32}",
        {"account": scope.account_number, "segment": row.number},
    )


def tick(scope: Scope, changed: set[int], *, now: datetime) -> TickResult:
    """Bring an account's memberships to `now`; `changed` are numbers of profiles with new events."""
    return ticking.tick(scope, changed, now=now)


def check_name(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME:
        raise Invalid(f"A name has between 1 and {MAX_NAME} characters.", pointer="/data/attributes/name")


def checked(scope: Scope, raw: Any, root: str = ROOT) -> Definition:
    """The definition, with everything that it refers to known to exist. Raises Invalid."""
    definition = parse(raw, root)
    metrics, lists = metric_numbers(scope), known_lists(scope, definition)
    for place, condition in definition.conditions():
        check_references(condition, metrics, lists, root + place)
        check_patterns(condition, root + place)
    return definition


def check_references(condition: Condition, metrics: dict[str, int], lists: set[str], at: str) -> None:
    if isinstance(condition, ProfileMetric) and condition.metric_id not in metrics:
        raise Invalid(f"A metric with id {condition.metric_id[:40]} does not exist.", pointer=f"{at}/metric_id")
    if isinstance(condition, GroupMembership):
        for index, list_id in enumerate(condition.group_ids):
            if list_id not in lists:
                raise Invalid(f"A list with id {list_id[:40]} does not exist.", pointer=f"{at}/group_ids/{index}")


def check_patterns(condition: Condition, at: str) -> None:
    """Regular expressions and countries, which only their libraries can judge."""
    filters: list[tuple[Any, str]] = []
    if isinstance(condition, ProfileProperty):
        filters = [(condition.filter, f"{at}/filter")]
    elif isinstance(condition, ProfileMetric):
        items: list[MetricFilter] = condition.metric_filters or []
        filters = [(item.filter, f"{at}/metric_filters/{index}/filter") for index, item in enumerate(items)]
    for what, place in filters:
        if not isinstance(what, StringFilter):
            continue
        if what.operator in ("regex", "nregex"):
            check_regex(str(what.value), f"{place}/value")
        elif what.operator.startswith("phone-"):
            check_countries(what.value, f"{place}/value")


def check_regex(pattern: str, at: str) -> None:
    try:
        wiring.clickhouse().query("SELECT match(materialize('x'), {pattern:String})", {"pattern": pattern})
    except ClickHouseError:
        raise Invalid("This is no regular expression (RE2).", pointer=at) from None


def check_countries(values: object, at: str) -> None:
    for index, country in enumerate(values if isinstance(values, list) else ()):
        try:
            country_prefix(country)
        except Invalid as error:
            raise replace(error, pointer=f"{at}/{index}") from None
