"""Names and numbers of what definitions refer to, from the domains that own them."""

from cairn.domains.events import queries as events
from cairn.domains.lists import queries as lists
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.models import Segment
from cairn.domains.segments.references import group_ids
from cairn.domains.segments.summaries import Names
from cairn.kernel.scope import Scope


def metric_numbers(scope: Scope) -> dict[str, int]:
    """Number by id of every metric of the account."""
    return {metric.id: metric.number for metric in events.all_metrics(scope)}


def names_of(scope: Scope, *definitions: Definition) -> Names:
    """Names of the metrics, and of the lists that the definitions name."""
    groups = group_ids(*definitions)
    segments = dict(Segment.objects.within(scope).filter(id__in=groups).values_list("id", "name")) if groups else {}
    return Names(
        {metric.id: metric.name for metric in events.all_metrics(scope)},
        {one.id: one.name for one in lists.lists_by_ids(scope, groups)},
        segments,
    )


def known_groups(scope: Scope, definition: Definition) -> set[str]:
    """Those of the lists and segments in a definition that exist."""
    groups = group_ids(definition)
    segments = Segment.objects.within(scope).filter(id__in=groups).values_list("id", flat=True)
    return {one.id for one in lists.lists_by_ids(scope, groups)} | set(segments)
