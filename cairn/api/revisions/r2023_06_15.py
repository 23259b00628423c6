"""2023-06-15: pages name a visitor by the profile's attributes, no longer beside them."""

from typing import Final

from cairn.api.kernel.changes import Body, Change
from cairn.api.revisions.parts import Json, inner, known, with_data, without

RELEASE: Final = "2023-06-15"


def visitor(document: Json) -> Json:
    data = inner(document, "data")
    identifiers = inner(data, "meta", "identifiers")
    if not identifiers:
        return document
    attributes = {**known(**without(identifiers, "id")), **inner(data, "attributes")}
    changes = {"attributes": attributes, "meta": without(inner(data, "meta"), "identifiers")}
    return with_data(document, **changes, **known(id=identifiers.get("id")))


CHANGES: Final[tuple[Change, ...]] = (Body(RELEASE, ("create_client_profile",), visitor),)
