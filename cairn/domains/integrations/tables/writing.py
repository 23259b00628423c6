"""Writing tables: CSV, JSON lines and Parquet, row by row in constant memory."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any, Final, Protocol

import msgspec
import pyarrow as pa
import pyarrow.parquet

# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA: Final = re.compile(r"[=+\-@\t\r]")
HARMLESS: Final = re.compile(r"[+-]?[\d\s().,:-]*\d%?")
ROWS_PER_GROUP: Final = 20_000


class Writer(Protocol):
    """Takes rows; cells are text, numbers, booleans, moments, lists, objects or None."""

    def write(self, rows: Sequence[Sequence[Any]]) -> None: ...

    def close(self) -> None: ...


def guarded(text: str) -> str:
    """Text that no spreadsheet runs. Numbers, also of telephones, stay as they are."""
    return f"'{text}" if FORMULA.match(text) and not HARMLESS.fullmatch(text) else text


def plain(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, (list, tuple, dict)):
        return msgspec.json.encode(cell).decode()
    return cell


class CsvWriter:
    def __init__(self, file: IO[bytes], columns: Sequence[str]) -> None:
        self._file = file
        self._put([[guarded(name) for name in columns]])

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        self._put([[guarded(cell) if type(cell) is str else cell for cell in map(plain, row)] for row in rows])

    def _put(self, rows: Sequence[Sequence[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self._file.write(text.getvalue().encode(errors="replace"))

    def close(self) -> None:
        return None


class JsonLinesWriter:
    def __init__(self, file: IO[bytes], columns: Sequence[str]) -> None:
        self._file = file
        self._columns = columns

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        encode = msgspec.json.encode
        self._file.write(b"".join(encode(dict(zip(self._columns, row, strict=True))) + b"\n" for row in rows))

    def close(self) -> None:
        return None


class ParquetWriter:
    """`kinds` names the columns that are no text: number, moment, boolean."""

    def __init__(self, file: IO[bytes], columns: Sequence[str], kinds: Sequence[str]) -> None:
        self._kinds = kinds
        self._schema = pa.schema([(name, TYPES[kind]) for name, kind in zip(columns, kinds, strict=True)])
        self._writer = pyarrow.parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[Sequence[Any]] = []

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        self._waiting += rows
        if len(self._waiting) >= ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self._waiting, strict=True) if self._waiting else ([] for _ in self._kinds)
        arrays = [
            pa.array([typed(cell, kind) for cell in column], TYPES[kind])
            for column, kind in zip(columns, self._kinds, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []

    def close(self) -> None:
        if self._waiting:
            self._flush()
        self._writer.close()


TYPES: Final = {
    "text": pa.string(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "moment": pa.timestamp("ms", "UTC"),
}


def typed(cell: Any, kind: str) -> Any:
    if cell is None or cell == "":
        return None
    if kind == "text":
        return str(plain(cell))
    if kind == "number":
        return float(cell)
    return cell


def writer(file: IO[bytes], format_: str, columns: Sequence[str], kinds: Sequence[str]) -> Writer:
    if format_ == "parquet":
        return ParquetWriter(file, columns, kinds)
    return JsonLinesWriter(file, columns) if format_ == "jsonl" else CsvWriter(file, columns)
