"""Which values properties of profiles have, for whoever looks for one to build a condition with."""

from typing import Final

from cairn import wiring
from cairn.domains.segments.compiler import property_value
from cairn.domains.segments.contracts import KnownValue
from cairn.domains.segments.definition import LAST_EVENT, STANDARD_DATE
from cairn.domains.segments.parsing import check_property_name
from cairn.infra.clickhouse.params import Params
from cairn.infra.clickhouse.questions import question
from cairn.kernel.scope import Scope

MOST: Final = 20
LONGEST: Final = 255
# Somebody is typing: what was found until then is worth more than all of it later.
SETTINGS: Final = {"max_execution_time": "3", "timeout_overflow_mode": "break"}


def known_values(scope: Scope, *, name: str, search: str = "") -> list[KnownValue]:
    """The most frequent values of a property that contain a text, big or small letters. Elements of lists are values.

    Raises Invalid for what is no property of profiles.
    """
    standard = check_property_name(name, "/data/attributes/property")
    if standard == LAST_EVENT or standard in STANDARD_DATE:
        return []
    params = limits(scope, search)
    found = question(__file__, "property_values").format(elements=property_value(name, params).elements)
    return [KnownValue(name, *row) for row in wiring.clickhouse().query(found, params.values, SETTINGS)]


def values_anywhere(scope: Scope, *, search: str) -> list[KnownValue]:
    """Values of any property that contain a text; names, addresses and what else is somebody's own are left out."""
    text = question(__file__, "values_anywhere")
    rows = wiring.clickhouse().query(text, limits(scope, search).values, SETTINGS)
    return [KnownValue(*row) for row in rows]


def limits(scope: Scope, search: str) -> Params:
    params = Params()
    params.values |= {"account": scope.account_number, "search": search, "longest": LONGEST, "most": MOST}
    return params
