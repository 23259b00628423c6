"""Conditions on where somebody lives: in a region, or how far from a postal code.

A profile lies at its own coordinates, or where its postal code does, as far as that is known (`postal_codes`).
"""

from collections.abc import Mapping

from cairn.domains.segments.countries import EUROPEAN_UNION, names_by_code, names_of
from cairn.domains.segments.definition import PostalCodeDistance, Region
from cairn.infra.clickhouse.filters import COMPARISONS, Params

REGIONS: Mapping[str, tuple[str, ...]] = {"united_states": ("US",), "european_union": EUROPEAN_UNION}
METRES: Mapping[str, float] = {"kilometers": 1000.0, "miles": 1609.344}
SHORT: Mapping[str, str] = {
    "US": "left({code}, 5)",
    "CA": "left({code}, 3)",
    "GB": "left({code}, greatest(toInt64(length({code})) - 3, 2))",
    "IE": "left({code}, 3)",
    "NL": "left({code}, 4)",
}
"""Files name whole districts in these countries: what a full code begins with."""


def region_sql(condition: Region, params: Params) -> str:
    names = params.add(names_of(*REGIONS[condition.region]), "Array(String)")
    return f"(has({names}, lowerUTF8(country)) = {params.add(condition.in_region, 'Bool')})"


def normalized(code: str) -> str:
    """A postal code as it is compared: without blanks and hyphens, in capitals."""
    return "".join(one for one in code.upper() if one.isalnum())


def shortened(country: str, code: str) -> str:
    """The district of a full code, as `SHORT` says."""
    if country == "GB":
        return code[: max(len(code) - 3, 2)]
    return code[: {"US": 5, "CA": 3, "IE": 3, "NL": 4}.get(country, len(code))]


def distance_sql(condition: PostalCodeDistance, params: Params) -> str:
    """Whether a profile lies nearer, or farther, than asked; whoever lies nowhere does neither."""
    country = condition.country_code.upper()
    code = normalized(condition.postal_code)
    centre = (
        "(SELECT (argMax(longitude, (length(code), imported)), argMax(latitude, (length(code), imported)), count())"
        f" FROM postal_codes WHERE country = {params.add(country, 'String')}"
        f" AND code IN {params.add(sorted({code, shortened(country, code)}), 'Array(String)')})"
    )
    metres = params.add(condition.filter.value * METRES[condition.unit], "Float64")
    test = f"{COMPARISONS[condition.filter.operator]} {metres}"
    own = f"greatCircleDistance(assumeNotNull(longitude), assumeNotNull(latitude), {centre}.1, {centre}.2) {test}"
    picked = (
        "SELECT country, code FROM postal_codes"
        f" WHERE {centre}.3 > 0 AND greatCircleDistance(longitude, latitude, {centre}.1, {centre}.2) {test}"
    )
    located = "latitude IS NOT NULL AND longitude IS NOT NULL"
    return f"if({located}, {centre}.3 > 0 AND {own}, {place_of_profile(params)} IN ({picked}))"


def place_of_profile(params: Params) -> str:
    """Country and postal code of a profile, as the imported files write them."""
    names = names_by_code()
    known = params.add([name for some in names.values() for name in some], "Array(String)")
    codes = params.add([code for code, some in names.items() for _ in some], "Array(String)")
    country = f"transform(lowerUTF8(trimBoth(toString(country))), {known}, {codes}, '')"
    code = "replaceRegexpAll(upperUTF8(zip), '[^0-9A-Z]', '')"
    full = f"({country}, {code}) IN (SELECT country, code FROM postal_codes)"
    short = ", ".join(f"{country} = '{one}', {rule.format(code=code)}" for one, rule in SHORT.items())
    return f"({country}, if({full}, {code}, multiIf({short}, {code})))"
