"""Whether a phone number is of a country, as SQL. Countries that share a code are told apart by what follows it."""

from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, country_code_for_region

from cairn.infra.clickhouse.params import Params
from cairn.kernel.errors import Invalid


def of_country(text: str, country: str, params: Params) -> str:
    """Raises Invalid for what is no ISO code of a country with telephones."""
    region = country.upper()
    code = country_code_for_region(region)
    if not code:
        raise Invalid(f"'{country[:20]}' is not an ISO country code.")
    main, *others = COUNTRY_CODE_TO_REGION_CODE[code]
    if region != main:
        return f"match({text}, {params.add(pattern(code, (region,)), 'String')})"
    prefix = f"startsWith({text}, {params.add(f'+{code}', 'String')})"
    if not others:
        return prefix
    return f"({prefix} AND NOT match({text}, {params.add(pattern(code, tuple(others)), 'String')}))"


@cache
def pattern(code: int, regions: tuple[str, ...]) -> str:
    """The whole numbers, fixed and mobile, of regions that share their calling code with a greater one."""
    numbers = []
    for region in regions:
        known = PhoneMetadata.metadata_for_region(region, None)
        for kind in (known.fixed_line, known.mobile) if known else ():
            if kind is not None and kind.national_number_pattern:
                numbers.append(kind.national_number_pattern)
    return rf"^\+{code}(?:{'|'.join(dict.fromkeys(numbers))})$"
