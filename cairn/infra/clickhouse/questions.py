"""SQL files, named by the question that they answer, in the `sql` folder beside the module that asks."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def question(asking_file: str, name: str) -> str:
    """The text of `sql/<name>.sql` beside `asking_file` (a module's `__file__`)."""
    return (Path(asking_file).parent / "sql" / f"{name}.sql").read_text()


class Numbers:
    """Whole numbers as the value of an `Array(UInt…)` parameter."""

    __slots__ = ("_text",)

    def __init__(self, numbers: Iterable[int]) -> None:
        self._text = str(list(numbers))

    def __str__(self) -> str:
        return self._text


def array(numbers: Iterable[int]) -> Numbers:
    """A long array parameter. The client writes lists value by value and escapes texts letter by letter; a value of
    another kind it takes as it shows itself, which costs a twentieth of the time."""
    return Numbers(numbers)
