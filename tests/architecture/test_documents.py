"""The documents lead to each other: every page stands in its folder's index, and no link leads nowhere."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("folder", ["adr", "develop", "guide", "operate"])
def test_an_index_names_every_page(folder: str) -> None:
    index = (DOCS / folder / "README.md").read_text()
    pages = {page.name for page in (DOCS / folder).glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()


def test_no_link_leads_nowhere() -> None:
    lost = [
        f"{page.relative_to(DOCS)}: {target}"
        for page in sorted(DOCS.rglob("*.md"))
        for target in LINK.findall(page.read_text())
        if "://" not in target and not target.startswith(("/", "mailto:")) and not (page.parent / target).exists()
    ]
    assert lost == []
