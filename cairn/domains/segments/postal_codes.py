"""Reads GeoNames' files of postal codes: tab-separated lines, twelve columns, one file per country.

A code with several places lies in their middle.
"""

import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from cairn import wiring
from cairn.domains.segments.places import normalized
from cairn.kernel.errors import Invalid

COLUMNS: Final = ("country", "code", "latitude", "longitude", "imported")
FIELDS: Final = 12
ROWS_PER_INSERT: Final = 50_000
Places = dict[tuple[str, str], list[tuple[float, float]]]


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
