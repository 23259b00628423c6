"""Migrations on a database that already holds something."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cairn import wiring
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.clickhouse.migrate import FOLDER, migrate


@pytest.fixture
def empty() -> Iterator[ClickHouse]:
    """A database of its own, without tables."""
    head, _, options = wiring.settings().clickhouse_url.partition("?")
    database = ClickHouse(f"{head}_upgraded?{options}")
    database.drop_database()
    yield database
    database.drop_database()
    database.close()


def as_of(number: str, folder: Path) -> Path:
    """The migrations up to one of them."""
    for path in sorted(FOLDER.glob("*.sql")):
        if path.name[:4] <= number:
            shutil.copy(path, folder)
    return folder


def dates(database: ClickHouse) -> set[tuple[int, str, int]]:
    return set(database.query("SELECT profile, property, at FROM profile_dates"))


def test_dates_inside_properties_are_found_for_old_and_new_profiles(empty: ClickHouse, tmp_path: Path) -> None:
    migrate(empty, as_of("0008", tmp_path))
    columns = ("account", "profile", "version", "deleted", "properties")
    empty.insert("profiles", columns, [(1, 1, 1, 0, '{"born":"2000-01-01","pet":{"born":"2024-06-20","age":2}}')])
    empty.insert("profiles", columns, [(1, 2, 1, 0, '{"pet": {"kind": {"born": "2024-06-20T00:00:00Z"}}}')])
    empty.insert("profiles", columns, [(1, 3, 1, 1, '{"pet":{"born":"2024-06-20"}}')])
    assert dates(empty) == {(1, "born", 946_684_800)}
    migrate(empty)
    june = 1_718_841_600
    old = {(1, "born", 946_684_800), (1, "pet", june), (2, "pet", june)}
    assert dates(empty) == old
    empty.insert(
        "profiles", columns, [(1, 4, 1, 0, '{"due":"2024-06-20","pet":{"name":"no date","born":"2024-06-20"}}')]
    )
    assert dates(empty) == old | {(4, "due", june), (4, "pet", june)}
