"""Many records in one row: a row costs far more than a record."""

from collections.abc import Iterator, Sequence

import msgspec

from cairn.infra.eventlog.port import Entry, Lane, Position, Record

LARGEST_ROW = 1024 * 1024

encode = msgspec.msgpack.Encoder().encode


class Line(msgspec.Struct, array_like=True, gc=False):
    """A record as it is packed."""

    account_id: str
    kind: str
    at: int
    body: bytes


decode = msgspec.msgpack.Decoder(list[Line]).decode


class Packed(msgspec.Struct, frozen=True, gc=False):
    at: int
    records: int
    body: bytes


def pack(records: Sequence[Record]) -> Iterator[Packed]:
    """The records in order, in as few rows as their size allows."""
    lines: list[Line] = []
    size = 0
    for record in records:
        if lines and size + len(record.body) > LARGEST_ROW:
            yield Packed(lines[-1].at, len(lines), encode(lines))
            lines, size = [], 0
        lines.append(Line(record.account_id, record.kind, record.at, record.body))
        size += len(record.body)
    if lines:
        yield Packed(lines[-1].at, len(lines), encode(lines))


def unpack(writer: str, lane: Lane, position: int, body: bytes) -> list[Entry]:
    """The entries of the row whose last offset is `position`."""
    lines = decode(body)
    first = position - len(lines) + 1
    return [
        Entry(Position(writer, lane, offset), Record(line.account_id, line.kind, line.body, line.at))
        for offset, line in enumerate(lines, start=first)
    ]
