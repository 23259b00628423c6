"""Where postal codes lie: those of the United States from a package, those of other countries from GeoNames' files.

The files are tab-separated lines of twelve columns, one file per country. A code with several places lies in their
middle.
"""

import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import zipcodes

from cairn import wiring
from cairn.domains.segments.places import normalized, shortened
from cairn.kernel.errors import Invalid

COLUMNS: Final = ("country", "code", "latitude", "longitude", "imported")
FIELDS: Final = 12
ROWS_PER_INSERT: Final = 50_000
PACKAGED: Final = "US"
BEFORE_ANY_FILE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""So that a file that is imported wins."""
Places = dict[tuple[str, str], list[tuple[float, float]]]


def is_known(country: str, code: str) -> bool:
    """Whether it is known where a postal code, or its district, lies. Those of the package are brought in when they are
    first asked for."""
    country, code = country.upper(), normalized(code)
    codes = sorted({code, shortened(country, code)})
    return has(country, codes) or (country == PACKAGED and bring_packaged() and has(country, codes))


def has(country: str, codes: Sequence[str] | None = None) -> bool:
    """Whether any of these codes, or any at all, is known of a country."""
    asked = "SELECT count() FROM postal_codes WHERE country = {country:String}"
    if codes is not None:
        asked += " AND code IN {codes:Array(String)}"
    return bool(wiring.clickhouse().query(asked, {"country": country, "codes": codes or []})[0][0])


def bring_packaged() -> bool:
    """Take in the package's codes, unless there are some of the country; whether it did."""
    if has(PACKAGED):
        return False
    codes = zipcodes.list_all()
    rows = [(PACKAGED, one["zip_code"], float(one["lat"]), float(one["long"]), BEFORE_ANY_FILE) for one in codes]
    wiring.clickhouse().insert("postal_codes", COLUMNS, rows)
    return True


def import_file(file: Path, *, now: datetime) -> dict[str, int]:
    """Take in a file; how many codes it has of each country. What is known of others stays. Raises Invalid."""
    places = read(lines_of(file))
    if not places:
        raise Invalid(f"There are no postal codes in {file.name}.")
    rows = [(*key, *middle(found), now) for key, found in places.items()]
    for first in range(0, len(rows), ROWS_PER_INSERT):
        wiring.clickhouse().insert("postal_codes", COLUMNS, rows[first : first + ROWS_PER_INSERT])
    return dict(Counter(country for country, _ in places))


def lines_of(file: Path) -> Iterator[str]:
    if file.suffix.lower() != ".zip":
        with file.open(encoding="utf-8") as lines:
            yield from lines
        return
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.endswith(".txt") and "readme" not in name.lower()]
        for name in names:
            with archive.open(name) as lines:
                yield from (line.decode() for line in lines)


def read(lines: Iterable[str]) -> Places:
    places: Places = defaultdict(list)
    for number, line in enumerate(lines, 1):
        fields = line.rstrip("\r\n").split("\t")
        if fields == [""]:
            continue
        try:
            if len(fields) < FIELDS - 1:
                raise ValueError
            latitude, longitude = float(fields[9]), float(fields[10])
        except ValueError:
            raise Invalid(
                f"Line {number} is not one of GeoNames' postal codes: {FIELDS} columns, of which the tenth and eleventh"
                " are latitude and longitude."
            ) from None
        places[fields[0].upper(), normalized(fields[1])].append((latitude, longitude))
    return places


def middle(found: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(one for one, _ in found) / len(found), sum(one for _, one in found) / len(found)
