"""Names and numbers of what definitions refer to, from the domains that own them."""

from cairn.domains.events import queries as events
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.summaries import Names
from cairn.kernel.scope import Scope


def metric_numbers(scope: Scope) -> dict[str, int]:
    """Number by id of every metric of the account."""
    return {metric.id: metric.number for metric in events.all_metrics(scope)}


def names_of(scope: Scope) -> Names:
    return Names({metric.id: metric.name for metric in events.all_metrics(scope)}, {})


def known_lists(scope: Scope, definition: Definition) -> set[str]:
    """Ids of the account's lists, asked only if the definition names any."""
    return set()
