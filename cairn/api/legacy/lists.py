"""Lists as the second version of the API has them."""

from typing import Any, Final

from cairn.api.kernel.ratelimit import L, Limit
from cairn.api.legacy.calls import Call
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import z_time
from cairn.domains.flows import actions as flows
from cairn.domains.lists import actions, queries
from cairn.domains.lists.contracts import ListInfo
from cairn.kernel.listing import Listing, Sort
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope

READ, WRITE = ("lists:read",), ("lists:write",)
# Creating is kept as slow as in today's API.
CREATE: Final = Limit(10, 150, 150)
WHOLE: Final = PageRequest(100_000)


def all_lists(scope: Scope) -> list[ListInfo]:
    return list(queries.list_lists(scope, Listing(WHOLE, Sort("created"))).rows)


def list_lists(call: Call) -> list[dict[str, Any]]:
    return [{"list_id": one.id, "list_name": one.name} for one in all_lists(call.scope)]


def create_list(call: Call) -> dict[str, Any]:
    return {"list_id": actions.create_list(call.scope, name=call.need("list_name"), now=call.now).id}


def get_list(call: Call) -> dict[str, Any]:
    """Without its id, which the caller knows."""
    found = queries.get_list(call.scope, call["list"])
    times = {"created": z_time(found.created), "updated": z_time(found.updated)}
    return {"list_name": found.name, "folder_name": "", **times}


def rename_list(call: Call) -> None:
    actions.update_list(call.scope, call["list"], name=call.need("list_name"), now=call.now)


def delete_list(call: Call) -> None:
    flows.delete_list(call.scope, call["list"])


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v2/lists", list_lists, READ, L),
    Endpoint("POST", "/api/v2/lists", create_list, WRITE, CREATE),
    Endpoint("GET", "/api/v2/list/{list}", get_list, READ, L),
    Endpoint("PUT", "/api/v2/list/{list}", rename_list, WRITE),
    Endpoint("DELETE", "/api/v2/list/{list}", delete_list, WRITE),
)
