"""`cairn settings`: every setting, what it does and its default. The page in the documentation is made of this."""

import ast
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import get_type_hints

from cairn import wiring
from cairn.cli import options as shared
from cairn.wiring import Settings

HEAD = """# Settings

Cairn is set up by environment variables. A value that cannot be read stops the start with the variable's name. Options
of the commands win over them. This page is made by `cairn settings`.

| variable | default | |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Setting:
    variable: str
    default: str
    meaning: str


def main(arguments: Sequence[str]) -> int:
    shared.parser("settings", "Print every setting, as a Markdown page.").parse_args(arguments)
    print(page(), end="")
    return 0


def page() -> str:
    rows = [f"| `{each.variable}` | {each.default} | {each.meaning} |" for each in all_settings()]
    return HEAD + "\n".join(rows) + "\n"


def all_settings() -> list[Setting]:
    meanings = dict(documented(inspect.getsource(wiring)))
    kinds = get_type_hints(Settings)
    return [
        Setting(f"CAIRN_{field.name.upper()}", shown(kinds[field.name], field.default), meanings.get(field.name, ""))
        for field in fields(Settings)
    ]


def documented(source: str) -> Iterator[tuple[str, str]]:
    """Fields of Settings, each with the text below it. Python keeps no such texts, so they are read from the source."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == Settings.__name__:
            for field, text in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    match text:
                        case ast.Expr(value=ast.Constant(value=str(meaning))):
                            yield field.target.id, " ".join(meaning.split())


def shown(kind: type, default: object) -> str:
    if kind is bool:
        return "`on`" if default else "`off`"
    return f"`{default}`" if str(default) and kind in (str, int, Path) else ""
