"""Every endpoint of the retired v1 and v2 APIs, in one table."""

from functools import cache

from cairn.api.legacy import (
    campaigns,
    email_templates,
    exclusions,
    groups,
    lists,
    members,
    metric_exports,
    metrics,
    people,
    subscriptions,
)
from cairn.api.legacy.endpoints import Table
from cairn.api.legacy.endpoints import table as joined

NOUNS = (
    people,
    exclusions,
    metrics,
    metric_exports,
    lists,
    members,
    subscriptions,
    groups,
    campaigns,
    email_templates,
)


@cache
def table() -> Table:
    return joined(endpoint for noun in NOUNS for endpoint in noun.ENDPOINTS)
