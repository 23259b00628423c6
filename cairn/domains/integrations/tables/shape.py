"""How a file is written, found out from the file itself, so that nobody must say."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import IO, Final

import msgspec

from cairn.domains.integrations.tables import opening
from cairn.kernel.errors import Invalid

SAMPLE_BYTES: Final = 1 << 18
SAMPLE_LINES: Final = 50
PIECE: Final = 1 << 20
DELIMITERS: Final = (",", "\t", ";", "|")
FORMATS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# No heading is an address, a number or a date.
NO_HEADING: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[+\-]?[\d\s().:/,-]*\d[\d\s().:/,-]*")


class Shape(msgspec.Struct, omit_defaults=True):
    """How to read a file. `lines` estimates its rows, 0 where that would take reading all of it."""

    format: str
    compression: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = True
    columns: list[str] = []
    lines: int = 0


def detect(source: IO[bytes], filename: str) -> Shape:
    """The shape of a file, without its columns' names. Raises Invalid for what is no table."""
    name, compression = opening.compression_of(source, filename)
    with opening.opened(source, compression) as plain:
        format_ = format_of(plain.read(8), opening.inner_name(source, compression) or name)
        if format_ in ("xlsx", "parquet"):
            return Shape(format=format_, compression=compression)
        encoding, lines = survey(source, compression)
    shape = Shape(format=format_, compression=compression, encoding=encoding, lines=lines)
    if format_ == "csv":
        sample = first_text(source, shape)
        if not sample.strip():
            raise Invalid("The file is empty.", pointer="/data/attributes/file")
        shape.delimiter = delimiter_of(sample)
        shape.header = has_header(next(csv.reader(io.StringIO(sample), delimiter=shape.delimiter), []))
        shape.lines -= int(shape.header)
    return shape


def format_of(head: bytes, name: str) -> str:
    """By the first bytes where they are unmistakable, else by the name."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(
            "This is an Excel file of the old kind (.xls): save it as .xlsx or CSV.", pointer="/data/attributes/file"
        )
    ending = f".{name.rpartition('.')[2].lower()}"
    if ending == ".json" or (ending not in FORMATS and head.lstrip()[:1] == b"{"):
        return "jsonl"
    return FORMATS.get(ending, "csv")


def survey(source: IO[bytes], compression: str) -> tuple[str, int]:
    """The encoding that holds for the whole text, and how many lines it has."""
    with opening.opened(source, compression) as plain:
        piece = plain.read(PIECE)
        encoding = next((name for mark, name in MARKS if piece.startswith(mark)), "utf-8")
        decoder = codecs.getincrementaldecoder(encoding)()
        lines, last = 0, b""
        while piece:
            lines += piece.count(b"\n")
            last = piece[-1:]
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                # What is no UTF-8 comes from Windows, nearly always.
                encoding, decoder = "cp1252", codecs.getincrementaldecoder("latin-1")()
            piece = plain.read(PIECE)
        return encoding, lines + int(last not in (b"", b"\n"))


def first_text(source: IO[bytes], shape: Shape) -> str:
    with opening.opened(source, shape.compression) as plain:
        text = codecs.getincrementaldecoder(shape.encoding)("replace").decode(plain.read(SAMPLE_BYTES))
        return text if len(text) < SAMPLE_BYTES // 4 else text[: text.rfind("\n") + 1] or text


def delimiter_of(sample: str) -> str:
    """The one that cuts the first lines into the same number of cells, the more the better."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        rows = list(islice(csv.reader(io.StringIO(sample), delimiter=delimiter), SAMPLE_LINES))
        widths = Counter(len(row) for row in rows if row)
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = (width - 1) * times / len(rows)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def has_header(first: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    return bool(filled) and len(set(filled)) == len(filled) and not any(NO_HEADING.fullmatch(cell) for cell in filled)
