"""The rows of a table, one after the other, whatever the file's format: cells in the order of the columns.

A row that cannot be read is there, too, as `Broken`, with the reason: one bad line stops no import.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeAlias, cast

import msgspec
import openpyxl
import pyarrow as pa
import pyarrow.parquet

from cairn.domains.integrations.tables import opening
from cairn.domains.integrations.tables.shape import Shape
from cairn.kernel.errors import Invalid

LONGEST_CELL: Final = 1 << 20
KEYS_FROM: Final = 1_000
"""Lines of JSON whose keys are the columns."""
MOST_COLUMNS: Final = 1_000
PARQUET_BATCH: Final = 10_000

Cells: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that is none, and as much of it as was read."""

    reason: str
    cells: Cells = ()


Row: TypeAlias = Cells | Broken


def columns(source: IO[bytes], shape: Shape) -> list[str]:
    """The names of a file's columns; those without one, or with one that is taken, are called by their place."""
    names = READERS[shape.format].columns(source, shape)
    if len(names) > MOST_COLUMNS:
        raise Invalid(
            f"The file has {len(names):,} columns; {MOST_COLUMNS:,} are possible.", pointer="/data/attributes/file"
        )
    seen: set[str] = set()
    unique = []
    for place, name in enumerate(names, 1):
        name = " ".join(name.replace("\0", "").split())[:200]
        if not name or name in seen:
            name = f"{name} (column {place})" if name else f"Column {place}"
        seen.add(name)
        unique.append(name)
    return unique


def rows(source: IO[bytes], shape: Shape, start: int = 0) -> Iterator[Row]:
    """The rows behind the header, from the one with the number `start`, which counts from 0."""
    return islice(READERS[shape.format].rows(source, shape), start, None)


class Delimited:
    """CSV and its relatives."""

    @staticmethod
    def columns(source: IO[bytes], shape: Shape) -> list[str]:
        with opening.opened(source, shape.compression) as plain:
            first = next(reader(plain, shape), [])
        return first if shape.header else ["" for _ in first]

    @staticmethod
    def rows(source: IO[bytes], shape: Shape) -> Iterator[Row]:
        width = len(shape.columns)
        with opening.opened(source, shape.compression) as plain:
            found = reader(plain, shape)
            if shape.header:
                next(found, None)
            while True:
                try:
                    for cells in found:
                        if len(cells) == width:
                            yield cells
                        elif cells:
                            yield fitted(cells, width)
                    return
                except csv.Error as error:
                    yield Broken(f"This line cannot be read: {error}.")


def reader(plain: IO[bytes], shape: Shape) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    # The text's end must not close the file: others read it again.
    borrowed = io.BufferedReader(cast(io.RawIOBase, opening.Bounded(plain)), 1 << 18)
    text = io.TextIOWrapper(borrowed, shape.encoding, errors="replace", newline="")
    return csv.reader(text, delimiter=shape.delimiter)


def fitted(cells: Cells, width: int) -> Row:
    """A short row ends in empty cells; a long one has lost its columns, unless what is too much is empty."""
    if len(cells) > width and any(cells[width:]):
        return Broken(f"The row has {len(cells)} cells, the header has {width}.", cells)
    return [*cells[:width], *[""] * (width - len(cells))]


class JsonLines:
    """An object a line."""

    @staticmethod
    def columns(source: IO[bytes], shape: Shape) -> list[str]:
        names: dict[str, None] = {}
        with opening.opened(source, shape.compression) as plain:
            for line in islice(plain, KEYS_FROM):
                names.update(dict.fromkeys(json_object(line) or ()))
        return list(names)

    @staticmethod
    def rows(source: IO[bytes], shape: Shape) -> Iterator[Row]:
        names = shape.columns
        with opening.opened(source, shape.compression) as plain:
            for line in plain:
                if not line.strip():
                    continue
                found = json_object(line)
                if found is None:
                    yield Broken("This line is no JSON object.", [line.decode(errors="replace").strip()])
                else:
                    yield [found.get(name) for name in names]


def json_object(line: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class Excel:
    """The first sheet of a workbook."""

    @staticmethod
    def columns(source: IO[bytes], shape: Shape) -> list[str]:
        first = next(sheet_rows(source, shape), ())
        return ["" if cell is None else str(cell) for cell in first]

    @staticmethod
    def rows(source: IO[bytes], shape: Shape) -> Iterator[Row]:
        width = len(shape.columns)
        for cells in islice(sheet_rows(source, shape), 1, None):
            if any(cell is not None for cell in cells):
                yield fitted([whole(cell) for cell in cells], width)


def sheet_rows(source: IO[bytes], shape: Shape) -> Iterator[tuple[Any, ...]]:
    with opening.opened(source, shape.compression) as plain:
        try:
            # A reader of archives jumps about; what is unpacked as a stream must lie somewhere first.
            book = openpyxl.load_workbook(
                spooled(plain) if shape.compression else plain, read_only=True, data_only=True
            )
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield from sheet.iter_rows(values_only=True)
        except (zipfile.BadZipFile, KeyError, IndexError, ValueError) as error:
            raise Invalid(f"The Excel file cannot be read: {error}.", pointer="/data/attributes/file") from error


def whole(cell: Any) -> Any:
    """Excel knows no whole numbers: a customer's number 12345 is 12345.0 there."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def spooled(plain: IO[bytes]) -> IO[bytes]:
    copy = SpooledTemporaryFile(max_size=1 << 24)  # noqa: SIM115 - the reader keeps it as long as it reads.
    while piece := plain.read(1 << 20):
        copy.write(piece)
    copy.seek(0)
    return cast(IO[bytes], copy)


class Parquet:
    """Apache Parquet."""

    @staticmethod
    def columns(source: IO[bytes], shape: Shape) -> list[str]:
        with opening.opened(source, shape.compression) as plain:
            return list(parquet_file(plain, shape).schema_arrow.names)

    @staticmethod
    def rows(source: IO[bytes], shape: Shape) -> Iterator[Row]:
        with opening.opened(source, shape.compression) as plain:
            for batch in parquet_file(plain, shape).iter_batches(PARQUET_BATCH):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def parquet_file(plain: IO[bytes], shape: Shape) -> Any:
    try:
        return pyarrow.parquet.ParquetFile(spooled(plain) if shape.compression else plain)
    except (pa.ArrowException, OSError) as error:
        raise Invalid(f"The Parquet file cannot be read: {error}.", pointer="/data/attributes/file") from error


READERS: Final[dict[str, Any]] = {"csv": Delimited, "jsonl": JsonLines, "xlsx": Excel, "parquet": Parquet}
