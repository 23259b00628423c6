"""SQL files, named by the question that they answer, in the `sql` folder beside the module that asks; long parameters."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def question(asking_file: str, name: str) -> str:
    """The text of `sql/<name>.sql` beside `asking_file` (a module's `__file__`)."""
    return (Path(asking_file).parent / "sql" / f"{name}.sql").read_text()


def array(numbers: Iterable[int]) -> str:
    """Whole numbers as the value of an `Array(UInt…)` parameter. The client writes long arrays value by value; this
    takes a tenth of the time."""
    return str(list(numbers))
