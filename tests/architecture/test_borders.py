"""The rules of CONTRIBUTING that a reader would otherwise have to check by eye."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ROOT / "cairn"
OPEN_TO_OTHERS = {"actions", "queries", "contracts", "handlers"}
# A reader of files that needs no database, used by the command line against other people's servers, too.
EXCEPTIONS = {("cairn/cli/imports.py", "online_retail")}
LONGEST_FUNCTION = 60
LONGEST_FILE = 500


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def product_modules() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts and "generated" not in path.parts]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_other_packages_see_only_the_front_of_a_domain() -> None:
    trespasses = []
    for path in product_modules():
        parts = path.relative_to(ROOT).parts
        if parts[0] != "cairn" or "tests" in parts or path.name == "conftest.py":
            continue
        own = parts[2] if parts[1] == "domains" and len(parts) > 3 else None
        for name in imported(path):
            match = re.match(r"cairn\.domains\.(\w+)\.(\w+)", name)
            if match and (path.relative_to(ROOT).as_posix(), match[2]) in EXCEPTIONS:
                continue
            if match and match[1] != own and match[2] not in OPEN_TO_OTHERS:
                trespasses.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not trespasses, "\n".join(trespasses)


def test_functions_and_files_stay_readable() -> None:
    too_long = []
    for path in product_modules():
        lines = path.read_text().splitlines()
        if len(lines) > LONGEST_FILE:
            too_long.append(f"{path.relative_to(ROOT)}: {len(lines)} lines")
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines")
    for path in tracked("web/src/*.ts", "web/src/*.tsx"):
        length = len(path.read_text().splitlines())
        if length > LONGEST_FILE and "generated" not in path.parts:
            too_long.append(f"{path.relative_to(ROOT)}: {length} lines")
    assert not too_long, "\n".join(too_long)


def test_only_the_wiring_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in product_modules()
        if path.is_relative_to(CODE)
        and "tests" not in path.parts
        and path.name not in {"wiring.py"}
        and path.relative_to(CODE).parts[0] not in {"cli", "infra"}
        and re.search(r"\bos\.(environ|getenv)\b.*CAIRN_", path.read_text())
    ]
    assert readers == []


def test_the_tree_in_architecture_md_is_the_tree() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    block = re.search(r"```tree\n(.*?)```", text, re.DOTALL)
    assert block, "ARCHITECTURE.md shows the tree in a block marked ```tree"
    named = set(re.findall(r"^(\S+/)", block[1], re.MULTILINE))
    missing = sorted(name for name in named if not (ROOT / name).is_dir())
    there = {f"cairn/{path.name}/" for path in CODE.iterdir() if (path / "__init__.py").exists()}
    there |= {f"cairn/domains/{path.name}/" for path in (CODE / "domains").iterdir() if (path / "__init__.py").exists()}
    there |= {f"cairn/infra/{path.name}/" for path in (CODE / "infra").iterdir() if (path / "__init__.py").exists()}
    assert missing == []
    assert sorted(there - named) == []


# In parts, so that this file does not name what it looks for.
INDEX_HOSTS = "|".join(
    r"\.".join(parts) for parts in (("files", "pythonhosted"), ("pypi", "org"), ("registry", "npmjs"))
)
INDEX_OPTIONS = "|".join(f"--{option}" for option in ("index" + "-url", "extra-index" + "-url", "find" + "-links"))


@pytest.mark.parametrize("pattern", [f"{INDEX_HOSTS}|/(simple)/", r'"resolved":\s*"https?:', INDEX_OPTIONS])
def test_no_file_names_a_package_index(pattern: str) -> None:
    guilty = []
    for path in tracked():
        if path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if re.search(pattern, text):
            guilty.append(str(path.relative_to(ROOT)))
    assert guilty == []
