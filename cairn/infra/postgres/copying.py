"""COPY: how thousands of new rows get into a table at a third of what INSERT costs. For rows that are known to be new:
a key that is there already fails the transaction.

Rows are turned into columns and back, so that each value costs no more than a step of a loop in C.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import cache, lru_cache, partial
from itertools import islice
from operator import itemgetter
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from django.db import connection
from psycopg import sql

MANY: Final = 200
"""From here on it is faster than an INSERT of one JSON text."""
PIECE: Final = 1_000
OVER: Final = ""
NULL: Final = "\\N"
# No text that PostgreSQL takes holds this character, so a cell of it can only be ours.
NOTHING: Final = "\0"
ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Cells = Sequence[str]
encode = msgspec.json.Encoder().encode


class Copies:
    """Rows that a thread copies, in order, while the caller makes more of them.

    From `add` until `settle`, or the end of the `with`, nobody else may use the connection.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="copies")
        self._under_way: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, _: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        if problem is None:
            self.settle()

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Iterable[Any]], **common: Any) -> None:
        """Append rows: their values in the order of the columns; text, numbers, moments, JSON or None. `common` are
        columns that all rows share."""
        self._add(table, columns, (list(zip(*piece, strict=True)) for piece in pieces(rows)), common)

    def add_columns(self, table: str, columns: Mapping[str, Sequence[Any]], **common: Any) -> None:
        """The same for rows that are there as columns, all of one length: nothing is made of each row."""
        self._add(table, tuple(columns), slices(tuple(columns.values())), common)

    def _add(
        self, table: str, names: Sequence[str], found: Iterable[Sequence[Sequence[Any]]], common: Mapping[str, Any]
    ) -> None:
        shared = "\t".join([escaped(cell) for value in common.values() for cell in cells((value,))])
        end = f"\t{shared}\n" if common else "\n"
        texts: SimpleQueue[str] = SimpleQueue()
        copy = partial(send, connection.cursor(), statement(table, (*names, *common)), texts)
        self._under_way.append(self._thread.submit(copy))
        try:
            for columns in found:
                texts.put(end.join(lines_of([cells(column) for column in columns])) + end)
        finally:
            texts.put(OVER)

    def add_dicts(self, table: str, rows: Sequence[Mapping[str, Any]], **common: Any) -> None:
        """The same for rows that name their columns, two at least, each the same ones."""
        if rows:
            columns = list(rows[0])
            self.add(table, columns, map(itemgetter(*columns), rows), **common)

    def settle(self) -> None:
        """Wait until all is in the tables. Raises what the database said against it."""
        while self._under_way:
            self._under_way.pop(0).result()


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """Append rows and wait until they are in the table: see `Copies.add`."""
    with Copies() as copies:
        copies.add(table, columns, rows)


def send(cursor: Any, command: sql.Composed, texts: "SimpleQueue[str]") -> None:
    with cursor.db.wrap_database_errors, cursor, cursor.copy(command) as copy:
        while text := texts.get():
            copy.write(text)


def pieces(rows: Iterable[Iterable[Any]]) -> Iterator[list[Iterable[Any]]]:
    coming = iter(rows)
    while piece := list(islice(coming, PIECE)):
        yield piece


def slices(columns: Sequence[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    for first in range(0, len(columns[0]), PIECE):
        yield [column[first : first + PIECE] for column in columns]


def cells(column: Sequence[Any]) -> Cells:
    """A column's values as text; most columns hold one kind of value."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return column
    if len(kinds) == 1:
        return list(map(WRITERS.get(kinds.pop(), str), column))
    return [value if type(value) is str else WRITERS.get(type(value), str)(value) for value in column]


def lines_of(columns: Sequence[Cells]) -> list[str]:
    """The rows as lines. One look at all of them spares a look at each: few hold what must be escaped."""
    lines = list(map("\t".join, zip(*columns, strict=True)))
    joined = "\n".join(lines)
    if (
        "\\" in joined
        or "\r" in joined
        or joined.count("\n") != len(lines) - 1
        or joined.count("\t") != len(lines) * (len(columns) - 1)
    ):
        return ["\t".join(map(escaped, row)) for row in zip(*columns, strict=True)]
    return [line.replace(NOTHING, NULL) for line in lines] if NOTHING in joined else lines


def escaped(cell: str) -> str:
    return NULL if cell == NOTHING else cell.translate(ESCAPES)


@cache
def statement(table: str, columns: tuple[str, ...]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)


def as_json(value: Any) -> str:
    return encode(value).decode()


WRITERS: Final[Mapping[type, Callable[[Any], str]]] = {
    int: str,
    float: str,
    bool: lambda value: "t" if value else "f",
    type(None): lambda _: NOTHING,
    datetime: lru_cache(4096)(datetime.isoformat),
    dict: as_json,
    list: as_json,
}
