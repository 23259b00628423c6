"""People: shown, changed, found, counted off in pages."""

from collections.abc import Mapping
from typing import Any, Final

from cairn.api.kernel.errors import Problem, Refused
from cairn.api.kernel.ratelimit import L
from cairn.api.legacy import special_keys
from cairn.api.legacy.calls import Call, structure
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import page, plain_time, window
from cairn.domains.privacy import actions as privacy
from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import ProfileInfo
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare, Listing, Sort
from cairn.kernel.pages import PageRequest

READ, WRITE = ("profiles:read",), ("profiles:write",)
NOBODY: Final = "There is no profile matching the given parameters."
# What a client sends back because it read it.
READ_ONLY: Final = frozenset({"object", "id", "created", "updated", "api_key"})
# What pages leave out of a person.
NOT_IN_PAGES: Final = frozenset(
    {"object", "$id", "$latitude", "$longitude", "$email", "$first_name", "$last_name", "$image", "$locale"}
)


def person(profile: ProfileInfo) -> dict[str, Any]:
    """Special keys, then a shop's own properties beside them; a property cannot hide what a key says."""
    return {
        **profile.properties,
        "object": "person",
        "id": profile.id,
        **special_keys.shown(profile),
        "created": plain_time(profile.created),
        "updated": plain_time(profile.updated),
    }


def get_person(call: Call) -> dict[str, Any]:
    return person(queries.get_profile(call.scope, call["id"]))


def update_person(call: Call) -> dict[str, Any]:
    """Every parameter is an attribute. They come as texts: from the address, or all from a form."""
    given = {name: value for name, value in call.fields.items() if name not in READ_ONLY}
    if not given and call.parameters:
        raise Invalid("Attributes must be sent in the address or as a form, not as JSON.")
    for verb in special_keys.VERBS & given.keys():
        given[verb] = verb_of(given[verb])
    profile = queries.get_profile(call.scope, call["id"])
    patch = special_keys.patch_of(given, trusted=True, lenient=False)
    patch.id = None
    found = actions.update(call.scope, profile.id, patch, now=call.now)
    return person(queries.get_profile(call.scope, found.id))


def verb_of(given: Any) -> Any:
    found = structure(given) if isinstance(given, str) else given
    return given if found is None else found


def list_people(call: Call) -> dict[str, Any]:
    asked = window(call, 1000, 1000)
    listing = Listing(PageRequest(asked.count, skip=asked.start), Sort("created"))
    rows = queries.list_profiles(call.scope, listing).rows
    return page(asked, [in_page(one) for one in rows], queries.count(call.scope))


def in_page(profile: ProfileInfo) -> dict[str, Any]:
    return {name: value for name, value in person(profile).items() if name not in NOT_IN_PAGES}


IDENTIFIERS: Final[Mapping[str, str]] = {
    "email": "email",
    "phone_number": "phone_number",
    "external_id": "external_id",
}


def search(call: Call) -> dict[str, Any]:
    given = [name for name in IDENTIFIERS if call.has(name)]
    if len(given) != 1:
        raise Invalid("Give exactly one of email, phone_number and external_id.")
    return id_of(call, Compare(given[0], "equals", call.text(given[0])))


def exchange(call: Call) -> dict[str, Any]:
    """The id of whoever a link's `_kx` stands for."""
    return id_of(call, Compare("_kx", "equals", call.need("exchange_id")))


def id_of(call: Call, compare: Compare) -> dict[str, Any]:
    ids = queries.ids_of(call.scope, queries.numbers_found(call.scope, compare))
    for profile_id in ids.values():
        return {"id": profile_id}
    raise Refused([Problem(404, "not_found", "Not found.", NOBODY)])


def delete(call: Call) -> str:
    """Forget whoever the identifier means; nobody is no error."""
    names = ("email", "phone_number", "person_id")
    given = [name for name in names if call.has(name)]
    if len(given) != 1:
        raise Invalid(f"Give exactly one of {', '.join(names)}.")
    name, value = given[0], call.text(given[0])
    patch = special_keys.patch_of({"$kid" if name == "person_id" else f"${name}": value}, trusted=True, lenient=False)
    privacy.request_deletion(call.scope, patch, now=call.now)
    return "Submitted new deletion task for customer."


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/person/{id}", get_person, READ),
    Endpoint("PUT", "/api/v1/person/{id}", update_person, WRITE),
    Endpoint("GET", "/api/v1/people", list_people, READ),
    Endpoint("GET", "/api/v2/people/search", search, READ, L),
    Endpoint("POST", "/api/v2/people/exchange", exchange, READ, L),
    Endpoint("POST", "/api/v2/data-privacy/deletion-request", delete, ("data-privacy:write",)),
)
