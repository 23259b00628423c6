"""What conditions say of an event `e`, by the filters that everything shares."""

from cairn.domains.events.definitions import Condition
from cairn.infra.clickhouse.filters import Params as Params
from cairn.infra.clickhouse.filters import Value, event_property, filtered


def property_of(name: str, params: Params) -> Value:
    """One property of the event."""
    return event_property(name, params, "e.")


def holds(condition: Condition, params: Params) -> str:
    """Whether an event passes the filter."""
    return filtered(property_of(condition.property, params), condition.filter, params)
