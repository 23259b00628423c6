"""SQL files, named by the question that they answer, in the `sql` folder beside the module that asks."""

from functools import cache
from pathlib import Path


@cache
def question(asking_file: str, name: str) -> str:
    """The text of `sql/<name>.sql` beside `asking_file` (a module's `__file__`)."""
    return (Path(asking_file).parent / "sql" / f"{name}.sql").read_text()
