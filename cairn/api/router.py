"""Every resource of the API, in one table."""

from functools import cache

from cairn.api.kernel import routes
from cairn.api.kernel.declare import Resource
from cairn.api.resources.accounts import ACCOUNTS

RESOURCES: tuple[Resource, ...] = (ACCOUNTS,)


@cache
def table() -> routes.Table:
    """All routes, joined once."""
    return routes.table(RESOURCES)
