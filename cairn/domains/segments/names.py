"""Names and numbers of what definitions refer to, from the domains that own them."""

from cairn.domains.events import queries as events
from cairn.domains.lists import queries as lists
from cairn.domains.segments.definition import Definition, GroupMembership
from cairn.domains.segments.summaries import Names
from cairn.kernel.scope import Scope


def metric_numbers(scope: Scope) -> dict[str, int]:
    """Number by id of every metric of the account."""
    return {metric.id: metric.number for metric in events.all_metrics(scope)}


def names_of(scope: Scope, *definitions: Definition) -> Names:
    """Names of the metrics, and of the lists that the definitions name."""
    found = lists.lists_by_ids(scope, list_ids(*definitions))
    return Names({metric.id: metric.name for metric in events.all_metrics(scope)}, {one.id: one.name for one in found})


def known_lists(scope: Scope, definition: Definition) -> set[str]:
    """Those of the lists in a definition that exist."""
    return {one.id for one in lists.lists_by_ids(scope, list_ids(definition))}


def list_ids(*definitions: Definition) -> set[str]:
    return {
        list_id
        for definition in definitions
        for _, condition in definition.conditions()
        if isinstance(condition, GroupMembership)
        for list_id in condition.group_ids
    }
